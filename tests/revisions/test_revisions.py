"""What changed between two editions: each kind of change from documents written for it, and the real ones."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import mini
import pytest

import payergraph
from payergraph.choice import Request
from payergraph.present.changed import blocks, heading, remarks
from payergraph.revisions.answer import COLUMNS, Changes, changes_of
from payergraph.revisions.model import EditionChange, Effect, Says, Turn, UseChange
from payergraph.store.graph import LocalGraph, shipped
from payergraph.store.names import names

_ATOM = "{http://www.w3.org/2005/Atom}"
_REPLACES = "<https://w3id.org/payergraph/id/policy/new> pg:supersedes <https://w3id.org/payergraph/id/policy/old> ."

ADULT = "a pg:AgeCriterion ; pg:minimumAge 18"
TEEN = "a pg:AgeCriterion ; pg:minimumAge 12"
METHOTREXATE = "a pg:PriorTherapyCriterion ; pg:therapyGroups set:mtx ; pg:acceptedOutcomes pg:AnyOutcome"
LEFLUNOMIDE = "a pg:PriorTherapyCriterion ; pg:therapyGroups set:lef ; pg:acceptedOutcomes pg:AnyOutcome"
ENBREL = "a pg:NoConcurrentTherapyCriterion ; pg:excludedGroups set:enbrel"
HIDDEN = 'a pg:NotShownCriterion ; pg:notShown "The end of the list."'
JUDGED = 'a pg:ReviewerCriterion ; pg:judgement "Whether the reviewer agrees."'
_SETS = " ".join(
    f'set:{name} a pg:ConceptSet ; skos:prefLabel "{name}"@en ; pg:member {member} .'
    for name, member in (("mtx", "drug:methotrexate"), ("lef", "drug:leflunomide"), ("enbrel", "product:enbrel"))
)


def _graph(target: Path, *criteria: str, rules: str = "gout c:all", more: tuple[str, ...] = ("", "")) -> LocalGraph:
    """Two editions of one document; the criteria of each, in reading order, are separated by a bar."""
    texts = []
    for slug, asked, beside in zip(("old", "new"), criteria, more, strict=True):
        parts = [part for part in asked.split(" | ") if part]
        listed = " ".join(f"c:part-{number}" for number in range(len(parts)))
        told = [f"c:part-{number} {part} ; @@ ." for number, part in enumerate(parts)]
        whole = [f"c:all a pg:AllOf ; sh:and ( {listed} ) ; @@ .", *told, _SETS, beside]
        whole += [_REPLACES] if slug == "new" else []
        texts.append(mini.policy(rules, slug=slug, more="\n".join(whole)))
    return mini.graph(target, *texts)


def between(target: Path, older: str, newer: str, **options: tuple[str, str]) -> EditionChange:
    [found] = changes_of(_graph(target, older, newer, **options))
    return found


def turns(change: UseChange) -> list[Turn]:
    return [part.turn for part in change.parts]


@pytest.mark.parametrize(
    ("older", "newer", "effect", "expected"),
    [
        (TEEN, ADULT, Effect.STRICTER, [Turn.TIGHTENED]),
        (ADULT, TEEN, Effect.WIDER, [Turn.LOOSENED]),
        (TEEN, f"{TEEN} | {METHOTREXATE}", Effect.STRICTER, [Turn.ADDED]),
        (f"{TEEN} | {METHOTREXATE}", TEEN, Effect.WIDER, [Turn.DROPPED]),
        (f"{TEEN} | {METHOTREXATE}", f"{ADULT} | {ENBREL}", Effect.BOTH, [Turn.TIGHTENED, Turn.ADDED, Turn.DROPPED]),
        (f"{TEEN} | {METHOTREXATE}", f"{TEEN} | {LEFLUNOMIDE}", Effect.BOTH, [Turn.CHANGED]),
    ],
)
def test_each_kind_of_change_is_told(
    older: str, newer: str, effect: Effect, expected: list[Turn], tmp_path: Path
) -> None:
    [change] = between(tmp_path, older, newer).uses
    assert (change.effect, turns(change), change.as_far_as_shown) == (effect, expected, False)
    assert (change.refused is not None) is (effect is not Effect.WIDER)
    assert (change.admitted is not None) is (effect is not Effect.STRICTER)


def test_a_patient_shows_each_effect_and_the_check_judges_likewise(tmp_path: Path) -> None:
    graph = _graph(tmp_path, f"{TEEN} | {METHOTREXATE}", f"{ADULT} | {ENBREL}")
    [change] = next(iter(changes_of(graph))).uses
    assert change.refused is not None and change.admitted is not None
    for found, met, other in ((change.refused, "old", "new"), (change.admitted, "new", "old")):
        assert found.witness is not None
        outcomes = {name: [item.outcome.value for item in _check(graph, found.case, name)] for name in (met, other)}
        assert outcomes == {met: ["met"], other: ["not-met"]}


def _check(graph: LocalGraph, case: str, policy: str) -> payergraph.Answers:
    from payergraph.chart.case import parse_case
    from payergraph.verdict.determination import determine

    return determine(parse_case(case, graph), graph, policy=policy)


def test_what_is_asked_in_other_words_is_no_change(tmp_path: Path) -> None:
    found = between(tmp_path, f"{TEEN} | {ADULT} | {METHOTREXATE}", f"{METHOTREXATE} | {ADULT}")
    assert not found.uses
    assert list(remarks(found, names(shipped()))) == ["No criterion changed, as far as both are shown."]


def test_what_an_edition_may_hide_is_neither_new_nor_gone_for_certain(tmp_path: Path) -> None:
    [change] = between(tmp_path, f"{TEEN} | {HIDDEN}", f"{TEEN} | {METHOTREXATE}").uses
    [part] = change.parts
    assert part.turn is Turn.ADDED and part.as_far_as_shown and change.as_far_as_shown


def test_what_a_reviewer_judges_is_compared_by_its_words(tmp_path: Path) -> None:
    found = between(tmp_path, TEEN, f"{TEEN} | {JUDGED}")
    [change] = found.uses
    [part] = change.parts
    assert (part.turn, part.settled, change.effect) == (Turn.ADDED, False, Effect.SAME)
    [block] = blocks(found, names(shipped()))
    assert block.lines == (
        "+ added, left to a reviewer: Left open by the source: Whether the reviewer agrees. [nowhere]",
    )


@pytest.mark.parametrize(
    ("rules", "excludes", "says", "effect"),
    [
        ("gout", (), (Says.NOT_LISTED, Says.CRITERIA), Effect.WIDER),
        ("", ("gout",), None, None),  # neither covered it
    ],
)
def test_a_use_that_comes_in_is_wider(
    rules: str, excludes: tuple[str, ...], says: tuple[Says, Says] | None, effect: Effect | None, tmp_path: Path
) -> None:
    older = mini.policy("nomid", slug="old")
    newer = mini.policy("nomid", *filter(None, [rules]), slug="new", more=_REPLACES, excludes=excludes)
    [found] = changes_of(mini.graph(tmp_path, older, newer))
    first = [use for use in found.uses if use.request is Request.INITIAL and use.effect is not Effect.SAME]
    assert [((use.says_older, use.says_newer), use.effect) for use in first] == ([(says, effect)] if says else [])


def test_a_use_that_is_excluded_now_is_stricter(tmp_path: Path) -> None:
    texts = mini.policy("gout", slug="old"), mini.policy(slug="new", excludes=("gout",), more=_REPLACES)
    [found] = changes_of(mini.graph(tmp_path, *texts))
    first = next(use for use in found.uses if use.request is Request.INITIAL)
    assert (first.says_older, first.says_newer, first.effect) == (Says.CRITERIA, Says.EXCLUDED, Effect.STRICTER)
    assert first.refused is None and first.newer is None


def test_a_longer_approval_stands_beside_the_criteria(tmp_path: Path) -> None:
    found = between(tmp_path, TEEN, TEEN, more=tuple(f"r:0 pg:initialMonths {months} ." for months in (6, 12)))
    [change] = found.uses
    assert change.effect is Effect.SAME and not change.parts
    [term] = change.terms
    assert term.text == "approval: up to 6 months → up to 12 months"


def test_an_example_case_that_fares_otherwise_is_told(tmp_path: Path) -> None:
    rules = "rheumatoid-arthritis c:all"
    older = "a pg:AgeCriterion ; pg:minimumAge 2"
    [found] = changes_of(_graph(tmp_path, older, "a pg:AgeCriterion ; pg:minimumAge 90", rules=rules))
    assert "maria: met → not-met" in [flip.text for flip in found.flips]


# --- the documents that ship ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def western() -> Changes:
    return payergraph.changes(payer="Western Health Advantage")


def test_the_editions_of_a_payer_stand_in_the_order_of_their_dates(western: Changes) -> None:
    assert [(item.older.id.rpartition("-")[2], item.newer.id) for item in western] == [
        ("archive", "western-health-advantage-gl-150080"),
        ("later", "western-health-advantage-kineret-gl-161469"),
        ("2019", "western-health-advantage-kineret-later"),
        ("2016", "western-health-advantage-tagrisso-2019"),
        ("2019", "western-health-advantage-tagrisso-gl-157675"),
    ]


def test_what_became_of_arcalyst_in_caps(western: Changes) -> None:
    """The archive edition has an age of 12 and a specialist; the newer page shows neither."""
    first = western.editions[0]
    caps = next(use for use in first.uses if use.uses[0].endswith("/caps") and use.request is Request.INITIAL)
    assert caps.effect is Effect.WIDER and caps.as_far_as_shown
    assert [(part.turn, part.text) for part in caps.parts] == [(Turn.DROPPED, "Age 12 years or older")]


def test_the_counts_say_how_many_documents_have_no_date(western: Changes) -> None:
    assert western.without_date == len(western.documents) == 19
    [year] = western.per_year
    assert (year.year, year.editions) == (None, 5)


def test_since_a_day_leaves_out_what_may_be_older_and_says_so() -> None:
    found = payergraph.changes(payer="Western Health Advantage", drug="Kineret", since="2019-02-01")
    assert [item.newer.id for item in found] == ["western-health-advantage-kineret-later"]  # not before August 2019
    assert {policy.id for policy in found.undated} == {"western-health-advantage-kineret-gl-161469"}
    assert not payergraph.changes(payer="Oklahoma SoonerCare", since="2025-01-02").editions


def test_an_edition_that_replaces_several_stands_beside_each_that_none_of_them_replaces() -> None:
    found = payergraph.changes(payer="evicore", drug="Ilaris", authority="all")
    assert len({(item.older.iri, item.newer.iri) for item in found}) == len(found) == 6


def test_it_comes_as_records_as_csv_and_as_json(western: Changes) -> None:
    records = western.records()
    assert all(tuple(record) == COLUMNS for record in records)
    assert western.to_csv().splitlines()[0] == ",".join(COLUMNS)
    assert {record["change"] for record in records} >= {"added", "dropped", "tightened", "changed", "approval"}
    first = payergraph.changes(payer="Oklahoma SoonerCare", drug="Kineret")
    told = json.loads(first.to_json())
    assert [item["newer"]["effective"] for item in told["changes"]] == ["2019", "2025"]
    assert (told["documents"], told["withoutDate"], told["formatVersion"]) == (3, 0, 1)


def test_the_feed_has_an_entry_for_each_two_editions(western: Changes) -> None:
    feed = ET.fromstring(western.to_atom())
    entries = feed.findall(f"{_ATOM}entry")
    assert [entry.findtext(f"{_ATOM}title") for entry in entries] == [heading(item) for item in western]
    assert len({entry.findtext(f"{_ATOM}id") for entry in entries}) == 5
    # They have no date of their own: the day on which the document was collected.
    assert {entry.findtext(f"{_ATOM}updated") for entry in entries} == {
        f"2026-11-{day}T00:00:00+00:00" for day in (21, 29)
    }
    assert "<p>" in str(entries[0].findtext(f"{_ATOM}summary"))


def test_a_notebook_shows_it(western: Changes) -> None:
    shown = western._repr_html_()
    assert "Age 12 years or older" in shown and "19 of 19 documents in scope have no date." in shown
