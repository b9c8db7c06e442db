"""The result of a test of a gene, a protein or a chromosome."""

from ..meaning.nodes import All, Compare, Given, In, Includes, Latest, Same
from ..meaning.parts import Part, may, needed
from ..meaning.relations import BIOMARKERS, EXPRESSION, MARKER, MARKER_RESULT, ORIGIN, TEST_METHOD
from ._kind import Kind, Values, either
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    asked = [values.label(name) for name in ("biomarkerResult", "biomarkerOrigin") if name in values]
    if "minimumExpressionPercent" in values:
        asked.append(f"expression of at least {values.number('minimumExpressionPercent')} %")
    if "testMethods" in values:
        asked.append(f"by {either(values.members('testMethods'))}")
    test = "Genetic test" if values.parameters.sort("marker") == "gene" else "Test"
    return f"{test} of {values.label('marker')}: {', '.join(asked) or 'whatever the result'}"


KIND = Kind(
    "BiomarkerCriterion",
    "biomarker",
    _sentence,
    dimension_of=("marker", "gene", "genetic test"),
    changeable=False,
    parts=(
        Part(
            "Biomarker",
            (
                needed("marker", "pg:Biomarker"),
                may("biomarkerResult", "pg:BiomarkerResult"),
                may("biomarkerOrigin", "pg:BiomarkerOrigin"),
                may("testMethods", "pg:ConceptSet"),
                may("minimumExpressionPercent", "xsd:decimal"),
            ),
            Latest(
                BIOMARKERS,
                # What was found in the tumor is no answer to what was inherited, and takes no place of it.
                about=All((Same(MARKER, "marker"), Given("biomarkerOrigin", Includes(ORIGIN, "biomarkerOrigin")))),
                so=All(
                    (
                        Given("biomarkerResult", Includes(MARKER_RESULT, "biomarkerResult")),
                        Given("minimumExpressionPercent", Compare(EXPRESSION, ">=", "minimumExpressionPercent")),
                        # Methods overlap: a test by sequencing may be an approved one.
                        Given("testMethods", In(TEST_METHOD, "testMethods", open=True)),
                    )
                ),
            ),
            "The case does not show the result of the biomarker.",
            "The latest result of the biomarker is another.",
        ),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.TEST,
    exceptional=never,
)
