"""Boolean SPARQL expressions, before they are text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

_WIDTH = 100


@dataclass(frozen=True)
class Test:
    """A boolean expression; and its contrary, where that is not the same with an exclamation mark."""

    text: str
    contrary: str = ""

    __test__ = False  # no test of pytest


@dataclass(frozen=True)
class Exists:
    """Whether a group pattern has a solution, or has none."""

    lines: tuple[str, ...]
    there: bool = True


@dataclass(frozen=True)
class Fold:
    """``&&`` or ``||`` of the parts."""

    word: str
    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class If:
    """The part where a test holds, else a constant: the part is not looked at then."""

    test: str
    part: Expression
    otherwise: bool


Expression: TypeAlias = "Test | Exists | Fold | If"
TRUE, FALSE = Test("true", "false"), Test("false", "true")


def fold(word: str, parts: Iterable[Expression]) -> Expression:
    """The fold without what decides nothing; a constant where one part decides all."""
    neutral, deciding = (TRUE, FALSE) if word == "&&" else (FALSE, TRUE)
    flat: list[Expression] = []
    for part in parts:
        flat += part.parts if isinstance(part, Fold) and part.word == word else [part]
    flat = [part for part in dict.fromkeys(flat) if part != neutral]
    if deciding in flat:
        return deciding
    return flat[0] if len(flat) == 1 else Fold(word, tuple(flat)) if flat else neutral


def both(*parts: Expression) -> Expression:
    """All of them."""
    return fold("&&", parts)


def either(*parts: Expression) -> Expression:
    """One of them."""
    return fold("||", parts)


def contrary(of: Expression) -> Expression:
    """What is true when the expression is false, and the other way round; none of the two has an error."""
    if isinstance(of, Test):
        return Test(of.contrary or f"!({of.text})", of.text)
    if isinstance(of, Exists):
        return Exists(of.lines, not of.there)
    if isinstance(of, If):
        return If(of.test, contrary(of.part), not of.otherwise)
    return fold("||" if of.word == "&&" else "&&", map(contrary, of.parts))


def filters(of: Expression) -> list[str]:
    """The lines of FILTERs that hold when the expression does."""
    if of == TRUE:
        return []
    if isinstance(of, Fold) and of.word == "&&":
        return [line for part in of.parts for line in filters(part)]
    lines = _lines(of)
    if isinstance(of, Exists):
        return [f"FILTER {lines[0]}", *lines[1:]]
    return _bracketed("FILTER (", lines)


def group(head: str, lines: Sequence[str]) -> list[str]:
    """A group pattern after a word, in one line where it fits."""
    inner = " ".join(lines)
    if len(lines) <= 2 and len(head) + len(inner) < _WIDTH and "{" not in inner:
        return [f"{head}{{ {inner.removesuffix(' .')} }}"]
    return [f"{head}{{", *indented(lines), "}"]


def indented(lines: Iterable[str]) -> list[str]:
    """A step to the right."""
    return [f"  {line}" for line in lines]


def _bracketed(head: str, lines: Sequence[str], end: str = ")") -> list[str]:
    if len(lines) == 1:
        return [f"{head}{lines[0]}{end}"]
    return [head.rstrip(), *indented(lines), end.lstrip()]


def _lines(of: Expression) -> list[str]:
    if isinstance(of, Test):
        return [of.text]
    if isinstance(of, Exists):
        return group("EXISTS " if of.there else "NOT EXISTS ", of.lines)
    if isinstance(of, If):
        return _bracketed(f"IF({of.test}, ", _lines(of.part), f", {str(of.otherwise).lower()})")
    parts = [_bracketed("(", _lines(part)) if isinstance(part, Fold) else _lines(part) for part in of.parts]
    if all(len(part) == 1 for part in parts) and sum(len(part[0]) + 4 for part in parts) < _WIDTH:
        return [f" {of.word} ".join(part[0] for part in parts)]
    return parts[0] + [line for part in parts[1:] for line in (f"{of.word} {part[0]}", *part[1:])]
