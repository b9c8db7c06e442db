"""Therapies that were tried, failed, not tolerated or ruled out before."""

from collections.abc import Iterator

from ..meaning.nodes import (
    Accepted,
    All,
    Allowed,
    Any,
    Beside,
    Compare,
    Counted,
    Dosed,
    Given,
    HasAll,
    Holds,
    In,
    Not,
    OutcomeIs,
    Recorded,
    WholeCourse,
)
from ..meaning.parts import Part, may, needed
from ..meaning.relations import (
    INGREDIENT,
    MANNER,
    OF_REQUESTED_DRUG,
    ONGOING,
    OUTCOME,
    PRODUCT,
    SAMPLE,
    TAKEN,
    THERAPIES,
    THERAPY_DAYS_AGO,
    TOLERATED,
    TRIAL_DAYS,
    TRIAL_DOSES,
    TRIAL_LINE,
    TRIAL_MONTHS,
    TRIAL_WEEKS,
    TRIALS,
)
from ..wording import sentence, spelled
from ._kind import Kind, Parameters, Values, dose, either, manners
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
    return f"{sentence(outcome)} {', '.join([_which(values), *_how(values), *_counting(values)])}"


def _which(values: Values) -> str:
    members = values.members("therapyGroups")
    count = values.count("minimumGroups")
    if len(members) == 1 and count == 1:
        return members[0]
    if values.true("everyMember"):
        return f"every one of {either(members, 'and')}"
    unit = {"ByIngredient": " different drugs", "ByLine": " lines"}.get(values.local("countBy"), "")
    return f"{spelled(count)}{unit} of: {either(members)}"


def _how(values: Values) -> Iterator[str]:
    """How, how long and how recently it was taken."""
    yield from manners(values)
    if "togetherWith" in values:
        yield f"taken together with {either(values.members('togetherWith'))}"
    if "minimumMonths" in values:
        yield f"after at least {values.counted('minimumMonths', 'month')}"
    if "minimumWeeks" in values:
        yield f"after at least {values.counted('minimumWeeks', 'week')}"
    if "minimumDays" in values:
        yield f"after at least {values.counted('minimumDays', 'day')}"
    if "minimumDose" in values:
        yield f"at {dose(values, 'minimumDose')} or more"
    yield from _in_line(values)
    if values.true("maximallyTolerated"):
        yield "at the maximally tolerated dose"
    if values.true("currentlyTaken"):
        yield "still taken"
    if "takenWithinDays" in values:
        yield f"taken in the last {values.counted('takenWithinDays', 'day')}"
    if "minimumWeeksSinceEnd" in values:
        yield f"the last one ended at least {values.counted('minimumWeeksSinceEnd', 'week')} ago"


def _in_line(values: Values) -> Iterator[str]:
    first, last = (f"{name}Line" for name in ("atLeast", "atMost"))
    if first in values and last in values:
        yield f"in line {' to '.join(dict.fromkeys((values.number(first), values.number(last))))} of therapy"
    elif first in values:
        yield f"in line {values.number(first)} of therapy or later"
    elif last in values:
        yield f"in line {values.number(last)} of therapy" + (" or earlier" if values.number(last) != "1" else "")


def _counting(values: Values) -> Iterator[str]:
    """What counts that would not by itself, and the other way round."""
    if values.true("samplesExcluded"):
        yield "samples not counted"
    if values.true("requestedDrugCounts"):
        yield "the drug asked for counts as one"


def _exceptional(parameters: Parameters) -> bool:
    return parameters.true("requestedDrugCounts") or parameters.local("acceptedOutcomes") in _RULED_OUT


_PRODUCTS = In(PRODUCT, "therapyGroups")
#: A manner that is not on record stays open.
_IN_MANNER = Given("manners", HasAll(MANNER, "manners"))
_RECENT = Given("takenWithinDays", Compare(THERAPY_DAYS_AGO, "<=", "takenWithinDays"))
#: The drug asked for is no step before itself, unless the source says so.
ANOTHER = Any((Not(Holds(OF_REQUESTED_DRUG)), Allowed("requestedDrugCounts")))


#: A trial as long and at such a dose as is asked. What is taken together with a therapy binds it like its length.
_TRIED = All(
    (
        Holds(TAKEN),
        Given("minimumMonths", Compare(TRIAL_MONTHS, ">=", "minimumMonths")),
        Given("minimumWeeks", Compare(TRIAL_WEEKS, ">=", "minimumWeeks")),
        Given("minimumDays", Compare(TRIAL_DAYS, ">=", "minimumDays")),
        Given(
            "minimumDose",
            Dosed(TRIAL_DOSES, ">=", "minimumDose", ("doseUnit", ""), "dosePeriodDays", "dosePeriodMonths"),
        ),
        Given("atLeastLine", Compare(TRIAL_LINE, ">=", "atLeastLine")),
        Given("atMostLine", Compare(TRIAL_LINE, "<=", "atMostLine")),
        Given("maximallyTolerated", Holds(TOLERATED)),
        Given("currentlyTaken", Holds(ONGOING)),
        _RECENT,
        _IN_MANNER,
        Given("minimumWeeksSinceEnd", Compare(THERAPY_DAYS_AGO, ">=", "minimumWeeksSinceEnd", times=7)),
        Given("togetherWith", Beside("togetherWith")),
    )
)


#: Length and dose bind a failure, not an intolerance or a contraindication; without accepted outcomes they bind
#: whatever was taken. The days within which it was taken, and the manner, bind an intolerance, too; what is
#: contraindicated was taken in no manner.
_FITS = Any((OutcomeIs("Contraindication"), All((OutcomeIs("Intolerance"), _RECENT, _IN_MANNER)), _TRIED))

KIND = Kind(
    "PriorTherapyCriterion",
    "prior therapy",
    _sentence,
    changeable=True,
    lasting=True,
    parts=(
        Part(
            "PriorTherapy",
            (
                needed("therapyGroups", "pg:ConceptSet"),
                may("minimumGroups", "xsd:integer"),
                may("everyMember", "xsd:boolean"),
                may("acceptedOutcomes", "pg:OutcomeSet"),
                may("minimumMonths", "xsd:integer"),
                may("minimumWeeks", "xsd:integer"),
                may("minimumDays", "xsd:integer"),
                may("maximallyTolerated", "xsd:boolean"),
                may("minimumDose", "xsd:decimal"),
                may("doseUnit", "pg:Unit"),
                may("dosePeriodDays", "xsd:integer"),
                may("dosePeriodMonths", "xsd:integer"),
                may("atLeastLine", "xsd:integer"),
                may("atMostLine", "xsd:integer"),
                may("currentlyTaken", "xsd:boolean"),
                may("countBy", "pg:CountUnit"),
                may("samplesExcluded", "xsd:boolean"),
                may("requestedDrugCounts", "xsd:boolean"),
                may("takenWithinDays", "xsd:integer"),
                may("minimumWeeksSinceEnd", "xsd:integer"),
                may("togetherWith", "pg:ConceptSet"),
                may("manners", "pg:ConceptSet"),
            ),
            Counted(
                TRIALS,
                of=_PRODUCTS,
                where=(
                    Accepted(OUTCOME, "acceptedOutcomes"),
                    WholeCourse("therapyGroups"),
                    ANOTHER,
                    Given("samplesExcluded", Not(Holds(SAMPLE))),
                    _FITS,
                ),
                at_least="minimumGroups",
                every="everyMember",
                by=("countBy", INGREDIENT, TRIAL_LINE),
            ),
            "The case does not show enough of the therapies to have been tried as asked.",
            "The therapies are said to be complete, and too few of them were tried as asked.",
        ),
        # The weeks since the end are those since the last of these therapies: a later one, however it went, counts.
        Part(
            "TimeSinceTherapy",
            (
                may("therapyGroups", "pg:ConceptSet"),
                needed("minimumWeeksSinceEnd", "xsd:integer"),
                may("requestedDrugCounts", "xsd:boolean"),
            ),
            Not(
                Recorded(
                    THERAPIES,
                    (
                        Holds(TAKEN),
                        Compare(THERAPY_DAYS_AGO, "<", "minimumWeeksSinceEnd", times=7),
                        ANOTHER,
                        _PRODUCTS,
                    ),
                )
            ),
            "One of the therapies may have been taken later than asked.",
            "One of the therapies was taken later than asked.",
        ),
    ),
    restriction=Restriction.STEPS,
    burden=Burden.NONE,
    exceptional=_exceptional,
)
