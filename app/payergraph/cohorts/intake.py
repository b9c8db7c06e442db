"""From charts to facts, some thousand patients at a time, in as many processes as there are cores.

Each patient's chart is read as a case file is (``chart.case``), so that a cohort and a check mean the same by it. What
cannot be read is refused with its sentence, and counted; so is each name that the graph does not know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..chart.case import Case, parse_case
from ..errors import CaseError
from ..store.graph import LocalGraph, shipped
from ..store.names import names
from .arrow import in_arrow
from .charts import Charts
from .facts import Codes, FactRow, Written
from .known import concepts
from .scope import Asked, Signature, asked_of, named_by

#: What a run says itself, and a chart does not: who is asked is every payer.
_OF_THE_RUN = ("payer", "plan")
#: What the charts of a run share: the field of a case, and what it is called in a sentence.
_SHARED = ("drug", "product")
#: So many units of one patient there may be: the indications under which it is reviewed.
REVIEWS = 64


@dataclass
class Taken:
    """What was read of some patients.

    Attributes:
        units: by the number of a unit, the id of the patient and the indication under review.
        refused: by id, why a chart cannot be read.
        elsewhere: ids of charts that ask for another drug.
        without: ids of charts that name no use, and no diagnosis that some policy names.
        unknown: by field and name, how often a chart names what the graph does not know.
    """

    units: list[tuple[int, str, str]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)


class Intake:
    """Reads charts for one run."""

    def __init__(self, graph: LocalGraph, asked: Asked) -> None:
        self._graph, self._names, self._asked = graph, names(graph), asked
        of_graph = concepts(graph)
        self._ingredients = lambda product: of_graph.of("ingredient", product)
        self._named = named_by(asked.policies, graph)
        self._reviews: dict[Signature, tuple[str, ...]] = {}

    def take(self, charts: Iterable[dict[str, Any]], first: int) -> tuple[Mapping[str, list[FactRow]], Taken]:
        """The facts of some charts, as rows of tables.

        Args:
            first: the number of the first patient.
        """
        written, taken = Written(self._ingredients), Taken()
        for number, chart in enumerate(charts, start=first):
            name = chart["id"]
            case = self._case(chart, taken)
            if case is None:
                continue
            for one in case.unheard:
                taken.unknown[_field(one.field), one.name] += 1
            signature = Signature.of(case, self._names, self._named)
            reviews = self._reviewed(signature)
            if not reviews:
                taken.without.append(name)
            for place, review in enumerate(reviews):
                unit = number * REVIEWS + place
                written.add(unit, case, review, asked_of(signature, review))
                taken.units.append((unit, name, review))
        return written.rows, taken

    def part(self, charts: Charts, first: int, last: int) -> tuple[dict[str, Any], Codes, Taken]:
        """The facts of the patients from a number to before another, in Arrow, with the codes that stand in them."""
        rows, taken = self.take(charts.read(first, last), first)
        codes = Codes()
        return in_arrow(rows, codes), codes, taken

    def _reviewed(self, signature: Signature) -> tuple[str, ...]:
        """The indications under which a chart is reviewed; none where it names no use that some policy names."""
        if signature.indication is not None:
            return (signature.indication,)
        found = self._reviews.get(signature)
        if found is None:
            bare = signature.case(self._graph, self._asked.day)
            of_checks = (review for review, _ in signature.checks(bare, self._asked, self._graph))
            found = self._reviews[signature] = tuple(dict.fromkeys(of_checks))[:REVIEWS]
        return found

    def _case(self, chart: dict[str, Any], taken: Taken) -> Case | None:
        """The case of a chart; None where it cannot be read, or asks for something else."""
        name = chart["id"]
        own = {key: chart[key] for key in _SHARED if key in chart}
        whole = as_asked(chart, self._asked, self._graph)
        try:
            case = parse_case(whole, self._graph, name=name)
            if own and not self._same(own, whole):
                taken.elsewhere.append(name)
                return None
        except CaseError as error:
            taken.refused[name] = str(error)
            return None
        return case

    def _same(self, own: Mapping[str, Any], chart: Mapping[str, Any]) -> bool:
        """Whether what a chart asks for itself is what the run asks for.

        Raises:
            CaseError: it names no drug or product.
        """
        named = {"drug": chart["drug"], **own, "requestDate": chart["requestDate"]}
        case = parse_case(named, self._graph, name=chart["id"])
        return case.asked == self._asked.drug or self._names.subsumes(case.asked, self._asked.drug)


def as_asked(chart: Mapping[str, Any], asked: Asked, graph: LocalGraph) -> dict[str, Any]:
    """A chart with what the run asks: its drug, and what the chart does not say itself; without a payer and a plan."""
    known = names(graph)
    own = {key: value for key, value in chart.items() if key not in (*_OF_THE_RUN, *_SHARED)}
    use = {"indication": known.slug(asked.indication)} if asked.indication else {}
    whole = {"request": asked.request.value, "requestDate": asked.day.isoformat(), **use, **own}
    return {**whole, "drug": known.slug(asked.drug)}


def _field(path: str) -> str:
    """The field of the place of a value: ``therapies.product`` of ``therapies[2].product``."""
    return "".join(part.partition("]")[2] if "]" in part else part for part in path.split("["))


# --- in a process of its own ------------------------------------------------------------------------------

_ready: tuple[Intake, Charts] | None = None


def begin(asked: Asked, charts: Charts) -> None:
    """Make a process ready to read charts."""
    global _ready
    _ready = Intake(shipped(), asked), charts


def take(first: int, last: int) -> tuple[dict[str, Any], Codes, Taken]:
    """As of ``Intake.part``."""
    assert _ready is not None
    intake, charts = _ready
    return intake.part(charts, first, last)
