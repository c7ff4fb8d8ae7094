"""The gates before anything that follows from rules goes out: do people stand behind them?"""

from expectations.checks import Frame, Measure, profile


def signed_off(owner: str) -> Frame:
    """Tiers and values go out when people stand behind the rules, or somebody allows it by name (ICP-07, VAL-13)."""
    return _signed_off(
        owner,
        "tiers",
        "seeds.icp_vectors",
        (
            "seeds.tier_thresholds where status = 'ASSUMED'",
            "seeds.valuation_methods where status = 'ASSUMED' and is_enabled",
        ),
        "every vector, threshold and valuation method",
        ("ICP-07", "VAL-13"),
    )


def personas_signed_off(owner: str) -> Frame:
    """Personas go out when people stand behind their vectors and thresholds (PER-04)."""
    others = ("seeds.persona_thresholds where status = 'ASSUMED'",)
    return _signed_off(
        owner, "personas", "seeds.persona_vectors", others, "every persona vector and threshold", ("PER-04",)
    )


def _signed_off(
    owner: str, scope: str, vectors: str, others: tuple[str, ...], what: str, requirements: tuple[str, ...]
) -> Frame:
    """`others`: tables, each with the condition under which a row is ASSUMED and counts."""
    assumed = "count(*) filter (where status = 'ASSUMED' and attribute is not null)"
    assumed += "".join(f" + (select count(*) from {other})" for other in others)
    allowed = f"exists (select 1 from seeds.sign_off_overrides where scope = '{scope}')"
    measure = Measure(
        name="rules_signed_off" if scope == "tiers" else f"{scope}_signed_off",
        sql=f"case when {allowed} then 0 else {assumed} end",
        columns=("status", "attribute"),
        low=0,
        high=0,
        expected=f"{what} CONFIRMED, or a row in sign_off_overrides.csv",
        description=f"People stand behind the rules whose results go out ({', '.join(requirements)})",
        remedy=f"confirm the ASSUMED rows with name and date, or allow it by name in sign_off_overrides.csv ({scope})",
        examples=f"select vector_id from {vectors} where status = 'ASSUMED' order by 1 limit 5",
        extra=(*(other.partition(" ")[0] for other in others), "seeds.sign_off_overrides"),
        requirements=requirements,
    )
    return profile(vectors, owner, (measure,))
