"""Record ids: 15 case-sensitive characters, and the 3 that make them safe where case is lost."""

SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def case_safe(short: str) -> str:
    """Return the 18-character form of a 15-character id."""
    chunks = (short[0:5], short[5:10], short[10:15])
    return short + "".join(SUFFIX[sum(char.isupper() << i for i, char in enumerate(chunk))] for chunk in chunks)


def new_id_expression(prefix: str) -> str:
    """Return SQL for the next id of an object. The part that counts is digits, so the suffix is constant."""
    suffix = case_safe(f"{prefix}SB{0:010d}")[15:]
    return f"'{prefix}SB' || lpad(nextval('sandbox.record_numbers')::varchar, 10, '0') || '{suffix}'"
