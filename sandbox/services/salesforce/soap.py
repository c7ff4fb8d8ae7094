"""The SOAP API's login(), for clients that know user name and password alone: jsforce and older tools."""

import hmac
from collections.abc import Callable
from html import escape
from xml.etree import ElementTree as ET

from sandbox.framework.exchange import Call, Reply
from sandbox.services.salesforce.org import Org

ORGANIZATION_ID = "00DSB0000000001EAA"
_PARTNER, _ENTERPRISE = "urn:partner.soap.sforce.com", "urn:enterprise.soap.sforce.com"
_ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope \
xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="{namespace}"><soapenv:Body>{body}\
</soapenv:Body></soapenv:Envelope>"""


class Soap:
    """POST /services/Soap/u/{version}: login, the one call that is answered."""

    def __init__(self, org: Org, issue: Callable[[str], str]) -> None:
        self._org, self._issue = org, issue

    def login(self, call: Call) -> Reply:
        """Issue a session to an active user whose password (with a security token behind it, or none) is right."""
        namespace = _ENTERPRISE if "/Soap/c/" in call.path else _PARTNER
        try:
            request = ET.fromstring(call.body)  # noqa: S314 (expat refuses entity bombs; only tests call)
        except ET.ParseError as error:
            return self._fault(namespace, "soapenv:Client", f"XML is not well-formed: {error}")
        found = request.find(f".//{{{namespace}}}login")
        if found is None:
            return self._fault(namespace, "soapenv:Client", "No operation available for request: only login is")
        given = {part.tag.rpartition("}")[2]: part.text or "" for part in found}
        user = self._org.user_id(given.get("username", ""))
        known = given.get("password", "")[: len(self._org.client_secret)]
        if user is None or not hmac.compare_digest(known.encode(), self._org.client_secret.encode()):
            words = "INVALID_LOGIN: Invalid username, password, security token; or user locked out."
            return self._fault(namespace, "INVALID_LOGIN", words)
        host = f"https://{call.headers.get('host', '127.0.0.1')}"
        values = {
            "metadataServerUrl": f"{host}/services/Soap/m/{call.params['version']}/{ORGANIZATION_ID}",
            "passwordExpired": "false",
            "sandbox": "true",
            "serverUrl": f"{host}{call.path}/{ORGANIZATION_ID}",
            "sessionId": self._issue(user),
            "userId": user,
        }
        own = {"organizationId": ORGANIZATION_ID, "userId": user, "userName": given["username"]}
        result = _elements(values) + f"<userInfo>{_elements(own)}</userInfo>"
        return self._reply(namespace, f"<loginResponse><result>{result}</result></loginResponse>", 200)

    def _fault(self, namespace: str, code: str, words: str) -> Reply:
        fault = _elements({"faultcode": code, "faultstring": words})
        return self._reply(namespace, f"<soapenv:Fault>{fault}</soapenv:Fault>", 500)

    def _reply(self, namespace: str, body: str, status: int) -> Reply:
        return Reply(_ENVELOPE.format(namespace=namespace, body=body), status, media_type="text/xml; charset=utf-8")


def _elements(values: dict[str, str]) -> str:
    return "".join(f"<{name}>{escape(value, quote=False)}</{name}>" for name, value in values.items())
