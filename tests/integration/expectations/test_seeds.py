"""Broken seeds: what each fault says, all of them at once."""

import shutil
from pathlib import Path

import pytest

from expectations.seeds import validate

ROOT = Path(__file__).parents[3]
DECLARATION = """
version: 2
seeds:
  - name: tiers
    config:
      meta:
        remedy: Keep T1 above T2
    data_tests:
      - has_rows
      - rows_satisfy:
          name: tiers_confirmed_by_somebody
          arguments:
            expression: coalesce(status, '') <> 'CONFIRMED' or (confirmed_by is not null and confirmed_on is not null)
          config:
            meta: {remedy: Fill confirmed_by and confirmed_on}
      - rows_satisfy:
          name: tiers_fall_from_T1_on
          arguments:
            expression: minimum < coalesce(lag(minimum) over (order by tier), 101)
    columns:
      - name: tier
        data_type: text
        data_tests:
          - not_null
          - unique
          - accepted_values:
              arguments: {values: [T1, T2, T3]}
      - name: minimum
        data_type: decimal(5,2)
        config: {meta: {remedy: Give a score}}
        data_tests:
          - in_range:
              arguments: {minimum: 0, maximum: 100}
      - {name: is_on, data_type: boolean}
      - {name: status, data_type: text}
      - {name: confirmed_by, data_type: text}
      - {name: confirmed_on, data_type: date}
      - {name: note, data_type: text, config: {meta: {optional: true}}}
  - name: plays
    columns:
      - name: tier
        data_type: text
        data_tests:
          - relationships:
              arguments: {to: ref('tiers'), field: tier}
              config: {where: "tier <> 'default'"}
      - {name: step, data_type: integer}
      - name: answer
        data_type: text
        config: {meta: {optional: true, remedy: Give an answer}}
        data_tests:
          - accepted_values:
              arguments: {values: ['true', later]}
          - relationships:
              arguments: {to: ref('tiers'), field: is_on}
              config: {meta: {remedy: Switch a tier on}}
    data_tests:
      - primary_key:
          arguments: {columns: [tier, step]}
"""
HEADER = "tier,minimum,is_on,status,confirmed_by,confirmed_on\n"
TIERS = HEADER + "T1,70,true,ASSUMED,,\nT2,45.5,false,CONFIRMED,Ann,2026-01-31\nT3,0,,,,\n"
PLAYS = "tier,step\nT1,1\ndefault,1\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "_seeds.yml").write_text(DECLARATION, "utf-8")
    (seeds / "tiers.csv").write_text(TIERS, "utf-8")
    (seeds / "plays.csv").write_text(PLAYS, "utf-8")
    return tmp_path


def _faults(project: Path, tiers: str | bytes, name: str = "tiers.csv") -> list[str]:
    raw = tiers if isinstance(tiers, bytes) else tiers.encode()
    (project / "seeds" / name).write_bytes(raw)
    return [str(fault) for fault in validate(project)]


def test_sound_seeds_have_no_faults(project: Path) -> None:
    assert validate(project) == []


def test_the_shipped_seeds_have_no_faults() -> None:
    assert [str(fault) for fault in validate(ROOT / "dbt_project")] == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (TIERS.replace("T3,0", "T4,0"), "tiers.csv:4 tier 'T4': is not one of T1, T2, T3; Keep T1 above T2."),
        (TIERS.replace("T3,0", ",0"), "tiers.csv:4 tier: must not be blank; Keep T1 above T2."),
        (TIERS.replace("T3,0", "null,0"), "tiers.csv:4 tier: must not be blank; Keep T1 above T2."),
        (TIERS.replace("T3,0", "T1,0"), "tiers.csv:4 tier 'T1': repeats line 2, and must be unique; Keep T1 above T2."),
        (TIERS.replace("T3,0", " T3,0"), "tiers.csv:4 tier ' T3': has a blank at its start or end; Keep T1 above T2."),
        (
            TIERS.replace("45.5", "45'5"),
            "tiers.csv:3 minimum '45'5': is not a number (write 1234.5, without separators or units); Give a score.",
        ),
        (
            TIERS.replace("45.5", "45.125"),
            "tiers.csv:3 minimum '45.125': has more than 2 decimal places; Give a score.",
        ),
        (TIERS.replace("70", "1000"), "tiers.csv:2 minimum '1000': is too large; Give a score."),
        (TIERS.replace("70", "100.5"), "tiers.csv:2 minimum '100.5': is above 100; Give a score."),
        (TIERS.replace("T3,0", "T3,-1"), "tiers.csv:4 minimum '-1': is below 0; Give a score."),
        (TIERS.replace("true", "yes"), "tiers.csv:2 is_on 'yes': is neither true nor false; Keep T1 above T2."),
        (
            TIERS.replace("2026-01-31", "31.1.2026"),
            "tiers.csv:3 confirmed_on '31.1.2026': is not a date (write 2026-01-31); Keep T1 above T2.",
        ),
        (
            TIERS.replace("Ann", ""),
            "tiers.csv:3 tier 'T2': fails the check 'confirmed by somebody'; Fill confirmed_by and confirmed_on.",
        ),
        (TIERS.replace("70", "40"), "tiers.csv:3 tier 'T2': fails the check 'fall from T1 on'; Keep T1 above T2."),
        (
            TIERS.replace("T3,0,,,,", "T3,0,,,"),
            "tiers.csv:4 'T3,0,,,': the row has 5 cells, the header has 6; give each column one cell; a cell that",
        ),
        (TIERS.replace("T3", "\nT3"), "tiers.csv:4 the line is blank; remove it."),
        (
            TIERS.replace("minimum", "minimun"),
            "tiers.csv:1 minimun: the column is not known; use one of tier, minimum, is_on, status, confirmed_by, conf",
        ),
        (
            TIERS.replace("minimum", "minimun"),
            "tiers.csv:1 minimum: the column is missing; the columns are tier, minimum, is_on, status, confirmed_by, c",
        ),
        (TIERS.replace("is_on", "tier"), "tiers.csv:1 tier: the column appears twice; keep one of them."),
        (
            TIERS.replace(",", ";"),
            "tiers.csv:1 'tier;minimum;is_on;status;confirmed_by;confirmed_on': cells are not separated by commas;",
        ),
        (TIERS.encode("utf-16"), "tiers.csv:1 byte 0xff is not UTF-8; save the file as CSV UTF-8."),
        (
            TIERS.replace("Ann", "Zoë").encode("latin-1"),
            "tiers.csv:3 byte 0xeb is not UTF-8; save the file as CSV UTF-8.",
        ),
        (TIERS.replace("Ann", "A\0n"), "tiers.csv:3 the file holds a NUL character; save the file as CSV UTF-8."),
        (
            "",
            "tiers.csv:1 the file is empty; start it with the header tier,minimum,is_on,status,confirmed_by,",
        ),
        (TIERS.splitlines()[0] + "\n", "tiers.csv:1 there is no row below the header; Keep T1 above T2."),
        (TIERS.replace(",", ";"), "tiers.csv:1 'tier;minimum;is_on;status;confirmed_by;confirmed_on'"),
        (
            TIERS.replace("Ann", '"Ann'),
            "tiers.csv:3 the quoting is broken (unexpected end of data); close every quote, and write a quote inside",
        ),
    ],
)
def test_a_broken_seed_says_where_what_and_what_to_do(project: Path, text: str | bytes, fault: str) -> None:
    assert any(found.startswith(fault) for found in _faults(project, text)), _faults(project, text)


def test_all_faults_come_at_once_in_the_order_of_lines(project: Path) -> None:
    broken = HEADER + 'T1,x,perhaps,"two\nlines",,soon\nT9,100.5,,,,\n'
    assert [fault.split(":", 2)[1].split(" ")[0:2] for fault in _faults(project, broken)] == [
        ["2", "confirmed_on"],
        ["2", "is_on"],
        ["2", "minimum"],
        ["4", "minimum"],
        ["4", "tier"],
    ]


def test_spreadsheets_may_leave_their_mark_and_quotes(project: Path) -> None:
    assert (
        _faults(project, b"\xef\xbb\xbf" + TIERS.replace("Ann", '"O\'Brien, ""Al"" 😀"').replace("\n", "\r\n").encode())
        == []
    )


def test_references_and_keys(project: Path) -> None:
    remedy = "; correct the row, or change the declaration if the rule itself is wrong."
    assert _faults(project, PLAYS + "T9,1\nT1,1\n,2\n", "plays.csv") == [
        f"plays.csv:4 tier 'T9': is not a tier of tiers.csv{remedy}",
        f"plays.csv:5 tier + step 'T1 + 1': repeats line 2, and must be unique{remedy}",
        f"plays.csv:6 tier: must not be blank{remedy}",
    ]


def test_a_test_of_a_column_may_have_its_own_remedy(project: Path) -> None:
    assert _faults(
        project, PLAYS.replace("\n", ",\n").replace("step,", "step,answer") + "T2,1,later\nT3,1,maybe\n", "plays.csv"
    ) == [
        "plays.csv:4 answer 'later': is not an is_on of tiers.csv; Switch a tier on.",
        "plays.csv:5 answer 'maybe': is not one of true, later; Give an answer.",
    ]


def test_files_and_declarations_must_match(project: Path) -> None:
    seeds = project / "seeds"
    (seeds / "plays.csv").rename(seeds / "games.csv")
    (seeds / "more.yml").write_text("seeds:\n  - name: tiers\n", "utf-8")
    (seeds / "odd.yml").write_text("seeds: [\n", "utf-8")
    found = "\n".join(str(fault) for fault in validate(project))
    assert (
        "_seeds.yml seed plays is declared, and plays.csv does not exist; add the file or remove the declaration."
        in found
    )
    assert "games.csv the file is not declared; declare its columns in a YAML file beside it." in found
    assert "more.yml seed tiers is declared a second time; keep one declaration." in found
    assert "odd.yml:2 no YAML: " in found


RULES = "rule_id,condition_number,component,entity,match,attribute,operator,value,points,window_days,half_life_days,"
RULES += "cap_points,is_enabled,version,description\n"


@pytest.mark.parametrize(
    ("predicate", "fault"),
    [
        (
            "activities,all,activity_typo,equals,x",
            "attribute 'activity_typo': is not an attribute of activities; add it to",
        ),
        ("contacts,all,activity_type,equals,x", "is not an attribute of contacts (it is one of activities);"),
        ("activities,all,activity_type,is_like,x", "operator 'is_like': is not an operator; there are equals, "),
        (
            "activities,all,activity_type,gt,5",
            "operator 'gt': does not apply to activity_type, which is a text; equals",
        ),
        ("intent_signals,all,score,gt,high", "value 'high': holds 'high', which is not a number"),
        ("intent_signals,all,score,between,90|70", "value '90|70': goes from high to low; write the lower value first"),
        ("intent_signals,all,score,between,90", "value '90': gives 1 values where between takes 2, separated by |"),
        ("intent_signals,all,score,is_present,90", "value '90': must be blank, for is_present takes no value"),
        ("contacts,all,seniority,in,VP||C-Level", "value 'VP||C-Level': holds a blank between two |"),
        ("contacts,all,seniority,in,", "value: gives 0 values where in takes at least 1, separated by |"),
    ],
)
def test_rules_are_checked_against_the_vocabulary(tmp_path: Path, predicate: str, fault: str) -> None:
    shutil.copytree(ROOT / "dbt_project" / "seeds", tmp_path / "seeds")
    row = f"a_rule,1,engagement,{predicate},5,,,,true,v0,Some rule\n"
    (tmp_path / "seeds" / "scoring_rules.csv").write_text(RULES + row, "utf-8")
    found = [str(found) for found in validate(tmp_path)]
    assert any(line.startswith("scoring_rules.csv:2 ") and fault in line for line in found), found


def test_a_seed_may_name_attributes_of_several_entities(tmp_path: Path) -> None:
    """Territories follow the scores and the imported lists; fit, from which scores are made, cannot."""
    shutil.copytree(ROOT / "dbt_project" / "seeds", tmp_path / "seeds")
    territories, vectors = (tmp_path / "seeds" / name for name in ("territories.csv", "icp_vectors.csv"))
    row = "summit,99,{},all,{},Summit AEs,Americas,,,Imported\n"
    given = territories.read_text("utf-8") + row.format(1, "imported_lists,list_contains,Summit 2026")
    territories.write_text(
        given + row.format(2, "overall_score,gt,80") + row.format(3, "overall_scores,gt,80"), "utf-8"
    )
    vectors.write_text(vectors.read_text("utf-8").replace(",employee_count,", ",overall_score,", 1), "utf-8")
    of_territories, of_vectors = sorted(
        (str(fault) for fault in validate(tmp_path) if "not an attribute" in str(fault)), reverse=True
    )
    assert "attribute 'overall_scores': is not an attribute of accounts or standings; add it to" in of_territories
    assert "attribute 'overall_score': is not an attribute of accounts (it is one of " in of_vectors
