"""A declaration of the prescriber."""

from ._kind import Kind, Values


def _sentence(values: Values) -> str:
    return f"Prescriber attests: {values.label('attestation')}"


KIND = Kind("AttestationCriterion", "attestation", _sentence)
