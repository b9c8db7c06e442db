"""Who covers what: drugs, their uses and the payers, each cell with what every document in scope says of it.

A payer may have several documents for a drug (plans, editions that are both undated). They are never merged: a cell
holds what each says, and has as many states as they differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .. import terms
from ..choice import Authority, Request, Standing
from ..criteria import SettledBy
from ..policies.editions import in_scope
from ..policies.library import policies
from ..policies.model import Criterion, Policy
from ..policies.seen import payers_by_seen, uses_by_documents
from ..store.graph import LocalGraph
from ..store.names import names
from ..table import tidy_csv

#: What a document says of a use, and what that means; from the most to the least that is known.
STATES: dict[str, str] = {
    "covered": "the document has criteria for this use, and they were seen whole",
    "covered, criteria seen in part": "the document covers this use, and a part of its criteria was not seen",
    "covered, criteria not seen": "the document covers this use, and none of its criteria were seen",
    "narrower covered": "the document has criteria for a narrower use only",
    "excluded": "the document names this use as not covered",
    "not listed": "the document's list of uses was seen whole, and this use is not in it",
    "not shown": "the document was seen in part, and this use is not in that part: it may be covered or not",
}


@dataclass(frozen=True)
class UseState:
    """What one document says of a use.

    Attributes:
        state: one of ``STATES``.
        use: the IRI of the use that the document itself names; empty where it names none.
        fact: the IRI of the rule, the exclusion, or the policy, that says so.
    """

    state: str
    policy: Policy
    use: str
    fact: str
    locator: str


@dataclass(frozen=True)
class Cell:
    """What the documents of one payer say of a use."""

    entries: tuple[UseState, ...]

    @property
    def states(self) -> tuple[str, ...]:
        """The states, each once, in the order of ``STATES``."""
        return tuple(self.retold)

    @property
    def retold(self) -> dict[str, bool]:
        """The states as in ``states``, each with whether only retellings say so; what is not shown nobody says."""
        found = ((state, [one for one in self.entries if one.state == state]) for state in STATES)
        return {
            state: state != "not shown" and all(one.policy.authority is not Standing.PRIMARY for one in said)
            for state, said in found
            if said
        }


@dataclass(frozen=True)
class Row:
    """One use of a drug, given by IRI, with a cell a payer."""

    indication: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Chart:
    """One drug: its payers, given by IRI, and its uses."""

    drug: str
    payers: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def states(self) -> tuple[str, ...]:
        """The states that occur, in the order of ``STATES``."""
        said = {state for row in self.rows for cell in row.cells for state in cell.states}
        return tuple(state for state in STATES if state in said)


def coverage(
    graph: LocalGraph,
    *,
    drugs: Iterable[str] = (),
    authority: Authority | str = Authority.PRIMARY,
    as_of: date | str | None = None,
) -> tuple[Chart, ...]:
    """Which uses the documents in scope cover; a chart for each drug that has such a document.

    The uses are those for which some document in scope has criteria, or which some excludes; the payers are those with
    a document in scope, those of which most was seen first. A rule for a broader or narrower use counts as
    ``Policies.rules_for`` has it.

    Args:
        drugs: only these, by IRI; all where empty.
        as_of: the day whose editions count, also as ISO text; today where none is given.

    Raises:
        CallError: this is no authority, or no day.
    """
    label = names(graph).label
    wanted = set(drugs) or {drug for policy in policies(graph).all for drug in policy.drugs}
    charts = []
    for drug in sorted(wanted, key=lambda iri: label(iri).casefold()):
        found = in_scope(graph, drug, None, authority, as_of)
        if found:
            charts.append(_chart(graph, drug, found))
    return tuple(charts)


def _chart(graph: LocalGraph, drug: str, found: tuple[Policy, ...]) -> Chart:
    label = names(graph).label
    covered = uses_by_documents(found, drug, label)
    excluded = {use for policy in found for item in policy.exclusions for use in item.uses} - set(covered)
    payers = tuple(payers_by_seen(found, drug, label))
    rows = []
    for use in [*covered, *sorted(excluded, key=lambda iri: label(iri).casefold())]:
        cells = (
            Cell(tuple(entry(graph, policy, use, drug) for policy in found if policy.payer == payer))
            for payer in payers
        )
        rows.append(Row(use, tuple(cells)))
    return Chart(drug, payers, tuple(rows))


def entry(graph: LocalGraph, policy: Policy, use: str, drug: str | None = None) -> UseState:
    """What a document says of a use, of one of its drugs or of any, given by IRI."""
    subsumes = names(graph).subsumes
    groups = policies(graph).uses.rules_for(policy, use, Request.INITIAL, asked=drug)
    rules = [rule for _, group in groups for rule in group]
    if rules:
        first = rules[0]
        if not any(subsumes(rule.indication, use) for rule in rules):
            state = "narrower covered"
        elif all(rule.complete and rule.initial is not None for rule in rules):
            state = "covered"
        elif any(_shows(rule.initial) for rule in rules):
            state = "covered, criteria seen in part"
        else:
            state = "covered, criteria not seen"
        return UseState(state, policy, first.indication, first.iri, first.locator)
    out = policies(graph).uses.exclusion(policy, use, asked=drug)
    if out is not None:
        return UseState("excluded", policy, out.indication, out.iri, out.locator)
    return UseState("not listed" if policy.indications_complete else "not shown", policy, "", policy.iri, "")


def _shows(root: Criterion | None) -> bool:
    """Whether a tree shows anything that is asked beside the use itself."""
    leaves = root.leaves if root else ()
    return any(leaf.settled_by is not SettledBy.WHOLE_DOCUMENT and leaf.kind != "UseCriterion" for leaf in leaves)


def records(charts: Iterable[Chart]) -> list[dict[str, str]]:
    """One record for each document and use, tidy."""
    return [
        {
            "drug": terms.slug(chart.drug),
            "indication": terms.slug(row.indication),
            "payer": terms.slug(payer),
            "policy": entry.policy.id,
            "authority": entry.policy.authority,
            "edition": entry.policy.edition,
            "state": entry.state,
            "use": terms.slug(entry.use),
            "locator": entry.locator,
            "source": terms.slug(entry.policy.source),
        }
        for chart in charts
        for row in chart.rows
        for payer, cell in zip(chart.payers, row.cells, strict=True)
        for entry in cell.entries
    ]


def to_csv(charts: Iterable[Chart]) -> str:
    """The tidy records as CSV."""
    found = records(charts)
    return tidy_csv(list(found[0]) if found else ["drug"], found)
