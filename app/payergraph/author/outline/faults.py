"""What is wrong with an outline, gathered in one reading, so that all of it is told at once."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from ... import terms
from ...errors import OutlineError, UnknownName
from ...near import hint, slips
from .naming import Vocabulary
from .text import Node

#: What stands in the place of a name that means nothing, in a draft that is then not written.
NOTHING = ox.NamedNode(terms.PG + "nothing")


class Faults:
    """The faults of an outline, and the names that it does not know, each once."""

    def __init__(self, file: str, known: Vocabulary) -> None:
        self._file, self._known = file, known
        self._said: list[tuple[int, str]] = []
        self._unknown: dict[tuple[str, str], tuple[UnknownName, list[int]]] = {}

    def add(self, node: Node, message: str) -> None:
        """Note what is wrong with something."""
        self._said.append((node.line, message))

    def unknown_key(self, key: Node, text: str, known: Iterable[str], what: str) -> None:
        """Note a key that is none."""
        known = list(dict.fromkeys(known))
        near = slips(text, known)
        said = hint(near) if near else f"expected {', '.join(known)}" if len(known) < 16 else "see docs/outline.md"
        self.add(key, f"{text!r} is no key of {what}; {said}")

    def find(self, text: str, kinds: Iterable[str], node: Node) -> ox.NamedNode:
        """The thing that a name means."""
        kinds = tuple(kinds)
        try:
            return ox.NamedNode(self._known.resolve(text, kinds))
        except UnknownName as error:
            self._unknown.setdefault((text, error.problem), (error, []))[1].append(node.line)
            return NOTHING

    def address(self, text: str, node: Node) -> ox.NamedNode:
        """An address on the web, or the IRI of a thing."""
        try:
            return ox.NamedNode(text)
        except ValueError:
            self.add(node, f"{text!r} is no address")
            return NOTHING

    def raise_any(self) -> None:
        """Tell the faults, in the order of their lines, and then the names that are unknown.

        Raises:
            OutlineError: there are some.
        """
        said = [f"{self._file}:{line}: {message}" for line, message in sorted(set(self._said))]
        for error, lines in self._unknown.values():
            at = ", ".join(map(str, sorted(set(lines))))
            said.append(f"{self._file}:{at}: {error}")
        if said:
            raise OutlineError(said)
