"""An outline as YAML text: written so that a criterion takes a line, read with the line of everything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...errors import OutlineError

#: What an outline is made of when it is written.
Value: TypeAlias = "str | Quoted | Flow | list[Any] | dict[str, Any]"


class Quoted(str):
    """A text that keeps its quotes: ``"12"`` is no number."""

    __slots__ = ()


class Flow(list[Any]):
    """A list in one line: ``[a, b]``."""

    __slots__ = ()


@dataclass(frozen=True)
class Node:
    """A value of an outline that was read.

    Attributes:
        of: a text, a list of nodes, or pairs of a key and a node.
        quoted: whether a text stands in quotes.
    """

    of: str | tuple[Node, ...] | tuple[tuple[Node, Node], ...]
    line: int
    is_mapping: bool = False
    quoted: bool = False

    @property
    def text(self) -> str | None:
        """The text; None of what is none."""
        return self.of if isinstance(self.of, str) else None

    @property
    def items(self) -> tuple[Node, ...]:
        """The members of a list; what is no list is its only member."""
        return (self,) if self.is_mapping or isinstance(self.of, str) else self.of  # type: ignore[return-value]

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return not self.is_mapping and not isinstance(self.of, str)

    @property
    def pairs(self) -> tuple[tuple[Node, Node], ...]:
        """The pairs of a mapping; none of anything else."""
        return self.of if self.is_mapping else ()  # type: ignore[return-value]


# --- writing ------------------------------------------------------------------------------------------

_SPECIAL = re.compile(r"[-?:,\[\]{}#&*!|>'\"%@`]|---")
_PLAIN_START = re.compile(r"-[^\s]")


def written(documents: Iterable[Mapping[str, Any]]) -> str:
    """The documents of an outline, parted by ``---``."""
    return "---\n".join("\n".join(_mapping(document, 0)) + "\n" for document in documents)


def _mapping(value: Mapping[str, Any], indent: int) -> Iterator[str]:
    for key, of in value.items():
        yield from _pair(key, of, indent)


def _pair(key: str, of: Any, indent: int) -> Iterator[str]:
    head = f"{' ' * indent}{_scalar(key)}:"
    if isinstance(of, Flow):
        yield f"{head} {_flow(of)}"
    elif isinstance(of, Mapping):
        yield head
        yield from _mapping(of, indent + 2)
    elif isinstance(of, list):
        yield head
        yield from _sequence(of, indent + 2)
    else:
        yield f"{head} {_scalar(of)}".rstrip()


def _sequence(values: Sequence[Any], indent: int) -> Iterator[str]:
    for value in values:
        if isinstance(value, Mapping):
            first, *rest = _mapping(value, indent + 2)
            yield f"{' ' * indent}- {first[indent + 2 :]}"
            yield from rest
        elif isinstance(value, list) and not isinstance(value, Flow):
            first, *rest = _sequence(value, indent + 2)
            yield f"{' ' * indent}- {first[indent + 2 :]}"
            yield from rest
        else:
            yield f"{' ' * indent}- {_flow(value) if isinstance(value, Flow) else _scalar(value)}"


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key, flow=True)}: {_flow(of)}" for key, of in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return _scalar(value, flow=True)


def _scalar(text: str, *, flow: bool = False) -> str:
    """A text without quotes where YAML reads it as it stands."""
    safe = (
        text
        and not isinstance(text, Quoted)
        and text.isprintable()
        and text == text.strip()
        and (not _SPECIAL.match(text) or _PLAIN_START.match(text))
        and ": " not in text
        and " #" not in text
        and not text.endswith(":")
        and not (flow and re.search(r"[,\[\]{}]|:", text))
    )
    return text if safe else json.dumps(text, ensure_ascii=False)


# --- reading ------------------------------------------------------------------------------------------

_MOST_BYTES = 2_000_000
_DEEPEST = 40


def read(text: str, file: str) -> list[Node]:
    """The documents of an outline.

    Raises:
        OutlineError: it is not YAML, or more of YAML than an outline needs.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if len(text) > _MOST_BYTES:
        raise OutlineError([f"{file} is longer than the {_MOST_BYTES:,} characters that an outline may have"])
    try:
        found = list(YAML(typ="safe", pure=True).compose_all(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{file}:{mark.line + 1}" if mark else file
        raise OutlineError([f"{where}: is not YAML, because {_line(error.problem or error.context)}"]) from None
    except YAMLError as error:
        raise OutlineError([f"{file}: is not YAML, because {_line(error)}"]) from None
    seen: set[int] = set()
    return [_node(node, file, seen, 0) for node in found if node is not None]


def _line(said: object) -> str:
    return " ".join(str(said).split())


def _node(node: Any, file: str, seen: set[int], depth: int) -> Node:
    from ruamel.yaml.nodes import MappingNode, ScalarNode

    line = node.start_mark.line + 1
    if id(node) in seen:
        raise OutlineError([f"{file}:{line}: is named a second time by a YAML alias; use a criterion of 'common'"])
    if depth > _DEEPEST:
        raise OutlineError([f"{file}:{line}: is nested more than {_DEEPEST} levels deep"])
    seen.add(id(node))
    if isinstance(node, ScalarNode):
        return Node(" ".join(node.value.split()), line, quoted=node.style is not None)
    if isinstance(node, MappingNode):
        pairs = [(_node(key, file, seen, depth + 1), _node(of, file, seen, depth + 1)) for key, of in node.value]
        return Node(tuple(pairs), line, is_mapping=True)
    return Node(tuple(_node(of, file, seen, depth + 1) for of in node.value), line)
