"""LinkedIn's errors."""

from sandbox.framework.exchange import Refusal, Reply


def refusal(status: int, code: str, message: str, service_code: int = 100) -> Refusal:
    """Return the error of a status, a code and words."""
    body = {"status": status, "code": code, "message": message, "serviceErrorCode": service_code}
    return Refusal(Reply(body, status))
