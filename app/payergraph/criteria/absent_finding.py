"""Findings that must be absent."""

from ..meaning.nodes import All, Declared, Each, Nonempty, Not
from ..meaning.parts import Part, may, needed
from ._kind import Kind, Values, either
from ._studied import Burden, Restriction, never
from .finding import ON_RECORD


def _sentence(values: Values) -> str:
    return f"No {either(values.members('absentFindings'))}"


# The parameters differ in name from those of pg:FindingCriterion and pg:AttestationCriterion, because SHACL picks
# components by the parameters of a shape.
KIND = Kind(
    "AbsentFindingCriterion",
    "findings",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "AbsentFinding",
            (needed("absentFindings", "pg:ConceptSet"), may("absenceAttestation", "pg:AttestationKind")),
            All((Nonempty("absentFindings"), Declared("absenceAttestation", Each("absentFindings", Not(ON_RECORD))))),
            "The case does not show that each of the findings is absent.",
            "One of the findings is present.",
        ),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.NONE,
    exceptional=never,
)
