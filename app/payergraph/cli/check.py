"""``payergraph check``: patients' cases under payers' criteria."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..choice import Authority, Request
from ..choice import day as day_of
from ..errors import CallError
from ..files import is_folder
from .base import (
    AsOfOption,
    AuthorityOption,
    EndpointOption,
    PayerOption,
    console,
    fail,
    graph_at,
    misused,
    named,
    resolved,
    say,
    tell,
)

if TYPE_CHECKING:
    from ..chart.case import Case
    from ..store.graph import LocalGraph
    from ..verdict.answers import Answers


class CheckFormat(StrEnum):
    """Formats of ``check``."""

    table = "table"
    json = "json"
    markdown = "markdown"
    turtle = "turtle"


def check(
    cases: Annotated[
        list[Path],
        typer.Argument(metavar="CASE...", help="Case files, folders of them, or - for stdin.", parser=named),
    ],
    drug: Annotated[
        str | None, typer.Option(help="The drug asked for, where a case does not say, as a FHIR Bundle may not.")
    ] = None,
    payer: PayerOption = None,
    policy: Annotated[str | None, typer.Option(metavar="ID", help="Only this policy.")] = None,
    plan: Annotated[str | None, typer.Option(help="Only rules for this plan.")] = None,
    request: Annotated[Request | None, typer.Option(help="Instead of the case's own request.")] = None,
    authority: AuthorityOption = Authority.PRIMARY,
    as_of: AsOfOption = None,
    require_met: Annotated[
        bool, typer.Option("--require-met", help="Exit with 1 unless every outcome is met.")
    ] = False,
    show_source: Annotated[
        bool, typer.Option("--show-source", help="Print the source's words under each criterion (table, markdown).")
    ] = False,
    format: Annotated[CheckFormat, typer.Option(help="turtle is a W3C validation report.")] = CheckFormat.table,
    endpoint: EndpointOption = None,
) -> None:
    """Check patients' cases against payers' criteria."""
    from ..browse import quotes
    from ..present.sentences import unanswered_sentence
    from ..verdict.answers import Outcome
    from ..verdict.determination import determine

    graph = graph_at(endpoint)
    payer_iri = resolved(graph, payer, "Payer", "--payer")
    plan_iri = resolved(graph, plan, "Plan", "--plan")
    day = day_of(as_of)

    def on_plan(case: Case) -> Case:
        return case.on_plan(plan_iri) if plan_iri else case

    def determined(case: Case) -> Answers:
        try:
            return determine(
                case,
                graph,
                payer=payer_iri,
                policy=policy,
                plan=plan_iri,
                request=request,
                authority=authority,
                as_of=day,
            )
        except CallError as error:
            misused(error, f"{case.id}: ")

    found = [(case, determined(case)) for case in map(on_plan, cases_of(cases, graph, drug))]
    if show_source and quotes.texts() is None:
        tell(f"the texts are not at hand; {quotes.VARIABLE} names their folder")
    if format is CheckFormat.json:
        _print_json(found, graph, single=len(cases) == 1 and not is_folder(cases[0]))
    else:
        _print_pages(found, graph, format, show_source=show_source)
    for case, answers in found:
        for silent in answers.unanswered if not answers else ():
            tell(f"{case.id}: {unanswered_sentence(silent)}")
    if require_met and not all(
        answers and all(item.outcome is Outcome.MET for item in answers) for _, answers in found
    ):
        raise typer.Exit(1)


def cases_of(paths: Sequence[Path], graph: LocalGraph, drug: str | None = None) -> list[Case]:
    """The cases of files, of folders and of stdin, whose format is told by how its text opens.

    Args:
        drug: what is asked for, where a case does not say.
    """
    from ..chart.case import parse_case, read_cases
    from ..chart.text import MAX_BYTES
    from .streams import read_stdin

    if str(paths[0]) == "-" and len(paths) == 1:
        return [parse_case(read_stdin(MAX_BYTES), graph, name="stdin", drug=drug)]
    if Path("-") in paths:
        fail("- stands for a case on stdin, and goes with no file beside it")
    return read_cases(paths, graph, drug=drug)


def _print_json(found: Sequence[tuple[Case, Answers]], graph: LocalGraph, *, single: bool) -> None:
    from ..present.render import to_json

    records = [to_json(case, answers, graph.version) for case, answers in found]
    say(json.dumps(records[0] if single else records, indent=2, ensure_ascii=False))


def _print_pages(
    found: Sequence[tuple[Case, Answers]], graph: LocalGraph, format: CheckFormat, *, show_source: bool
) -> None:
    from ..browse import quotes
    from ..present.render import to_markdown
    from ..present.terminal import to_terminal
    from ..store.names import names
    from ..verdict.report import turtle

    label = names(graph)

    def words(iri: str) -> str | None:
        return quotes.words(graph, iri) if show_source else None

    if format is CheckFormat.turtle:
        for case, answers in found:
            say(turtle(case, graph, answers))
    elif format is CheckFormat.markdown:
        say("\n".join(to_markdown(case, answers, label, words) for case, answers in found))
    else:
        screen = console()
        for case, answers in found:
            screen.print(to_terminal(case, answers, label, words))
