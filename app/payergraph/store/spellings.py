"""How concepts are spelled, and which of them a text may mean.

A name is looked up as written, then without regard to case, then by its letters and digits alone, so that
``Still's disease``, ``stills disease`` and ``Stills-Disease`` are one, while ``U/L`` and ``/uL`` stay two.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

from ..near import slips

# Compatibility decomposition would turn the trade mark sign into letters.
_SIGNS = str.maketrans({"™": None, "β": "beta"})


class Spellings:
    """The names of concepts, by the kind of concept."""

    def __init__(self, kinds: Iterable[str]) -> None:
        # Of each kind: the concepts of a key, with the rank of the name that has it; and those of a spelling.
        self._ranked: dict[str, defaultdict[str, dict[str, int]]] = {kind: defaultdict(dict) for kind in kinds}
        self._spelled: dict[str, defaultdict[str, set[str]]] = {kind: defaultdict(set) for kind in self._ranked}

    def add(self, kind: str, iri: str, name: str, rank: int) -> None:
        """Take in a name of a concept; where one text names several things, the lowest rank wins."""
        keys = _keys(name)
        self._spelled[kind][keys[1]].add(iri)
        for key in keys:
            ranks = self._ranked[kind][key]
            ranks[iri] = min(rank, ranks.get(iri, rank))

    def named(self, text: str, kinds: Iterable[str]) -> list[str]:
        """The concepts of some kinds that have this name; several where none has it by a better right."""
        kinds = tuple(kinds)
        for key in _keys(text):
            found: dict[str, int] = {}
            for kind in kinds:
                for iri, rank in self._ranked[kind].get(key, {}).items():
                    found[iri] = min(rank, found.get(iri, rank))
            if found:
                return sorted(iri for iri, rank in found.items() if rank == min(found.values()))
        return []

    def of_any_kind(self, text: str) -> tuple[str, list[str]]:
        """The first kind of which some concepts have this name, with them; empty where there is none."""
        for key in _keys(text):
            for kind, ranked in self._ranked.items():
                if key in ranked:
                    return kind, list(ranked[key])
        return "", []

    def of_kind(self, kind: str) -> Mapping[str, set[str]]:
        """Every name of a kind of concept, without regard to case, with the concepts that have it."""
        return self._spelled[kind]

    def meant(self, text: str, kinds: Iterable[str]) -> list[str]:
        """The concepts of one of whose names a text is a slip of the pen."""
        known: defaultdict[str, set[str]] = defaultdict(set)
        for kind in kinds:
            for name, iris in self.of_kind(kind).items():
                known[name].update(iris)
        return [iri for name in slips(_keys(text)[1], known, least=5) for iri in sorted(known[name])]


def _keys(text: str) -> tuple[str, str, str]:
    """A name as written, without regard to case, and by its letters and digits alone."""
    written = " ".join(text.split())
    folded = written.casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", folded.translate(_SIGNS)) if c.isalnum())
    return written, folded, plain or folded
