"""Two editions of one document, the newer of which replaces the older; and the cases that fare otherwise by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from ..chart.case import Case, read_case
from ..choice import Authority, Standing
from ..locate import folder
from ..policies.library import policies
from ..policies.model import Policy
from ..store.graph import LocalGraph
from ..store.names import names
from ..store.once import once_a_graph
from ..verdict.answers import Outcome
from ..verdict.determination import determine
from ..wording import first_day
from .between import use_changes
from .model import EditionChange, Flip


def pairs(graph: LocalGraph, payer: str | None, drug: str | None, authority: Authority) -> list[tuple[Policy, Policy]]:
    """Each edition with the one that replaces it, by payer and the date of the newer; those without a date come last.

    An edition that replaces several stands beside each that none of the others replaces.

    Args:
        payer, drug: IRIs.
        authority: of both editions.
    """
    known = {policy.iri: policy for policy in policies(graph).all}
    found = []
    for newer in known.values():
        before = [known[iri] for iri in newer.supersedes if iri in known]
        between = {iri for one in before for iri in one.supersedes}
        found += [(older, newer) for older in before if older.iri not in between]
    chosen = (
        (older, newer)
        for older, newer in found
        if payer in (None, newer.payer)
        and (drug is None or drug in older.drugs or drug in newer.drugs)
        and (authority is Authority.ALL or {older.authority, newer.authority} == {Standing.PRIMARY})
    )
    return sorted(chosen, key=lambda pair: (pair[1].payer, pair[1].effective or date.max, pair[1].id, pair[0].id))


def may_be_since(policy: Policy, day: date) -> bool | None:
    """Whether an edition began on a day or later; None where nobody knows."""
    if policy.effective is not None:
        return policy.effective >= day
    if policy.not_before and first_day(policy.not_before) >= day:
        return True
    return False if policy.reviewed and first_day(policy.reviewed) < day else None


def edition_change(graph: LocalGraph, older: Policy, newer: Policy) -> EditionChange:
    """What changed between two editions; worked out once a graph."""
    kept = _kept(graph)
    key = older.iri, newer.iri
    if key not in kept:
        flips = tuple(_flips(graph, older, newer))
        kept[key] = EditionChange(older, newer, use_changes(graph, older, newer), flips, _collected(graph, newer))
    return kept[key]


@once_a_graph
def _kept(graph: LocalGraph) -> dict[tuple[str, str], EditionChange]:
    return {}


def _collected(graph: LocalGraph, policy: Policy) -> str:
    found = graph.rows(f"SELECT ?day WHERE {{ <{policy.source}> pg:retrieved ?day }}")
    return max((row["day"].value for row in found), default="")


def _flips(graph: LocalGraph, older: Policy, newer: Policy) -> Iterable[Flip]:
    for name, case in _examples(graph).items():
        before, after = (_outcomes(graph, case, policy) for policy in (older, newer))
        if before and after and before != after:
            yield Flip(name, before, after)


def _outcomes(graph: LocalGraph, case: Case, policy: Policy) -> tuple[Outcome, ...]:
    """The outcomes of a case by one edition; none where it speaks of another drug or payer."""
    if policy not in policies(graph).of_drug(case.asked):
        return ()
    if case.plan and names(graph).payer(case.plan) not in (None, policy.payer):
        return ()
    return tuple(dict.fromkeys(item.outcome for item in determine(case, graph, policy=policy.id)))


@once_a_graph
def _examples(graph: LocalGraph) -> Mapping[str, Case]:
    return {path.stem: read_case(path, graph) for path in sorted((folder("data") / "cases").glob("*.yaml"))}
