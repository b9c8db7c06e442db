"""Faults of things, wherever they are described: labels, codes, what was set aside, kinds of criteria."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from importlib.util import find_spec

import pyoxigraph as ox

from ... import terms
from ...comparison.conflicts import unmatched
from ...criteria import KINDS
from ...order import stored
from ...store import icd10
from ...store.graph import shipped
from ...terms import Term
from .files import Fault
from .whole import Whole, short


def unchecked() -> list[str]:
    """What this installation cannot check, a sentence each."""
    notes = (
        (
            icd10.LIBRARY,
            "ICD-10-CM codes were checked for their form only; install payergraph[codes] to look them up.",
        ),
        ("z3", "Whether a patient can meet each rule was not looked at; install payergraph[order], which brings z3."),
    )
    return [note for library, note in notes if find_spec(library) is None]


def ambiguous_labels(graph: Whole) -> Iterator[Fault | None]:
    """Two shared things of one kind with one label, letter case aside; therapies of all sorts are one kind.

    Steps of ladders are told with their ladder: each ladder has its appeal to the plan.
    """
    rows = graph.rows("""
        SELECT ?thing ?kind ?label WHERE {
          ?thing skos:prefLabel|skos:altLabel ?label ; a ?class .
          FILTER (STRSTARTS(STR(?thing), STR(id:)))
          FILTER (?class != pg:LadderStep)
          FILTER NOT EXISTS { ?thing pg:source ?document }
          BIND (IF(EXISTS { ?class rdfs:subClassOf pg:Therapy }, pg:Therapy, ?class) AS ?kind)
        }""")
    things_of: defaultdict[tuple[Term, str], set[Term]] = defaultdict(set)
    for row in rows:
        things_of[row["kind"], row["label"].value.casefold()].add(row["thing"])
    for (_, label), things in things_of.items():
        for thing in things if len(things) > 1 else ():
            others = ", ".join(sorted(short(other) for other in things - {thing}))
            yield graph.fault(thing, f"shares the label “{label}” with {others}; leave it to the one that it means.")


def unknown_diagnosis_codes(graph: Whole) -> Iterator[Fault | None]:
    """ICD-10-CM codes of concepts that the classification does not have."""
    rows = graph.rows("SELECT ?s ?code WHERE { ?s skos:notation ?code FILTER (DATATYPE(?code) = pg:ICD10CM) }")
    asked = [(row["s"], row["code"].value) for row in rows if graph.file_of(row["s"])]
    for concept, code in asked:
        if icd10.is_code(icd10.compact(code)) is False:
            yield graph.fault(concept, f"has the code {code}, which ICD-10-CM does not have; correct it.")


def set_aside_for_nothing(graph: Whole) -> list[Fault | None]:
    """What a curator set aside and no rule finds; asked of a graph without other faults, which the rules can read."""
    if not any(graph.file_of(row["this"]) for row in graph.rows("SELECT ?this { ?this a pg:SetAside }")):
        return []
    return [
        graph.fault(
            ox.NamedNode(iri),
            "sets aside what no rule finds: its facts are not all the sides of one disagreement, or agree by now. "
            "Name every side's fact as `payergraph conflicts --all --format json` shows it, or remove it.",
        )
        for iri in unmatched(graph.local)
    ]


def outdated_order() -> list[Fault | None]:
    """That the stored order of strictness is not that of what ships; nothing where none is stored."""
    if not stored.is_stored() or not (found := stored.outdated(shipped())):
        return []
    several = f", and {len(found) - 1} more" if len(found) > 1 else ""
    told = f"is not current{several}; run python docs/order.py, and read what changed."
    return [Fault("data/order", None, found[0], told)]


def kinds_without_module(graph: Whole) -> Iterator[Fault | None]:
    """Kinds of criteria of which the program knows nothing."""
    for row in graph.rows("SELECT ?kind WHERE { ?kind rdfs:subClassOf pg:Criterion }"):
        if terms.local(row["kind"].value) not in KINDS:
            yield graph.fault(
                row["kind"], "is a kind of criterion that has no module; add it to app/payergraph/criteria/."
            )
