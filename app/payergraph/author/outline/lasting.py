"""How long approvals last, read into a draft."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyoxigraph as ox

from ... import terms
from ...terms import Term, pg
from .building import Draft, slugged
from .faults import NOTHING, Faults
from .naming import Vocabulary
from .text import Node
from .words import decimal

_TYPE = terms.RDF + "type"


class LengthsReader:
    """Reads lengths of approval into a draft."""

    def __init__(self, draft: Draft, faults: Faults, known: Vocabulary, value: Callable[[Node], Term]) -> None:
        self._draft, self._faults, self._known, self._value = draft, faults, known, value

    def read(self, rule: ox.NamedNode, node: Node, short: str, long: str) -> None:
        """Say of a rule how long its approvals last: by the short form where that says it all."""
        pairs = {key.text or "": of for key, of in node.pairs}
        told = pairs.pop("length", None) if pairs else node
        if told is None or told.text is None:
            self._faults.add(node, "is no length; write 6 months, up to 12 weeks or lesser of … or …")
            return
        months = re.fullmatch(r"up to (\d+) months?", told.text)
        if months and not pairs:
            self._draft.say(rule, short, ox.Literal(int(months[1])))
            return
        extra = tuple((key, tuple(one.text or "" for one in of.items)) for key, of in pairs.items())
        self._draft.say(rule, long, self._amount(told.text, told, extra, pairs))

    def _amount(self, said: str, node: Node, extra: object, pairs: dict[str, Node]) -> ox.NamedNode:
        def make() -> ox.NamedNode:
            thing = self._draft.new("length", slugged(said))
            self._draft.say(thing, _TYPE, pg("ApprovalLength"))
            if said.startswith("lesser of "):
                parts = said.removeprefix("lesser of ").split(" or ")
                self._draft.say(thing, "lesserOf", *(self._amount(part, node, (), {}) for part in parts))
            else:
                self._of_unit(thing, said, node)
            for key, of in pairs.items():
                self._draft.say(thing, key, *(self._value(one) for one in of.items))
            return thing

        return self._draft.once(("length", said, extra), make)

    def _of_unit(self, thing: ox.NamedNode, said: str, node: Node) -> None:
        found = re.fullmatch(r"(up to )?([\d.]+) (.+)", said)
        if not found:
            self._faults.add(node, f"{said!r} is no length; write 6 months, up to 12 weeks or lesser of … or …")
            return
        singular = found[3].removesuffix("s")
        unit = self._faults.find(singular if self._is_unit(singular) else found[3], ("Unit",), node)
        number = ox.Literal(int(found[2])) if found[2].isdigit() else decimal(found[2])
        self._draft.say(thing, "value", number or NOTHING)
        self._draft.say(thing, "unit", unit)
        if found[1]:
            self._draft.say(thing, "comparator", pg("AtMost"))

    def _is_unit(self, said: str) -> bool:
        try:
            return bool(self._known.resolve(said, ("Unit",)))
        except ValueError:
            return False
