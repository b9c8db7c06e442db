"""A declaration, of the prescriber or of the patient."""

from ._kind import Kind, Values, read
from ._studied import Burden, Narrowing, Restriction, always


def _sentence(values: Values) -> str:
    who = f"{values.label('attestedBy').capitalize()} attests" if "attestedBy" in values else "Attested"
    return f"{who}: {values.label('attestation')}"


KIND = Kind(
    "AttestationCriterion",
    "attestation",
    _sentence,
    changeable=True,
    reads=(
        read("attestations", of="attestation"),
        read(
            "findings.finding findings.present",
            of="attestation",
            through="contradictedByFinding contradictedByAbsence",
        ),
        read(
            "screenings.for screenings.result screenings.date",
            of="attestation",
            through="contradictedByScreening",
        ),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.ATTESTATION,
    exceptional=always,
    narrowings=(Narrowing("what is inappropriate", "such judgement"),),
)
