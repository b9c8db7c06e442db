"""What sources disagree about: found by rules, in the shipped graph and in small graphs made for one rule."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from payergraph import questions, sparql
from payergraph.cli import ConflictKind, app
from payergraph.conflicts import KINDS, Conflict, Side, conflicts, place, records, select
from payergraph.store import load, shipped
from payergraph.terms import thing

SEEDS = {
    "cigna-ip0243",
    "molina-kineret",
    "seed-cigna-ilaris-california-guide",
    "seed-cigna-ilaris-north-carolina-guide",
    "seed-cigna-kineret-california-guide",
}
KINERET_GUIDE = "seed-cigna-kineret-california-guide"
CAROLINA_GUIDE = "seed-cigna-ilaris-north-carolina-guide"
ILARIS_GUIDE = "seed-cigna-ilaris-california-guide"


@pytest.fixture(scope="module")
def found() -> tuple[Conflict, ...]:
    return conflicts(shipped())


def one(found: tuple[Conflict, ...], kind: str, **wanted: str) -> Conflict:
    """The one conflict of a kind whose subject and question hold the wanted words."""
    fitting = [
        item for item in select(found, kind=kind) if all(text in getattr(item, name) for name, text in wanted.items())
    ]
    assert len(fitting) == 1, [(item.subject, item.question) for item in fitting]
    return fitting[0]


def said(conflict: Conflict) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for side in conflict.sides:
        values.setdefault(side.source, []).append(side.value)
    return values


# --- the founding documents -------------------------------------------------------------------------------------------


def test_the_founding_documents_hold_more_than_two_dozen_conflicts(found: tuple[Conflict, ...]) -> None:
    among = [item for item in found if {side.source for side in item.sides if side.source} <= SEEDS]
    touching = [item for item in found if {side.source for side in item.sides} & SEEDS]
    assert len(among) >= 25, len(among)
    assert len(touching) >= 40, len(touching)


def test_a_standard_review_takes_72_hours_in_one_guide_and_30_days_in_another(found: tuple[Conflict, ...]) -> None:
    item = one(
        found, "sources-differ", subject="Cigna", question="prior authorization decision time: canakinumab, standard"
    )
    values = said(item)
    assert values[ILARIS_GUIDE] == ["72 hours (typically); California"]
    assert all(value.startswith("30 days") for value in values[CAROLINA_GUIDE])


def test_180_days_for_a_review_are_not_six_months(found: tuple[Conflict, ...]) -> None:
    item = one(found, "sources-differ", subject="DMHC", question="external review filing deadline")
    values = said(item)
    assert values[KINERET_GUIDE] == ["180 days (within)"]
    assert all(value.startswith("6 months") for value in values["california-dmhc-imr"])
    assert {side.authority for side in item.sides} == {"primary", "secondary"}
    assert item.weight == 3


def test_every_success_rate_of_the_review_stands_in_one_list(found: tuple[Conflict, ...]) -> None:
    item = one(found, "sources-differ", subject="DMHC", question="external review success rate")
    values = " | ".join(side.value for side in item.sides)
    for rate in ("68", "55", "73", "60", "75"):
        assert f"{rate} percent" in values


def test_each_source_names_its_own_telephone_number(found: tuple[Conflict, ...]) -> None:
    assert set(said(one(found, "sources-differ", subject="Accredo"))) == {KINERET_GUIDE, CAROLINA_GUIDE}
    values = said(one(found, "sources-differ", subject="Cigna", question="member services phone"))
    assert values[CAROLINA_GUIDE] == ["1-800-244-6224"]
    assert values[KINERET_GUIDE][0].startswith("800-882-4462")


def test_a_number_with_and_without_its_country_code_is_one(found: tuple[Conflict, ...]) -> None:
    assert not [item for item in found if item.question.startswith("regulator phone")]


@pytest.mark.parametrize("code", ["M79.3", "E85.0", "E85.1", "E85.2"])
def test_a_code_that_means_something_else_is_named_with_its_meaning(found: tuple[Conflict, ...], code: str) -> None:
    items = [i for i in select(found, kind="code-means-other") if i.sides[0].value.startswith(f"{code} for")]
    assert len(items) == 1
    meaning = "panniculitis" if code == "M79.3" else "amyloidosis"
    assert meaning in items[0].sides[1].value


def test_a_code_that_does_not_exist_is_found_for_both_of_its_diseases(found: tuple[Conflict, ...]) -> None:
    items = [i for i in select(found, kind="code-means-other") if i.sides[0].value.startswith("M04.10 for")]
    assert {item.subject for item in items} == {"systemic juvenile idiopathic arthritis", "Still's disease"}
    assert all("no such code" in item.sides[1].value for item in items)


def test_codes_that_mean_what_stands_beside_them_are_not_reported(found: tuple[Conflict, ...]) -> None:
    printed = {item.sides[0].value.split(" ")[0] for item in select(found, kind="code-means-other")}
    assert not printed & {"M05.9", "M06.1", "M04.2", "M04.8", "M04.9", "J0638"}


def test_rilonacept_has_three_billing_codes(found: tuple[Conflict, ...]) -> None:
    item = one(found, "code-means-other", subject="rilonacept", question="HCPCS")
    assert {side.value.split(" ")[0] for side in item.sides} == {"J2792", "J2793", "J2795"}


def test_the_guide_asks_for_a_tnf_inhibitor_first_and_then_for_any_dmard(found: tuple[Conflict, ...]) -> None:
    item = one(found, "document-contradicts-itself", question="prior therapy")
    assert {side.source for side in item.sides} == {KINERET_GUIDE}
    assert "TNF inhibitor" in item.sides[0].value
    assert "disease-modifying antirheumatic drug" in item.sides[1].value
    primary = [i for i in select(found, kind="retelling-differs") if "TNF inhibitor" in i.sides[0].value]
    assert {side.source for side in primary[0].sides} == {KINERET_GUIDE, "cigna-ip0243"}


def test_the_guide_adds_an_immunologist_to_the_prescribers_of_caps(found: tuple[Conflict, ...]) -> None:
    item = one(found, "retelling-differs", subject="Counterforce Health: cryopyrin", question="prescriber")
    assert "immunology" in item.sides[0].value
    assert item.sides[1].source == "cigna-ip0243" and "immunology" not in item.sides[1].value
    assert "consultation" in item.sides[1].value and "consultation" not in item.sides[0].value


def test_the_guide_adds_an_age_that_the_policy_does_not_ask_for(found: tuple[Conflict, ...]) -> None:
    item = one(found, "retelling-differs", subject="Counterforce Health: rheumatoid arthritis", question="age")
    assert [side.value for side in item.sides] == ["Age 18 years or older", "not required"]


def test_another_edition_or_line_of_business_retells_nothing(found: tuple[Conflict, ...]) -> None:
    assert not [item for item in select(found, kind="retelling-differs") if "Policy Vault" in item.subject]


def test_the_header_of_molina_says_nomid_and_its_rules_all_of_caps(found: tuple[Conflict, ...]) -> None:
    item = one(found, "document-contradicts-itself", subject="Molina", question="use named as covered")
    assert item.sides[0].id == "molina-kineret/covered-use-nomid"
    assert "Muckle-Wells syndrome" in item.sides[1].value


def test_molina_names_a_compendial_use_for_which_it_has_no_rule(found: tuple[Conflict, ...]) -> None:
    item = one(found, "document-contradicts-itself", subject="Molina", question="compendial use")
    assert "multisystem inflammatory syndrome" in item.sides[0].value


def test_cigna_covers_more_of_caps_than_the_label_and_does_not_ask_its_age(found: tuple[Conflict, ...]) -> None:
    caps = one(found, "policy-vs-label", subject="IP0243, Anakinra: cryopyrin")
    assert caps.question == "indication wider than the label"
    assert "familial cold autoinflammatory syndrome" in caps.sides[0].value
    assert caps.sides[1].value == "labeled for neonatal-onset multisystem inflammatory disease"
    age = one(found, "policy-vs-label", subject="IP0243, Anakinra: rheumatoid arthritis")
    assert [side.value for side in age.sides] == ["not required", "Age 18 years or older"]


@pytest.mark.parametrize("use", ["Still's disease", "systemic juvenile idiopathic arthritis"])
def test_cigna_covers_uses_outside_the_label(found: tuple[Conflict, ...], use: str) -> None:
    assert one(found, "policy-vs-label", subject=f"IP0243, Anakinra: {use}").question == "indication outside the label"


def test_a_use_in_the_words_of_the_label_is_not_wider_than_it(found: tuple[Conflict, ...]) -> None:
    wider = [item for item in found if item.question == "indication wider than the label"]
    assert wider and all(item.drugs == {thing("drug", "anakinra").value} for item in wider)


def test_cigna_relies_on_the_guideline_of_2015(found: tuple[Conflict, ...]) -> None:
    item = one(found, "guideline-outdated", subject="2015 ACR guideline")
    assert item.sides[0].source == "cigna-ip0243"
    assert "2021 ACR guideline" in item.sides[1].value and item.sides[1].locator.startswith("Editorial")


# --- all conflicts ----------------------------------------------------------------------------------------------------


def test_every_conflict_has_two_sides_with_places(found: tuple[Conflict, ...]) -> None:
    for item in found:
        assert len({(side.value, side.source, side.id) for side in item.sides}) >= 2, item
        assert all(side.value and side.locator and side.id for side in item.sides), item
        assert item.subject and item.question and 1 <= item.weight <= 3
        assert not any("https://" in side.value for side in item.sides), item


def test_no_conflict_is_reported_twice(found: tuple[Conflict, ...]) -> None:
    keys = [(item.kind, item.about, item.question, frozenset(side.id for side in item.sides)) for item in found]
    assert len(keys) == len(set(keys))


def test_former_text_disagrees_with_nothing(found: tuple[Conflict, ...]) -> None:
    assert not [side for item in found for side in item.sides if "earlier text" in side.value]


def test_the_command_offers_every_kind(found: tuple[Conflict, ...]) -> None:
    assert [kind.value for kind in ConflictKind] == list(KINDS)
    assert {item.kind for item in found} == set(KINDS)


# --- one rule at a time -----------------------------------------------------------------------------------------------

_HEAD = """
@prefix pg: <https://w3id.org/payergraph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix id: <https://w3id.org/payergraph/id/> .
@prefix aspect: <https://w3id.org/payergraph/id/aspect/> .
@prefix state: <https://w3id.org/payergraph/id/state/> .
@prefix unit: <https://w3id.org/payergraph/id/unit/> .
@prefix payer: <https://w3id.org/payergraph/id/payer/> .
@prefix source: <https://w3id.org/payergraph/id/source/> .
"""
_CONCEPTS = """
aspect:deadline a pg:Aspect ; skos:prefLabel "deadline"@en ; pg:singleValued true .
aspect:channel a pg:Aspect ; skos:prefLabel "channel"@en .
payer:p a pg:Payer ; skos:prefLabel "P"@en .
state:CA a pg:State ; skos:prefLabel "California"@en .
state:NC a pg:State ; skos:prefLabel "North Carolina"@en .
unit:hour a pg:Unit ; skos:prefLabel "hour"@en ; pg:dimension "time" ; pg:toBase 60.0 .
unit:day a pg:Unit ; skos:prefLabel "day"@en ; pg:dimension "time" ; pg:toBase 1440.0 .
unit:month a pg:Unit ; skos:prefLabel "month"@en ; pg:dimension "calendar" ; pg:toBase 1.0 .
unit:year a pg:Unit ; skos:prefLabel "year"@en ; pg:dimension "calendar" ; pg:toBase 12.0 .
"""

Judge = Callable[..., list[str]]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """The kinds of conflict between statements, each given as its document and the rest of its Turtle."""

    def run(*statements: tuple[str, str]) -> list[str]:
        (tmp_path / "concepts").mkdir()
        (tmp_path / "guides").mkdir()
        (tmp_path / "concepts" / "c.ttl").write_text(_HEAD + _CONCEPTS)
        texts: dict[str, str] = {}
        for number, (document, rest) in enumerate(statements):
            head = f"source:{document} a pg:SourceDocument ; pg:authority pg:Secondary .\n"
            fact = (
                f"<https://w3id.org/payergraph/id/statement/{document}/s{number}> a pg:Statement ; pg:about payer:p ;\n"
                f'    pg:locator "line {number}" ; {rest} .\n'
            )
            texts[document] = texts.get(document, _HEAD + head) + fact
        for document, text in texts.items():
            (tmp_path / "guides" / f"{document}.ttl").write_text(text)
        return [item.kind for item in conflicts(load(data=tmp_path))]

    return run


def deadline(value: str, unit: str, more: str = "") -> str:
    return f"pg:aspect aspect:deadline ; pg:value {value} ; pg:unit unit:{unit} {more}"


@pytest.mark.parametrize(
    ("one_side", "other_side", "differ"),
    [
        (("72", "hour"), ("3", "day"), False),
        (("72", "hour"), ("4", "day"), True),
        (("6", "month"), ("180", "day"), True),
        (("12", "month"), ("1", "year"), False),
        (("30", "day"), ("30.0", "day"), False),
    ],
)
def test_durations_are_compared_by_their_length(
    judge: Judge, one_side: tuple[str, str], other_side: tuple[str, str], differ: bool
) -> None:
    assert judge(("a", deadline(*one_side)), ("b", deadline(*other_side))) == ["sources-differ"] * differ


def test_two_values_in_one_document_contradict_each_other(judge: Judge) -> None:
    assert judge(("a", deadline("30", "day")), ("a", deadline("60", "day"))) == ["document-contradicts-itself"]


def test_what_holds_in_two_states_is_not_compared(judge: Judge) -> None:
    assert (
        judge(("a", deadline("30", "day", "; pg:scope state:CA")), ("b", deadline("60", "day", "; pg:scope state:NC")))
        == []
    )


def test_what_holds_everywhere_is_compared_with_each_state(judge: Judge) -> None:
    assert judge(("a", deadline("30", "day", "; pg:scope state:CA")), ("b", deadline("60", "day"))) == [
        "sources-differ"
    ]


def test_alternatives_and_former_text_do_not_disagree(judge: Judge) -> None:
    other = "pg:alternativeTo <https://w3id.org/payergraph/id/statement/a/s0>"
    assert (
        judge(
            ("a", deadline("30", "day")),
            ("a", deadline("60", "day", f"; {other}")),
            ("b", deadline("90", "day", "; pg:formerText true")),
        )
        == []
    )


def test_lists_and_free_text_are_not_compared(judge: Judge) -> None:
    assert (
        judge(
            ("a", 'pg:aspect aspect:channel ; pg:value "800-111-1111"'),
            ("b", 'pg:aspect aspect:channel ; pg:value "800-222-2222"'),
            ("a", 'pg:aspect aspect:deadline ; pg:value "soon"'),
            ("b", 'pg:aspect aspect:deadline ; pg:value "later"'),
        )
        == []
    )


def test_telephone_numbers_are_compared_by_their_digits(judge: Judge) -> None:
    assert (
        judge(
            ("a", 'pg:aspect aspect:deadline ; pg:value "1-800-244-6224"'),
            ("b", 'pg:aspect aspect:deadline ; pg:value "(800) 244 6224"'),
        )
        == []
    )


def test_a_range_differs_from_its_own_end(judge: Judge) -> None:
    span = "pg:aspect aspect:deadline ; pg:lowValue 30 ; pg:highValue 45 ; pg:unit unit:day"
    assert judge(("a", span), ("b", deadline("45", "day"))) == ["sources-differ"]


# --- the command ------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["conflicts", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_filters_by_kind_drug_and_payer() -> None:
    items = json.loads(run("--kind", "policy-vs-label", "--drug", "Kineret", "--payer", "cigna", "--format", "json"))
    assert items and {item["kind"] for item in items} == {"policy-vs-label"}
    assert all("Cigna" in item["subject"] and len(item["sides"]) >= 2 for item in items)


def test_every_format_names_both_sides(found: tuple[Conflict, ...]) -> None:
    rows = list(csv.DictReader(io.StringIO(run("--format", "csv"))))
    assert rows == records(found)
    for text in (run("--kind", "code-means-other"), run("--kind", "code-means-other", "--format", "markdown")):
        assert "M79.3" in text and "panniculitis" in text and "icd10-cm-codes" in text


def test_the_list_says_what_its_marks_mean() -> None:
    shown = run("--kind", "document-contradicts-itself", "--payer", "cigna", "--drug", "anakinra")
    assert "■■■ Cigna, Kineret in California" in shown and "■■■ Heavy: an approval or a deadline" in shown
    assert "■□□" not in shown and "!" not in shown


def test_an_unknown_name_is_an_error_with_the_nearest() -> None:
    result = CliRunner().invoke(app, ["conflicts", "--drug", "kinerett"])
    assert result.exit_code == 2 and "anakinra" in result.stderr


def test_sides_are_plain_values() -> None:
    side = Side("30 days", "a", "", "line 1", "secondary", str(thing("statement", "a/s1")))
    assert side.citing == "" and hash(side)


def test_the_stored_question_tells_what_the_command_tells() -> None:
    answer = questions.ask("conflicts", shipped())
    places = [answer.columns.index(name) for name in ("kind", "weight", "says", "place", "fact")]
    told = Counter(tuple(row[i].value if row[i] else "" for i in places) for row in answer.rows)
    found = Counter(
        (item.kind, str(item.weight), side.value, place(side), side.fact)
        for item in conflicts(shipped())
        for side in item.sides
    )
    assert told == found


def test_every_conflict_has_a_name_of_its_own_that_stays() -> None:
    names = [item.iri for item in conflicts(shipped())]
    assert len(set(names)) == len(names)
    assert names == [item.iri for item in conflicts(load())]


@pytest.mark.parametrize(
    ("given", "column", "value"),
    [
        ({"kind": "code-means-other"}, "kind", "code-means-other"),
        ({"payer": "molina"}, "payer", ""),
        ({"document": "cigna-ip0243"}, "source", ""),
        ({"drug": "rilonacept"}, "drug", ""),
    ],
)
def test_the_stored_question_is_narrowed_whole_conflicts_at_a_time(
    given: dict[str, str], column: str, value: str
) -> None:
    answer = questions.ask("conflicts", shipped(), **given)
    sides = Counter(row[answer.columns.index("conflict")].value for row in answer.rows)
    every = {item.iri: len(item.sides) for item in conflicts(shipped())}
    assert 0 < len(sides) < len(every)
    assert all(every[name] == count for name, count in sides.items())
    if value:
        assert {row[answer.columns.index(column)].value for row in answer.rows} == {value}


def test_any_query_sees_the_conflicts() -> None:
    answer = sparql.run("SELECT (COUNT(*) AS ?n) { ?c a pg:Conflict }", shipped())
    assert int(answer.rows[0][0].value) == len(conflicts(shipped()))
