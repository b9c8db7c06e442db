"""What commands print for people: determinations, comparisons, disagreements, questions and their answers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from ..chart.case import Case
from ..comparison.conflicts import CONFLICT_KINDS, WEIGHTS, Conflict, place, reading
from ..comparison.model import Comparison, Line
from ..criteria import Status
from ..sparql.questions import Question
from ..store.names import Names
from ..table import Table as Answer
from ..verdict.answers import Answers, Determination
from ..verdict.fold import Node
from ..wording import counted
from .sentences import (
    MARKS,
    Words,
    asides,
    beside,
    blocking_sentences,
    cited,
    evidence_sentences,
    heading,
    missing_sentences,
    no_words,
    not_answered,
    not_computed_sentences,
    outcome_words,
    quoted,
    ways_sentences,
)

# Letters in a column of a comparison, at least.
_NARROWEST = 24
# The same in a column of an answer.
_NARROW = 16
# Colour only repeats what sign and word say.
_STYLES = {Status.MET: "green", Status.NOT_MET: "red", Status.NOT_DOCUMENTED: "yellow"}


def to_terminal(case: Case, determinations: Answers, names: Names, words: Words = no_words) -> RenderableType:
    """What ``payergraph check`` prints for people."""
    parts: list[RenderableType] = [
        Text(f"{case.id}: {names.label(case.asked)}, request of {case.request_date.isoformat()}", style="bold")
    ]
    overview = Table(box=None, pad_edge=False)
    for title in ("Policy", "Outcome", "Missing", "Fewest to met"):
        overview.add_column(title)
    for item in determinations:
        fewest = str(len(item.ways[0].criteria)) if item.ways else "-"
        overview.add_row(
            escape(heading(item, names)),
            outcome_words(item),
            str(len(item.missing)) if item.root else "-",
            fewest,
        )
    parts += ["", overview] if determinations else []
    for item in determinations:
        parts += ["", Text(f"{heading(item, names)}: {outcome_words(item).lower()}", style="bold")]
        parts += [Text(text, style="dim") for text in beside(item)]
        if item.reason is not None:
            parts.append(Text(cited(item.reason)))
        if item.root is not None:
            parts.append(_terminal_tree(item, item.root, words))
        for title, sentences in (
            ("Blocked by", blocking_sentences(item)),
            ("Not computed", not_computed_sentences(item)),
            ("Missing", missing_sentences(item)),
            ("Shortest ways to met", ways_sentences(item)),
        ):
            if sentences:
                parts.append(Text(f"{title}:"))
                parts += [Padding.indent(Text(f"- {sentence}"), 2) for sentence in sentences]
    parts += [part for sentence in not_answered(determinations) for part in ("", Text(sentence))]
    return Group(*parts)


def _terminal_tree(item: Determination, node: Node, words: Words) -> Tree:
    below = [
        *(Text(text, style="dim") for text in asides(node.criterion)),
        *map(Text, evidence_sentences(item, node)),
        *(Text(f"> {text}", style="italic") for text in quoted(node.criterion.iri, words)),
    ]
    tree = Tree(Group(_line(node), *(Padding.indent(text, 2) for text in below)))
    for child in node.children:
        tree.add(_terminal_tree(item, child, words))
    return tree


def _line(node: Node) -> Text:
    criterion = node.criterion
    text = Text()
    text.append(f"{MARKS[node.status]} {node.status.words}", style=_STYLES[node.status])
    text.append(f"  {node.text}")
    text.append(f"  [{criterion.locator}]", style="dim")
    return text


def comparison_table(comparison: Comparison, width: int) -> RenderableType:
    """Payers side by side, or one below the other where the columns would be too narrow."""
    columns = comparison.columns
    shown = comparison.shown or tuple(range(len(columns)))
    parts: list[RenderableType] = []
    if (len(shown) + 1) * _NARROWEST <= width:
        table = Table("", show_lines=True)
        for at in shown:
            table.add_column(Text(columns[at].title))
        for line in comparison.lines:
            table.add_row(*_row(comparison, line, shown, "\n"))
        parts.append(table)
    for line in comparison.lines if not parts else ():
        block = Table(box=None, show_header=False, title_justify="left", title_style="bold")
        block.title, *cells = _row(comparison, line, shown, " ")
        block.add_column(ratio=1)
        block.add_column(ratio=2)
        for at, cell in zip(shown, cells, strict=True):
            block.add_row(Text(columns[at].title), cell)
        parts += [block, ""]
    if any(line.differs for line in comparison.lines):
        parts.append(Text("≠ what was shown differs"))
    if left_out := [column.title for at, column in enumerate(columns) if at not in shown]:
        parts.append(Text(f"Left out, because nothing on this use was shown: {'; '.join(left_out)}"))
    return Group(*parts)


def _row(comparison: Comparison, line: Line, places: Sequence[int], gap: str) -> list[Text]:
    """The dimension, marked where payers differ, and the cells."""
    found = (line.cells[at] for at in places)
    texts = (f"{cell.text}{gap}[{cell.locator}]" if cell.entries else cell.state for cell in found)
    return [Text(f"{'≠ ' if line.differs else '  '}{line.dimension}"), *map(Text, texts)]


def conflict_list(found: Sequence[Conflict]) -> RenderableType:
    """Disagreements by kind, each with its sides and where they stand."""
    parts: list[RenderableType] = []
    for kind, group in groupby(found, lambda item: item.kind):
        items = list(group)
        parts += ["", Text(f"{CONFLICT_KINDS[kind]} ({len(items)})", style="bold")]
        for item in items:
            parts.append(Text(f"{WEIGHTS[item.weight][0]} {item.subject}: {item.question}"))
            for title, about in reading(item):
                parts.append(Padding(Text(f"{title}: {about}", style="dim"), (0, 0, 0, 4)))
            for side in item.sides:
                text = Text(f"- {side.value}")
                text.append(f"  [{place(side)}]", style="dim")
                parts.append(Padding(text, (0, 0, 0, 6)))
    weights = {item.weight for item in found}
    legend = [Text(f"{sign} {word}: {means}") for weight, (sign, word, means) in WEIGHTS.items() if weight in weights]
    parts += ["", *legend] if legend else []
    return Group(*parts)


def question_list(questions: Sequence[Question]) -> RenderableType:
    """The stored questions by group, each with its name, its question and its parameters."""
    parts: list[RenderableType] = []
    for group, items in groupby(questions, lambda item: item.group):
        parts += ["", Text(group, style="bold")]
        for item in items:
            parts.append(Text(f"  {item.name}"))
            parts.append(Padding(Text(item.question), (0, 0, 0, 6)))
            for parameter in item.parameters:
                default = f" (default {parameter.default})" if parameter.default else ""
                parts.append(Padding(Text(f"{parameter.name}: {parameter.about}{default}", style="dim"), (0, 0, 0, 6)))
    return Group(*parts)


def answer(result: Answer, width: int) -> RenderableType:
    """The rows of a query, as people read them: a table, or one block a row where the columns would be too narrow."""
    shown = result.readable()
    if not shown.rows:
        return Text("No rows.")
    more = [Text(f"cut off after {counted(len(shown.rows), 'row')}")] if result.truncated else []
    if len(shown.columns) * _NARROW > width:
        return Group(*(_block(number, shown.columns, row) for number, row in enumerate(shown.rows, 1)), *more)
    table = Table(show_lines=len(shown.columns) > 3)
    for column in shown.columns:
        table.add_column(escape(column), overflow="fold")
    for row in shown.rows:
        table.add_row(*(Text(value) for value in row))
    return Group(table, *more)


def _block(number: int, columns: Sequence[str], row: Sequence[str]) -> RenderableType:
    block = Table(box=None, show_header=False, pad_edge=False, title=f"{number}", title_justify="left")
    block.add_column(style="dim", no_wrap=True)
    block.add_column(overflow="fold")
    for column, value in zip(columns, row, strict=True):
        if value:
            block.add_row(Text(column), Text(value))
    return block
