"""``payergraph implies``: which rules are stricter, and a patient whom one lets through and another does not."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..choice import Authority, Request
from .base import AsOfOption, AuthorityOption, EndpointOption, console, fail, graph_at, progress, put, say, shown, tell

if TYPE_CHECKING:
    from ..order.answer import Order
    from ..order.implication import Implication


class ImpliesFormat(StrEnum):
    """Formats of ``implies``; ``dot`` is a diagram for Graphviz, ``svg`` the same, drawn; ``owl`` for Protégé."""

    table = "table"
    json = "json"
    dot = "dot"
    svg = "svg"
    owl = "owl"


_WHOLE = {ImpliesFormat.dot: "draws", ImpliesFormat.svg: "draws", ImpliesFormat.owl: "writes"}
_RULES = "Two rules: does meeting the first guarantee the second? Each is a payer's name, 'label', or the id of a rule."


def implies(
    drug: Annotated[str, typer.Option(help="A drug or a brand.")],
    indication: Annotated[str, typer.Option(help="A condition, by name or ICD-10-CM code.")],
    rules: Annotated[list[str] | None, typer.Argument(metavar="[RULE OTHER]", help=_RULES)] = None,
    request: Annotated[Request, typer.Option(help="The stage of the request.")] = Request.INITIAL,
    authority: AuthorityOption = Authority.PRIMARY,
    as_of: AsOfOption = None,
    format: Annotated[
        ImpliesFormat, typer.Option(help="dot and svg draw the order; owl is for Protégé.")
    ] = ImpliesFormat.table,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the order here; of two rules, the case."),
    ] = None,
    endpoint: EndpointOption = None,
) -> None:
    """Put rules in order from strictest to widest; or show a patient whom one approves and another does not."""
    import payergraph

    from ..extras import require
    from ..order.answer import order_of
    from ..store.names import names

    if rules and len(rules) != 2:
        fail(f"name two rules or none, not {len(rules)}")
    if rules and format in _WHOLE:
        fail(f"--format {format.value} {_WHOLE[format]} the order; leave out the two rules")
    require("z3")
    graph = graph_at(endpoint)
    asked, use = payergraph.drug_iri(drug, endpoint), names(graph).resolve(indication, ["Condition"])
    with progress("Comparing rules") as told:
        order = order_of(graph, asked, use, request=request, authority=authority, as_of=as_of, progress=told)
    if rules:
        _two(order, rules, format, output)
    else:
        _all(order, format, output)


def _all(order: Order, format: ImpliesFormat, output: Path | None) -> None:
    """The whole order."""
    from ..present.ordered import order_table
    from ..present.sentences import unanswered_sentence

    if not order.rules and not order.silent:
        tell(f"no document in scope has criteria for {order.subject}, {order.request.words}")
        for silent in order.unanswered:
            tell(unanswered_sentence(silent))
    written = {
        ImpliesFormat.json: lambda: order.to_json() + "\n",
        ImpliesFormat.dot: order.to_dot,
        ImpliesFormat.svg: order.to_svg,
        ImpliesFormat.owl: order.to_owl,
    }
    if format in written:
        put(written[format](), output)
    elif order.rules or order.silent:
        shown(order_table(order), output)


def _two(order: Order, rules: Sequence[str], format: ImpliesFormat, output: Path | None) -> None:
    """How two rules stand to each other, both ways."""
    from ..present.ordered import implication

    one, other = map(order.find, rules)
    there, back = order.implies(one, other), order.implies(other, one)
    if format is ImpliesFormat.json:
        say(order.pair_json(there, back))
    else:
        screen = console()
        screen.print(implication(there), "", implication(back), sep="\n")
    if output is not None:
        _case(there, output)


def _case(found: Implication, output: Path) -> None:
    """The case of the first direction, into a file."""
    if found.witness is None:
        tell(f"{output} is not written: no case is known that meets {found.meets.name} and not {found.other.name}")
        raise typer.Exit(1)
    put(found.to_yaml(), output)
