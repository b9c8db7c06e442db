"""What a payer approved or paid before."""

from ..meaning.nodes import Compare, Given, Includes, Same, Some
from ..meaning.parts import Part, may, needed
from ..meaning.relations import COVERAGE, COVERAGE_DAYS_AGO, COVERAGE_KIND, COVERAGE_MONTHS_AGO, COVERING_PAYER
from ._kind import Kind, Values, either, period
from ._studied import Burden, Restriction, always


def _sentence(values: Values) -> str:
    payers = f" by {either(values.members('coveringPayers'))}" if "coveringPayers" in values else ""
    return f"Covered before: {values.label('coverageKind')}{payers}{period(values)}"


KIND = Kind(
    "CoverageHistoryCriterion",
    "coverage history",
    _sentence,
    changeable=False,
    parts=(
        Part(
            "CoverageHistory",
            (
                needed("coverageKind", "pg:CoverageKind"),
                may("coveringPayers", "pg:ConceptSet"),
                may("withinMonths", "xsd:integer"),
                may("withinDays", "xsd:integer"),
            ),
            Some(
                COVERAGE,
                (
                    Includes(COVERAGE_KIND, "coverageKind"),
                    Given("coveringPayers", Same(COVERING_PAYER, "coveringPayers", listed=True)),
                    Given("withinMonths", Compare(COVERAGE_MONTHS_AGO, "<=", "withinMonths")),
                    Given("withinDays", Compare(COVERAGE_DAYS_AGO, "<=", "withinDays")),
                ),
            ),
            "The case does not show such an approval or claim in the period.",
            "What was approved and paid is said to be complete, and nothing of it fits.",
        ),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.NONE,
    exceptional=always,  # who is new to the drug was never covered
)
