"""The order of strictness and how two rules stand to each other, as people read it in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ..wording import sentence
from .hasse import PART, facts_of, named

if TYPE_CHECKING:
    from ..order.answer import Order
    from ..order.implication import Implication
    from ..order.rules import Ruled


def order_table(order: Order) -> RenderableType:
    """The groups of equal rules from strictest to widest, and below what is left out."""
    parts: list[RenderableType] = [Text(order.subject, style="bold")]
    parts += [Text(sentence(f"{order.scope}."), style="dim"), ""]
    table = Table(box=None, pad_edge=False)
    for title in ("", "From strictest to widest", "Is met with", "Directly stricter than"):
        table.add_column(title, overflow="fold")
    for group in order.groups:
        wider = ", ".join(map(str, group.wider)) or "-"
        names = "\n".join(map(named, group.rules))
        table.add_row(str(group.number), Text(names), facts_of(order, group.rules[0]), wider)
    parts += [table, ""] if order.groups else []
    return Group(*parts, *(Text(line) for line in _below(order)))


def _below(order: Order) -> Iterator[str]:
    yield from reading(order)
    yield from remarks(order)
    for rule in (rule for group in order.groups for rule in group.rules if not rule.whole):
        yield f"{PART} {rule.name} leaves out:"
        yield from (f"    - {line}" for line in left_out_of(rule))


def reading(order: Order) -> Iterator[str]:
    """How the order is read, a sentence each."""
    if len(order.groups) > 1:
        yield "Where neither is stricter, directly or by steps, each lets a patient through whom the other does not."
    if any(not rule.whole for rule in order.rules):
        yield f"{PART} seen in part, or left in part to a reviewer: how it stands holds as far as shown."


def remarks(order: Order) -> Iterator[str]:
    """What of the rules is to be known beside the order, a sentence each."""
    for one, other in order.undecided:
        yield f"Not decided in time: whether whoever meets {one.name} meets {other.name}."
    for rule in order.rules:
        if order.possible(rule) is False:
            yield f"No patient can meet {rule.name} ({rule.id})."
    for rule in order.silent:
        yield f"{rule.name} shows nothing that a chart settles, and has no place in the order."


def left_out_of(rule: Ruled) -> list[str]:
    """The criteria that an order leaves out of a rule, and where they stand."""
    found = [f"{one.summary} [{one.locator}]" for one in rule.left_out]
    return found or ["what the excerpt does not show"]


def implication(found: Implication) -> RenderableType:
    """Whether one rule implies another, what the other also asks, and the case."""
    parts: list[RenderableType] = [Text(found.answer, style="bold")]
    if found.witness is not None:
        parts.append(Text(f"{found.other.name} also asks, and the case does not meet:"))
        parts += [Text(f"  - {lack.text} [{lack.criterion.locator}]") for lack in found.also_asked]
        parts += ["", Text(found.case.rstrip(), style="dim")]
    elif found.holds is False:
        parts.append(Text("No case that shows it was found in time."))
    return Group(*parts)
