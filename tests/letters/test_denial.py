"""What is to be said to a denial: which criteria it contests, what meets them, and how others judge the same."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

import payergraph
from payergraph.criteria import Status
from payergraph.letters.denial import Denial, contest, reason_of
from payergraph.letters.said import statements
from payergraph.store.graph import LocalGraph, shipped
from payergraph.terms import XSD, pg
from payergraph.verdict.determination import determine

MARIA = "data/cases/maria.yaml"


def denied(reason: str, **instead: object) -> Denial:
    case = payergraph.parse_case(payergraph.read_case(MARIA).record() | instead)
    return contest(shipped(), case, determine(case, shipped(), policy="cigna-ip0243")[0], reason)


def places(found: Denial) -> list[str]:
    return [point.place for point in found.contested]


def test_a_reason_contests_the_criteria_of_its_kinds() -> None:
    steps = denied("step therapy")
    assert [place.split(";")[0] for place in places(steps)] == [
        "Medical Necessity Criteria, 3.A",
        "Medical Necessity Criteria, 3.C",
    ]
    assert places(denied("prescriber")) == ["Medical Necessity Criteria, 3.B"]


def test_a_reason_that_names_no_kind_contests_all() -> None:
    assert reason_of(shipped(), "not-medically-necessary").kinds == frozenset()
    assert len(places(denied("not medically necessary"))) == 5


def test_what_is_contested_and_not_shown_is_told_with_what_would_settle_it() -> None:
    found = denied("prescriber", prescriber={"specialties": ["family-medicine"]})
    assert [point.status for point in found.contested] == [Status.NOT_DOCUMENTED]
    assert found.shown == ()
    assert found.contested[0].facts == ()
    assert found.settling == (
        (
            "Prescribed by or in consultation with a specialist in rheumatology",
            "Medical Necessity Criteria, 3.B",
        ),
    )


def test_a_labeled_use_is_told_against_experimental() -> None:
    [label] = denied("experimental").labels
    assert label.outcome == "met"
    assert label.place == "Indications, 1"


def test_a_label_that_the_chart_does_not_meet_is_told_as_it_is() -> None:
    [label] = denied("experimental", birthDate="2012-03-02").labels
    assert label.outcome == "not-met"


def test_other_payers_are_counted_by_documents_seen_whole() -> None:
    found = denied("step therapy")
    assert all(peer.policy.payer != "https://w3id.org/payergraph/id/payer/cigna" for peer in found.peers)
    assert [(peer.policy.id, peer.status) for peer in found.peers] == [("molina-kineret", Status.MET)]
    assert len(denied("prescriber").without) + sum(1 for peer in denied("prescriber").peers if peer.asks) == 1


def test_the_law_is_looked_up_for_steps_alone_and_for_a_state_that_is_named() -> None:
    assert denied("prescriber").law_note == ""
    without = payergraph.read_case(MARIA).record()
    del without["state"]
    case = payergraph.parse_case(without)
    found = contest(shipped(), case, determine(case, shipped(), policy="cigna-ip0243")[0], "step therapy")
    assert found.law_note == "The chart names no state, so no law of a state was looked up."


def test_a_letter_tells_what_a_law_forbids_and_leaves_its_grounds_to_the_clinic() -> None:
    found = denied("step therapy", state="NY")
    assert found.law_note == ""
    assert not [said for said in found.binding if said.aspect == "step-therapy-exception"]
    assert {said.aspect for said in found.law} == {"step-therapy-exception", "step-therapy-limit"}


@pytest.mark.parametrize(
    ("state", "plan", "argued"),
    [
        ("MA", "cigna-individual-and-family", 1),
        ("MA", "cigna-employer-group", 1),
        ("MA", "cigna-self-funded", 0),  # ERISA leaves it to no state
        ("CO", "cigna-employer-group", 1),
        ("CO", "cigna-medicare-advantage", 0),
        ("MA", "cigna-hmo-california", 0),  # of no known line of business
        ("MA", None, 0),
        ("NY", "cigna-self-funded", 0),
    ],
)
def test_the_law_of_a_state_that_names_no_line_is_argued_for_plans_that_a_state_can_regulate(
    state: str, plan: str | None, argued: int
) -> None:
    case = payergraph.read_case("tests/letters/denied-for-step-therapy.yaml").record() | {"state": state}
    del case["plan"]
    parsed = payergraph.parse_case(case | ({"plan": plan} if plan else {"indication": "rheumatoid-arthritis"}))
    item = determine(parsed, shipped(), policy="cigna-ip0243")[0]
    found = contest(shipped(), parsed, item, "step therapy")
    assert len(found.binding) == argued
    limits = [said for said in found.law if said.aspect == "step-therapy-limit"]
    assert limits and all("state-regulated" in said.limits for said in limits)


def test_a_law_that_holds_from_a_day_is_told_with_the_day_and_not_argued() -> None:
    plain = next(said for said in denied("step therapy", state="NY").law if not said.conditional)
    copy = LocalGraph(ox.Store(), "later")
    copy.store.bulk_extend(shipped().store.quads_for_pattern(None, None, None))
    day = ox.Literal("2027-01-01", datatype=ox.NamedNode(f"{XSD}date"))
    copy.store.add(ox.Quad(ox.NamedNode(plain.iri), pg("appliesFrom"), day))
    [later] = [said for said in statements(copy) if said.iri == plain.iri]
    assert later.limits == (*plain.limits, "in force from 1 January 2027")
    assert later.conditional


@pytest.mark.parametrize("text", ["step therpay", "step"])
def test_an_unknown_reason_names_the_nearest(text: str) -> None:
    with pytest.raises(payergraph.CallError, match="the nearest is step-therapy"):
        reason_of(shipped(), text)
