"""The command line. Results go to stdout, everything else to stderr.

Exit codes: 0 done; 1 done, and the answer is no; 2 the input or the call is wrong; 3 a limit was hit.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from ..choice import Authority, Request
from ..errors import CallError
from ..version import VERSION
from ..wording import counted
from . import completion

if TYPE_CHECKING:
    from ..comparison.model import Comparison
    from ..present.cite import Citation
    from ..store.graph import LocalGraph

app = typer.Typer(
    help="Prior-authorization criteria of US health plans: compare payers, check a case, ask in SPARQL.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class CheckFormat(StrEnum):
    """Formats of ``check``."""

    table = "table"
    json = "json"
    markdown = "markdown"
    turtle = "turtle"


class CompareFormat(StrEnum):
    """Formats of ``compare``; ``html`` is a table that pastes into a paper, the last three are how to cite it."""

    table = "table"
    csv = "csv"
    json = "json"
    markdown = "markdown"
    html = "html"
    ris = "ris"
    csl = "csl"
    bibtex = "bibtex"


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
    code_means_other = "code-means-other"
    guideline_outdated = "guideline-outdated"


class QueryFormat(StrEnum):
    """Formats of ``query``; the last three are how to cite the answer."""

    table = "table"
    csv = "csv"
    json = "json"
    turtle = "turtle"
    ris = "ris"
    csl = "csl"
    bibtex = "bibtex"


class ExportFormat(StrEnum):
    """Formats of ``export``."""

    trig = "trig"
    turtle = "turtle"
    jsonld = "jsonld"
    csv = "csv"
    parquet = "parquet"
    shacl = "shacl"
    ontology = "ontology"
    questions = "questions"


class CaseFormat(StrEnum):
    """Formats of ``case``."""

    turtle = "turtle"
    jsonld = "jsonld"


def fail(message: str, code: int = 2) -> NoReturn:
    """Say in one sentence on stderr what is wrong, and stop."""
    typer.echo(f"payergraph: {message}", err=True)
    raise typer.Exit(code)


def _misused(error: CallError, case: str = "") -> NoReturn:
    """Say what a call got wrong, with its option as people typed it."""
    fail(f"{case}--{error.argument.replace('_', '-')} {error.problem}")


def _day(text: str | None) -> date | None:
    from ..choice import day

    try:
        return day(text)
    except CallError as error:
        _misused(error)


def _graph(endpoint: str | None) -> LocalGraph:
    """The graph that a command reads: the one that ships, or the one at an endpoint."""
    import payergraph

    from ..errors import EndpointError, LimitReached

    try:
        return payergraph.graph(endpoint)
    except EndpointError as error:
        fail(str(error))
    except LimitReached as error:
        fail(str(error), 3)


def _resolve(graph: LocalGraph, text: str | None, kind: str, option: str) -> str | None:
    from ..errors import UnknownName
    from ..store.names import names

    if text is None:
        return None
    try:
        return names(graph).resolve(text, [kind])
    except UnknownName as error:
        fail(f"{option}: {error}")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"payergraph {VERSION}")
        raise typer.Exit()


@app.callback()
def main_options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = (
        False
    ),
) -> None:
    """Options of all commands."""
    from ..locate import folder

    try:
        folder("data")
    except FileNotFoundError as error:
        fail(str(error))


PayerOption = Annotated[str | None, typer.Option(help="Only this payer's policies.")]
AuthorityOption = Annotated[Authority, typer.Option(help="primary: the payers' own documents; all: retellings too.")]
EndpointOption = Annotated[
    str | None,
    typer.Option(
        metavar="URL", envvar="PAYERGRAPH_ENDPOINT", help="Take the graph from this SPARQL endpoint, and work here."
    ),
]
AsOfOption = Annotated[str | None, typer.Option(metavar="DATE", help="The day whose editions count.")]


@app.command()
def check(
    cases: Annotated[list[Path], typer.Argument(metavar="CASE...", help="Case files or folders of them.")],
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
    from ..browse import quotes as sources
    from ..chart.case import Case, read_cases
    from ..errors import CaseError
    from ..present import render
    from ..store.names import names
    from ..verdict.answers import Answers, Outcome
    from ..verdict.determination import determine
    from ..verdict.report import report

    graph = _graph(endpoint)
    payer_iri, plan_iri, day = (
        _resolve(graph, payer, "Payer", "--payer"),
        _resolve(graph, plan, "Plan", "--plan"),
        _day(as_of),
    )
    try:
        read = read_cases(cases, graph)
    except CaseError as error:
        fail(str(error))

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
            _misused(error, f"{case.id}: ")

    answers = [determined(case) for case in read]
    label = names(graph)

    def words(iri: str) -> str | None:
        return sources.words(graph, iri) if show_source else None

    if show_source and sources.texts() is None:
        typer.echo(f"payergraph: the texts are not at hand; {sources.VARIABLE} names their folder", err=True)
    if format is CheckFormat.json:
        found = [render.to_json(case, items, graph.version) for case, items in zip(read, answers, strict=True)]
        single = len(cases) == 1 and not cases[0].is_dir()
        typer.echo(json.dumps(found[0] if single else found, indent=2, ensure_ascii=False))
    elif format is CheckFormat.turtle:
        for case, items in zip(read, answers, strict=True):
            typer.echo(report(case, graph, items).serialize(format="turtle"))
    elif format is CheckFormat.markdown:
        pages = [render.to_markdown(case, items, label, words) for case, items in zip(read, answers, strict=True)]
        typer.echo("\n".join(pages))
    else:
        console = Console(highlight=False)
        for case, items in zip(read, answers, strict=True):
            console.print(render.to_terminal(case, items, label, words))
    for case, items in zip(read, answers, strict=True):
        for silent in items.unanswered if not items else ():
            typer.echo(f"payergraph: {case.id}: {render.unanswered_sentence(silent)}", err=True)
    if require_met and not all(items and all(item.outcome is Outcome.MET for item in items) for items in answers):
        raise typer.Exit(1)


@app.command()
def compare(
    drug: Annotated[list[str], typer.Option(help="A drug or a brand; repeat the option to compare several.")],
    indication: Annotated[list[str], typer.Option(help="A condition, by name or ICD-10-CM code; repeatable.")],
    request: Annotated[Request, typer.Option(help="The stage of the request.")] = Request.INITIAL,
    payer: Annotated[list[str] | None, typer.Option(help="Only these payers; repeat the option for several.")] = None,
    authority: AuthorityOption = Authority.PRIMARY,
    as_of: AsOfOption = None,
    label: Annotated[bool, typer.Option("--label", help="Add the FDA label as the first column.")] = False,
    format: Annotated[
        CompareFormat, typer.Option(help="How the comparison comes out; ris, csl and bibtex cite it.")
    ] = CompareFormat.table,
    figure: Annotated[
        Path | None, typer.Option(metavar="FILE.svg|.png|.pdf", help="Write a figure of it to this file too.")
    ] = None,
    endpoint: EndpointOption = None,
) -> None:
    """Lay payers' criteria side by side; of several drugs or uses, each pair below the other."""
    import payergraph

    from ..errors import MissingExtra, UnknownName
    from ..extras import require
    from ..present import render
    from ..present.figure import ENDINGS

    if figure is not None and figure.suffix.lower() not in ENDINGS:
        fail(f"--figure {str(figure)!r} must end in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}")
    if figure is not None:
        try:
            require("vl_convert")
        except MissingExtra as error:
            fail(f"no figure: {error}")
    pairs = [(one, use) for one in drug for use in indication]
    if len(pairs) > 1 and format not in (CompareFormat.table, CompareFormat.markdown, CompareFormat.html):
        fail(f"--format {format.value} holds one comparison; give one --drug and one --indication")
    _graph(endpoint)  # whose faults are told apart from those of names
    try:
        found = [
            payergraph.compare(
                drug=one,
                indication=use,
                request=request,
                payers=payer or (),
                authority=authority,
                as_of=_day(as_of),
                label=label,
                endpoint=endpoint,
            )
            for one, use in pairs
        ]
    except CallError as error:
        _misused(error)
    except UnknownName as error:
        fail(str(error))
    for comparison in found:
        if len(found) > 1 and format is not CompareFormat.html:  # which has a caption
            typer.echo(f"{'## ' if format is CompareFormat.markdown else ''}{comparison.title}\n")
        _print_comparison(comparison, format, endpoint)
        for silent in comparison.unanswered if payer or not comparison.columns else ():
            typer.echo(f"payergraph: {render.unanswered_sentence(silent)}", err=True)
    if figure is not None:
        try:
            payergraph.figure(found, figure)
        except ValueError as error:
            fail(f"no figure: {error}")
        except OSError as error:
            fail(f"--figure {figure} cannot be written: {error.strerror}")


def _print_comparison(comparison: Comparison, format: CompareFormat, endpoint: str | None) -> None:
    import payergraph

    from ..present.render import comparison_table

    if format in _CITED:
        typer.echo(_CITED[format](payergraph.cite(comparison, endpoint=endpoint)), nl=False)
    elif format is CompareFormat.csv:
        typer.echo(comparison.to_csv(), nl=False)
    elif format is CompareFormat.json:
        typer.echo(comparison.to_json())
    elif format is CompareFormat.markdown:
        typer.echo(comparison.to_markdown(), nl=False)
    elif format is CompareFormat.html:
        typer.echo(comparison.to_html(), nl=False)
    elif comparison.columns:
        console = Console(highlight=False)
        console.print(comparison_table(comparison, console.width))


@app.command()
def query(
    question: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|FILE.rq|-]",
            help="A stored question, a SPARQL file, or - for stdin.",
            autocompletion=completion.questions,
        ),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the stored questions.")] = False,
    param: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A parameter of the question.", autocompletion=completion.parameters),
    ] = None,
    cite: Annotated[
        bool, typer.Option("--cite", help="Add title, edition and address of its document to each row.")
    ] = False,
    in_force: Annotated[
        bool, typer.Option("--in-force", help="Only rows of editions in force today (stored questions).")
    ] = False,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="Only rows of editions in force on this day.")] = (
        None
    ),
    format: Annotated[
        QueryFormat, typer.Option(help="turtle for CONSTRUCT and DESCRIBE; ris, csl and bibtex cite the answer.")
    ] = QueryFormat.table,
    limit: Annotated[int, typer.Option(min=1, help="The most rows.")] = 10_000,
    timeout: Annotated[
        float | None,
        typer.Option(min=0.1, help="The most seconds. Else 10; a stored question takes what it needs."),
    ] = None,
    endpoint: EndpointOption = None,
) -> None:
    """Ask a stored question, or anything in SPARQL."""
    from ..errors import LimitReached, QueryError
    from ..present import render
    from ..present.cite import cite_table, with_documents
    from ..sparql import sandbox as sparql
    from ..sparql.questions import ask, library
    from ..sparql.questions import to_csv as list_csv
    from ..sparql.questions import to_json as list_json

    if listed:
        if format is QueryFormat.csv:
            typer.echo(list_csv(library()), nl=False)
        elif format is QueryFormat.json:
            typer.echo(list_json(library()))
        elif format is not QueryFormat.table:
            fail(f"--format {format.value} is for answers; a list comes as table, csv or json")
        else:
            Console(highlight=False).print(render.question_list(library()))
        return
    if question is None:
        fail("say which question: a name of `payergraph query --list`, a file that ends in .rq, or - for stdin")
    values: dict[str, str] = {}
    for text in param or ():
        name, value = _parameter(text)
        if name in values:
            fail(f"--param {name} is given twice; a parameter takes one value")
        values[name] = value
    day = _day(as_of) or (date.today() if in_force else None)
    graph = _graph(endpoint)
    try:
        if question == "-" or question.endswith(".rq"):
            if values:
                fail("--param goes with a stored question; a query of your own holds its values itself")
            if day:
                fail("--in-force and --as-of go with a stored question; a query of your own says itself what it wants")
            text, seconds = _query_text(question), timeout or sparql.SECONDS
            if format is QueryFormat.csv and limit > sparql.ROWS and not cite:
                # A long answer goes out as it comes, in little memory.
                if sparql.stream_csv(text, graph, sys.stdout, limit=limit, timeout=seconds):
                    fail(_CUT_OFF.format(limit), 3)
                return
            table = sparql.run(text, graph, limit=limit, timeout=seconds)
        else:
            for name in ("limit", "timeout", "in_force"):
                if name in values:
                    fail(f"--param {name} is no parameter of a question; write --{name.replace('_', '-')}")
            table = ask(question, graph, limit=limit, timeout=timeout, in_force=day, **values)
        table = with_documents(graph, table) if cite else table
        if format in _CITED:
            typer.echo(_CITED[format](cite_table(graph, table)), nl=False)
            return
    except QueryError as error:
        fail(str(error))
    except LimitReached as error:
        fail(str(error), 3)
    if format is QueryFormat.csv:
        typer.echo(table.to_csv(), nl=False)
    elif format is QueryFormat.json:
        typer.echo(table.to_json())
    elif format is QueryFormat.turtle:
        if table.kind not in ("construct", "describe"):
            fail("--format turtle is for CONSTRUCT and DESCRIBE; take table, csv or json")
        typer.echo(table.to_turtle(), nl=False)
    else:
        console = Console(highlight=False)
        console.print(render.answer(table, console.width))
    if table.truncated:
        fail(_CUT_OFF.format(limit), 3)


#: How an answer is cited, by the word of ``--format``.
_CITED: dict[str, Callable[[Citation], str]] = {
    "ris": lambda cited: cited.to_ris(),
    "csl": lambda cited: cited.to_csl_json() + "\n",
    "bibtex": lambda cited: cited.to_bibtex(),
}

_CUT_OFF = "there are more rows than the {} shown; --limit takes a greater number"


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        fail(f"--param {text!r} is not NAME=VALUE, for example drug=anakinra")
    return name.strip(), value.strip()


def _query_text(source: str) -> str:
    from ..sparql.sandbox import QUERY_BYTES

    try:
        content = (
            sys.stdin.buffer.read(QUERY_BYTES + 1) if source == "-" else Path(source).read_bytes()[: QUERY_BYTES + 1]
        )
        return content.decode()
    except OSError as error:
        fail(f"{source} cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        fail(f"{source} is not UTF-8 text")


@app.command()
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
    import payergraph

    from ..comparison.conflicts import conflicts as every
    from ..comparison.conflicts import select, to_csv, to_json, to_markdown
    from ..errors import UnknownName

    graph = _graph(endpoint)
    try:
        drug_iri = payergraph.drug_iri(drug, endpoint) if drug is not None else None
    except UnknownName as error:
        fail(f"--drug: {error}")
    found = select(
        every(graph, aside=all),
        kind=kind.value if kind else None,
        drug=drug_iri,
        payer=_resolve(graph, payer, "Payer", "--payer"),
    )
    if format is ConflictFormat.csv:
        typer.echo(to_csv(found), nl=False)
    elif format is ConflictFormat.json:
        typer.echo(to_json(found))
    elif format is ConflictFormat.markdown:
        typer.echo(to_markdown(found), nl=False)
    else:
        from ..present.render import conflict_list

        Console(highlight=False).print(conflict_list(found))
    if not found:
        typer.echo("payergraph: no source disagrees with another about this", err=True)


@app.command()
def lint(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH...]", help="Files or folders; all by default.")
    ] = (None),
) -> None:
    """Check ontology, shapes and data for faults."""
    from ..author.lint import lint as find_faults
    from ..author.lint import unchecked

    for path in paths or ():
        if not path.exists():
            fail(f"{path} does not exist")
    try:
        faults = find_faults(paths or None)
    except ValueError as error:
        fail(str(error))
    for note in unchecked():
        typer.echo(f"payergraph: {note}", err=True)
    for fault in faults:
        typer.echo(str(fault))
    typer.echo(f"payergraph: {counted(len(faults), 'fault')}", err=True)
    if faults:
        raise typer.Exit(1)


@app.command("new-policy")
def new_policy(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The document's name and its file's: molina-kineret.")],
    payer: Annotated[str, typer.Option(help="Whose coverage it describes.")],
    drug: Annotated[str, typer.Option(help="A drug or a brand.")],
    indication: Annotated[list[str], typer.Option(help="A use it covers; repeat the option for several.")],
    title: Annotated[str | None, typer.Option(help="The document's title, as printed.")] = None,
    effective: Annotated[str | None, typer.Option(metavar="DATE", help="2026-01-31, 2026-01 or 2026.")] = None,
    secondary: Annotated[bool, typer.Option("--secondary", help="It retells somebody else's policy.")] = False,
    complete: Annotated[
        bool, typer.Option("--complete", help="All uses and criteria were seen; else what is not shown stays unknown.")
    ] = False,
) -> None:
    """Write the skeleton of a policy's file; docs/add-a-policy.md tells how to go on."""
    from ..author.skeleton import create
    from ..errors import NewPolicyError
    from ..locate import folder, shown
    from ..store.graph import shipped

    try:
        path = create(
            slug,
            folder("data"),
            shipped(),
            payer=payer,
            drug=drug,
            indications=indication,
            title=title,
            effective=effective,
            secondary=secondary,
            complete=complete,
        )
    except NewPolicyError as error:
        fail("\npayergraph: ".join(str(error).splitlines()))
    where = shown(path, Path.cwd())
    typer.echo(where)
    typer.echo("payergraph: now write what its TODOs ask for; docs/add-a-policy.md goes through them", err=True)
    typer.echo(f"payergraph: payergraph lint {where} tells what is left and what is wrong", err=True)


@app.command()
def case(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A case file.")] = None,
    indication: Annotated[
        str | None, typer.Option(help="What the case is reviewed for, where it does not say.")
    ] = None,
    format: Annotated[CaseFormat, typer.Option(help="How the facts come out.")] = CaseFormat.turtle,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of a case.")] = False,
    template: Annotated[bool, typer.Option("--template", help="Print a case in YAML to fill in.")] = False,
) -> None:
    """Write the facts that a case is judged on as RDF, for SHACL engines elsewhere; or help to write a case."""
    if (file is not None) + schema + template != 1:
        fail("name a case file, or ask for --template or --schema: one of the three")
    if file is None:
        from ..chart import schema as case_schema

        text = (
            json.dumps(case_schema.schema(), indent=2, ensure_ascii=False) + "\n" if schema else case_schema.template()
        )
        typer.echo(text, nl=False)
        return
    from ..chart.case import read_case
    from ..errors import CaseError
    from ..present.export import bundle
    from ..store.graph import shipped

    graph = shipped()
    try:
        found = read_case(file, graph)
    except CaseError as error:
        fail(str(error))
    named = _resolve(graph, indication, "Condition", "--indication")
    if found.indication and named not in (None, found.indication):
        fail(f"--indication {indication!r} is not what the case names; leave the option out, or correct the case")
    review = found.indication or named
    if review is None:
        fail(f"{file} names no indication; name what it is reviewed for, for example --indication 'sJIA'")
    typer.echo(bundle.chart(found, review, graph, format.value), nl=False)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder: new, empty, or an earlier export.")],
    format: Annotated[list[ExportFormat] | None, typer.Option(help="Only this format; repeat for several.")] = None,
) -> None:
    """Write the dataset: RDF, tables, SHACL bundle, ontology, stored questions, and a description of it all."""
    from ..errors import ExportError, MissingExtra
    from ..present.export import FORMATS
    from ..present.export import export as write
    from ..store.graph import shipped

    def progress(step: str) -> None:
        typer.echo(f"payergraph: {step}", err=True)

    _end_cleanly()
    try:
        written = write(shipped(), folder, [item.value for item in format] if format else FORMATS, progress)
    except (ExportError, MissingExtra) as error:
        fail(str(error))
    for file in written:
        typer.echo(f"{file.size:>12,}  {file.path}")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on; this machine alone by default.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port of the endpoint.", min=1, max=65535)] = 7878,
    timeout: Annotated[int, typer.Option(help="The seconds after which most queries are stopped.", min=1)] = 30,
    cors: Annotated[
        bool, typer.Option("--cors", help="Let pages of other sites ask, such as a hosted YASGUI.")
    ] = False,
    addresses: Annotated[
        bool, typer.Option("--addresses", help="Print an address for every stored question too; they are long.")
    ] = False,
) -> None:
    """Run a read-only SPARQL endpoint, until Ctrl-C."""
    from ..browse.catalogue import facts
    from ..errors import ServeError
    from ..sparql.server import is_local, ready, serving
    from ..store.graph import shipped

    _end_cleanly()
    if not is_local(host):
        warning = "others can ask this endpoint, keep it busy, and by SERVICE make it call other addresses"
        typer.echo(f"payergraph: {warning}", err=True)
    try:
        ready(host, port)
        graph = shipped()
        typer.echo(f"payergraph: loading {facts(graph):,} facts", err=True)
        with serving(graph, host, port, timeout=timeout, cors=cors) as server:
            typer.echo(f"endpoint\t{server.endpoint}\neditor\t{server.url}/")
            for name, address in server.addresses(graph).items() if addresses else ():
                typer.echo(f"{name}\t{address}")
            sys.stdout.flush()
            typer.echo(f"payergraph: graph {graph.version} is served at {server.endpoint}; Ctrl-C stops it", err=True)
            code = server.process.wait()
    except ServeError as error:
        fail(str(error))
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    fail(f"the Oxigraph server ended by itself, with code {code}", 1)


def _end_cleanly() -> None:
    """Let the signals that end a program do what Ctrl-C does, so that nothing temporary is left behind.

    What ``nohup`` had ignored stays ignored.
    """
    import signal

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


@app.command()
def explore(
    port: Annotated[int, typer.Option(help="The port of the page.", min=1, max=65535)] = 8501,
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser.")] = False,
    endpoint: EndpointOption = None,
) -> None:
    """Open the explorer in a browser."""
    import socket

    from ..errors import MissingExtra
    from ..extras import require
    from ..locate import folder

    try:
        require("streamlit")
        socket.create_server(("localhost", port)).close()
    except MissingExtra as error:
        fail(str(error))
    except OSError:
        fail(f"--port {port} is in use or not allowed; choose another")
    from streamlit.web.cli import main as streamlit

    if endpoint is not None:
        _graph(endpoint)  # so that a fault is told here and not on every page
        os.environ["PAYERGRAPH_ENDPOINT"] = endpoint
    # All other settings stand beside the script, in .streamlit/config.toml.
    command = [
        *("run", str(folder("explorer") / "Explorer.py")),
        *("--server.port", str(port), "--server.headless", str(headless).lower()),
    ]
    typer.echo(f"payergraph: the explorer is at http://localhost:{port}; Ctrl-C ends it", err=True)
    # In this process: one that was started would outlive it where a signal ends this one alone.
    streamlit(command)


def main() -> None:
    """The entry point. What is printed is UTF-8 whatever the locale; a closed pipe (``| head``) is no error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    try:
        if os.environ.get("_PAYERGRAPH_COMPLETE") == "complete_bash":
            offered = completion.bash(os.environ)
            if offered is not None:
                typer.echo("\n".join(offered))
                return
        app()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
