"""Broken rule seeds fail the tests that are named for the fault (ICP-04, 06, 09, RET-09, 10)."""

from __future__ import annotations

from pathlib import Path

import duckdb

from expectations.seeds import validate
from tests.integration.dbt_project.project import PROJECT, copy_project, parsed, run_dbt

BROKEN_ROWS = {
    "icp_vectors": [
        "theory,firmographic,,,,5,,score,zero,Weight without a column,,false,v0,ASSUMED,,",
        "heavy_gate,firmographic,industry,equals,Media,5,,exclude,zero,Gate with a weight,zoominfo,true,v0,ASSUMED,,",
        "half,firmographic,industry,,Media,5,,score,zero,No operator,zoominfo,true,v0,ASSUMED,,",
        "signed,firmographic,industry,equals,Media,5,,score,zero,By nobody,zoominfo,true,v0,CONFIRMED,,",
        "weightless,firmographic,industry,equals,Media,,,score,zero,Scores nothing,zoominfo,true,v0,ASSUMED,,",
        "newer,firmographic,shoe_size,equals,44,5,,score,zero,No such attribute,zoominfo,true,v1,ASSUMED,,",
        "mistyped,firmographic,industry,gt,100,5,,score,zero,Text is not more than,zoominfo,true,v0,ASSUMED,,",
        "seldom,firmographic,has_related_entities,equals,true,5,,score,zero,Seldom answered,research,true,v0,ASSUMED,,",
    ],
    "valuation_methods": ["enterprise,revenue,true,,,,,,,v0,ASSUMED,,,No coefficient"],
    "valuation_rules": ["overlap,product_signal,4,technology_count,between,10|20,1,v0,Overlaps 6|14"],
    "scoring_rules": [
        "email_open,2,engagement,activities,,all,source,equals,marketo,9,30,7,3,true,v0,Another number of points",
        "for_ever,1,engagement,activities,,all,activity_type,equals,Meeting,1,,,,true,v0,No window",
        "misplaced,1,intent,activities,,all,activity_type,equals,Meeting,1,5,,,true,v0,Not intent",
    ],
    "score_thresholds": ["priority,Higher,4,overall_score,gt,90,Above the one before it"],
    "field_map": ["salesforce__accounts,account_id,OwnerId,always,push,crm,,,string,Belongs to the CRM"],
}
EXPECTED = {
    "icp_vectors_weight_needs_an_attribute",
    "icp_vectors_weight_needs_a_provider",
    "icp_vectors_gates_carry_no_weight",
    "icp_vectors_scoring_needs_a_weight",
    "icp_vectors_predicates_are_whole",
    "icp_vectors_confirmed_by_somebody",
    "icp_vectors_have_one_version",
    "rules_use_known_attributes",
    "unanswered_criteria_carry_no_weight",
    "tier_thresholds_fall_from_t1_to_t3",
    "valuation_methods_have_their_figures",
    "valuation_rules_bands_do_not_overlap",
    "scoring_rules_repeat_their_effect",
    "scoring_rules_events_have_a_window",
    "scoring_rules_components_fit_their_entity",
    "score_thresholds_fall_with_priority",
    "field_map_leaves_crm_fields_alone",
}


def test_each_fault_fails_its_own_test_and_no_other(copied_home: Path, tmp_path: Path) -> None:
    _append_rows(copied_home / "warehouse.duckdb", tmp_path)
    # Tests of this room's seeds that look at more than one cell; the models they guard are not built here.
    selected = ["test_name:rows_satisfy", "path:tests/rules"]
    excluded = ["int_activity_points", "activity_types_have_a_scoring_rule"]
    tests = run_dbt(copied_home, ["test", "--select", *selected, "--exclude", *excluded])
    assert {node.split(".")[2] for node, status in tests.items() if status != "pass"} == EXPECTED


def test_the_validator_names_the_same_faults_before_anything_is_built(tmp_path: Path) -> None:
    seeds = copy_project(tmp_path, BROKEN_ROWS) / "seeds"
    thresholds = seeds / "tier_thresholds.csv"
    thresholds.write_text(thresholds.read_text(encoding="utf-8").replace("T2,45", "T2,75"), encoding="utf-8")
    faults = [str(fault) for fault in validate(seeds.parent)]
    assert all("; " in fault and fault.endswith(".") for fault in faults)  # each with its remedy
    for name in EXPECTED - {"rules_use_known_attributes", "unanswered_criteria_carry_no_weight"}:
        seed = next(seed for seed in ("tier_thresholds", *BROKEN_ROWS) if name.startswith(seed))
        words = name.removeprefix(f"{seed}_").replace("_", " ")
        assert any(fault.startswith(f"{seed}.csv:") and f"'{words}'" in fault for fault in faults), name
    assert any("icp_vectors.csv:16 attribute 'shoe_size'" in fault for fault in faults)
    assert any("icp_vectors.csv:17 operator 'gt'" in fault for fault in faults)


def test_all_that_an_editor_may_get_wrong_is_told_at_once_with_file_row_and_remedy(tmp_path: Path) -> None:
    seeds = copy_project(tmp_path, {}) / "seeds"
    changes = {
        "icp_vectors": [
            ("Biotechnology,30,", "Biotechnology,thirty,"),  # a weight that is no number: line 2
            ("firmographic,country_code,in,US|CA|GB|DE|FR|NL", "firmographic,,,"),  # a weight without data: line 5
            ("zoominfo,true,v0,ASSUMED,,\nresearching", "zoominfo,true,v0,CONFIRMED,,\nresearching"),  # by nobody: 6
        ],
        "tier_thresholds": [("T2,45", "T2,75")],
        "valuation_rules": [("6|14", "6|15"), ("gte,15", "between,15|99")],
        "persona_vectors": [(",weight,", ",wieght,")],
    }
    for name, edits in changes.items():
        path = seeds / f"{name}.csv"
        text = path.read_text(encoding="utf-8")
        for old, new in edits:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    faults = [str(fault) for fault in validate(seeds.parent)]
    assert all("; " in fault and fault.endswith(".") for fault in faults)
    for place in (
        "icp_vectors.csv:2 weight 'thirty'",
        "icp_vectors.csv:5",
        "icp_vectors.csv:6",
        "tier_thresholds.csv:",
        "valuation_rules.csv:",
        "persona_vectors.csv:1",
    ):
        assert any(fault.startswith(place) for fault in faults), (place, faults)


def test_the_shipped_seeds_have_no_fault() -> None:
    assert validate(PROJECT) == []


def _append_rows(warehouse: Path, folder: Path) -> None:
    """Add the rows as the seeds' loader would, and reverse two thresholds."""
    with duckdb.connect(str(warehouse)) as connection:
        for seed, lines in BROKEN_ROWS.items():
            file = folder / f"{seed}.csv"
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
            connection.execute(f"copy seeds.{seed} from '{file}' (format csv, header false)")
        connection.execute("update seeds.tier_thresholds set minimum_score = 75 where tier = 'T2'")


def test_no_data_test_reads_the_warehouse_while_it_is_compiled() -> None:
    """The job compiles them once per version of the project, whatever the rows of its seeds are then."""
    manifest = parsed()
    asking = {name for name, macro in manifest.macros.items() if "run_query" in macro.macro_sql}
    asking &= {name for name in manifest.macros if name.startswith("macro.marketmap.")}
    assert asking

    def called(names: list[str], known: set[str]) -> set[str]:
        for name in set(names) - known:
            known.add(name)
            called(manifest.macros[name].depends_on.macros, known)
        return known

    tests = [node for node in manifest.nodes.values() if node.resource_type == "test"]
    assert [node.name for node in tests if called(node.depends_on.macros, set()) & asking] == []


def test_nothing_that_is_said_of_personas_changes_an_account() -> None:
    """People are refreshed on a calendar of their own, and may be left out (ICP-28, PER-14)."""
    parents = parsed().parent_map

    def above(node: str, known: set[str]) -> set[str]:
        for parent in set(parents[node]) - known:
            known.add(parent)
            above(parent, known)
        return known

    for model in ("account_tiers", "account_valuations", "sync_salesforce__accounts"):
        seeds = {name.split(".")[2] for name in above(f"model.marketmap.{model}", set()) if name.startswith("seed.")}
        assert "icp_vectors" in seeds or model == "account_valuations"
        assert {seed for seed in seeds if seed.startswith("persona")} == set()
