"""Payers and guides beside the law that binds: on either side of each condition, and the question where it is open."""

from __future__ import annotations

from pathlib import Path

import mini
import pytest

from payergraph.comparison.conflicts import Conflict, Kind, conflicts

DAYS = "pg:value {} ; pg:unit unit:day"
HOURS = "pg:value {} ; pg:unit unit:hour"
PAYER = "payer:cigna internal-appeal-filing-deadline " + DAYS
LAW = "publication:cfr-45-147-136 internal-appeal-filing-deadline " + DAYS + " ; pg:comparator pg:AtLeast"
INSURED = " ; pg:scope state:NC , line-of-business:state-regulated"


def found(target: Path, *said: str, policies: tuple[str, ...] = ()) -> list[Conflict]:
    of = mini.laws(target, *said, policies=policies)
    return [item for item in conflicts(of) if item.kind is Kind.POLICY_VS_LAW]


def test_a_payer_that_gives_less_time_than_the_law_is_told_with_both_places(tmp_path: Path) -> None:
    [item] = found(tmp_path, PAYER.format(60) + INSURED, LAW.format(180))
    assert (item.weight, [side.locator for side in item.sides]) == (3, ["0", "1"])
    assert item.differs == "60 days against 180 days by law."
    assert "may give up an appeal that the law still allows" in item.matters


@pytest.mark.parametrize(
    ("payer", "law"),
    [
        (PAYER.format(180), LAW.format(180)),  # the same
        (PAYER.format(365), LAW.format(180)),  # more than the law asks for at least
        (PAYER.format(60) + " ; pg:scope line-of-business:medicare-part-d", LAW.format(180)),  # another ladder
        (
            PAYER.format(60) + " ; pg:scope state:NC , line-of-business:state-regulated , request-kind:expedited",
            LAW.format(180),
        ),
        (PAYER.format(60) + INSURED, LAW.format(180) + ' ; pg:scopeInWords "plans of a kind"'),
        (PAYER.format(60) + INSURED, LAW.format(180) + ' ; pg:appliesUntil "2020-12-31"^^xsd:date'),
        ("payer:cigna internal-appeal-filing-deadline pg:value 2 ; pg:unit unit:month" + INSURED, LAW.format(180)),
    ],
)
def test_nothing_is_told_on_the_other_side_of_a_condition(tmp_path: Path, payer: str, law: str) -> None:
    assert found(tmp_path, payer + ("" if "scope" in payer else INSURED), law) == []


def test_a_guide_that_gives_more_time_than_the_law_lets_a_patient_ask_too_late(tmp_path: Path) -> None:
    line = " ; pg:scope line-of-business:medicare-part-d"
    law = (
        "line-of-business:medicare-part-d internal-appeal-filing-deadline "
        + DAYS.format(60)
        + " ; pg:comparator pg:AtMost"
    )
    [item] = found(tmp_path, PAYER.format(180) + line, law)
    assert "may ask too late" in item.matters


def test_a_payer_that_takes_longer_than_the_law_is_told(tmp_path: Path) -> None:
    payer = "payer:cigna internal-appeal-decision-time " + DAYS.format(5) + INSURED + " , request-kind:expedited"
    law = (
        "publication:cfr-45-147-136 internal-appeal-decision-time "
        + HOURS.format(72)
        + " ; pg:scope request-kind:expedited"
    )
    [item] = found(tmp_path, payer, law)
    assert item.differs == "5 days against 72 hours by law." and item.weight == 3
    assert found(tmp_path / "b", payer.replace("value 5", "value 3"), law) == []


def test_where_it_is_open_which_law_binds_the_question_is_told_and_nothing_held_against_the_payer(
    tmp_path: Path,
) -> None:
    [item] = found(tmp_path, PAYER.format(60) + " ; pg:scope state:NC", LAW.format(180))
    assert item.weight == 1
    assert item.differs.startswith("Whether they disagree is open: Which kind of plan is it: ")
    medicare = "line-of-business:medicare-part-d internal-appeal-filing-deadline " + DAYS.format(60)
    assert found(tmp_path / "b", PAYER.format(60) + " ; pg:scope state:NC", LAW.format(180), medicare) == []


# --- steps and lengths ------------------------------------------------------------------------------------------------

STEPS = mini.policy(
    "rheumatoid-arthritis c:steps",
    more="""c:steps a pg:PriorTherapyCriterion ; pg:therapyGroups set:steps ; pg:minimumGroups 3 ; @@ .
    set:steps a pg:ConceptSet ; skos:prefLabel "steps"@en ; pg:member drug:methotrexate ,
        drug:sulfasalazine , drug:leflunomide .
    r:0 pg:initialMonths 3 .""",
)
BOUND = " ; pg:scope line-of-business:state-regulated"
LIMIT = "state:NC step-therapy-limit pg:value {} ; pg:unit unit:drug ; pg:comparator pg:AtMost" + BOUND
HELD = (
    "state:NC authorization-validity "
    + DAYS
    + " ; pg:comparator pg:AtLeast ; pg:scope line-of-business:state-regulated"
)


def of_plans(more: str) -> str:
    """The policy, as one for plans of North Carolina."""
    return STEPS + f"<https://w3id.org/payergraph/id/policy/test> pg:state state:NC {more} ."


REGULATED = "; pg:lineOfBusiness <https://w3id.org/payergraph/id/line-of-business/state-regulated>"
SELF_FUNDED = REGULATED.replace("state-regulated", "self-funded")


@pytest.mark.parametrize(
    ("law", "more", "weight"),
    [
        (LIMIT.format(2), REGULATED, 3),
        (LIMIT.format(0), REGULATED, 3),
        (LIMIT.format(3), REGULATED, 0),
        (LIMIT.format(2), SELF_FUNDED, 0),  # the law of a state does not bind it
        (LIMIT.format(2), "", 1),
        (LIMIT.format(2) + ' ; pg:scopeInWords "drugs of one class"', REGULATED, 1),
        (LIMIT.format(2).replace("state:NC", "state:GA"), REGULATED, 0),
        (HELD.format(180), REGULATED, 3),
        (HELD.format(60), REGULATED, 0),
        (HELD.format(180), SELF_FUNDED, 0),
        (HELD.format(180), "", 1),
    ],
)
def test_steps_and_lengths_beside_the_law_of_a_state(tmp_path: Path, law: str, more: str, weight: int) -> None:
    items = found(tmp_path, law, policies=(of_plans(more),))
    assert [item.weight for item in items] == ([weight] if weight else [])
    for item in items:
        assert ("is open" in item.differs) == (weight == 1)
        assert {side.source for side in item.sides} == {"test", "law"}


def test_a_policy_that_is_not_of_one_state_is_not_laid_beside_its_law(tmp_path: Path) -> None:
    assert found(tmp_path, LIMIT.format(0), policies=(STEPS,)) == []
