"""A value that was measured, counted, scored or graded.

Bounds are joined by AND, or by OR where any of them is said to be enough. They are asked of one value: the latest on
record, unless another occasion is named. Of the latest nothing else need be known to say that it falls short, so a list
that is not complete decides, too; but where a period is asked for, a value from before it decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import terms
from ..meaning.nodes import (
    CURRENT,
    All,
    Among,
    Any,
    Chosen,
    Compare,
    Condition,
    Given,
    Holds,
    In,
    Latest,
    Not,
    Ranked,
    Recorded,
    Some,
    Under,
)
from ..meaning.parts import Part, may, needed
from ..meaning.relations import (
    BASELINE,
    BEFORE_DRUG,
    GRADE,
    GRADE_RANK,
    GRADED,
    LAST_BEFORE,
    MEASURED,
    MEASURED_DAYS_AGO,
    MEASURED_MONTHS_AGO,
    MEASURED_ON,
    MEASUREMENTS,
    OBSERVABLE,
    PLACE,
    TIMES_LOWER_LIMIT,
    TIMES_UPPER_LIMIT,
)
from ..wording import spelled
from ._kind import Kind, Values, either, period
from ._studied import Burden, Restriction, never

#: The unit of a number that has none.
UNITLESS = terms.ID + "unit/score-point"

#: The words that begin the name of a bound, each with its sign and how a sentence puts it.
_BOUNDS = {
    "atLeast": (">=", "at least"),
    "above": (">", "above"),
    "atMost": ("<=", "at most"),
    "below": ("<", "below"),
}
_LIMITS = {"TimesUpper": (TIMES_UPPER_LIMIT, "upper"), "TimesLower": (TIMES_LOWER_LIMIT, "lower")}
#: The parameters that are bounds.
BOUNDS = (
    *(f"{name}Value" for name in _BOUNDS),
    *(name + limit for limit in _LIMITS for name in _BOUNDS),
    *("atLeastGrade", "atMostGrade", "acceptedGrades"),
)
_OCCASIONS = {
    "AnyOccasion": ", on any occasion",
    "BaselineOccasion": ", at baseline",
    "BeforeDrugOccasion": ", before the drug was begun",
}


def _sentence(values: Values) -> str:
    bounds = either(_asked(values), "or" if values.true("anyBound") else "and")
    when = _OCCASIONS.get(values.local("occasion"), "")
    within = period(values)
    if not bounds:
        bounds = "tested" if values.parameters.sort("measured") == "lab" else "measured"
        within, when = f"{within}, whatever the result", when.replace(_OCCASIONS["AnyOccasion"], "")
    if values.true("beforeTreatment"):
        when += f"{'' if when else ','} before the drug was begun"
    on = f", while on {either(values.members('whileOn'))}" if "whileOn" in values else ""
    row = f", {spelled(values.count('inARow'))} times in a row" if "inARow" in values else ""
    return f"{values.label('measured')} {bounds}{within}{when}{row}{on}"


def _asked(values: Values) -> Iterator[str]:
    for name, (_, words) in _BOUNDS.items():
        if f"{name}Value" in values:
            yield f"{words} {values.amount(f'{name}Value', 'valueUnit')}"
    for limit, (_, which) in _LIMITS.items():
        for name, (_, words) in _BOUNDS.items():
            if name + limit in values:
                times = values.number(name + limit)
                yield f"{words} {f'{times} times ' if times != '1' else ''}the {which} limit of normal"
    for name in ("atLeast", "atMost"):
        if f"{name}Grade" in values:
            yield f"{_BOUNDS[name][1]} {values.label(f'{name}Grade')}"
    if "acceptedGrades" in values:
        yield either(values.members("acceptedGrades"))


def _bounds() -> Iterator[Condition]:
    for name, (sign, _) in _BOUNDS.items():
        value = Compare(MEASURED, sign, f"{name}Value", unit="valueUnit", unitless=UNITLESS)
        yield Given(f"{name}Value", value)
        for limit, (times, _) in _LIMITS.items():
            yield Given(name + limit, Compare(times, sign, name + limit))
    for name in ("atLeast", "atMost"):
        yield Given(f"{name}Grade", Ranked(GRADE_RANK, f"{name}Grade", at_most=_BOUNDS[name][0] == "<=", exact=True))
    # Which grade a number would be is open.
    yield Given("acceptedGrades", Any((In(GRADE, "acceptedGrades"), Not(Holds(GRADED)))))


_OF_IT = Under(OBSERVABLE, "measured")
_SO = Any((All(tuple(_bounds())), Given("anyBound", Any(tuple(_bounds())))))
_ON_IT = Among(MEASURED_ON, "whileOn")
_ASKED_FOR = (
    Given("withinMonths", Compare(MEASURED_MONTHS_AGO, "<=", "withinMonths")),
    Given("withinDays", Compare(MEASURED_DAYS_AGO, "<=", "withinDays")),
    Given("beforeTreatment", Holds(BEFORE_DRUG)),
    Given("whileOn", _ON_IT),
)


def _on(occasion: str, *parts: Condition) -> Chosen:
    return Chosen("occasion", (occasion,), "LatestOccasion", All(parts))


#: The values of which one is meant. One that is out of the period, or from a time without the therapy, is none of them.
_MEANT = (
    _on("LatestOccasion", CURRENT),
    _on("BaselineOccasion", Holds(BASELINE)),
    _on("BeforeDrugOccasion", Holds(LAST_BEFORE)),
    *_ASKED_FOR,
)
#: Each of the last n: there are as many in the period, and none of them falls short.
_IN_A_ROW = All(
    (
        Some(MEASUREMENTS, (_OF_IT, Compare(PLACE, ">=", "inARow"), _SO, *_ASKED_FOR)),
        Not(Recorded(MEASUREMENTS, (_OF_IT, Compare(PLACE, "<=", "inARow"), *_ASKED_FOR, Not(_SO)))),
        Given("whileOn", Not(Recorded(MEASUREMENTS, (_OF_IT, Compare(PLACE, "<=", "inARow"), Not(_ON_IT))))),
    )
)
_ONE = ("LatestOccasion", "BaselineOccasion", "BeforeDrugOccasion")

KIND = Kind(
    "MeasurementCriterion",
    "measurement",
    _sentence,
    dimension_of=("measured", "lab", "laboratory"),
    changeable=True,
    parts=(
        Part(
            "Measurement",
            (
                needed("measured", "pg:Observable"),
                *(may(f"{name}Value", "xsd:decimal") for name in _BOUNDS),
                may("valueUnit", "pg:Unit"),
                *(may(name + limit, "xsd:decimal") for limit in _LIMITS for name in _BOUNDS),
                may("atLeastGrade", "pg:Grade"),
                may("atMostGrade", "pg:Grade"),
                may("acceptedGrades", "pg:ConceptSet"),
                may("anyBound", "xsd:boolean"),
                may("whileOn", "pg:ConceptSet"),
                may("occasion", "pg:Occasion"),
                may("inARow", "xsd:integer"),
                may("withinMonths", "xsd:integer"),
                may("withinDays", "xsd:integer"),
                may("beforeTreatment", "xsd:boolean"),
            ),
            All(
                (
                    Any(
                        (
                            Chosen(
                                "occasion",
                                ("AnyOccasion",),
                                "LatestOccasion",
                                Some(MEASUREMENTS, (_OF_IT, _SO, *_ASKED_FOR)),
                            ),
                            Chosen(
                                "occasion",
                                _ONE,
                                "LatestOccasion",
                                Latest(MEASUREMENTS, about=_OF_IT, so=_SO, among=_MEANT),
                            ),
                        )
                    ),
                    Given("inARow", _IN_A_ROW),
                )
            ),
            "The case does not show a value within the bounds.",
            "The value is outside the bounds, or the measurements are said to be complete without one within them.",
        ),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.TEST,
    exceptional=never,
)
