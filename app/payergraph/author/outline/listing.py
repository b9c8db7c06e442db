"""The sets and groups of an outline, read into a draft."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pyoxigraph as ox

from .building import Draft
from .faults import NOTHING, Faults
from .sets import Group, Set
from .text import Node

#: What the lines of a criterion say of its first list.
OF_SET = ("called", "open", "examples of", "except")
_OF_GROUP = ("of", "open", "examples of", "except")


class ListsReader:
    """Reads lists of names into a draft."""

    def __init__(self, draft: Draft, faults: Faults) -> None:
        self._draft, self._faults = draft, faults

    def set_of(self, node: Node, kinds: Iterable[str], bears: dict[str, Node]) -> ox.NamedNode:
        """What a parameter that takes several names.

        Args:
            bears: what else is said of the set in the lines of its criterion.
        """
        pairs = {key.text or "": value for key, value in node.pairs}
        if "of" in pairs:
            for key, _ in node.pairs:
                if key.text not in ("of", *OF_SET):
                    self._faults.unknown_key(key, key.text or "", ("of", *OF_SET), "a set")
            node, bears = pairs["of"], pairs | bears
        members = self._members(node, tuple(kinds))
        label, is_open, example, excepted = self._bears(bears, tuple(kinds))
        return self._draft.set_of(Set(members, label, excepted, is_open, example))

    def _bears(self, of: dict[str, Node], kinds: tuple[str, ...]) -> tuple[str, bool, str, tuple[str, ...]]:
        example = of.get("examples of")
        return (
            (of["called"].text or "") if "called" in of else "",
            self.flag(of["open"]) if "open" in of else False,
            self._faults.find(example.text or "", kinds, example).value if example else "",
            tuple(self._name(one, kinds) for one in self._listed(of["except"])) if "except" in of else (),
        )

    def flag(self, node: Node) -> bool:
        """Yes or no."""
        if node.text not in ("yes", "no"):
            self._faults.add(node, f"{node.text!r} is neither yes nor no")
        return node.text == "yes"

    def _members(self, node: Node, kinds: tuple[str, ...]) -> tuple[str | Group, ...]:
        found = [self._group(one, kinds) if one.is_mapping else self._name(one, kinds) for one in self._listed(node)]
        if not found:
            self._faults.add(node, "names nothing")
        return tuple(dict.fromkeys(found))

    def _listed(self, node: Node) -> list[Node]:
        """The members of a list, or of a text with commas."""
        items: list[Node] = []
        for one in node.items:
            if one.text is None or node.is_list:
                items.append(one)
            else:
                items += [replace(one, of=name.strip()) for name in one.text.split(",") if name.strip()]
        return items

    def _name(self, node: Node, kinds: tuple[str, ...]) -> str:
        if node.text is None:
            self._faults.add(node, "is a list where a name is meant")
            return NOTHING.value
        return self._faults.find(node.text, kinds, node).value

    def _group(self, node: Node, kinds: tuple[str, ...]) -> Group:
        """Several that count as one: what they are called, and which they are."""
        if len(node.pairs) != 1:
            self._faults.add(
                node, "is no group; write what it is called and its members, {an NSAID: [ibuprofen, naproxen]}"
            )
            return Group("", ())
        [(label, of)] = node.pairs
        pairs = {key.text or "": value for key, value in of.pairs}
        for key, _ in of.pairs:
            if key.text not in _OF_GROUP:
                self._faults.unknown_key(key, key.text or "", _OF_GROUP, "a group")
        _, is_open, example, excepted = self._bears({k: v for k, v in pairs.items() if k != "called"}, kinds)
        members = self._members(pairs.get("of", of), kinds) if not of.is_mapping or "of" in pairs else ()
        return Group(
            label.text or "", tuple(one for one in members if isinstance(one, str)), excepted, is_open, example
        )
