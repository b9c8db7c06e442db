"""Write the pages of docs/ that come from the graph: `python docs/build.py`. A test holds them current."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from payergraph.case_fields import FIELDS, NOT_KNOWN, Field
from payergraph.questions import Question, ask, library
from payergraph.store import shipped

HERE = Path(__file__).resolve().parent


def table(heads: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def coverage() -> str:
    """How many facts each section of each document gave; an empty section shows as a row of zeros."""
    found = ask("coverage_by_section", shipped()).records()
    counted = ["statements", "criteria", "rules", "exclusions", "appealSteps", "policies"]
    parts = [
        "# What stands in the graph, by document and section",
        "Each number counts facts that name the section as their place. Made by `python docs/build.py`.",
    ]
    for document, rows in groupby(found, key=lambda row: row["document"]):
        body = [[row["section"], *(row[name] for name in counted)] for row in rows]
        total = ["**together**", *(str(sum(int(row[i]) for row in body)) for i in range(1, len(counted) + 1))]
        parts += [f"## {document.removeprefix('source/')}", table(["section", *counted], [*body, total])]
    return "\n\n".join(parts) + "\n"


def anchor(heading: str) -> str:
    """The address of a heading within its page, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def contents(items: Iterable[Question]) -> str:
    """Links to questions."""
    return ", ".join(f"[{item.title}](#{anchor(item.title)})" for item in items)


def questions() -> str:
    """The stored questions, by group, with their parameters and an example call."""
    parts = [
        "# Stored questions",
        "`payergraph query NAME --param drug=anakinra` asks one. A parameter without a default does not limit the "
        "answer unless it is given. Made by `python docs/build.py`.",
    ]
    groups = [(name, list(items)) for name, items in groupby(library(), key=lambda question: question.group)]
    parts.append("\n".join(f"- [{name}](#{anchor(name)}): {contents(items)}" for name, items in groups))
    for group, items in groups:
        parts.append(f"## {group}")
        for item in items:
            parts += [f"### {item.title}", f"`{item.name}`: {item.question}", f"A row is {item.row}."]
            if item.parameters:
                rows = [[p.name, p.kind or ", ".join(p.choices), p.default, p.about] for p in item.parameters]
                parts.append(table(["parameter", "kind", "default", "what it does"], rows))
            calls = [[f'--param {name}="{value}"' for name, value in example.items()] for example in item.examples]
            parts.append("\n".join("    " + " ".join(["payergraph query", item.name, *call]) for call in calls or [[]]))
    return "\n\n".join(parts) + "\n"


def words() -> str:
    """The closed lists of a case, with what each word means and what else is taken for it."""
    parts = [
        "# Words of a case",
        "Some fields of a case take one of a few words. What charts write for these is taken as the word where it "
        "surely means that; case, hyphens and spaces do not matter. What could mean several of them is refused. Made "
        "by `python docs/build.py`.",
        f"Where nothing is known ({', '.join(sorted(NOT_KNOWN))}), leave the field out, or the entry that needs it. Of "
        "a yes or no, only `true` and `false` are taken.",
    ]
    for path, field in closed(FIELDS):
        parts.append(f"## {path}")
        said = {word: [one for one, of in field.synonyms.items() if of == word] for word in field.choices}
        rows = [[f"`{word}`", field.meanings[word], ", ".join(said[word][1:])] for word in field.choices]
        parts.append(table(["word", "means", "taken as the word"], rows))
        if field.asks:
            refused = [(", ".join(same), why) for why, same in groupby(field.asks, key=field.asks.__getitem__)]
            parts.append("Refused:\n" + "\n".join(f"- {listed}, {why}" for listed, why in refused))
    return "\n\n".join(parts) + "\n"


def closed(fields: Iterable[Field], under: str = "") -> Iterator[tuple[str, Field]]:
    """The fields that take one of a few words, by their paths."""
    for field in fields:
        if field.type == "choice":
            yield under + field.key, field
        yield from closed(field.fields, f"{under}{field.key}.")


PAGES = {"coverage.md": coverage, "questions.md": questions, "words-of-a-case.md": words}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
