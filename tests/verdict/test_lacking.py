"""What a tree lacks, and why an answer is what it is: nothing needless is asked, and no count is wrong."""

from __future__ import annotations

import json
from typing import Any

import mini
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import WRITTEN, all_of, any_of

from payergraph.chart.case import parse_case, read_case
from payergraph.criteria import Status
from payergraph.locate import folder
from payergraph.policies.model import Criterion
from payergraph.present.why import briefly, why
from payergraph.store.graph import LocalGraph, shipped
from payergraph.verdict.answers import Determination
from payergraph.verdict.determination import determine
from payergraph.verdict.fold import fold
from payergraph.verdict.lacking import Lack, lacking, lacks
from payergraph.verdict.nearest import Seen, nearness, seen
from payergraph.verdict.to_fill import to_fill

LEAVES = [leaf.criterion() for leaf in list(WRITTEN.values())[:8]]


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> Criterion:
    """A tree of requirements and alternatives over a few leaves, of which one may stand at several places."""
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(LEAVES))
    parts = draw(st.lists(trees(depth=depth - 1), min_size=1, max_size=3))
    return draw(st.sampled_from((all_of, any_of)))(*parts)


@given(trees(), st.lists(st.sampled_from(list(Status)), min_size=8, max_size=8))
def test_whoever_shows_what_is_lacking_meets_the_tree_and_whoever_leaves_a_requirement_out_does_not(
    tree: Criterion, drawn: list[Status]
) -> None:
    states = {leaf.id: state for leaf, state in zip(LEAVES, drawn, strict=True)}
    root = fold(all_of(tree), states)
    found = lacking(root)
    assert (found is None) == (root.status is Status.MET)
    if found is None:
        return
    assert all(states[leaf.leaf.id] is not Status.MET for leaf in found.leaves if leaf.leaf)
    for last in (False, True):
        shown = states | dict.fromkeys(chosen(found, last=last), Status.MET)
        assert fold(root.criterion, shown).status is Status.MET
    every = {leaf.leaf.id for leaf in found.leaves if leaf.leaf}
    for one in found.required:
        without = states | dict.fromkeys(every - {leaf.leaf.id for leaf in one.leaves if leaf.leaf}, Status.MET)
        assert fold(root.criterion, without).status is not Status.MET


def chosen(found: Lack, *, last: bool) -> set[str]:
    """The leaves of one way: of a choice the first parts that are enough, or the last."""
    if found.leaf is not None:
        return {found.leaf.id}
    parts = [part for part in found.parts if part is not None]
    taken = parts[-found.need :] if last else parts[: found.need]
    return {name for part in taken for name in chosen(part, last=last)}


_TREE = f"""
{mini.LEAVES}c:part a pg:AllOf ; sh:and ( c:two c:by-age ) ; @@ .
c:two a pg:AtLeastOf ; pg:minimumParts 2 ; pg:parts ( c:heavy c:liked c:specialist ) ; @@ .
c:by-age a pg:IfThen ; pg:premise c:adult ; pg:consequence c:no-gout ; pg:otherwise c:liked ; @@ .
"""


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> LocalGraph:
    return mini.graph(tmp_path_factory.mktemp("lacking"), mini.policy("rheumatoid-arthritis c:part", more=_TREE))


def judged(of: LocalGraph, **facts: Any) -> Determination:
    [item] = mini.answers(of, {"indication": "rheumatoid-arthritis", **facts})
    return item


def test_parts_are_counted_and_a_condition_that_is_open_says_that_it_depends(of: LocalGraph) -> None:
    assert why(judged(of)) == [
        "Nothing on record rules it out. Two requirements are still to be shown: two of these: Weight of at least 40"
        " kg; 2 other ways; and what is asked depends on this: Age 18 years or older."
    ]
    known = judged(of, weightKg=50, age=30)
    assert [one.leaf is None for one in lacks(known)] == [True, False]
    assert why(known)[0].startswith(
        "Nothing on record rules it out. Two requirements are still to be shown: 1 of 2 met, one more of these: "
    )
    assert lacks(known)[1].leaf is not None and not lacks(known)[1].met


def test_what_is_to_be_not_met_is_told_so_with_what_is_on_record_against_it(of: LocalGraph) -> None:
    gout = {"diagnoses": [{"condition": "rheumatoid-arthritis"}, {"condition": "gout"}]}
    found = judged(of, age=30, weightKg=50, formulary="preferred", **gout)
    assert why(found) == ["Blocked by: Not: Diagnosis of gout (on record: gout)."]
    assert briefly(found) == "Not: Diagnosis of gout (on record: gout)"
    alone = {"diagnoses": gout["diagnoses"][:1], "diagnosesComplete": True}
    assert lacks(judged(of, age=30, weightKg=50, formulary="preferred", **alone)) == ()


_HUMIRA = {"product": "humira", "start": "2024-02-01", "end": "2024-07-01", "outcome": "failure"}
_CIGNA: dict[str, Any] = {
    **{"drug": "anakinra", "indication": "rheumatoid-arthritis", "requestDate": "2026-10-01", "age": 44},
    **{"plan": "cigna-employer-group", "prescriber": {"specialties": ["rheumatology"]}, "therapiesComplete": True},
}


def cigna(*therapies: dict[str, str]) -> Determination:
    case = parse_case(json.dumps(_CIGNA | {"therapies": list(therapies)}), shipped(), format="json", name="case")
    [item] = determine(case, shipped())
    return item


def test_a_count_over_groups_says_what_counts_and_what_is_left() -> None:
    assert why(cigna(_HUMIRA)) == [
        "Blocked by: prior therapy, 1 of 2: Humira, 2024-02-01 to 2024-07-01, failure;"
        " one more of Xeljanz/XR, Actemra SC, Cimzia, Enbrel, Rinvoq."
    ]


@pytest.mark.parametrize("other", ["xeljanz", "actemra-sc", "cimzia", "enbrel", "rinvoq"])
def test_each_that_is_named_as_left_is_enough(other: str) -> None:
    found = cigna(_HUMIRA, {**_HUMIRA, "product": other, "start": "2025-01-01", "end": "2025-06-01"})
    assert found.outcome == "met" and why(found) == ["All that the document asks for is on record."]


def test_what_is_of_a_group_that_counts_already_is_not_enough() -> None:
    found = cigna(_HUMIRA, {**_HUMIRA, "product": "cyltezo", "start": "2025-01-01", "end": "2025-06-01"})
    assert why(found)[0].startswith("Blocked by: prior therapy, 1 of 2: Humira, ")


def test_fields_are_named_in_which_a_criterion_can_be_shown() -> None:
    item = cigna(_HUMIRA)
    assert item.root is not None
    leaves = {leaf.id.partition("/")[2]: leaf for leaf in item.root.criterion.leaves}
    assert to_fill(leaves["ra-preferred-products-employer-group"], shipped()) == ("therapies",)
    assert to_fill(leaves["ra-prescriber"], shipped()) == ("consultations", "prescriber.specialties")
    # That nothing else is taken can be shown by a list that is complete; that something was tried cannot.
    assert to_fill(leaves["no-concurrent"], shipped()) == ("therapies", "therapiesComplete", "attestations")
    assert "therapiesComplete" in to_fill(leaves["ra-biologic-or-tsdmard-tried"], shipped(), met=False)


@pytest.mark.parametrize(
    "path", sorted((folder("data") / "cases").glob("*.yaml"))[::5], ids=lambda path: str(path.stem)
)
def test_every_answer_but_one_that_was_not_seen_at_all_says_why(path: Any) -> None:
    found = determine(read_case(path, shipped()), shipped(), authority="all")
    for item in found:
        assert why(item) and all(text.endswith((".", "?")) for text in why(item)), item
        assert briefly(item)
        assert {leaf.leaf.id for one in lacks(item) for leaf in one.leaves if leaf.leaf} >= set(item.missing)
    ranks = [list(Seen).index(seen(item)) for item in sorted(found, key=nearness)]
    assert ranks == sorted(ranks)
