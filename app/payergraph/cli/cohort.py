"""``payergraph cohort``: what policies do to a population."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..choice import Authority, EngineName, Form, Request
from ..choice import day as day_of
from .base import (
    AsOfOption,
    AuthorityOption,
    PayerOption,
    console,
    end_cleanly,
    fail,
    graph_at,
    named,
    progress,
    resolved,
    resolved_drug,
    say,
    tell,
)

if TYPE_CHECKING:
    from ..cohorts.answer import Cohort


class CohortFormat(StrEnum):
    """Formats of ``cohort``."""

    table = "table"
    json = "json"


def cohort(
    tables: Annotated[
        Path | None,
        typer.Argument(
            help="A folder: tables of charts, OMOP CDM 5.4, FHIR R4 in NDJSON, or Synthea's CSV.", parser=named
        ),
    ] = None,
    drug: Annotated[str, typer.Option(help="The drug or product that is asked for.")] = "",
    into: Annotated[
        Path, typer.Option(help="A folder for all that is found; a run that was interrupted goes on in it.")
    ] = (Path("cohort")),
    indication: Annotated[
        str | None, typer.Option(help="What the drug is asked for, where a chart does not say; else its diagnoses.")
    ] = None,
    request: Annotated[Request, typer.Option(help="What is asked, where a chart does not say.")] = Request.INITIAL,
    payer: PayerOption = None,
    policy: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this policy; repeat for several.")
    ] = None,
    authority: AuthorityOption = Authority.PRIMARY,
    as_of: AsOfOption = None,
    form: Annotated[
        Form | None,
        typer.Option("--from", help="What the folder holds, where the names of its files do not tell."),
    ] = None,
    complete: Annotated[
        bool,
        typer.Option("--complete", help="It has every diagnosis, drug and procedure of its patients (OMOP, Synthea)."),
    ] = False,
    synthetic: Annotated[
        str | None,
        typer.Option(metavar="USE", help="Draw a population instead: rheumatoid-arthritis or overweight-or-obesity."),
    ] = None,
    size: Annotated[int, typer.Option(help="How many patients to draw.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Of what is drawn.")] = 1,
    engine: Annotated[EngineName, typer.Option(help="What judges the charts.")] = EngineName.DUCKDB,
    processes: Annotated[
        int | None, typer.Option(help="How many read charts at once; as many as there are cores.")
    ] = None,
    format: Annotated[CohortFormat, typer.Option(help="Of what is printed.")] = CohortFormat.table,
) -> None:
    """Ask a population of the policies of a drug: whom does each let through, and what stops the others."""
    from ..cohorts.asking import ask
    from ..cohorts.sources import Folder, Source, drawn

    if not drug:
        fail("--drug is missing; expected the drug that is asked for, such as --drug adalimumab")
    if (tables is None) == (synthetic is None):
        fail("expected a folder of charts, or --synthetic with a use, and not both")
    source: Source
    if tables is not None:
        source = Folder(tables, form, complete)
    else:
        source = drawn(synthetic or "", size, seed)
    graph = graph_at(None)
    end_cleanly()
    with progress("Reading charts") as bar:
        found = ask(
            source,
            into,
            graph,
            drug=resolved_drug(drug, None) or "",
            indication=resolved(graph, indication, "Condition", "--indication"),
            request=request,
            payer=resolved(graph, payer, "Payer", "--payer"),
            policy=policy or (),
            authority=authority,
            day=day_of(as_of),
            engine=engine,
            processes=processes,
            progress=lambda what, done, of: bar(done, of, what),
        )
    if format is CohortFormat.json:
        say(json.dumps(_told(found), indent=1))
    else:
        _shown(found)
    _said_beside(found)


def _told(found: Cohort) -> dict[str, object]:
    return {
        "charts": found.size,
        "graphVersion": found.run.graph.version,
        "shares": found.shares().records(),
        "notJudged": found.not_judged,
        "into": str(found.run.into),
    }


def _shown(found: Cohort) -> None:
    from rich.table import Table

    from ..present.cohort_words import interval, percent
    from ..verdict.answers import Outcome

    table = Table(title=f"{found.size:,} charts", title_justify="left")
    table.add_column("Policy", overflow="fold")
    for name in ("Met", "95 % interval", "Not met", "Not documented", "Other"):
        table.add_column(name, justify="right")
    stops = []
    for policy, shares in found.shares().by_policy.items():
        met = shares[Outcome.MET]
        other = sum(shares[one].count for one in (Outcome.EXCLUDED, Outcome.NOT_LISTED, Outcome.UNKNOWN))
        table.add_row(
            policy,
            percent(met.share),
            interval(met),
            percent(shares[Outcome.NOT_MET].share),
            percent(shares[Outcome.NOT_DOCUMENTED].share),
            percent(other / met.of if met.of else None),
        )
        stops += [(policy, found.stops_most(policy))]
    screen = console()
    screen.print(table)
    screen.print("What stops the most of those who are not met, averaged over the orders in which one could ask:")
    for policy, text in stops:
        if text:
            screen.print(f"- {policy}: {text}")


def _said_beside(found: Cohort) -> None:
    """What was not judged, and where everything is."""
    from ..present.cohort_words import not_judged

    for text in not_judged(found):
        tell(text)
    tell(f"states, determinations and tables are in {found.run.into}; docs/cohorts.md says what is what")
