"""A declaration of the prescriber."""

from ._kind import Kind, Values, read


def _sentence(values: Values) -> str:
    return f"Prescriber attests: {values.label('attestation')}"


KIND = Kind(
    "AttestationCriterion",
    "attestation",
    _sentence,
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
)
