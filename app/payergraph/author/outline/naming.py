"""What an outline calls things, and which thing a name of an outline means."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache

from ... import terms
from ...chart.fields import PATHS
from ...criteria import KINDS
from ...errors import UnknownName
from ...store.graph import Graph
from ...store.names import CONCEPT_KINDS, names
from ...store.once import once_a_graph
from ...store.spellings import Spellings
from ..lint.meanings import looked_for

#: What one document owns, and nobody else names.
_OWNED = ("criterion", "rule", "set", "group", "length", "exclusion", "statement", "section", "step")
_THING = re.compile(r"[a-z][a-z-]*/[^\s,]+")
_CODED = ("Unit", "Aspect", "State", "Gene")
#: What the words of an outline are made of, beside names; a name that holds one is written by its slug.
_SIGNS = re.compile(r"[,;:\[\]{}()#\"|]| @|^\d+ of |[<>=]")
_WORD = re.compile(r"[a-z0-9]{4,}")
#: A word that more things have tells none of them.
_FEW = 8

_PROPERTIES = "SELECT ?p WHERE { VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty rdf:Property } ?p a ?kind }"
_UCUM = "SELECT ?unit ?code WHERE { ?unit a pg:Unit ; skos:notation ?code }"
_THINGS = """SELECT ?thing ?kind ?name WHERE {
    ?thing a ?kind
    FILTER (isIRI(?thing) && isIRI(?kind) && !STRSTARTS(STR(?thing), CONCAT(STR(id:), "statement/")))
    OPTIONAL { { ?thing skos:prefLabel ?name } UNION { ?thing skos:altLabel ?name } } }"""


class Vocabulary:
    """The names of everything that an outline may name: concepts, organizations, documents, words of closed lists."""

    def __init__(self, graph: Graph) -> None:
        self._known = names(graph)
        below = defaultdict[str, list[str]](list)
        for row in graph.rows("SELECT ?a ?b WHERE { ?a rdfs:subClassOf ?b FILTER (isIRI(?b)) }"):
            below[terms.local(row["b"].value)].append(terms.local(row["a"].value))
        self._below = below
        #: The properties of the vocabulary, by their bare names.
        self.properties = frozenset(terms.local(row["p"].value) for row in graph.rows(_PROPERTIES))
        rows = [(row["thing"].value, terms.local(row["kind"].value), row.get("name")) for row in graph.rows(_THINGS)]
        rows = [row for row in rows if terms.local(row[0]).partition("/")[0] not in _OWNED]
        self._all = frozenset(thing for thing, _, _ in rows)
        self._kinds = frozenset(kind for _, kind, _ in rows)
        self._spelled = Spellings(self._kinds)
        self._ucum = {row["unit"].value: (row["code"].value,) for row in graph.rows(_UCUM)}
        self._words = defaultdict[str, set[tuple[str, str]]](set)
        for thing, kind, name in rows:
            for text, rank in ((terms.slug(thing), 0), *(((name.value, 1),) if name else ())):
                self._spelled.add(kind, thing, text, rank)
                for word in _WORD.findall(text.casefold()):
                    self._words[word].add((kind, thing))

    def label(self, iri: str) -> str:
        """What a thing is called."""
        return self._known.label(iri)

    def resolve(self, text: str, kinds: Iterable[str]) -> str:
        """The thing of one of the classes, or of a class below them, that has this name, slug, code or IRI.

        Raises:
            UnknownName: there is none, or several.
        """
        if text.startswith("pg:") and terms.PG + text[3:] in self._all:
            return terms.PG + text[3:]
        if _THING.fullmatch(text) and terms.ID + text in self._all:
            return terms.ID + text
        wanted = self._closure(tuple(kinds))
        concepts = [kind for kind in wanted if kind in CONCEPT_KINDS]
        try:
            if concepts:
                return self._known.resolve(text, concepts)
        except UnknownName as error:
            if error.nearest and not error.unheard and "several" in error.problem:
                raise
        found = self._spelled.named(text, [kind for kind in wanted if kind in self._kinds])
        if len(found) != 1:
            problem = "may mean several things" if found else f"is no {self._called(kinds)}"
            near = [terms.local(iri) for iri in found] or self._near(text, wanted)
            raise UnknownName(text, problem, near, "nothing in the graph has a name like it")
        return found[0]

    def say(self, iri: str, kinds: Iterable[str], *, alone: bool = False) -> str:
        """The name by which an outline names a thing: its label where that names it alone, else its slug.

        Args:
            alone: it stands in no list, so that it may have a comma.
        """
        return self._say(iri, tuple(kinds), alone)

    @cache  # noqa: B019 - one vocabulary a graph
    def _say(self, iri: str, kinds: tuple[str, ...], alone: bool) -> str:
        short = terms.local(iri)
        slug = short.partition("/")[2] or f"pg:{short}"
        named = [slug, self.label(iri)] if set(kinds) & set(_CODED) else [self.label(iri), slug]
        named = [*self._ucum.get(iri, ()), *named]
        for text in named:
            try:
                if not _SIGNS.search(text.replace(",", "") if alone else text) and self.resolve(text, kinds) == iri:
                    return text
            except UnknownName:
                continue
        return short if "/" in short else f"pg:{short}"

    def knows(self, iri: str) -> bool:
        """Whether something is a thing of the graph that documents share."""
        return iri in self._all

    @cache  # noqa: B019 - one vocabulary a graph
    def _closure(self, kinds: tuple[str, ...]) -> tuple[str, ...]:
        found, todo = dict[str, None](), list(kinds)
        while todo:
            kind = todo.pop(0)
            if kind not in found:
                found[kind] = None
                todo += self._below[kind]
        return tuple(found)

    def _called(self, kinds: Iterable[str]) -> str:
        told = [kind for kind in kinds if kind == "Therapy"] or kinds  # which all the others are
        return " or ".join(self.label(terms.PG + kind) for kind in told)

    def _near(self, text: str, kinds: Iterable[str]) -> list[str]:
        """Slips of the pen first, then what shares words that few things have and half of the text; three at most."""
        kinds = [kind for kind in kinds if kind in self._kinds]
        slips = [terms.local(iri) for iri in self._spelled.meant(text, kinds)]
        shared = defaultdict[str, int](int)
        said = set(_WORD.findall(text.casefold()))
        for word in said:
            things = {thing for kind, thing in self._words.get(word, ()) if kind in kinds}
            for thing in things if len(things) <= _FEW else ():
                shared[thing] += len(word)
        alike = [thing for thing in shared if 2 * shared[thing] >= sum(map(len, said))]
        ranked = sorted(alike, key=lambda thing: (-shared[thing], len(thing), thing))
        return list(dict.fromkeys([*slips, *map(terms.local, ranked)]))[:3]


@once_a_graph
def vocabulary(graph: Graph) -> Vocabulary:
    """The names of a graph, read once."""
    return Vocabulary(graph)


@lru_cache(maxsize=256)
def classes(kind: str, parameter: str, range: str) -> tuple[str, ...]:
    """The classes of what a parameter of a kind names; of one that takes a set, of its members."""
    if range != terms.PG + "ConceptSet":
        return (terms.local(range),)
    if parameter in _SETS:
        return _SETS[parameter]
    paths = looked_for(KINDS[kind]).get(parameter, ())
    found = dict.fromkeys(one for path in paths for one in PATHS[path].kinds)
    if {"Drug", "Product", "DrugClass"} & set(found):
        return (*found, "Therapy")
    return tuple(found) or CONCEPT_KINDS


#: Of a set that is looked for by way of something else.
_SETS = {"linesOfBusiness": ("LineOfBusiness",)}
