"""The result of a laboratory test."""

from ._kind import Kind, Values, either, period, read
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
    reads=(
        read("labs.test", of="labTest"),
        read("labsComplete"),
        read("labs.value", when="minimumValue maximumValue timesUpperLimit aboveUpperLimit"),
        read("labs.unit", of="unit", when="minimumValue maximumValue"),
        read("labs.upperLimit", when="timesUpperLimit aboveUpperLimit"),
        read("labs.date", when="withinMonths withinDays beforeTreatment"),
        read("therapies.product therapies.start therapies.outcome therapiesComplete", when="beforeTreatment"),
        read("therapies.end therapies.durationMonths", when="beforeTreatment"),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.TEST,
    exceptional=never,
)
