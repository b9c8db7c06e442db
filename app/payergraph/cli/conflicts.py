"""``payergraph conflicts``: what sources disagree about."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from .base import EndpointOption, console, graph_at, resolved, resolved_drug, say, tell


class ConflictFormat(StrEnum):
    """Formats of ``conflicts``."""

    table = "table"
    csv = "csv"
    json = "json"
    markdown = "markdown"


class ConflictKind(StrEnum):
    """Kinds of disagreement."""

    sources_differ = "sources-differ"
    document_contradicts_itself = "document-contradicts-itself"
    retelling_differs = "retelling-differs"
    policy_vs_label = "policy-vs-label"
    policy_vs_law = "policy-vs-law"
    code_means_other = "code-means-other"
    guideline_outdated = "guideline-outdated"


def conflicts(
    kind: Annotated[ConflictKind | None, typer.Option(help="Only disagreements of this kind.")] = None,
    drug: Annotated[str | None, typer.Option(help="Only those about this drug or brand.")] = None,
    payer: Annotated[str | None, typer.Option(help="Only those about this payer.")] = None,
    format: Annotated[ConflictFormat, typer.Option(help="How the list comes out; csv has a row a side.")] = (
        ConflictFormat.table
    ),
    all: Annotated[bool, typer.Option("--all", help="Those too that a curator set aside, with the reason.")] = False,
    endpoint: EndpointOption = None,
) -> None:
    """List what sources disagree about, with both sides and their places."""
    from ..comparison.conflicts import conflicts as every
    from ..comparison.conflicts import select, to_csv, to_json, to_markdown

    graph = graph_at(endpoint)
    drug_iri = resolved_drug(drug, endpoint)
    payer_iri = resolved(graph, payer, "Payer", "--payer")
    found = select(every(graph, aside=all), kind=kind.value if kind else None, drug=drug_iri, payer=payer_iri)
    if format is ConflictFormat.csv:
        say(to_csv(found), nl=False)
    elif format is ConflictFormat.json:
        say(to_json(found))
    elif format is ConflictFormat.markdown:
        say(to_markdown(found), nl=False)
    else:
        from ..present.terminal import conflict_list

        console().print(conflict_list(found))
    if not found:
        tell("no source disagrees with another about this")
