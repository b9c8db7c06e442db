"""The change of what is measured, from one value to a later one: a loss of weight since the baseline.

It begins at the baseline, at the last value from before the drug, or at the value just before; it ends at the latest,
for what is lost has to be kept, or at any later one where having reached it suffices. Bounds are joined by AND. A loss
is asked in numbers above zero, and a rise of less than nothing is none of its bounds: it is a loss of at most so much.
A share of a value that is not above zero is open.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..meaning.nodes import CURRENT, All, Any, Chosen, Compare, Condition, Given, Holds, Latest, Some, Under
from ..meaning.parts import Part, may, needed
from ..meaning.relations import (
    ADJOINING,
    CHANGE,
    CHANGES,
    FROM_BASELINE,
    FROM_LAST_BEFORE,
    IN_ORDER,
    MEASURED_DAYS_AGO,
    MEASURED_MONTHS_AGO,
    OBSERVABLE,
    PERCENT_CHANGE,
)
from ._kind import Kind, Values, either, period
from ._studied import Burden, Restriction, never
from .measurement import UNITLESS

#: The bounds: each with the sign in which a change, which is above zero where the value rises, is compared to what the
#: parameter times the factor gives.
_BOUNDS = {
    "lossAtLeast": ("<=", -1, "down by at least"),
    "lossAtMost": (">=", -1, "down by at most"),
    "riseAtLeast": (">=", 1, "up by at least"),
    "riseAtMost": ("<=", 1, "up by at most"),
}
_STARTS = {"FromBeforeDrug": "the last value before the drug", "FromPrevious": "the value before"}


def _sentence(values: Values) -> str:
    bounds = either(_asked(values), "and") or "measured again"
    start = _STARTS.get(values.local("changeStart"), "the baseline")
    reached = ", once reached" if values.local("changeEnd") == "Reached" else ""
    return f"{values.label('changed')} {bounds} from {start}{reached}{period(values)}"


def _asked(values: Values) -> Iterator[str]:
    for name, (_, _, words) in _BOUNDS.items():
        if f"{name}Percent" in values:
            yield f"{words} {values.number(f'{name}Percent')} %"
        if name in values:
            yield f"{words} {values.amount(name, 'changeUnit')}"


def _bounds() -> Iterator[Condition]:
    for name, (sign, times, _) in _BOUNDS.items():
        yield Given(f"{name}Percent", Compare(PERCENT_CHANGE, sign, f"{name}Percent", times=times))
        yield Given(name, Compare(CHANGE, sign, name, times=times, unit="changeUnit", unitless=UNITLESS))


def _from(start: str, condition: Condition) -> Chosen:
    return Chosen("changeStart", (start,), "FromBaseline", condition)


_OF_IT = Under(OBSERVABLE, "changed")
_SO = All(tuple(_bounds()))
_MEANT = (
    _from("FromBaseline", Holds(FROM_BASELINE)),
    _from("FromBeforeDrug", Holds(FROM_LAST_BEFORE)),
    _from("FromPrevious", Holds(ADJOINING)),
    Holds(IN_ORDER),
    Given("withinMonths", Compare(MEASURED_MONTHS_AGO, "<=", "withinMonths")),
    Given("withinDays", Compare(MEASURED_DAYS_AGO, "<=", "withinDays")),
)

KIND = Kind(
    "ChangeCriterion",
    "response",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "Change",
            (
                needed("changed", "pg:Observable"),
                *(may(f"{name}{percent}", "xsd:decimal") for name in _BOUNDS for percent in ("Percent", "")),
                may("changeUnit", "pg:Unit"),
                may("changeStart", "pg:ChangeStart"),
                may("changeEnd", "pg:ChangeEnd"),
                may("withinMonths", "xsd:integer"),
                may("withinDays", "xsd:integer"),
            ),
            Any(
                (
                    Chosen(
                        "changeEnd",
                        ("Kept",),
                        "Kept",
                        Latest(CHANGES, about=_OF_IT, so=_SO, among=(CURRENT, *_MEANT)),
                    ),
                    Chosen(
                        "changeEnd",
                        ("Reached",),
                        "Kept",
                        Some(CHANGES, (_OF_IT, _SO, *_MEANT)),
                    ),
                )
            ),
            "The case does not show such a change.",
            "The change is another, or the measurements are said to be complete without such a change.",
        ),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.TEST,
    exceptional=never,
)
