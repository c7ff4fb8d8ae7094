"""One element of a batch: who it is, and whether LinkedIn takes it."""

from typing import Any

from sandbox.services.audiences import SHA256

LONGEST = {"firstName": 35, "lastName": 35, "title": 50}
COMPANY_FIELDS = ("companyName", "companyWebsiteDomain", "companyEmailDomain", "organizationUrn", "companyPageUrl")
TOLD = {"users": ("firstName", "lastName", "title", "company", "country"), "companies": (*COMPANY_FIELDS, "country")}


def user(element: Any) -> tuple[str, str]:
    """Return what identifies a person, and what is wrong."""
    if not isinstance(element, dict) or element.get("action") not in ("ADD", "REMOVE"):
        return "", "Field /action must be ADD or REMOVE"
    ids = element.get("userIds")
    if not isinstance(ids, list) or not ids or not all(isinstance(entry, dict) for entry in ids):
        return "", "Field /userIds must hold at least one id"
    for entry in ids:
        if entry.get("idType") == "SHA256_EMAIL" and not SHA256.fullmatch(str(entry.get("idValue"))):
            return "", "idValue is not a SHA256 hash in lower-case hexadecimal"
        if entry.get("idType") not in ("SHA256_EMAIL", "GOOGLE_AID"):
            return "", f"Unknown idType {entry.get('idType')}"
    for name, most in LONGEST.items():
        if len(str(element.get(name) or "")) > most:
            return "", f"Field /{name} is longer than {most}"
    return str(ids[0]["idValue"]), ""


def company(element: Any) -> tuple[str, str]:
    """Return what identifies a company, and what is wrong."""
    if not isinstance(element, dict) or element.get("action") not in ("ADD", "REMOVE"):
        return "", "Field /action must be ADD or REMOVE"
    if not any(element.get(name) for name in COMPANY_FIELDS):
        return "", "A company needs at least one identifier"
    return next(str(element[name]) for name in reversed(COMPANY_FIELDS) if element.get(name)).lower(), ""
