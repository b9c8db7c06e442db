"""The result of a genetic test."""

from ..meaning.nodes import Includes, Latest, Same
from ..meaning.parts import Part, needed
from ..meaning.relations import GENE, GENETIC_RESULT, GENETICS
from ._kind import Kind, Values
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"Genetic test of {values.label('gene')}: {values.label('geneticResult')}"


KIND = Kind(
    "GeneticCriterion",
    "genetic test",
    _sentence,
    changeable=False,
    parts=(
        Part(
            "Genetic",
            (needed("gene", "pg:Gene"), needed("geneticResult", "pg:GeneticResult")),
            # A pathogenic variant on one copy or both may be bi-allelic.
            Latest(GENETICS, about=Same(GENE, "gene"), so=Includes(GENETIC_RESULT, "geneticResult")),
            "The case does not show the genetic result.",
            "The latest result of the genetic test is another.",
        ),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.TEST,
    exceptional=never,
)
