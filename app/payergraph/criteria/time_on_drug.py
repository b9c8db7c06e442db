"""How long the drug asked for has been taken up to the request, counted as one course."""

from ..meaning.nodes import Compare, Given, Holds, Not, Some
from ..meaning.parts import Part, may, needed
from ..meaning.relations import DAYS_ON_DRUG, GAP_IN_DAYS, MONTHS_ON_DRUG, ON_DRUG, SAMPLE
from ._kind import Kind, Values
from ._studied import Burden, Restriction, always

_LEAST = (("minimumMonths", "month"), ("minimumWeeks", "week"), ("minimumDays", "day"))


def _sentence(values: Values) -> str:
    long = [f"at least {values.counted(name, unit)}" for name, unit in _LEAST if name in values]
    lasted = f" for {' and '.join(long)}" if long else ""
    gap = values.counted("longestGapDays", "day")
    samples = ", samples not counted" if values.true("samplesExcluded") else ""
    return f"On the requested drug{lasted}, with no gap of more than {gap} up to the request{samples}"


_DISPENSED = Given("samplesExcluded", Not(Holds(SAMPLE)))

KIND = Kind(
    "TimeOnDrugCriterion",
    "time on the drug",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "TimeOnDrug",
            (
                needed("longestGapDays", "xsd:integer"),
                may("minimumMonths", "xsd:integer"),
                may("minimumWeeks", "xsd:integer"),
                may("minimumDays", "xsd:integer"),
                may("samplesExcluded", "xsd:boolean"),
            ),
            # What is recorded of the drug says since when it is taken: no other row is looked for beside it.
            # Samples that do not count say nothing of what was dispensed.
            Some(
                ON_DRUG,
                (
                    Compare(GAP_IN_DAYS, "<=", "longestGapDays"),
                    _DISPENSED,
                    Given("minimumMonths", Compare(MONTHS_ON_DRUG, ">=", "minimumMonths")),
                    Given("minimumWeeks", Compare(DAYS_ON_DRUG, ">=", "minimumWeeks", times=7)),
                    Given("minimumDays", Compare(DAYS_ON_DRUG, ">=", "minimumDays")),
                ),
                closed_by=_DISPENSED,
            ),
            "The case does not show that the drug was taken for so long without such a gap.",
            "The drug was taken for a shorter time, or with a longer gap.",
        ),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.NONE,
    exceptional=always,  # who is new to the drug is not on it
)
