"""The result of a laboratory test."""

from decimal import Decimal

from ..meaning.nodes import Allowed, Any, Compare, Given, Holds, Some, Under
from ..meaning.parts import Part, may, needed
from ..meaning.relations import LAB_DAYS_AGO, LAB_MONTHS_AGO, LABS, PRETREATMENT, RESULT, TEST, TIMES_UPPER
from ._kind import Kind, Values, either, period
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    unit = f" {values.label('unit')}" if "unit" in values else ""
    bounds = []
    if "minimumValue" in values:
        bounds.append(f"at least {values.number('minimumValue')}{unit}")
    if "maximumValue" in values:
        bounds.append(f"at most {values.number('maximumValue')}{unit}")
    if "timesUpperLimit" in values:
        bounds.append(f"at least {values.number('timesUpperLimit')} times the upper limit of normal")
    if values.true("aboveUpperLimit"):
        bounds.append("above the upper limit of normal")
    if values.true("anyResult"):
        bounds.append("tested, whatever the result")
    before = ", before the drug was begun" if values.true("beforeTreatment") else ""
    return f"{values.label('labTest')} {either(bounds)}{period(values)}{before}"


KIND = Kind(
    "LabCriterion",
    "laboratory",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "Lab",
            (
                needed("labTest", "pg:LabTest"),
                may("minimumValue", "xsd:decimal"),
                may("maximumValue", "xsd:decimal"),
                may("unit", "pg:Unit"),
                may("timesUpperLimit", "xsd:decimal"),
                may("aboveUpperLimit", "xsd:boolean"),
                may("anyResult", "xsd:boolean"),
                may("beforeTreatment", "xsd:boolean"),
                may("withinMonths", "xsd:integer"),
                may("withinDays", "xsd:integer"),
            ),
            Some(
                LABS,
                (
                    Under(TEST, "labTest"),
                    Any(  # of the stated bounds any one suffices
                        (
                            Given("minimumValue", Compare(RESULT, ">=", "minimumValue", unit="unit")),
                            Given("maximumValue", Compare(RESULT, "<=", "maximumValue", unit="unit")),
                            Given("timesUpperLimit", Compare(TIMES_UPPER, ">=", "timesUpperLimit")),
                            Given("aboveUpperLimit", Compare(TIMES_UPPER, ">", Decimal(1))),
                            Allowed("anyResult"),
                        )
                    ),
                    Given("withinMonths", Compare(LAB_MONTHS_AGO, "<=", "withinMonths")),
                    Given("withinDays", Compare(LAB_DAYS_AGO, "<=", "withinDays")),
                    Given("beforeTreatment", Holds(PRETREATMENT)),
                ),
            ),
            "The case does not show a result that reaches the bound in the period.",
            "The results are said to be complete, and none reaches the bound in the period.",
        ),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.TEST,
    exceptional=never,
)
