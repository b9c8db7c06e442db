"""Screening for an infection."""

from ..meaning.nodes import All, Allowed, Any, Compare, Given, Latest, OneOf, Under
from ..meaning.parts import Part, may, needed
from ..meaning.relations import INFECTION, SCREENING_MONTHS_AGO, SCREENING_RESULT, SCREENINGS
from ._kind import Kind, Values, period
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    infection, within = values.label("screeningFor"), period(values)
    if values.true("anyResult"):
        return f"Screened for {infection}{within}, whatever the result"
    results = "negative, treated or under treatment" if values.true("underTreatmentAccepted") else "negative or treated"
    return f"Screened for {infection}: {results}{within}"


KIND = Kind(
    "ScreeningCriterion",
    "screening",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "Screening",
            (
                needed("screeningFor", "pg:Infection"),
                may("withinMonths", "xsd:integer"),
                may("underTreatmentAccepted", "xsd:boolean"),
                may("anyResult", "xsd:boolean"),
            ),
            Latest(
                SCREENINGS,
                about=Under(INFECTION, "screeningFor"),
                so=Any(
                    (
                        Allowed("anyResult"),
                        OneOf(SCREENING_RESULT, ("NegativeScreening", "TreatedScreening")),
                        # Whether a treatment under way is enough where the source does not say so is open.
                        All(
                            (
                                OneOf(SCREENING_RESULT, ("UnderTreatmentScreening",)),
                                Allowed("underTreatmentAccepted", open=True),
                            )
                        ),
                    )
                ),
                where=(Given("withinMonths", Compare(SCREENING_MONTHS_AGO, "<=", "withinMonths")),),
            ),
            "The case does not show that the infection is excluded or treated, or screened for, in the period.",
            "The infection was found and is not treated, or the screenings are complete without it.",
        ),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.TEST,
    exceptional=never,
)
