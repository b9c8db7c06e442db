"""What sources disagree about: found by rules, in the shipped graph and in small graphs made for one rule."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from payergraph.author.lint import lint
from payergraph.cli import app
from payergraph.cli.conflicts import ConflictKind
from payergraph.comparison.conflicts import CONFLICT_KINDS, Conflict, Side, conflicts, place, records, select
from payergraph.sparql import questions
from payergraph.sparql import sandbox as sparql
from payergraph.store.graph import load, shipped
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


def test_the_clock_of_north_carolina_is_not_set_against_that_of_california(found: tuple[Conflict, ...]) -> None:
    clocks = [item for item in found if item.question.startswith("prior authorization decision time")]
    assert not [item for item in clocks if {ILARIS_GUIDE, CAROLINA_GUIDE} <= set(said(item))]


def test_180_days_for_a_review_are_not_six_months(found: tuple[Conflict, ...]) -> None:
    item = one(found, "sources-differ", subject="DMHC", question="external review filing deadline")
    values = said(item)
    assert values[KINERET_GUIDE] == ["180 days (at most)"]
    assert all(value.startswith("6 months") for value in values["california-dmhc-imr"])
    assert {side.authority for side in item.sides} == {"primary", "secondary"}
    assert item.weight == 3


def test_every_success_rate_of_the_review_stands_in_one_list(found: tuple[Conflict, ...]) -> None:
    item = one(found, "sources-differ", subject="DMHC", question="external review success rate")
    values = " | ".join(side.value for side in item.sides)
    for rate in ("68", "55", "73", "60", "75"):
        assert f"{rate} percent" in values


def test_each_source_names_its_own_telephone_number(found: tuple[Conflict, ...]) -> None:
    values = said(one(found, "sources-differ", subject="Accredo"))
    assert values[CAROLINA_GUIDE] == ["1-800-803-2523 (for coordination)"]
    assert "delivery" in values[KINERET_GUIDE][0]


def test_a_number_to_ask_about_authorization_is_not_that_of_member_services(found: tuple[Conflict, ...]) -> None:
    assert not [item for item in found if item.question == "member services phone"]


def test_a_number_with_and_without_its_country_code_is_one(found: tuple[Conflict, ...]) -> None:
    for item in found:
        if item.question.startswith("regulator phone"):
            assert len({re.sub(r"\D", "", side.value)[-10:] for side in item.sides}) > 1


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
    item = one(found, "document-contradicts-itself", subject="rheumatoid arthritis", question="prior therapy")
    assert {side.source for side in item.sides} == {KINERET_GUIDE}
    assert "TNF inhibitor" in item.sides[0].value
    assert "disease-modifying antirheumatic drug" in item.sides[-1].value
    primary = [i for i in select(found, kind="retelling-differs") if "TNF inhibitor" in i.sides[0].value]
    assert {side.source for side in primary[0].sides} == {KINERET_GUIDE, "cigna-ip0243"}


def test_the_guide_adds_an_immunologist_to_the_prescribers_of_caps(found: tuple[Conflict, ...]) -> None:
    item = one(found, "retelling-differs", subject="Counterforce Health: cryopyrin", question="prescriber")
    assert "immunology" in item.sides[0].value
    assert item.sides[1].source == "cigna-ip0243" and "immunology" not in item.sides[1].value
    assert "in consultation" in item.sides[1].value and "in consultation" not in item.sides[0].value


def test_the_guide_adds_an_age_that_the_policy_does_not_ask_for(found: tuple[Conflict, ...]) -> None:
    item = one(found, "retelling-differs", subject="Counterforce Health: rheumatoid arthritis", question="age")
    silent = "asks nothing of the kind for this use, as far as seen"
    assert [side.value for side in item.sides] == ["Age 18 years or older", silent]


def test_a_diagnosis_by_named_criteria_shows_them(found: tuple[Conflict, ...]) -> None:
    item = one(found, "retelling-differs", subject="Counterforce Health: rheumatoid arthritis", question="diagnosis")
    assert "Diagnosis of rheumatoid arthritis, by ACR criteria" in item.sides[0].value
    assert item.sides[1].value == "names no criteria by which the diagnosis is made, as far as seen"


def test_no_silent_document_is_said_to_require_nothing(found: tuple[Conflict, ...]) -> None:
    told = 0
    for item in found:
        assert not [side for side in item.sides if "not required" in side.value], item
        if item.rule.startswith("retellings") and " left out" not in item.question:
            silent = [side for side in item.sides if "of the kind" in side.value or "names no" in side.value]
            assert all("as far as seen" in side.value or "may touch on it" in side.value for side in silent)
            told += len(silent)
    assert told


def test_what_a_document_lists_to_be_sent_in_is_no_silence(found: tuple[Conflict, ...]) -> None:
    item = one(found, "sources-differ", subject="periodic fever syndrome", question="disease activity")
    assert item.sides[0].source == ILARIS_GUIDE and "its lists of what to send in may touch on it" in item.differs


def test_a_missed_clock_grants_a_request_only_where_the_law_is_known_to_say_so(found: tuple[Conflict, ...]) -> None:
    clocks = [item for item in found if item.question.startswith("decision time beside the law")]
    granting = [any(side.source == "california-drug-pa-timelines" for side in item.sides) for item in clocks]
    assert ["deemed granted" in item.matters for item in clocks] == granting
    assert any(granting) and not all(granting)
    assert {item.weight for item in clocks} == {3}


def test_a_disagreement_with_the_label_is_told_once(found: tuple[Conflict, ...]) -> None:
    wider = [item for item in found if item.question == "indication wider than the label"]
    assert not [item for item in wider if KINERET_GUIDE in said(item)]
    assert not [item for item in found if item.question == "use named as approved"]
    own = one(found, "policy-vs-label", subject="IP0243, Anakinra: cryopyrin")
    assert own.sides[2].value == "FDA-approved use: neonatal-onset multisystem inflammatory disease"


@pytest.mark.parametrize(
    "source", ["bcbs-kansas-il1", "pennsylvania-medicaid-plan-non-tnf-biologics-2019", "western-health-advantage"]
)
def test_a_use_that_a_page_only_lists_or_gives_to_a_class_is_not_said_to_be_covered(
    found: tuple[Conflict, ...], source: str
) -> None:
    outside = [item for item in select(found, kind="policy-vs-label") if "indication" in item.question]
    assert outside and not [item for item in outside if any(side.source.startswith(source) for side in item.sides)]


def test_an_exception_to_which_the_document_sends_its_reader_contradicts_nothing(found: tuple[Conflict, ...]) -> None:
    assert not [item for item in found if item.question.startswith("authorizations a year")]


def test_what_the_document_says_of_all_other_uses_stands_beside_a_compendial_use(found: tuple[Conflict, ...]) -> None:
    item = one(found, "document-contradicts-itself", subject="Molina", question="compendial use")
    assert item.sides[2].value == "off-label rule: Molina's Off-Label policy"


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
    age = one(found, "policy-vs-label", subject="IP0243, Anakinra: rheumatoid arthritis", question="age")
    assert [side.value for side in age.sides] == [
        "names no age for this use among its criteria, as far as seen",
        "Age 18 years or older",
    ]


@pytest.mark.parametrize("use", ["Still's disease", "systemic juvenile idiopathic arthritis"])
def test_cigna_covers_uses_outside_the_label(found: tuple[Conflict, ...], use: str) -> None:
    assert one(found, "policy-vs-label", subject=f"IP0243, Anakinra: {use}").question == "indication outside the label"


def test_a_use_in_the_words_of_the_label_is_not_wider_than_it(found: tuple[Conflict, ...]) -> None:
    wider = [item for item in found if item.question == "indication wider than the label"]
    in_its_words = {thing("drug", name).value for name in ("canakinumab", "rilonacept")}
    assert wider and not any(item.drugs & in_its_words for item in wider)


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
    assert [kind.value for kind in ConflictKind] == list(CONFLICT_KINDS)
    assert {item.kind for item in found} == set(CONFLICT_KINDS)


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
unit:percent a pg:Unit ; skos:prefLabel "percent"@en ; pg:dimension "share" .
unit:per-year a pg:Unit ; skos:prefLabel "times per year"@en ; pg:dimension "frequency" ; pg:toBase 1.0 .
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


@pytest.mark.parametrize(
    ("beside", "weight"),
    [
        ('pg:hedge "typically"', 2),
        ('pg:hedge "in many cases"', 2),
        ("pg:comparator pg:AtMost", 3),
        ('pg:scopeInWords "most plans, usually those of employers"', 3),
        ('pg:evidence "about six public files"', 3),
        ('pg:obligation "may"', 3),
        ('pg:joinedBy "or" ; pg:joinedTo <https://w3id.org/payergraph/id/statement/a/s9>', 3),
    ],
)
def test_a_hedge_alone_makes_a_disagreement_lighter(judge: Judge, tmp_path: Path, beside: str, weight: int) -> None:
    judge(("a", deadline("30", "day", f"; {beside}")), ("b", deadline("60", "day")))
    assert [item.weight for item in conflicts(load(data=tmp_path))] == [weight]


def test_a_side_says_what_its_document_says_beside_the_value(judge: Judge, tmp_path: Path) -> None:
    beside = '; pg:hedge "usually" ; pg:comparator pg:AtMost ; pg:scopeInWords "if denied/late"'
    judge(("a", deadline("30", "day", beside)), ("b", deadline("60", "day")))
    [item] = conflicts(load(data=tmp_path))
    assert {side.value for side in item.sides} == {"30 days (usually, at most, if denied/late)", "60 days"}


@pytest.mark.parametrize("link", ["pg:alternativeTo", 'pg:joinedBy "or" ; pg:joinedTo'])
def test_alternatives_and_former_text_do_not_disagree(judge: Judge, link: str) -> None:
    other = f"{link} <https://w3id.org/payergraph/id/statement/a/s0>"
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


@pytest.mark.parametrize(("days", "differ"), [("45", False), ("30", True), ("44", True)])
def test_a_range_differs_from_another_limit_and_not_from_its_own(judge: Judge, days: str, differ: bool) -> None:
    span = "pg:aspect aspect:deadline ; pg:lowValue 30 ; pg:highValue 45 ; pg:unit unit:day"
    assert judge(("a", span), ("b", deadline(days, "day"))) == ["sources-differ"] * differ


@pytest.mark.parametrize(
    ("rate", "hedged", "differ"), [("53", True, False), ("53", False, True), ("55", True, False), ("56", True, True)]
)
def test_a_rate_differs_from_another_that_is_not_its_rounding(
    judge: Judge, rate: str, hedged: bool, differ: bool
) -> None:
    about = '; pg:hedge "about"'
    round_one = deadline("50", "percent", about)
    other = deadline(rate, "percent", about if hedged else "")
    assert judge(("a", round_one), ("b", other)) == ["sources-differ"] * differ


def test_once_a_year_is_said_in_words(judge: Judge, tmp_path: Path) -> None:
    judge(("a", deadline("1", "per-year")), ("b", deadline("2", "per-year")))
    (item,) = conflicts(load(data=tmp_path))
    assert {side.value for side in item.sides} == {"once per year", "2 times per year"}


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
    assert result.exit_code == 2 and "the nearest is kineret" in result.stderr


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


# --- what readers found by hand ---------------------------------------------------------------------------------------

_BY_HAND = list(csv.DictReader((Path(__file__).parent / "disagreements.csv").open(encoding="utf-8")))


def _heard(found: tuple[Conflict, ...], row: dict[str, str]) -> bool:
    """Whether conflicts hold the sides of a row; what differs in each of two documents stands beside a plus."""
    asked = [{side.id for side in item.sides} for item in found if row["question"] in item.question]
    return all(any(set(sides.split()) <= held for held in asked) for sides in row["sides"].split(" + "))


def test_how_many_of_the_disagreements_read_by_hand_are_found_is_said(found: tuple[Conflict, ...]) -> None:
    standing = [row for row in _BY_HAND if not row["else"].startswith("withdrawn")]
    heard = [row for row in standing if row["sides"] and _heard(found, row)]
    review = (Path(__file__).resolve().parents[2] / "data/REVIEW.md").read_text(encoding="utf-8")
    assert f"the finder has {len(heard)} of {len(standing)}" in " ".join(review.split())


def test_what_was_read_by_hand_is_found_or_says_why_not(found: tuple[Conflict, ...]) -> None:
    for row in _BY_HAND:
        assert bool(row["sides"]) != bool(row["else"]), row["number"]
        assert not row["sides"] or _heard(found, row), row["number"]


# --- rules on small graphs --------------------------------------------------------------------------------------------

_MORE = """
@prefix policy: <https://w3id.org/payergraph/id/policy/> .
@prefix rule: <https://w3id.org/payergraph/id/rule/> .
@prefix criterion: <https://w3id.org/payergraph/id/criterion/> .
@prefix set: <https://w3id.org/payergraph/id/set/> .
@prefix s: <https://w3id.org/payergraph/id/statement/> .
@prefix drug: <https://w3id.org/payergraph/id/drug/> .
@prefix product: <https://w3id.org/payergraph/id/product/> .
@prefix condition: <https://w3id.org/payergraph/id/condition/> .
@prefix specialty: <https://w3id.org/payergraph/id/specialty/> .
@prefix plan: <https://w3id.org/payergraph/id/plan/> .
@prefix publication: <https://w3id.org/payergraph/id/publication/> .
@prefix pharmacy: <https://w3id.org/payergraph/id/pharmacy/> .
@prefix program: <https://w3id.org/payergraph/id/program/> .
@prefix lab: <https://w3id.org/payergraph/id/lab/> .
@prefix lob: <https://w3id.org/payergraph/id/line-of-business/> .
@prefix kind: <https://w3id.org/payergraph/id/request-kind/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
_WORLD = """
drug:d a pg:Drug ; skos:prefLabel "d"@en . drug:e a pg:Drug ; skos:prefLabel "e"@en .
product:x a pg:Product ; skos:prefLabel "X"@en ; skos:broader drug:e .
condition:one a pg:Condition ; skos:prefLabel "one"@en . condition:two a pg:Condition ; skos:prefLabel "two"@en .
condition:all a pg:Condition ; skos:prefLabel "all"@en .
condition:part a pg:Condition ; skos:prefLabel "part"@en ; skos:broader condition:all .
condition:other a pg:Condition ; skos:prefLabel "other"@en ; skos:broader condition:all .
specialty:r a pg:Specialty ; skos:prefLabel "r"@en . specialty:i a pg:Specialty ; skos:prefLabel "i"@en .
lob:medicare a pg:LineOfBusiness ; skos:prefLabel "Medicare"@en .
lob:medicare-advantage a pg:LineOfBusiness ; skos:broader lob:medicare .
lob:medicare-part-d a pg:LineOfBusiness ; skos:broader lob:medicare .
lob:employer a pg:LineOfBusiness ; skos:prefLabel "employer"@en .
lob:self-funded a pg:LineOfBusiness ; skos:broader lob:employer .
plan:own a pg:Plan ; skos:prefLabel "own"@en ; pg:payer payer:p ; pg:lineOfBusiness lob:self-funded .
lab:c a pg:LabTest ; skos:prefLabel "C"@en .
plan:ma a pg:Plan ; skos:prefLabel "MA"@en ; pg:payer payer:p ; pg:lineOfBusiness lob:medicare-advantage .
"""

_AGE = 'criterion:{0}-a | criterion:{0}-a a pg:AgeCriterion ; pg:minimumAge 4 ; pg:locator "a" .'

World = Callable[..., tuple[Conflict, ...]]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """The conflicts of a graph of the concepts and of documents, each given by name with the rest of its Turtle."""

    def run(*, aside: bool = False, **documents: str) -> tuple[Conflict, ...]:
        head = _HEAD + _MORE
        for folder in ("concepts", "policies"):
            (tmp_path / folder).mkdir()
        (tmp_path / "concepts" / "c.ttl").write_text(head + _CONCEPTS + _WORLD)
        for name, text in documents.items():
            source = f"source:{name} a pg:SourceDocument ; pg:completeness pg:Complete ; pg:authority pg:"
            source += "Primary .\n" if name.startswith("own") else "Secondary .\n"
            (tmp_path / "policies" / f"{name}.ttl").write_text(head + source + text)
        return conflicts(load(data=tmp_path), aside=aside)

    return run


def policy_of(name: str, use: str, more: str = "", criteria: str = "", rule: str = "", kind: str = "") -> str:
    """A policy with one rule, whose criteria are the use and those given as a Turtle list with their triples."""
    parts, _, triples = criteria.partition("|")
    whose = "pg:payer payer:p ; " if kind != "DrugLabel" else ""
    authority = "Primary" if name.startswith("own") else "Secondary"
    return f"""
policy:{name} a pg:{kind or "CoveragePolicy"} ; skos:prefLabel "{name}"@en ; {whose}pg:drug drug:d ;
    pg:authority pg:{authority} ; pg:coverageRule rule:{name} {more} .
rule:{name} a pg:CoverageRule ; pg:indication condition:{use} ; pg:completeness pg:Complete ; pg:locator "{name}" ;
    pg:initialCriteria criterion:{name} {rule} .
criterion:{name} a pg:AllOf ; sh:and ( criterion:{name}-use {parts} ) ; pg:locator "{name}" .
criterion:{name}-use a pg:UseCriterion ; pg:use condition:{use} ; pg:locator "{name}" .
{triples}
"""


def questions_of(found: tuple[Conflict, ...]) -> list[str]:
    return [item.question for item in found]


_LABEL = policy_of("own-label", "two", kind="DrugLabel") + (
    's:approval a pg:Statement ; pg:about drug:d ; pg:aspect aspect:fda-approval-date ; pg:locator "l" ;'
    ' pg:scope condition:two ; pg:value "2023-08"^^xsd:gYearMonth .'
)


@pytest.mark.parametrize(
    ("dated", "blamed"),
    [
        ('; pg:effectiveDate "2023-08-01"^^xsd:date', True),
        ('; pg:effectiveDate "2023-07-31"^^xsd:date', False),
        ('; pg:lastReviewDate "2023-09"^^xsd:gYearMonth', True),
        ('; pg:lastReviewDate "2019-04"^^xsd:gYearMonth', False),
        ('; pg:effectiveDate "2020"^^xsd:gYear ; pg:lastReviewDate "2024-01-01"^^xsd:date', True),
        ('; pg:notBefore "2024-01"^^xsd:gYearMonth', True),
        ('; pg:notBefore "2019-08"^^xsd:gYearMonth', False),
        ("", False),
    ],
)
def test_a_page_is_not_blamed_for_a_use_approved_after_it(world: World, dated: str, blamed: bool) -> None:
    page = policy_of("own-page", "one", f"; pg:indicationsComplete true {dated}")
    asked = questions_of(world(own_label=_LABEL, own_page=page))
    assert ("labeled use not listed" in asked) is blamed


_SPECIALIST = """criterion:{0}-p | criterion:{0}-p a pg:PrescriberCriterion ; pg:specialties set:{0} ;
    pg:consultationAccepted true ; pg:locator "{0}" . set:{0} a pg:ConceptSet ; {1} pg:member {2} ."""


@pytest.mark.parametrize(("relation", "kinds"), [("restates", ["retelling-differs"]), ("otherEditionOf", [])])
def test_only_what_says_that_it_retells_is_a_retelling(world: World, relation: str, kinds: list[str]) -> None:
    own = policy_of("own", "one", criteria=_SPECIALIST.format("own", "", "specialty:r"))
    told = policy_of(
        "told", "one", f"; pg:{relation} policy:own", criteria=_SPECIALIST.format("told", "", "specialty:i")
    )
    assert [item.kind for item in world(own=own, told=told)] == kinds


@pytest.mark.parametrize(
    ("mine", "theirs", "differ"),
    [
        (("", "specialty:r"), ("", "specialty:r , specialty:i"), True),
        (("pg:openEnded true ;", "specialty:r"), ("", "specialty:r , specialty:i"), False),
        (("pg:openEnded true ;", "specialty:r , specialty:i"), ("", "specialty:r"), True),
        (("", "specialty:r"), ("pg:openEnded true ;", "specialty:r"), False),
    ],
)
def test_an_open_list_differs_only_from_a_closed_one_that_lacks_what_it_names(
    world: World, mine: tuple[str, str], theirs: tuple[str, str], differ: bool
) -> None:
    own = policy_of("own", "one", criteria=_SPECIALIST.format("own", *theirs))
    told = policy_of("told", "one", "; pg:restates policy:own", criteria=_SPECIALIST.format("told", *mine))
    assert questions_of(world(own=own, told=told)) == ["prescriber"] * differ


def test_what_a_retelling_leaves_out_is_told(world: World) -> None:
    own = policy_of("own", "one", ", rule:more", rule="; pg:initialMonths 12 ; pg:continuationCriteria criterion:own")
    own += policy_of("more", "two").replace("policy:more a", "policy:unused a pg:Nothing ; pg:was")
    told = policy_of("told", "one", "; pg:restates policy:own")
    assert sorted(questions_of(world(own=own, told=told))) == [
        "length of approval left out",
        "renewal left out",
        "uses left out",
    ]


def test_two_retellings_are_compared_in_both_directions(world: World) -> None:
    one = policy_of("one", "one", rule="; pg:initialMonths 6")
    two = policy_of("two", "one", ", rule:more") + policy_of("more", "two").replace(
        "policy:more a", "policy:u a pg:N ; pg:w"
    )
    found = world(one=one, two=two)
    assert {item.question: item.kind for item in found} == {
        "uses left out": "sources-differ",
        "length of approval left out": "sources-differ",
    }


def clock(name: str, about: str, value: str, scopes: str) -> str:
    return (
        f"s:{name} a pg:Statement ; pg:about {about} ; pg:aspect aspect:prior-authorization-decision-time ;"
        f' pg:locator "{name}" ; pg:unit unit:hour ; pg:scope {scopes} ; {value} .'
    )


@pytest.mark.parametrize(
    ("scopes", "hours", "late"),
    [
        ("state:CA , kind:expedited", "pg:lowValue 24 ; pg:highValue 72", True),
        ("state:CA , kind:expedited", "pg:value 24", False),
        ("state:NC , kind:expedited", "pg:value 72", False),
        ("state:CA , kind:standard", "pg:value 72", False),
    ],
)
def test_a_payers_clock_is_set_against_the_law_of_its_state(world: World, scopes: str, hours: str, late: bool) -> None:
    law = clock("law", "publication:law", "pg:value 24", "state:CA , kind:expedited")
    found = world(own_law=law, guide=clock("guide", "payer:p", hours, scopes))
    assert [item.question.startswith("decision time beside the law") for item in found] == [True] * late


@pytest.mark.parametrize(("about", "late"), [("plan:ma", True), ("payer:p", False)])
def test_a_plan_is_set_against_the_clock_of_its_line_for_the_drug(world: World, about: str, late: bool) -> None:
    law = clock("law", "lob:medicare-part-d", "pg:value 24", "drug:d , kind:expedited")
    law += clock("state", "publication:law", "pg:value 1", "state:CA , kind:expedited") if about == "plan:ma" else ""
    guide = policy_of("guide", "one") + clock("guide", about, "pg:value 72", "state:CA , kind:expedited")
    found = world(own_law=law, guide=guide)
    assert len(found) == late and all({side.id for side in item.sides} == {"guide", "law"} for item in found)


@pytest.mark.parametrize(
    ("about", "scopes", "days", "late"),
    [
        ("payer:p", "state:CA , kind:standard", "30", True),
        ("payer:p", "state:CA , kind:standard", "15", False),
        ("payer:p", "state:CA , kind:expedited", "30", False),
        ("payer:p", "lob:medicare , kind:standard", "30", False),
        ("plan:own", "state:CA", "30", True),
        ("plan:ma", "state:CA", "30", False),
    ],
)
def test_a_federal_clock_for_a_line_of_business_binds_its_plans(
    world: World, about: str, scopes: str, days: str, late: bool
) -> None:
    law = clock("law", "publication:law", "pg:value 360", "lob:employer , kind:pre-service")
    law += clock("more", "publication:law", "pg:value 360", "lob:employer , kind:pre-service").replace(
        "decision-time", "decision-extension"
    )
    told = clock("one", about, f"pg:value {int(days) * 24}", scopes)
    told += clock("two", about, f"pg:value {int(days) * 24}", scopes)
    found = world(own_law=law, guide=told)
    assert [[side.id for side in item.sides] for item in found] == [["one", "two", "law", "more"]] * late
    assert all("unless the law lets the plan prolong it. The limit holds for" in item.matters for item in found)


@pytest.mark.parametrize(
    ("own", "told", "matters"),
    [
        ("6 ; pg:unit unit:month", "180 ; pg:unit unit:day", "not late, and gives up days"),
        ("120 ; pg:unit unit:day", "4 ; pg:unit unit:month", "longer one than the primary source's may file too late"),
    ],
)
def test_why_a_deadline_matters_depends_on_whose_is_the_longer(world: World, own: str, told: str, matters: str) -> None:
    text = "s:{0} a pg:Statement ; pg:about program:r ; pg:aspect aspect:x-filing-deadline ; pg:value {1} ;"
    text += ' pg:locator "{0}" . aspect:x-filing-deadline a pg:Aspect ; skos:prefLabel "x"@en ; pg:singleValued true .'
    (item,) = world(own_a=text.format("a", own), b=text.format("b", told))
    assert matters in item.matters and len(item.matters.split(". ")) == 1


def test_two_deadlines_of_which_none_is_primary_may_both_be_wrong(world: World) -> None:
    first, second = (
        f's:{name} a pg:Statement ; pg:about payer:p ; pg:locator "{name}" ; {deadline(days, "day")} .'.replace(
            "aspect:deadline", "aspect:x-filing-deadline"
        )
        for name, days in (("a", "30"), ("b", "60"))
    )
    aspect = 'aspect:x-filing-deadline a pg:Aspect ; skos:prefLabel "x"@en ; pg:singleValued true .'
    (item,) = world(a=first, b=second + aspect)
    assert item.matters == "Whoever goes by the longer one may file too late, if a shorter one holds."


@pytest.mark.parametrize(("told", "matters"), [(12, "renews too late"), (3, "renews before it is needed")])
def test_only_the_policys_own_length_of_approval_is_known_to_hold(world: World, told: int, matters: str) -> None:
    own = policy_of("own", "one", rule="; pg:initialMonths 6")
    guide = policy_of("guide", "one", "; pg:restates policy:own", rule=f"; pg:initialMonths {told}")
    (item,) = world(own=own, guide=guide)
    assert item.question == "initial approval" and matters in item.matters


@pytest.mark.parametrize(
    ("general", "knows", "state", "left_out"),
    [
        ("", "", "CA", 1),
        ('; pg:scopeInWords "with exceptions"', "", "CA", 0),
        ("", "; pg:scope state:CA , kind:expedited", "CA", 0),
        ("", "; pg:scope state:CA , kind:standard", "CA", 2),
        ("", "", "NC", 0),
    ],
)
def test_an_exception_that_one_source_leaves_out_is_found(
    world: World, general: str, knows: str, state: str, left_out: int
) -> None:
    text = "s:{0} a pg:Statement ; pg:about program:r ; pg:aspect aspect:first ; pg:value {1} ;"
    text += ' pg:locator "{0}" {2} . aspect:first a pg:Aspect ; skos:prefLabel "first"@en ; pg:singleValued true .'
    guide = text.format("a", "true", f"; pg:scope state:CA {general}")
    guide += text.format("b", "false", knows) if knows else ""
    own = text.format("c", "true", f"; pg:scope state:{state}")
    own += text.format("d", "false", f"; pg:scope state:{state} , kind:expedited")
    found = world(own=own, guide=guide)
    assert questions_of(found) == ["first: exceptions"] * left_out
    assert not left_out or ["a", "c", "d"] in [[side.id for side in item.sides] for item in found]


@pytest.mark.parametrize(
    ("asked", "differ"),
    [
        ("pg:atLeastValue 10.0", False),
        ("pg:atLeastValue 12.0", False),
        ("pg:aboveValue 10.0", False),
        ("pg:atLeastValue 8.0", True),
        ("pg:atMostValue 10.0", True),
        ("pg:atLeastValue 10.0 ; pg:atLeastTimesUpper 2.0", False),
        ("pg:atLeastValue 10.0 ; pg:atLeastTimesUpper 2.0 ; pg:anyBound true", True),
    ],
)
def test_a_laboratory_bound_told_apart_from_the_criteria_is_set_against_them(
    world: World, asked: str, differ: bool
) -> None:
    criteria = f"""criterion:told-l | criterion:told-l a pg:MeasurementCriterion ; pg:measured lab:c ;
        {asked} ; pg:valueUnit unit:percent ; pg:locator "l" ."""
    more = "; pg:unit unit:percent ; pg:comparator pg:AtLeast ; pg:scope payer:p , lab:c"
    box = listed("box", "criteria-summary", "10.0", more)
    found = world(told=policy_of("told", "one", criteria=criteria) + box)
    assert questions_of(found) == ["laboratory bound"] * differ


@pytest.mark.parametrize(("use", "differ"), [("part", True), ("all", True), ("one", False)])
def test_a_step_told_for_a_part_is_set_against_the_rule_for_the_whole(world: World, use: str, differ: bool) -> None:
    step = listed("step", "step-therapy-rule", "drug:e", f"; pg:scope payer:p , condition:{use}")
    assert questions_of(world(told=policy_of("told", "all") + step)) == ["prior therapy"] * differ


@pytest.mark.parametrize(("both", "differ"), [("", False), (_AGE.format("second"), True)])
def test_an_age_that_the_label_gives_for_one_disease_is_none_of_a_broader_use(
    world: World, both: str, differ: bool
) -> None:
    label = policy_of("own-label", "part", ", rule:second", _AGE.format("own-label"), kind="DrugLabel")
    label += policy_of("second", "other", criteria=both).replace("policy:second a", "policy:u a pg:N ; pg:w")
    found = world(own_label=label, own_page=policy_of("own-page", "all"))
    assert questions_of(found) == ["age"] * differ


@pytest.mark.parametrize(("seen", "differ"), [("Complete", True), ("Excerpt", False)])
def test_an_age_that_a_label_does_not_show_is_no_difference(world: World, seen: str, differ: bool) -> None:
    label = policy_of("own-label", "one", kind="DrugLabel").replace("pg:Complete", f"pg:{seen}")
    found = world(own_label=label, own_page=policy_of("own-page", "one", criteria=_AGE.format("own-page")))
    assert questions_of(found) == ["age"] * differ


@pytest.mark.parametrize(("months", "often"), [(6, True), (12, False)])
def test_a_law_of_one_authorization_a_year_is_set_against_shorter_approvals(
    world: World, months: int, often: bool
) -> None:
    law = (
        's:law a pg:Statement ; pg:about publication:law ; pg:aspect aspect:authorization-frequency ; pg:locator "a" ;'
        " pg:scope state:CA ; pg:value 1 ; pg:unit unit:per-year ."
        "aspect:authorization-frequency a pg:Aspect ; pg:singleValued true ."
    )
    found = world(own=policy_of("own", "one", rule=f"; pg:initialMonths {months}") + law)
    assert questions_of(found) == ["authorizations a year: California"] * often


def test_a_clock_that_starts_at_two_moments_is_found(world: World) -> None:
    text = "s:{0} a pg:Statement ; pg:about program:r ; pg:aspect aspect:external-review-deadline-start ;"
    text += ' pg:locator "{0}" ; pg:value "{1}" .'
    found = world(a=text.format("a", "receipt"), b=text.format("b", "Receipt"), c=text.format("c", "the date"))
    assert [(item.kind, len(item.sides)) for item in found] == [("sources-differ", 3)]


def test_starts_that_are_alternatives_do_not_differ(world: World) -> None:
    text = "s:{0} a pg:Statement ; pg:about program:r ; pg:aspect aspect:external-review-deadline-start ;"
    text += ' pg:locator "{0}" ; pg:value "{1}" {2} .'
    assert not world(a=text.format("a", "receipt", ""), b=text.format("b", "the date", "; pg:alternativeTo s:a"))


def listed(name: str, aspect: str, value: str, more: str = "") -> str:
    return (
        f"s:{name} a pg:Statement ; pg:about drug:d ; pg:aspect aspect:{aspect} ; pg:value {value} ;"
        f' pg:locator "{name}" {more} .'
    )


@pytest.mark.parametrize(
    ("second", "differ"),
    [
        ('"Allergy"', False),
        ('"infection"', True),
        ('"allergy" ; pg:openEnded true', False),
    ],
)
def test_contraindications_are_compared_as_lists(world: World, second: str, differ: bool) -> None:
    found = world(a=listed("a", "contraindication", '"allergy"'), b=listed("b", "contraindication", second))
    assert questions_of(found) == ["contraindications"] * differ


@pytest.mark.parametrize(
    ("more", "hedge", "differ"),
    [("", "", True), ('"an approved partner"', "", False), ("", '; pg:hedge "usually"', False)],
)
def test_pharmacies_are_compared_unless_one_list_leaves_them_open(
    world: World, more: str, hedge: str, differ: bool
) -> None:
    a = listed("a", "specialty-pharmacy", "pharmacy:one", f"; pg:scope payer:p {hedge}")
    a += listed("a2", "specialty-pharmacy", more, "; pg:scope payer:p") if more else ""
    b = listed("b", "specialty-pharmacy", "pharmacy:one", "; pg:scope payer:p")
    b += listed("b2", "specialty-pharmacy", "pharmacy:two", "; pg:scope payer:p")
    assert questions_of(world(a=a, b=b)) == ["specialty pharmacies"] * differ


def test_two_lists_of_approved_uses_in_one_document_are_compared(world: World) -> None:
    uses = [("a1", "one", "s:A"), ("a2", "two", "s:A"), ("b1", "one", "s:B"), ("b2", "part", "s:B")]
    text = "".join(listed(n, "fda-approved-use", f"condition:{use}", f"; pg:section {sec}") for n, use, sec in uses)
    assert questions_of(world(a=text)) == ["two lists of approved uses"]


def test_a_use_called_approved_is_set_against_a_label_that_denies_it(world: World) -> None:
    label = policy_of("own-label", "one", kind="DrugLabel") + listed("no", "not-approved-use", "condition:all")
    table = listed("yes", "fda-approved-use", "condition:part") + listed("fine", "fda-approved-use", "condition:one")
    assert questions_of(world(own_label=label, table=table)) == ["approved use: part"]


@pytest.mark.parametrize(("named", "differ"), [("drug:e", False), ("drug:d", True)])
def test_preferred_alternatives_are_set_against_the_products_of_the_criteria(
    world: World, named: str, differ: bool
) -> None:
    criteria = """criterion:own-t | criterion:own-t a pg:PriorTherapyCriterion ; pg:therapyGroups set:t ;
        pg:minimumGroups 1 ; pg:acceptedOutcomes pg:FailureOnly ; pg:locator "t" . set:t a pg:ConceptSet ;
        pg:member product:x ."""
    told = listed("told", "preferred-alternative", named, "; pg:scope payer:p , condition:one ; pg:openEnded true")
    found = world(own=policy_of("own", "one", criteria=criteria), guide=told)
    assert questions_of(found) == ["preferred alternatives"] * differ


def test_a_header_that_names_a_part_is_set_against_rules_for_the_whole(world: World) -> None:
    text = policy_of("own", "all") + listed(
        "pa", "prior-authorization-required", "true", "; pg:scope condition:part , payer:p"
    )
    text += "aspect:prior-authorization-required a pg:Aspect ; pg:singleValued true ."
    assert questions_of(world(own=text)) == ["use named as needing authorization"]


def test_a_dose_for_a_part_is_set_against_rules_for_the_whole(world: World) -> None:
    dose = "s:d a pg:Statement ; pg:about policy:own ; pg:aspect aspect:dose ; pg:lowValue 1 ; pg:highValue 2 ;"
    dose += ' pg:unit unit:day ; pg:scope condition:{} ; pg:locator "d" .'
    assert questions_of(world(own=policy_of("own", "all") + dose.format("part"))) == ["use with a dose"]


def test_a_dose_for_the_whole_is_no_disagreement(world: World) -> None:
    dose = "s:d a pg:Statement ; pg:about policy:own ; pg:aspect aspect:dose ; pg:value 1 ;"
    dose += ' pg:unit unit:day ; pg:scope condition:all ; pg:locator "d" .'
    assert not world(own=policy_of("own", "all") + dose)


@pytest.mark.parametrize(
    ("allowed", "more", "differ"),
    [("drug:e", "", True), ("drug:d", "", False), ("drug:e", "; pg:cites publication:label", False)],
)
def test_an_allowed_combination_is_set_against_the_criteria_that_rule_it_out(
    world: World, allowed: str, more: str, differ: bool
) -> None:
    criteria = """criterion:own-n | criterion:own-n a pg:NoConcurrentTherapyCriterion ;
        pg:excludedGroups set:n ; pg:locator "n" . set:n a pg:ConceptSet ; pg:member product:x ."""
    told = listed("ok", "combination-allowed", allowed, f"; pg:scope condition:one {more}")
    found = world(own=policy_of("own", "one", criteria=criteria) + told)
    assert questions_of(found) == ["what may be combined"] * differ


_SEVERE = """criterion:{0}-v | criterion:{0}-v a pg:DiagnosisCriterion ; pg:conditions set:{0} ;
    {1} pg:locator "{0}" . set:{0} a pg:ConceptSet ; pg:member condition:one ."""


@pytest.mark.parametrize(("mine", "differ"), [("", True), ("pg:minimumSeverity pg:ModerateToSevere ;", False)])
def test_a_severity_in_the_label_alone_is_found(world: World, mine: str, differ: bool) -> None:
    severe = _SEVERE.format("own-label", "pg:minimumSeverity pg:ModerateToSevere ;")
    label = policy_of("own-label", "one", kind="DrugLabel", criteria=severe)
    page = policy_of("own-page", "one", criteria=_SEVERE.format("own-page", mine))
    assert questions_of(world(own_label=label, own_page=page)) == ["severity"] * differ


@pytest.mark.parametrize(("told", "differ"), [("", True), ("lists", False)])
def test_screening_that_one_telling_asks_for_outside_its_criteria_is_found(
    world: World, told: str, differ: bool
) -> None:
    one = policy_of("one", "one") + listed("a", "screening-advice", '"tuberculosis"')
    two = policy_of("two", "one") + (listed("b", "screening-advice", '"hepatitis"') if told else "")
    assert questions_of(world(one=one, two=two)) == ["screening left out"] * differ


@pytest.mark.parametrize(("criteria", "outside"), [(_SEVERE.format("own-page", ""), True), ("", False)])
def test_a_use_without_any_criterion_shown_is_not_said_to_be_covered(
    world: World, criteria: str, outside: bool
) -> None:
    label = policy_of("own-label", "two", "; pg:indicationsComplete true", kind="DrugLabel")
    page = policy_of("own-page", "one", criteria=criteria)
    found = questions_of(world(own_label=label, own_page=page))
    assert ("indication outside the label" in found) is outside


@pytest.mark.parametrize(("denied", "outside"), [("", False), ("two", False), ("one", True)])
def test_of_a_label_that_was_not_seen_whole_only_what_it_denies_is_outside(
    world: World, denied: str, outside: bool
) -> None:
    label = policy_of("own-label", "two", kind="DrugLabel")
    label += listed("no", "not-approved-use", f"condition:{denied}") if denied else ""
    page = policy_of("own-page", "one", criteria=_SEVERE.format("own-page", ""))
    found = questions_of(world(own_label=label, own_page=page))
    assert ("indication outside the label" in found) is outside


def ages_of(name: str, *ways: str) -> str:
    """Criteria that any of some ways meets, each given by the parameters of its age; an empty one asks no age."""
    parts = [f"criterion:{name}-{number}" for number in range(len(ways))]
    triples = f'criterion:{name}-any a pg:AnyOf ; sh:or ( {" ".join(parts)} ) ; pg:locator "any" .'
    for part, way in zip(parts, ways, strict=True):
        kind = "PatientCriterion" if "Months" in way else "AgeCriterion"
        asks = f"a pg:{kind} ; {way}" if way else 'a pg:NotShownCriterion ; pg:notShown "the rest"'
        triples += f'\n{part} {asks} ; pg:locator "{part}" .'
    return f"criterion:{name}-any | {triples}"


_FROM_12, _FROM_18 = "pg:minimumAge 12", "pg:minimumAge 18"
_12_TO_17, _UNDER_18 = "pg:minimumAge 12 ; pg:maximumAge 17", "pg:maximumAge 17"


@pytest.mark.parametrize(
    ("mine", "theirs", "differ"),
    [
        ([_FROM_18], [_FROM_12], True),
        ([_12_TO_17, _FROM_18], [_FROM_12], False),
        ([_FROM_18], [_FROM_12, _FROM_18], True),
        ([_FROM_12], [_FROM_12, _FROM_18], False),
        ([_UNDER_18], [_FROM_12], True),
        ([_FROM_18, ""], [_FROM_12], False),
        ([_FROM_18], [_FROM_12, ""], False),
        ([_FROM_18, _UNDER_18], [_FROM_12], False),
        (["pg:minimumAge 6"], ["pg:minimumAgeMonths 6"], True),
        (["pg:minimumAgeMonths 144"], [_FROM_12], False),
    ],
)
def test_ages_are_compared_as_those_at_which_criteria_can_be_met(
    world: World, mine: list[str], theirs: list[str], differ: bool
) -> None:
    label = policy_of("own-label", "one", criteria=ages_of("own-label", *theirs), kind="DrugLabel")
    page = policy_of("own-page", "one", criteria=ages_of("own-page", *mine))
    assert questions_of(world(own_label=label, own_page=page)) == ["age"] * differ


@pytest.mark.parametrize(("other", "differ"), [("pg:minimumSeverity pg:Severe ;", True), ("", False)])
def test_a_severity_that_only_one_way_of_the_label_asks_for_is_not_the_labels(
    world: World, other: str, differ: bool
) -> None:
    def diagnosis(part: str, more: str) -> str:
        return f'criterion:{part} a pg:DiagnosisCriterion ; pg:conditions set:c ; {more} pg:locator "{part}" .'

    ways = 'criterion:any | criterion:any a pg:AnyOf ; sh:or ( criterion:a criterion:b ) ; pg:locator "any" .'
    ways += " set:c a pg:ConceptSet ; pg:member condition:one ."
    ways += diagnosis("a", "pg:minimumSeverity pg:ModerateToSevere ;") + diagnosis("b", other)
    label = policy_of("own-label", "one", criteria=ways, kind="DrugLabel")
    found = world(own_label=label, own_page=policy_of("own-page", "one", criteria=_SEVERE.format("own-page", "")))
    assert ("severity" in questions_of(found)) is differ


def test_a_policy_apart_from_the_labels_of_two_drugs_is_told_once(world: World) -> None:
    first = policy_of("own-label", "one", criteria=_AGE.format("own-label"), kind="DrugLabel")
    second = policy_of("own-second", "one", criteria=_AGE.format("own-second"), kind="DrugLabel")
    second = second.replace("pg:drug drug:d", "pg:drug drug:e")
    page = policy_of("own-page", "one", "; pg:drug drug:e")
    (item,) = world(own_label=first, own_second=second, own_page=page)
    assert item.question == "age"
    assert {side.source for side in item.sides} == {"own_label", "own_second", "own_page"}


@pytest.mark.parametrize(
    ("mine", "theirs", "differ"),
    [("", "", True), ("product:x", "", False), ("product:x", "product:y", False), ("product:x", "product:x", True)],
)
def test_tellings_for_different_products_are_not_of_one_policy(
    world: World, mine: str, theirs: str, differ: bool
) -> None:
    def told(name: str, product: str, criteria: str) -> str:
        return policy_of(name, "one", f"; pg:product {product}" if product else "", criteria)

    one, two = told("one", mine, _AGE.format("one")), told("two", theirs, "")
    assert questions_of(world(one=one, two=two)) == ["age"] * differ


def test_two_pages_of_one_document_are_compared_and_a_third_beside_both_is_told_once(world: World) -> None:
    pages = policy_of("page-a", "one") + policy_of("page-b", "one")
    assert questions_of(world(pages=pages, notes=policy_of("notes", "one", criteria=_AGE.format("notes")))) == ["age"]


def test_two_pages_of_one_document_that_ask_for_different_ages_differ(world: World) -> None:
    pages = policy_of("page-a", "one", criteria=_AGE.format("page-a")) + policy_of("page-b", "one")
    assert questions_of(world(pages=pages)) == ["age"]


@pytest.mark.parametrize(("excerpt", "differ"), [(False, True), (True, False)])
def test_what_an_excerpt_does_not_show_is_not_set_against_what_it_shows_of_the_same_dimension(
    world: World, excerpt: bool, differ: bool
) -> None:
    both = """criterion:{0}-n criterion:{0}-t | criterion:{0}-n a pg:NoConcurrentTherapyCriterion ;
        pg:excludedGroups set:x ; pg:locator "n" . set:x a pg:ConceptSet ; pg:member drug:e .
        criterion:{0}-t a pg:ConcurrentTherapyCriterion ; pg:requiredGroups set:x ;
        pg:locator "t" ."""
    one = policy_of("one", "one", criteria=both.format("one").replace("criterion:one-t |", "|"))
    if excerpt:
        one = one.replace("pg:completeness pg:Complete", "pg:completeness pg:Excerpt")
    found = questions_of(world(one=one, two=policy_of("two", "one", criteria=both.format("two"))))
    assert found == ["concurrent therapy"] * differ


def test_what_one_telling_leaves_open_is_not_set_against_the_silence_of_another(world: World) -> None:
    open_to = 'criterion:one-j | criterion:one-j a pg:ReviewerCriterion ; pg:judgement "which" ; pg:locator "j" .'
    assert not world(one=policy_of("one", "one", criteria=open_to), two=policy_of("two", "one"))


@pytest.mark.parametrize(("more", "differ"), [("", True), ("; pg:openEnded true", False)])
def test_a_drug_that_is_named_as_an_example_need_not_be_tried(world: World, more: str, differ: bool) -> None:
    rule = listed("step", "step-therapy-rule", "drug:e", f"; pg:scope payer:p {more}")
    assert questions_of(world(own=policy_of("own", "one") + rule)) == ["prior therapy"] * differ


@pytest.mark.parametrize(("words", "differ"), [(("mail", "retail"), False), (("mail", "mail"), True)])
def test_answers_that_a_document_limits_by_two_wordings_are_no_contradiction(
    judge: Judge, words: tuple[str, str], differ: bool
) -> None:
    given = (
        ("a", f'{deadline(days, "day")} ; pg:scopeInWords "{limit}"')
        for days, limit in zip(("28", "42"), words, strict=True)
    )
    assert judge(*given) == ["document-contradicts-itself"] * differ


def test_a_label_that_has_the_narrower_use_does_not_deny_it_with_the_broader(world: World) -> None:
    label = policy_of("own-label", "one", kind="DrugLabel") + listed("no", "not-approved-use", "condition:all")
    label += listed("own", "fda-approved-use", "condition:part")
    assert not world(own_label=label, table=listed("yes", "fda-approved-use", "condition:part"))


def test_preferred_alternatives_told_once_for_all_uses_may_each_count_for_another_use(world: World) -> None:
    def tried(use: str, drug: str) -> str:
        return f"""criterion:{use}-t | criterion:{use}-t a pg:PriorTherapyCriterion ; pg:therapyGroups set:{use} ;
            pg:minimumGroups 1 ; pg:acceptedOutcomes pg:FailureOnly ; pg:locator "t" . set:{use} a pg:ConceptSet ;
            pg:member product:{drug} ."""

    more = ' product:y a pg:Product ; skos:prefLabel "Y"@en ; skos:broader drug:e .'
    own = policy_of("own", "one", "; pg:coverageRule rule:more", tried("one", "x"))
    rule = policy_of("more", "two", criteria=tried("two", "y")).split("rule:more a", 1)[1]
    told = listed("a", "preferred-alternative", "product:x") + listed("b", "preferred-alternative", "product:y")
    told = told.replace("pg:about drug:d", "pg:about policy:own")
    assert not world(own=own + "rule:more a" + rule + told + more)


def test_a_code_that_a_form_groups_under_a_drug_is_no_wrong_code(world: World) -> None:
    bearer = 'condition:one skos:notation "K50"^^pg:ICD10CM .'
    code = listed("code", "printed-code", '"K50"^^pg:ICD10CM')
    assert not world(own=bearer + code)


def test_a_side_has_the_authority_of_its_statement(world: World) -> None:
    own = f's:a a pg:Statement ; pg:about payer:p ; pg:locator "a" ; {deadline("30", "day")} .'
    reported = f's:b a pg:Statement ; pg:about payer:p ; pg:locator "b" ; {deadline("60", "day")}'
    reported += " ; pg:authority pg:Secondary ."
    (item,) = world(own_a=own, own_b=reported)
    assert {side.id: side.authority for side in item.sides} == {"a": "primary", "b": "secondary"}
    assert item.primary == "Primary: own_a; secondary: own_b."


def test_a_hedge_weighs_less(world: World) -> None:
    first = f's:a a pg:Statement ; pg:about payer:p ; pg:locator "a" ; {deadline("30", "day")} .'
    second = (
        f's:b a pg:Statement ; pg:about payer:p ; pg:locator "b" ; {deadline("60", "day")} ; pg:hedge "typically" .'
    )
    (item,) = world(a=first, b=second)
    assert item.weight == 2 and any("typically" in side.value for side in item.sides)


# --- what makes a disagreement readable, and what is set aside --------------------------------------------------------


def test_every_conflict_says_what_differs_why_it_matters_who_is_primary_and_by_which_rule(
    found: tuple[Conflict, ...],
) -> None:
    for item in found:
        for text in (item.differs, item.matters, item.primary):
            assert text[0] == text[0].upper(), text
            assert text.endswith(".") and "  " not in text, text
        name, _, says = item.rule.partition(": ")
        assert (
            Path(__file__).resolve().parents[2] / "app/payergraph/comparison/conflicts" / f"{name}.py"
        ).exists() and says, item.rule


def test_every_format_holds_the_reading_of_a_conflict(found: tuple[Conflict, ...]) -> None:
    item = next(item for item in found if item.question.startswith("start of the external review deadline"))
    wanted = (item.differs, item.matters, item.primary, item.rule)
    markdown = run("--drug", "anakinra", "--kind", item.kind, "--format", "markdown")
    entries = json.loads(run("--format", "json"))
    entry = next(entry for entry in entries if entry["question"] == item.question and entry["subject"] == item.subject)
    assert (entry["differs"], entry["matters"], entry["primary"], entry["rule"]) == wanted
    assert "Why it matters: " in markdown and "Found by: lists: " in markdown
    shown = " ".join(run("--kind", item.kind).split())
    assert all(
        f"{heading}: " in shown for heading in ("What differs", "Why it matters", "Which is primary", "Found by")
    )
    rows = sparql.run(
        "SELECT ?a ?b ?c ?d { ?x pg:whatDiffers ?a ; pg:whyItMatters ?b ; pg:whichIsPrimary ?c ; pg:foundByRule ?d }",
        shipped(),
    ).rows
    assert wanted in {tuple(cell.value for cell in row) for row in rows}


_ASIDE = """<https://w3id.org/payergraph/id/set-aside/x> a pg:SetAside ; pg:setAsideFact s:a , s:b ;
    pg:because "Two companies." ; dcterms:creator "a curator" ; dcterms:date "2026-11-29"^^xsd:date {} ."""


@pytest.mark.parametrize(
    ("more", "set_aside"),
    [("", True), ('; pg:setAsideQuestion "deadline"', True), ('; pg:setAsideQuestion "x"', False)],
)
def test_a_pair_that_a_curator_set_aside_is_kept_with_the_reason(world: World, more: str, set_aside: bool) -> None:
    first, second = (
        f's:{name} a pg:Statement ; pg:about payer:p ; pg:locator "{name}" ; {deadline(days, "day")} .'
        for name, days in (("a", "30"), ("b", "60"))
    )
    (item,) = world(aside=True, a=first + _ASIDE.format(more), b=second)
    assert item.aside == ("Two companies. (a curator, 2026-11-29)" if set_aside else "")


def test_what_is_set_aside_is_shown_on_demand_alone(found: tuple[Conflict, ...]) -> None:
    everything = conflicts(shipped(), aside=True)
    aside = [item for item in everything if item.aside]
    assert aside and set(everything) - set(found) == set(aside)
    assert aside[0].aside not in " ".join(run("--format", "json").split())
    assert aside[0].aside in run("--format", "json", "--all")
    answer = sparql.run("SELECT ?why { ?c a pg:ConflictSetAside ; pg:because ?why }", shipped())
    assert {row[0].value for row in answer.rows} == {item.aside for item in aside}


@pytest.mark.slow
def test_lint_faults_what_is_set_aside_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "concepts" / "set-aside.ttl"
    path.parent.mkdir()
    shipped_file = Path(__file__).resolve().parents[2] / "data/concepts/set-aside.ttl"
    path.write_text(
        shipped_file.read_text().replace("s:kineret-bcbs-wa-internal-appeal", "s:kineret-bcbs-nc-external-review")
    )
    (fault,) = lint([path])
    assert fault.subject == "set-aside/bcbs-washington-appeal-deadline" and "no rule finds" in fault.message
