"""The gate before anything that follows from the ICP goes out: do people stand behind its rules?"""

from expectations.checks import Frame, Measure, profile


def signed_off(owner: str) -> Frame:
    """Tiers and values go out when people stand behind the rules, or somebody allows it by name (ICP-07, VAL-13)."""
    assumed = (
        "count(*) filter (where status = 'ASSUMED' and attribute is not null)"
        " + (select count(*) from seeds.tier_thresholds where status = 'ASSUMED')"
        " + (select count(*) from seeds.valuation_methods where status = 'ASSUMED' and is_enabled)"
    )
    allowed = "exists (select 1 from seeds.sign_off_overrides where scope = 'tiers')"
    measure = Measure(
        name="rules_signed_off",
        sql=f"case when {allowed} then 0 else {assumed} end",
        columns=("status", "attribute"),
        low=0,
        high=0,
        expected="every vector, threshold and valuation method CONFIRMED, or a row in sign_off_overrides.csv",
        description="People stand behind the rules whose results go out (ICP-07, VAL-13)",
        remedy="confirm the ASSUMED rows with name and date, or allow the push by name in sign_off_overrides.csv",
        examples="select vector_id from seeds.icp_vectors where status = 'ASSUMED' order by 1 limit 5",
        extra=("seeds.tier_thresholds", "seeds.valuation_methods", "seeds.sign_off_overrides"),
    )
    return profile("seeds.icp_vectors", owner, (measure,))
