"""A declaration, of the prescriber or of the patient."""

from ..meaning.nodes import All, Any, Attested, Holds, Led, Not, OneOf, Over, Recorded, Under
from ..meaning.parts import Part, may, needed
from ..meaning.relations import FINDING, FINDINGS, INFECTION, PRESENT, SCREENING_RESULT, SCREENINGS
from ._kind import Kind, Values
from ._studied import Burden, Narrowing, Restriction, always


def _sentence(values: Values) -> str:
    who = f"{values.label('attestedBy').capitalize()} attests" if "attestedBy" in values else "Attested"
    return f"{who}: {values.label('attestation')}"


_ABSENT = Led("attestation", "contradictedByAbsence")


#: What the record says against the declaration. Where it is open which of two screenings is the latest, none decides.
_CONTRADICTED = Any(
    (
        Recorded(FINDINGS, (Holds(PRESENT), Under(FINDING, Led("attestation", "contradictedByFinding")))),
        Recorded(
            FINDINGS,
            (
                Not(Holds(PRESENT)),
                Over(FINDING, _ABSENT),
                Not(Recorded(FINDINGS, (Holds(PRESENT), Under(FINDING, _ABSENT)))),
            ),
        ),
        Recorded(
            SCREENINGS,
            (Under(INFECTION, Led("attestation", "contradictedByScreening")),),
            so=OneOf(SCREENING_RESULT, ("PositiveScreening",)),
            latest=INFECTION,
        ),
    )
)

KIND = Kind(
    "AttestationCriterion",
    "attestation",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "Attestation",
            (needed("attestation", "pg:AttestationKind"), may("attestedBy", "pg:Attester")),
            All((Attested("attestation"), Not(_CONTRADICTED))),
            "It was not declared, or the record contradicts it.",
            "The record contradicts the declaration.",
        ),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.ATTESTATION,
    exceptional=always,
    narrowings=(Narrowing("what is inappropriate", "such judgement"),),
)
