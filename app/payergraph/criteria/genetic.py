"""The result of a genetic test."""

from ._kind import Kind, Values, read
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"Genetic test of {values.label('gene')}: {values.label('geneticResult')}"


KIND = Kind(
    "GeneticCriterion",
    "genetic test",
    _sentence,
    changeable=False,
    reads=(
        read("genetics.gene", of="gene"),
        read("genetics.result genetics.date geneticsComplete"),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.TEST,
    exceptional=never,
)
