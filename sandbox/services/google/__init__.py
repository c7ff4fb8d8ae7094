"""A simulated Google Data Manager API: audience members in, a request id out, the outcome later and as counts.

Facts: developers.google.com/data-manager/api (audienceMembers:ingest and :remove, requestStatus:retrieve).
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.quotas import DailyQuota
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.framework.tokens import Tokens
from sandbox.services.audiences import SHA256, Audience, Audiences, object_body, struck

TOKEN_SECONDS, DAILY_CALLS, MAX_MEMBERS, MAX_IDENTIFIERS = 3_599, 100_000, 10_000, 10
PROCESSED_AFTER = timedelta(seconds=1)
LISTS = ("Customer match 1", "Customer match 2", "Customer match 3")
GRANTED = ("CONSENT_GRANTED", "CONSENT_DENIED", "CONSENT_STATUS_UNSPECIFIED")


class Google(Service):
    """The Google service: the customer's Customer Match lists exist, as an advertiser makes them."""

    name = "google"

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._tokens = Tokens(self.clock, TOKEN_SECONDS)
        self._calls = DailyQuota(self.clock, DAILY_CALLS)
        self._requests: dict[str, tuple[Any, int, int]] = {}
        self._audiences = Audiences(self.store, self.clock, self.name)
        self._open_lists()
        self.route("POST", "/token", self._token, sign_in=True)
        self.route("POST", "/v1/audienceMembers:ingest", self._ingest)
        self.route("POST", "/v1/audienceMembers:remove", self._remove)
        self.route("GET", "/v1/requestStatus:retrieve", self._status)

    def _open_lists(self) -> None:
        known = {audience.name for audience in self._audiences.all()}
        for name in LISTS:
            if name not in known:
                self._audiences.create(name, "CONTACT_INFO", self._customer)

    # -- routes
    def _token(self, call: Call) -> Reply:
        """Exchange the refresh token for an access token of an hour."""
        form = call.form()
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self._refresh_token:
            return Reply({"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, 400)
        if (form.get("client_id"), form.get("client_secret")) != (self._client_id, self._client_secret):
            return Reply({"error": "invalid_client", "error_description": "Unauthorized"}, 401)
        token = self._tokens.issue("api").value
        return Reply({"access_token": token, "expires_in": self._tokens.lifetime_seconds, "token_type": "Bearer"})

    def _ingest(self, call: Call) -> Reply:
        return self._change(call, add=True)

    def _remove(self, call: Call) -> Reply:
        return self._change(call, add=False)

    def _change(self, call: Call, *, add: bool) -> Reply:
        """Check everything at once; what passes is processed later."""
        body = object_body(call.body)
        if body is None:
            raise _refusal(400, "INVALID_ARGUMENT", "Invalid JSON payload received.")
        audiences = self._destinations(body)
        members = body.get("audienceMembers")
        if not isinstance(members, list) or not 0 < len(members) <= MAX_MEMBERS:
            raise _invalid("audience_members", f"must hold 1 to {MAX_MEMBERS} members", "TOO_MANY_AUDIENCE_MEMBERS")
        if body.get("encoding") != "HEX":
            raise _invalid("encoding", "must be HEX", "INVALID_ENCODING")
        if add:
            _check_terms(body)
        found = [_identifiers(number, member) for number, member in enumerate(members)]
        violations = [entry for entry in found if isinstance(entry, dict)]
        if violations:
            raise _violated(violations)
        keys = [entry for entry in found if isinstance(entry, list)]
        fault = self.faults.take(self.name, call.method, call.path, ("partial_failure",))
        good = [key for key in keys if not (fault and struck(fault.share, key[0]))]
        for audience in [] if body.get("validateOnly") else audiences:
            named = {key[0]: {"identifiers": key, "consent": body.get("consent")} for key in good}
            self._audiences.change(audience, named if add else {}, [] if add else list(named))
        request = uuid4().hex
        self._requests[request] = (self.clock.now(), len(keys), len(keys) - len(good))
        return Reply({"requestId": request})

    def _destinations(self, body: dict[str, Any]) -> list[Audience]:
        destinations = body.get("destinations")
        if not isinstance(destinations, list) or not 0 < len(destinations) <= 10:
            raise _invalid("destinations", "must hold 1 to 10 destinations", "REQUIRED_FIELD_MISSING")
        chosen = []
        for number, entry in enumerate(destinations):
            account = entry.get("operatingAccount") or {}
            if (account.get("accountType"), account.get("accountId")) != ("GOOGLE_ADS", self._customer):
                raise _refusal(403, "PERMISSION_DENIED", "The caller does not have permission")
            audience = self._audiences.find(str(entry.get("productDestinationId")))
            if audience is None:
                raise _invalid(f"destinations[{number}].product_destination_id", "unknown", "INVALID_DESTINATION")
            chosen.append(audience)
        return chosen

    def _status(self, call: Call) -> Reply:
        """GET requestStatus:retrieve?requestId=."""
        request = call.value("requestId")
        if request not in self._requests:
            raise _refusal(404, "NOT_FOUND", "Requested entity was not found.")
        received, members, failed = self._requests[request]
        if self.clock.now() - received < PROCESSED_AFTER:
            state: dict[str, Any] = {"requestStatus": "PROCESSING"}
        elif failed:
            counts = [{"recordCount": str(failed), "reason": "PROCESSING_ERROR_REASON_INTERNAL_ERROR"}]
            whole = "FAILED" if failed == members else "PARTIAL_SUCCESS"
            state = {"requestStatus": whole, "errorInfo": {"errorCounts": counts}}
        else:
            state = {"requestStatus": "SUCCESS"}
        return Reply({"requestStatusPerDestination": [state]})

    # -- hooks
    @property
    def _client_id(self) -> str:
        return f"sandbox-google-{self.surroundings.seed}"

    @property
    def _client_secret(self) -> str:
        return f"sandbox-google-secret-{self.surroundings.seed}"

    @property
    def _refresh_token(self) -> str:
        return f"sandbox-google-refresh-{self.surroundings.seed}"

    @property
    def _customer(self) -> str:
        return str(1_234_567_000 + self.surroundings.seed)

    def admit(self, call: Call, route: Route) -> None:
        """Check the token and the day's budget."""
        if route.sign_in:
            return
        token = self._tokens.find(call.headers.get("Authorization", "").removeprefix("Bearer "))
        if token is None or not self._tokens.is_live(token):
            raise _refusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        if not self._calls.spend():
            raise self._spent()

    @staticmethod
    def _spent() -> Refusal:
        words = "Quota exceeded for quota metric 'Requests' and limit 'Requests per day'"
        return _refusal(429, "RESOURCE_EXHAUSTED", words, [{"reason": "RATE_LIMIT_EXCEEDED", "quota_unit": "1/d"}])

    def unknown_route(self, call: Call, allowed: list[str]) -> Reply:
        """Answer 404."""
        return _refusal(404, "NOT_FOUND", "Method not found.").reply

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer 429 for the minute or the day, or 503."""
        if fault.kind == "quota":
            return self._spent().reply
        if fault.kind == "429":
            words = "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute'"
            return _refusal(429, "RESOURCE_EXHAUSTED", words, [{"reason": "RATE_LIMIT_EXCEEDED"}]).reply
        return _refusal(500, "INTERNAL", "Internal error encountered.").reply

    def expire_tokens(self) -> None:
        """Let all access tokens run out."""
        self._tokens.expire_all()

    def configure(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Set `daily_calls`."""
        if set(settings) != {"daily_calls"}:
            raise ValueError(f"google has no quota {', '.join(settings)}; use daily_calls")
        self._calls.limit = int(settings["daily_calls"])
        return settings

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        return {
            "GOOGLE_BASE_URL": self.base_url,
            "GOOGLE_CLIENT_ID": self._client_id,
            "GOOGLE_CLIENT_SECRET": self._client_secret,
            "GOOGLE_REFRESH_TOKEN": self._refresh_token,
            "GOOGLE_AD_ACCOUNT": self._customer,
        }

    def reset(self, store_changed: bool) -> None:
        """Forget calls, requests and limits."""
        self._calls.limit = DAILY_CALLS
        self._calls.reset()
        self._requests.clear()
        if store_changed:
            self._audiences.prepare()
            self._open_lists()


def _check_terms(body: dict[str, Any]) -> None:
    """Members are taken only with consent stated and the customer-match terms accepted."""
    consent = body.get("consent") or {}
    for name in ("adUserData", "adPersonalization"):
        if consent.get(name) not in GRANTED:
            raise _invalid(f"consent.{snake(name)}", "must state the consent", "REQUIRED_FIELD_MISSING")
        if consent[name] != "CONSENT_GRANTED":
            raise _invalid(f"consent.{snake(name)}", "was not granted", "CONSENT_NOT_GRANTED")
    if (body.get("termsOfService") or {}).get("customerMatchTermsOfServiceStatus") != "ACCEPTED":
        raise _invalid("terms_of_service", "must be accepted", "TERMS_AND_CONDITIONS_NOT_SIGNED")


def _identifiers(number: int, member: Any) -> list[str] | dict[str, str]:
    """Return a member's identifiers, or the violation that it is."""
    place = f"audience_members[{number}].user_data.user_identifiers"
    given = ((member if isinstance(member, dict) else {}).get("userData") or {}).get("userIdentifiers")
    if not isinstance(given, list) or not 0 < len(given) <= MAX_IDENTIFIERS:
        return _violation(place, f"must hold 1 to {MAX_IDENTIFIERS}", "INVALID_USER_IDENTIFIER_COUNT")
    keys = []
    for position, entry in enumerate(given):
        for kind in ("emailAddress", "phoneNumber"):
            if kind in entry:
                keys.append(str(entry[kind]))
                if not SHA256.fullmatch(str(entry[kind])):
                    return _violation(f"{place}[{position}].{snake(kind)}", "is not a SHA-256 hash", "INVALID_HASH")
        address = entry.get("address")
        if address and not all(SHA256.fullmatch(str(address.get(name))) for name in ("givenName", "familyName")):
            return _violation(f"{place}[{position}].address", "names must be hashed", "INVALID_HASH")
    return keys or _violation(place, "needs an e-mail address or a phone number", "INVALID_USER_IDENTIFIER")


def snake(name: str) -> str:
    """Return adUserData as ad_user_data."""
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name)


def _violation(field: str, description: str, reason: str) -> dict[str, str]:
    return {"field": field, "description": description, "reason": reason}


def _invalid(field: str, description: str, reason: str) -> Refusal:
    return _violated([_violation(field, description, reason)])


def _violated(violations: list[dict[str, str]]) -> Refusal:
    details = [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": violations}]
    return _refusal(400, "INVALID_ARGUMENT", "There was a problem with the request.", details)


def _refusal(code: int, status: str, message: str, details: list[Any] | None = None) -> Refusal:
    error = {"code": code, "message": message, "status": status} | ({"details": details} if details else {})
    return Refusal(Reply({"error": error}, code))
