"""Determinations as JSON, Markdown and terminal tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from .. import terms
from ..chart.case import Case
from ..comparison.conflicts import CONFLICT_KINDS, WEIGHTS, Conflict, place, reading
from ..comparison.model import Comparison, Line
from ..criteria import SettledBy, Status
from ..policies.model import Criterion, Note
from ..policies.silence import Unanswered
from ..sparql.questions import Question
from ..store.names import Names
from ..table import Table as Answer
from ..verdict.answers import Answers, Determination, Outcome
from ..verdict.fold import Node

#: Words and shapes of the outcomes; colour only repeats them.
OUTCOME_WORDS = {
    Outcome.MET: "Met",
    Outcome.NOT_MET: "Not met",
    Outcome.NOT_DOCUMENTED: "Not documented",
    Outcome.EXCLUDED: "Excluded",
    Outcome.NOT_LISTED: "Not listed",
    Outcome.UNKNOWN: "Unknown",
}
#: The words of the source behind a fact, by its IRI; None where they are not at hand.
Words = Callable[[str], str | None]

MARKS = {Status.MET: "✓", Status.NOT_MET: "✗", Status.NOT_DOCUMENTED: "?"}
STATE_WORDS = {Status.MET: "met", Status.NOT_MET: "not met", Status.NOT_DOCUMENTED: "not documented"}
# Letters in a column of a comparison, at least.
_NARROWEST = 24
_STYLES = {Status.MET: "green", Status.NOT_MET: "red", Status.NOT_DOCUMENTED: "yellow"}


def to_json(case: Case, determinations: Answers, version: str) -> dict[str, Any]:
    """The contract of ``payergraph check --format json``."""
    return {
        "case": case.id,
        "drug": terms.slug(case.drug),
        "requestDate": case.request_date.isoformat(),
        "determinations": [_determination_json(item, version) for item in determinations],
        "unanswered": [item.record() for item in determinations.unanswered],
        "notKnownHere": [{"field": item.field, "name": item.name} for item in determinations.unheard],
    }


def _determination_json(item: Determination, version: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "policy": item.policy.id,
        "payer": terms.slug(item.policy.payer),
        "indication": terms.slug(item.indication),
        "request": item.request,
        "plans": [terms.slug(plan) for plan in item.plans],
        "authority": item.policy.authority,
        "rule": item.rule.id if item.rule else None,
        "edition": item.policy.edition or None,
        "graphVersion": version,
        "outcome": item.outcome,
        "notComputed": list(item.not_computed),
        "deciding": list(item.deciding),
        "missing": list(item.missing),
        "waysToMet": [list(way.criteria) for way in item.ways],
        "waysComplete": item.ways_complete,
        "criteria": _node_json(item.root) if item.root else None,
    }
    if item.reason is not None:
        result["reason"] = {
            "text": item.reason.text,
            "source": terms.slug(item.reason.source),
            "locator": item.reason.locator,
        }
    return result


def _node_json(node: Node) -> dict[str, Any]:
    criterion = node.criterion
    return {
        "id": criterion.id,
        "kind": criterion.kind,
        "status": node.status.value,
        "summary": criterion.summary,
        "source": terms.slug(criterion.source),
        "locator": criterion.locator,
        "reading": criterion.reading or None,
        "notComputed": criterion.not_computed or None,
        "plainInSource": plain_in_source(criterion),
        "children": [_node_json(child) for child in node.children],
    }


def plain_in_source(criterion: Criterion) -> bool | None:
    """Of what no fact of a case settles: whether the source asks it plainly, or leaves it open. Of others None."""
    if criterion.settled_by is not SettledBy.JUDGEMENT:
        return None
    return criterion.parameters.true("plainInSource")


def outcome_words(item: Determination) -> str:
    """The outcome in words; of *met* that leaves a part out, also that it does."""
    return OUTCOME_WORDS[item.outcome] + (", as far as computed" if item.not_computed else "")


def heading(item: Determination, names: Names) -> str:
    """``Cigna IP0243, Anakinra: rheumatoid arthritis (Employer Group Plans)``."""
    plans = ", ".join(names.label(plan) for plan in item.plans)
    text = f"{item.policy.label}: {names.label(item.indication)}"
    return f"{text} ({plans})" if plans else text


def not_computed_sentences(item: Determination) -> list[str]:
    """What *met* leaves out, and of which requirement."""
    found = (_node(item, name).criterion for name in item.not_computed)
    return [f"{leaf.not_computed} ({leaf.summary}) [{leaf.locator}]" for leaf in found]


def standing(item: Determination) -> str:
    """What is known of the document's date and whose it is: ``Effective 1 June 2024, payer's own document.``"""
    whose = "payer's own document" if item.policy.authority == "primary" else "retelling"
    seen = f", criteria seen {'whole' if item.rule.complete else 'in part'}" if item.rule else ""
    text = f"{item.policy.dated}, {whose}{seen}."
    return text[0].upper() + text[1:]


def readings(item: Determination) -> list[str]:
    """How the document and its rule were read, where either was."""
    found = (item.policy.reading, item.rule.reading if item.rule else "")
    return [f"Read as: {text}" for text in found if text]


def asides(criterion: Criterion) -> list[str]:
    """What stands below a criterion beside its state: what is not computed of it, and how it was read."""
    pairs = (("Not computed", criterion.not_computed), ("Read as", criterion.reading))
    return [f"{word}: {text}" for word, text in pairs if text]


def missing_sentences(item: Determination) -> list[str]:
    """What is missing, as a checklist."""
    return [f"{_summary(item, name)} [{_locator(item, name)}]" for name in item.missing]


def ways_sentences(item: Determination, limit: int = 3) -> list[str]:
    """The first ways to met, each in one sentence; what cannot change is said to be so."""
    found = []
    for way in item.ways[:limit]:
        parts = [_summary(item, name) for name in way.open]
        parts += [f"{_summary(item, name)} (cannot change)" for name in way.fixed]
        found.append("; ".join(parts))
    return found


def _cited(note: Note) -> str:
    text = f"{note.text} [{note.locator}]" if note.locator else note.text
    return f"{text} Read as: {note.reading}" if note.reading else text


def _node(item: Determination, name: str) -> Node:
    assert item.root is not None
    todo = [item.root]
    while todo:
        node = todo.pop()
        if node.criterion.id == name:
            return node
        todo.extend(node.children)
    raise KeyError(name)


def _summary(item: Determination, name: str) -> str:
    return _node(item, name).criterion.summary


def _locator(item: Determination, name: str) -> str:
    return _node(item, name).criterion.locator


def _no_words(iri: str) -> None:
    return None


def unanswered_sentence(item: Unanswered) -> str:
    """What was not answered, with the option that would answer it."""
    return str(item).replace("authority 'all'", "--authority all")


def unheard_sentence(found: Answers) -> str:
    """What the case names and the graph does not know, in one sentence; empty where there is nothing."""
    if not found.unheard:
        return ""
    listed = ", ".join(map(str, found.unheard))
    return f"Not known here, so that it decides nothing and its list counts as not complete: {listed}."


def _not_answered(found: Answers) -> list[str]:
    unheard = unheard_sentence(found)
    said = [f"Not answered: {unanswered_sentence(item)}." for item in found.unanswered]
    return [*said, unheard] if unheard else said


def to_markdown(case: Case, determinations: Answers, names: Names, words: Words = _no_words) -> str:
    """A page per case: outcome, criteria with their places, what is missing, ways to met; what was not answered."""
    lines = [f"# {case.id}: {names.label(case.drug)}, request of {case.request_date.isoformat()}", ""]
    for item in determinations:
        lines += [f"## {heading(item, names)}", "", f"**{outcome_words(item)}**", ""]
        lines += [standing(item), ""]
        lines += [text for reading in readings(item) for text in (reading, "")]
        if item.reason is not None:
            lines += [_cited(item.reason), ""]
        if item.root is not None:
            lines += [*_markdown_tree(item.root, 0, words), ""]
        for title, sentences in (
            ("Not computed", not_computed_sentences(item)),
            ("Missing", missing_sentences(item)),
            ("Ways to met", ways_sentences(item)),
        ):
            if sentences:
                lines += [f"{title}:", "", *(f"- {sentence}" for sentence in sentences), ""]
    lines += [line for sentence in _not_answered(determinations) for line in (sentence, "")]
    return "\n".join(lines)


def _markdown_tree(node: Node, depth: int, words: Words) -> list[str]:
    criterion = node.criterion
    line = f"{'  ' * depth}- {MARKS[node.status]} {STATE_WORDS[node.status]}: {criterion.summary} [{criterion.locator}]"
    beside = [f"{'  ' * depth}  {text}" for text in asides(criterion)]
    quoted = [f"{'  ' * depth}  > {text}" for text in _quoted(criterion.iri, words)]
    return [
        line,
        *beside,
        *quoted,
        *(text for child in node.children for text in _markdown_tree(child, depth + 1, words)),
    ]


def _quoted(iri: str, words: Words) -> list[str]:
    """The source's words, without its blank lines."""
    return [line.strip() for line in (words(iri) or "").splitlines() if line.strip()]


def to_terminal(case: Case, determinations: Answers, names: Names, words: Words = _no_words) -> RenderableType:
    """What ``payergraph check`` prints for people."""
    parts: list[RenderableType] = [
        Text(f"{case.id}: {names.label(case.drug)}, request of {case.request_date.isoformat()}", style="bold")
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
        parts += [Text(text, style="dim") for text in (standing(item), *readings(item))]
        if item.reason is not None:
            parts.append(Text(_cited(item.reason)))
        if item.root is not None:
            parts.append(_terminal_tree(item.root, words))
        for title, sentences in (
            ("Not computed", not_computed_sentences(item)),
            ("Missing", missing_sentences(item)),
            ("Shortest ways to met", ways_sentences(item)),
        ):
            if sentences:
                parts.append(Text(f"{title}:"))
                parts += [Text(f"  - {sentence}") for sentence in sentences]
    parts += [part for sentence in _not_answered(determinations) for part in ("", Text(sentence))]
    return Group(*parts)


def _terminal_tree(node: Node, words: Words) -> Tree:
    label = _line(node)
    for text in asides(node.criterion):
        label.append(f"\n  {text}", style="dim")
    for text in _quoted(node.criterion.iri, words):
        label.append(f"\n  > {text}", style="italic")
    tree = Tree(label)
    for child in node.children:
        tree.add(_terminal_tree(child, words))
    return tree


def _line(node: Node) -> Text:
    criterion = node.criterion
    text = Text()
    text.append(f"{MARKS[node.status]} {STATE_WORDS[node.status]}", style=_STYLES[node.status])
    text.append(f"  {criterion.summary}")
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
            for heading, sentence in reading(item):
                parts.append(Padding(Text(f"{heading}: {sentence}", style="dim"), (0, 0, 0, 4)))
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
    if len(shown.columns) * _NARROW > width:
        return Group(*(_block(number, shown.columns, row) for number, row in enumerate(shown.rows, 1)))
    table = Table(show_lines=len(shown.columns) > 3)
    for column in shown.columns:
        table.add_column(escape(column), overflow="fold")
    for row in shown.rows:
        table.add_row(*(Text(value) for value in row))
    return table


# The least width, in characters, at which a column can still be read.
_NARROW = 16


def _block(number: int, columns: Sequence[str], row: Sequence[str]) -> RenderableType:
    block = Table(box=None, show_header=False, pad_edge=False, title=f"{number}", title_justify="left")
    block.add_column(style="dim", no_wrap=True)
    block.add_column(overflow="fold")
    for column, value in zip(columns, row, strict=True):
        if value:
            block.add_row(Text(column), Text(value))
    return block
