"""Therapies that were tried, failed, not tolerated or ruled out before."""

from collections.abc import Iterator

from ._kind import Kind, Parameters, Values, either, read, spelled
from ._studied import Burden, Restriction

_OUTCOMES = {
    "FailureOnly": "failure of",
    "IntoleranceOnly": "intolerance to",
    "ContraindicationOnly": "contraindication to",
    "FailureOrIntolerance": "failure of or intolerance to",
    "IntoleranceOrContraindication": "intolerance or contraindication to",
    "FailureIntoleranceOrContraindication": "failure of, intolerance or contraindication to",
    "ResponseOnly": "response to",
}
# Outcomes of those who cannot take a therapy; whoever can has to have tried it.
_RULED_OUT = frozenset(("IntoleranceOnly", "ContraindicationOnly", "IntoleranceOrContraindication"))


def _sentence(values: Values) -> str:
    outcome = _OUTCOMES.get(values.local("acceptedOutcomes"), "trial of")
    return f"{outcome[0].upper()}{outcome[1:]} {', '.join([_which(values), *_how(values)])}"


def _which(values: Values) -> str:
    members = values.members("therapyGroups")
    count = values.count("minimumGroups")
    if len(members) == 1 and count == 1:
        return members[0]
    if values.true("everyMember"):
        return f"every one of {either(members, 'and')}"
    unit = " different drugs" if values.local("countBy") == "ByIngredient" else ""
    return f"{spelled(count)}{unit} of: {either(members)}"


def _how(values: Values) -> Iterator[str]:
    """How, how long and how recently it was taken."""
    if "togetherWith" in values:
        yield f"taken together with {either(values.members('togetherWith'))}"
    if "minimumMonths" in values:
        yield f"after at least {values.counted('minimumMonths', 'month')}"
    if "minimumWeeks" in values:
        yield f"after at least {values.counted('minimumWeeks', 'week')}"
    if "minimumWeeklyDoseMg" in values:
        yield f"at {values.number('minimumWeeklyDoseMg')} mg a week or more"
    if values.true("maximallyTolerated"):
        yield "at the maximally tolerated dose"
    if values.true("currentlyTaken"):
        yield "still taken"
    if "takenWithinDays" in values:
        yield f"taken in the last {values.counted('takenWithinDays', 'day')}"
    if "minimumWeeksSinceEnd" in values:
        yield f"the last one ended at least {values.counted('minimumWeeksSinceEnd', 'week')} ago"


def _exceptional(parameters: Parameters) -> bool:
    return parameters.true("requestedDrugCounts") or parameters.local("acceptedOutcomes") in _RULED_OUT


KIND = Kind(
    "PriorTherapyCriterion",
    "prior therapy",
    _sentence,
    changeable=True,
    reads=(
        read("therapies.product", of="therapyGroups"),
        read("therapies.start therapies.end therapies.durationMonths therapies.outcome therapies.for"),
        read("therapiesComplete"),
        read("therapies.maximallyTolerated", when="maximallyTolerated"),
        read("therapies.weeklyDoseMg", when="minimumWeeklyDoseMg"),
        read("therapies.sample", when="samplesExcluded"),
        read("therapies.product", of="togetherWith", when="togetherWith"),
    ),
    restriction=Restriction.STEPS,
    burden=Burden.NONE,
    exceptional=_exceptional,
)
