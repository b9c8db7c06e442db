"""On which plan, in which line of business and in which state the request stands."""

from ..meaning.nodes import In, Stated
from ..meaning.parts import Part, needed
from ..meaning.relations import LINE, LINES, PLAN, PLANS, STATE, STATES
from ._kind import Kind, Values, either
from ._studied import Burden, Restriction, never

_WHERE = {"states": "state", "plans": "plan", "linesOfBusiness": "line of business"}


def _sentence(values: Values) -> str:
    named = (
        f"{where.capitalize()} of the request: {either(values.members(name))}"
        for name, where in _WHERE.items()
        if name in values
    )
    return "; ".join(named)


def _part(name: str, parameter: str, meaning: Stated) -> Part:
    where = _WHERE[parameter]
    return Part(
        name,
        (needed(parameter, "pg:ConceptSet"),),
        meaning,
        f"The case does not show that the request is of such a {where}, which decides here.",
        f"The request is of another {where}.",
    )


KIND = Kind(
    "PlanCriterion",
    "plan",
    _sentence,
    changeable=False,
    parts=(
        _part("State", "states", Stated(STATES, (In(STATE, "states"),))),
        _part("Plan", "plans", Stated(PLANS, (In(PLAN, "plans"),))),
        _part("LineOfBusiness", "linesOfBusiness", Stated(LINES, (In(LINE, "linesOfBusiness"),))),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
