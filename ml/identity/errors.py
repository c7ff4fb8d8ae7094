"""What can go wrong before identity starts; once started it decides, and what it cannot decide goes to review."""


class IdentityError(Exception):
    """The warehouse does not hold what identity reads; the message names the thing and the remedy."""
