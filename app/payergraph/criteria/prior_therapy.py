"""Therapies that were tried, failed, not tolerated or ruled out before."""

from ..wording import spelled
from ._kind import Kind, Values, either, read

_OUTCOMES = {
    "FailureOnly": "failure of",
    "IntoleranceOnly": "intolerance to",
    "ContraindicationOnly": "contraindication to",
    "FailureOrIntolerance": "failure of or intolerance to",
    "IntoleranceOrContraindication": "intolerance or contraindication to",
    "FailureIntoleranceOrContraindication": "failure of, intolerance or contraindication to",
    "ResponseOnly": "response to",
}


def _sentence(values: Values) -> str:
    members = values.members("therapyGroups")
    count = values.count("minimumGroups")
    outcome = _OUTCOMES.get(values.local("acceptedOutcomes"), "trial of")
    if len(members) == 1 and count == 1:
        which = members[0]
    elif values.true("everyMember"):
        which = f"every one of {either(members, 'and')}"
    else:
        unit = " different drugs" if values.local("countBy") == "ByIngredient" else ""
        which = f"{spelled(count)}{unit} of: {either(members)}"
    sentence = f"{outcome[0].upper()}{outcome[1:]} {which}"
    if "togetherWith" in values:
        sentence += f", taken together with {either(values.members('togetherWith'))}"
    if "minimumMonths" in values:
        sentence += f", after at least {values.counted('minimumMonths', 'month')}"
    if "minimumWeeks" in values:
        sentence += f", after at least {values.counted('minimumWeeks', 'week')}"
    if "minimumWeeklyDoseMg" in values:
        sentence += f", at {values.number('minimumWeeklyDoseMg')} mg a week or more"
    if values.true("maximallyTolerated"):
        sentence += ", at the maximally tolerated dose"
    if values.true("currentlyTaken"):
        sentence += ", still taken"
    if "takenWithinDays" in values:
        sentence += f", taken in the last {values.counted('takenWithinDays', 'day')}"
    if "minimumWeeksSinceEnd" in values:
        sentence += f", the last one ended at least {values.counted('minimumWeeksSinceEnd', 'week')} ago"
    return sentence


KIND = Kind(
    "PriorTherapyCriterion",
    "prior therapy",
    _sentence,
    reads=(
        read("therapies.product", of="therapyGroups"),
        read("therapies.start therapies.end therapies.durationMonths therapies.outcome therapies.for"),
        read("therapiesComplete"),
        read("therapies.maximallyTolerated", when="maximallyTolerated"),
        read("therapies.weeklyDoseMg", when="minimumWeeklyDoseMg"),
        read("therapies.sample", when="samplesExcluded"),
        read("therapies.product", of="togetherWith", when="togetherWith"),
    ),
)
