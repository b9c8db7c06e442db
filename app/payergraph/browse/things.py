"""Every thing of a graph, what it is called, and the search over them.

A thing is whatever has an IRI below ``terms.ID``. It is known by kind and slug (``policy/cigna-ip0243``) and always has
a label: its own, else a sentence for a criterion, rule or statement, else its slug in words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, TypeGuard

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from .. import terms
from ..criteria import tree
from ..policies.library import policies
from ..policies.model import Criterion
from ..policies.speaking import limit
from ..policies.words import joint, verbalize
from ..store.graph import LocalGraph
from ..store.names import names
from ..store.once import once_a_graph
from ..terms import Term


@dataclass(frozen=True)
class Thing:
    """A thing by name.

    Attributes:
        kinds: the classes in words, the most telling first.
        names: what else it is called: synonyms, brands, codes.
        codes: those of its names that are codes.
    """

    iri: str
    kinds: tuple[str, ...]
    label: str
    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Kind and slug, as addresses name it."""
        return terms.local(self.iri)

    @property
    def kind(self) -> str:
        """What it is, in words."""
        words = ", ".join(self.kinds)
        return f"criterion ({words})" if self.id.startswith("criterion/") else words


@once_a_graph
def things(graph: LocalGraph) -> Things:
    """The things of a graph, read once for each graph."""
    return Things(graph)


class Things:
    """The things of a graph by IRI, their labels, and the search over them."""

    def __init__(self, graph: LocalGraph) -> None:
        self._label = names(graph).label
        own = dict(_sentences(graph))
        self.all = {iri: self._thing(iri, facts, own) for iri, facts in sorted(_facts(graph).items())}
        self._index = [(item, keys := _keys(item), _order(item), _text(keys)) for item in self.all.values()]
        self._coded: defaultdict[str, list[Thing]] = defaultdict(list)
        self._called: defaultdict[str, list[Thing]] = defaultdict(list)
        for item, keys, order, _ in self._index:
            for code in map(_bare, item.codes):
                self._coded[code].append(item)
            for key in keys if order == 0 else ():
                self._called[key].append(item)

    def _thing(self, iri: str, facts: _Facts, own: Mapping[str, str]) -> Thing:
        def said(*predicates: str) -> list[str]:
            return [term.value for name in predicates for term in facts.get(name, ())]

        sort, slug = terms.local(iri).partition("/")[0], terms.slug(iri)
        kinds = sorted({self._label(name) for name in said(_TYPE) if name.startswith(terms.PG)})
        sentence = {"statement": _TOLD, "exclusion": _WHY}.get(sort, "")
        label = own.get(iri) or min(said(_LABEL) or said(_TITLE), default="") or next(iter(said(sentence)), "")
        return Thing(
            iri,
            tuple(kinds) or (sort.replace("-", " "),),
            label or slug.rpartition("/")[2].replace("-", " "),
            tuple(dict.fromkeys(said(_ALSO, _CODE))),
            tuple(said(_CODE)),
        )

    def get(self, name: str) -> Thing | None:
        """The thing of this kind and slug, or of this IRI."""
        return self.all.get(name) or self.all.get(terms.ID + name)

    def owner(self, thing: Thing) -> Thing | None:
        """The document to which a criterion, a statement, a set … belongs; None for what everybody shares."""
        document, inside, _ = terms.slug(thing.iri).partition("/")
        return self.get(f"source/{document}") if inside else None

    def label(self, iri: str) -> str:
        """What a thing or a term is called."""
        return self.all[iri].label if iri in self.all else self._label(iri)

    def nearest(self, name: str, limit: int = 3) -> list[Thing]:
        """The things whose kind and slug, or whose label, are most like a text, best first."""
        known = [(text, item) for item in self.all.values() if _order(item) < 3 for text in (item.id, item.label)]
        ranked = process.extract(name, [text for text, _ in known], scorer=fuzz.ratio, limit=4 * limit)
        return list({known[place][1].iri: known[place][1] for _, _, place in ranked}.values())[:limit]

    def kinds(self) -> dict[str, int]:
        """How many things there are of each kind, the concepts and documents first."""
        counted: defaultdict[tuple[int, str], int] = defaultdict(int)
        for item, _, order, _ in self._index:
            for kind in item.kinds:
                counted[order, kind] += 1
        return {kind: number for (_, kind), number in sorted(counted.items())}

    def search(self, text: str, kind: str = "") -> list[Thing]:
        """The things in whose names or sentence all words of a text stand, best first; all of a kind without a text.

        What is named so comes first, then what has words that begin so: of each, drugs and products, then payers,
        conditions, policies, and other concepts and documents. What belongs to one document comes last, and of it
        criteria before statements. A code is found with or without its signs (``M06.9``, ``m069``), that of a package
        also by all its digits.
        """
        whole = _folded(text)
        coded = {item.iri for item in self._coded.get(_bare(text), ())} if _CODE_LIKE.fullmatch(whole) else ()
        words = whole.split()
        ranked = []
        for item, keys, order, text in self._index:
            if kind and kind not in item.kinds:
                continue
            if item.iri in coded or all(word in text for word in words):
                rank = 0 if item.iri in coded else _rank(whole, keys)
                begins = keys[0].startswith(whole), all(f" {word}" in text for word in words)
                near = rank and 3 - sum(begins)
                place = (order >= _INSIDE, near, _place(item), rank, order)
                ranked.append((place, len(item.label), item.label.casefold(), item.iri, item))
        return [found[-1] for found in sorted(ranked)]

    def having(self, words: Sequence[str]) -> list[tuple[Thing, tuple[str, ...]]]:
        """The concepts and documents whose names have some of these words, with those that they lack.

        Those that lack least come first; a word is one by which a word of a name begins.
        """
        folded = {word: f" {_folded(word)}" for word in words}
        ranked = []
        for item, _, order, text in self._index:
            lacking = tuple(word for word, within in folded.items() if within not in text)
            if order < _INSIDE and len(lacking) < len(folded):
                place = (sum(map(len, lacking)), _place(item), order, len(item.label), item.label.casefold())
                ranked.append((place, item.iri, item, lacking))
        return [(item, lacking) for *_, item, lacking in sorted(ranked)]

    def holds(self, word: str) -> bool:
        """Whether a word, or its beginning or end, stands in any name or sentence."""
        folded = _folded(word)
        return any(folded in text for *_, text in self._index)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the names of drugs, products, payers, conditions and states, in this order."""
        found = [
            (_place(item), len(word), word)
            for item, keys, order, _ in self._index
            if order == 0 and item.id.partition("/")[0] in (*_PLACES[:_NAMING_KINDS], "state")
            for key in keys
            for word in _WORD.findall(key)
        ]
        return tuple(dict.fromkeys(word for *_, word in sorted(found)))

    def called(self, text: str) -> list[Thing]:
        """The concepts, payers and drugs of which a text is a whole name, or a code."""
        named = self._called.get(_folded(text), [])
        return named or list(self._coded.get(_bare(text), ()))

    def wider(self, text: str) -> list[Thing]:
        """The things that have the longest known beginning of a code, which means something wider; none of a code.

        ``J45.50`` begins as ``J45.5`` does, and that as ``J45``.
        """
        bare = _bare(text)
        if not _CODE_LIKE.fullmatch(_folded(text)):
            return []
        found = (self._coded.get(bare[:length]) for length in range(len(bare) - 1, _SHORTEST - 1, -1))
        return list(next((things for things in found if things), ()))


# --- reading --------------------------------------------------------------------------------------

_TYPE, _LABEL, _ALSO, _CODE = (terms.RDF + "type", *(terms.SKOS + n for n in ("prefLabel", "altLabel", "notation")))
_TITLE, _TOLD, _WHY = terms.DCTERMS + "title", terms.DCTERMS + "description", terms.PG + "reason"
_NAMING = (_TYPE, _LABEL, _ALSO, _CODE, _TITLE, _TOLD, _WHY)
#: What is added on demand stands on pages of its own; that of a thing is the same before and after.
ON_DEMAND = frozenset((terms.CONFLICTS, terms.MEASURES, terms.STRICTNESS))

_Facts: TypeAlias = Mapping[str, list[Term]]


def _facts(graph: LocalGraph) -> dict[str, _Facts]:
    """Of everything in the files: its classes, names and sentences, by property."""
    found: defaultdict[str, defaultdict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for predicate in _NAMING:
        for quad in graph.store.quads_for_pattern(None, ox.NamedNode(predicate), None):
            subject, value, of = quad.subject, quad.object, quad.graph_name
            if isinstance(of, ox.NamedNode) and of.value in ON_DEMAND:
                continue
            if isinstance(subject, ox.NamedNode) and subject.value.startswith(terms.ID) and is_term(value):
                found[subject.value][predicate].append(value)
    return dict(found)


def is_term(value: object) -> TypeGuard[Term]:
    """Whether a value is no triple; the graph has none, and nothing here shows one."""
    return not isinstance(value, ox.Triple)


def _sentences(graph: LocalGraph) -> Iterator[tuple[str, str]]:
    """Labels for what has none of its own: rules, exclusions and criteria of all policies and labels."""
    read = policies(graph)
    name = names(graph).label
    roots: list[tuple[str, str]] = []
    for policy in read.every:
        for exclusion in policy.exclusions:
            yield exclusion.iri, f"{policy.label}: {name(exclusion.indication)} not covered"
        for rule in policy.rules:
            limits = [*map(name, rule.plans), *filter(None, [limit(rule, policy, names(graph))])]
            plans = f" ({', '.join(limits)})" if limits else ""
            title = f"{policy.label}: {name(rule.indication)}{plans}"
            yield rule.iri, title
            for root, request in ((rule.initial, "first request"), (rule.continuation, "renewal")):
                if root:
                    roots.append((root.iri, f"{title}, {request}"))
                    yield from ((criterion.iri, _summary(criterion)) for criterion in root.walk())
    # A root may also be a part of another one. What several rules share is called after the first of them.
    yield from reversed(roots)


def _summary(criterion: Criterion) -> str:
    """A criterion in a line: of a part with parts of its own, the beginning."""
    if not criterion.children:
        return _short(criterion.summary)
    if any(node.kind not in _PLAIN for node in criterion.walk() if node.children):
        return _short(verbalize(criterion))
    return _short(f"{joint(criterion)} of: {'; '.join(leaf.summary for leaf in criterion.leaves)}")


#: Connectives whose leaves are all asked for, so that they may be named without those between.
_PLAIN = (tree.ALL_OF.name, tree.ANY_OF.name)


def _short(text: str, longest: int = 140) -> str:
    return text if len(text) <= longest else f"{text[:longest].rpartition(' ')[0]} …"


# --- searching ------------------------------------------------------------------------------------


#: A code is one word with a digit in it, and perhaps a letter at its beginning; a shorter one is no beginning.
_CODE_LIKE = re.compile(r"[a-z]?\d[\da-z]*([.-][\da-z]+)*")
_SHORTEST = 3
_PACKAGE = re.compile(r"(\d{4,5})-(\d{3,4})(?:-(\d{1,2}))?")


def _bare(text: str) -> str:
    """A code without its signs; that of a drug's package or product (NDC) in 5, 4 and 2 digits, as claims have it."""
    folded = _folded(text)
    if package := _PACKAGE.fullmatch(folded):
        labeler, product, size = package.groups(default="")
        return labeler.zfill(5) + product.zfill(4) + (size.zfill(2) if size else "")
    return re.sub(r"[.\- ]", "", folded)


_SIGNS = str.maketrans({"™": None, "®": None, "β": "beta"})


def _folded(text: str) -> str:
    """A text without regard to case, accents and trade mark signs, its words apart by one space."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_SIGNS).casefold())
    return " ".join(re.sub(r"[\u0300-\u036f'’]", "", decomposed).split())


def _keys(thing: Thing) -> tuple[str, ...]:
    """What a search looks at: label, other names, codes also without their dots, slug in words and as it is."""
    texts = [thing.label, *thing.names, *(name.replace(".", "") for name in thing.names)]
    if _order(thing) < 3:
        slug = terms.slug(thing.iri)
        texts += [slug.replace("-", " "), slug]
    return tuple(dict.fromkeys(_folded(text) for text in texts))


def _text(keys: Sequence[str]) -> str:
    """What is called by these keys, in a line with a space before each word, also before one behind a sign."""
    line = " | ".join(keys)
    return f" {line} | {re.sub(r'[^a-z0-9]+', ' ', line)}"


def _rank(whole: str, keys: Sequence[str]) -> int:
    if whole in keys:
        return 0
    if any(key.startswith(whole) for key in keys):
        return 1
    if any(f" {whole}" in key for key in keys):
        return 2
    return 3 if any(whole in key for key in keys) else 4


def _order(thing: Thing) -> int:
    """Concepts, payers and drugs; policies and documents; what belongs to one document; statements."""
    kind, _, slug = thing.id.partition("/")
    return _ORDERS.get(kind, _INSIDE if "/" in slug else 0)


def _place(thing: Thing) -> int:
    """The place of a kind among those that people look for."""
    kind = thing.id.partition("/")[0]
    return _PLACES.index(kind) if kind in _PLACES else _PLACES.index("")


#: Kinds in the order in which people look for them; the empty name stands for all others.
_PLACES = (
    *(
        "drug",
        "product",
        "drug-class",
        "payer",
        "condition",
        "policy",
        "plan",
        "regulator",
        "state",
        "program",
        "label",
    ),
    *("", "source", "publication", "rule", "criterion", "statement"),
)
#: So many of these have names that are completed and mended.
_NAMING_KINDS = 5
_WORD = re.compile(r"[a-z][a-z'-]{2,}")
#: The least order of what belongs to one document.
_INSIDE = 2


_ORDERS = {"policy": 1, "source": 1, "label": 1, "plan": 1} | {
    **dict.fromkeys(("rule", "exclusion", "set", "group", "section", "aspect", "publication", "unit"), 2),
    "criterion": 3,
    "statement": 4,
}
