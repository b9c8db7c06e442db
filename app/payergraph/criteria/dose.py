"""The dose or quantity that is asked for."""

from collections.abc import Iterator

from ..meaning.nodes import Dosed, Field, Stated, Unsettled
from ..meaning.parts import Parameter, Part, may, needed
from ..meaning.relations import DOSE, DOSES, LOADING_DOSES, QUANTITIES, QUANTITY
from ..terms import ID
from ..wording import sentence
from ._kind import Kind, Values, dose, either
from ._studied import Burden, Restriction, never

#: What a quantity counts where no unit is named: whatever the drug comes in.
_PIECE = ID + "unit/unit"
_LEAST_OR_MOST = {"atLeast": (">=", "at least"), "atMost": ("<=", "at most")}


def _sentence(values: Values) -> str:
    asked = ["dose as the label has it"] if "dosing" in values else []
    for kind, words in (("LoadingDose", "loading dose"), ("Dose", "dose")):
        if bounds := list(_bounds(values, kind)):
            asked.append(f"{words} of {either(bounds, 'and')}")
    if "maximumQuantity" in values:
        most = f"{values.amount('maximumQuantity', 'quantityUnit')} in {values.counted('perDays', 'day')}"
        asked.append(f"quantity of at most {most}")
    return sentence(either(asked, "and"))


def _bounds(values: Values, kind: str) -> Iterator[str]:
    given = [name for name in _LEAST_OR_MOST if name + kind in values]
    if len(given) == 2 and len({values.number(name + kind) for name in given}) == 1:
        yield f"exactly {dose(values, given[0] + kind, once=kind == 'LoadingDose')}"
        return
    for name in given:
        yield f"{_LEAST_OR_MOST[name][1]} {dose(values, name + kind, once=kind == 'LoadingDose')}"


_BASIS = ("doseBasis", "dosePer", "WholePatient")
_PERIOD = (may("dosePeriodDays", "xsd:integer"), may("dosePeriodMonths", "xsd:integer"))


def _part(name: str, kind: str, facts: Field, period: tuple[Parameter, ...]) -> Part:
    sign, words = _LEAST_OR_MOST[name]
    bound = name + kind
    what = "loading dose" if period == () else "dose"
    short = {">=": "under", "<=": "over"}[sign]
    days, months = (p.name for p in period) if period else ("", "")
    picks = (_BASIS, ("doseKind", "", "LoadingDose" if period == () else "MaintenanceDose"))
    return Part(
        bound[0].upper() + bound[1:],
        (needed(bound, "xsd:decimal"), may("doseUnit", "pg:Unit"), may("dosePer", "pg:DoseBasis"), *period),
        Stated(DOSE, (Dosed(facts, sign, bound, ("doseUnit", ""), days, months, picks),)),
        f"The case does not show a {what} of {words} {{${bound}}} in the unit and the period that are asked.",
        f"The {what} is {short} {{${bound}}} in the unit and the period that are asked.",
    )


KIND = Kind(
    "DoseCriterion",
    "dose",
    _sentence,
    changeable=True,
    parts=(
        *(_part(name, "Dose", DOSES, _PERIOD) for name in _LEAST_OR_MOST),
        *(_part(name, "LoadingDose", LOADING_DOSES, ()) for name in _LEAST_OR_MOST),
        # What the label says takes its place at load (``store.labeled``); where it says nothing, this stays.
        Part(
            "LabeledDose",
            (needed("dosing", "pg:Dosing"),),
            Unsettled("dosing"),
            "The dose that the label gives for this use is not known.",
            "Never: what is not known rules nothing out.",
        ),
        Part(
            "Quantity",
            (
                needed("maximumQuantity", "xsd:decimal"),
                may("quantityUnit", "pg:Unit"),
                needed("perDays", "xsd:integer"),
            ),
            Stated(
                QUANTITY,
                (
                    Dosed(
                        *(QUANTITIES, "<=", "maximumQuantity", ("quantityUnit", _PIECE), "perDays"),
                        picks=(("doseKind", "", "DispensedQuantity"),),
                    ),
                ),
            ),
            "The case does not show a quantity of at most {$maximumQuantity} in {$perDays} days.",
            "The quantity is over {$maximumQuantity} in {$perDays} days.",
        ),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
