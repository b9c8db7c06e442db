"""What the shell offers after ``payergraph query``: names of questions, of their parameters, and values.

It runs anew at every press of the key, so it reads the headers of queries/ and nothing else; only the values of a kind
of thing (``drug=``) need the graph.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

import typer

from ..locate import folder
from ..sparql.headers import header


def questions(incomplete: str) -> list[tuple[str, str]]:
    """The stored questions whose names begin so, each with its title."""
    files = sorted(folder("queries").glob("*.rq"))
    return [(path.stem, header(path)["title"][0]) for path in files if path.stem.startswith(incomplete)]


def parameters(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """``name=`` of each parameter of the question, or after the sign its values, each with what it does."""
    # An option without its value ends the parsing, so that the question is still among the words that are left.
    name = ctx.params.get("question") or next(iter(ctx.args), "")
    if Path(name).name != name or not _path(name).is_file():
        return []
    fields = {line.split("|")[0].strip(): line for line in header(_path(name)).get("param", ())}
    parameter, equals, begun = incomplete.partition("=")
    if not equals:
        about = {field: line.split("|")[3].strip() for field, line in fields.items()}
        return [(f"{field}=", text) for field, text in about.items() if field.startswith(incomplete)]
    if parameter not in fields:
        return []
    return [(f"{parameter}={value}", "") for value in _values(name, parameter) if value.startswith(begun)]


def bash(environment: MutableMapping[str, str]) -> list[str] | None:
    """Undo that bash cuts words at the sign: ``drug``, ``=``, ``ana`` is the word ``drug=ana``.

    The words are put together for Typer. Where the last one was cut, bash replaces only its last piece: what it may
    become is returned, and Typer need not run.
    """
    words = environment["COMP_WORDS"].split()
    at = int(environment["COMP_CWORD"])
    words += [""] * (at + 1 - len(words))
    joined: list[str] = []
    for word, before in zip(words[: at + 1], ["", *words], strict=False):
        if joined and "=" in (word, before):
            joined[-1] += word
        else:
            joined.append(word)
    parameter, equals, begun = joined[-1].partition("=")
    if equals and joined[-2] == "--param" and "=" in words[at - 1 : at + 1]:
        known = {path.stem for path in folder("queries").glob("*.rq")}
        name = next((word for word in joined if word in known), "")
        fields = [line.split("|")[0].strip() for line in header(_path(name)).get("param", ())] if name else []
        return [value for value in _values(name, parameter) if value.startswith(begun)] if parameter in fields else []
    environment["COMP_WORDS"] = " ".join(joined)
    environment["COMP_CWORD"] = str(len(joined) - 1)
    return None


def _path(question: str) -> Path:
    return folder("queries") / f"{question}.rq"


def _values(question: str, parameter: str) -> tuple[str, ...]:
    from ..sparql.parameters import options
    from ..sparql.questions import question as named
    from ..store.graph import shipped

    [found] = [item for item in named(question).parameters if item.name == parameter]
    return found.choices or options(found, shipped())
