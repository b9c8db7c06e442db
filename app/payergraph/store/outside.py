"""What comes from outside, checked before anything is built on it: a data folder, and what an endpoint gives.

Whatever reads the graph may rest on this: a number is a number, a day a day, no text steers a terminal, no set holds
itself. Other faults (a criterion that asks nothing, a list that leads back to itself) are read like what an excerpt
does not show, and ``payergraph lint`` tells them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from .. import terms
from ..errors import DataError
from ..terms import Term, pg

#: Letters of a text, and digits of a number, at most.
_LONGEST, _DIGITS = 100_000, 30
_FORMS = {
    "integer": r"[+-]?\d+",
    "decimal": r"[+-]?(\d+(\.\d*)?|\.\d+)",
    "double": r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?",
    "boolean": r"true|false",
    "date": r"[1-9]\d{3}-(0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|[1-9]\d{3}-(0[469]|11)-(0[1-9]|[12]\d|30)"
    r"|[1-9]\d{3}-02-(0[1-9]|1\d|2[0-8])|[1-9]\d(0[48]|[2468][048]|[13579][26])-02-29|[2468]000-02-29",
    "gYearMonth": r"[1-9]\d{3}-(0[1-9]|1[0-2])",
    "gYear": r"[1-9]\d{3}",
}
_WELL_FORMED = {terms.XSD + name: re.compile(form) for name, form in _FORMS.items()}
_DATES = tuple(terms.XSD + name for name in ("date", "gYearMonth", "gYear"))
_NUMBERS = tuple(terms.XSD + name for name in ("integer", "decimal"))
#: Whose values everybody reads as days or as numbers.
_MUST_BE = {
    **dict.fromkeys((pg(name) for name in ("effectiveDate", "lastReviewDate", "notBefore", "retrieved")), _DATES),
    **dict.fromkeys((ox.NamedNode(terms.DCTERMS + name) for name in ("date", "issued")), _DATES),
    **dict.fromkeys((pg(name) for name in ("lowValue", "highValue", "toBase", "rank", "highestRank")), _NUMBERS),
}
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LITERALS = "SELECT DISTINCT ?o WHERE { GRAPH ?g { ?s ?p ?o FILTER (isLiteral(?o)) } }"


def check(store: ox.Store) -> None:
    """Look at what was read, before it is used.

    Raises:
        DataError: something in it is not what everything that reads it may expect.
    """
    for subject, wrong in faults(store):
        raise DataError(f"{_short(subject)} {wrong}")


def faults(store: ox.Store) -> Iterator[tuple[Term, str]]:
    """What is wrong with which thing, to follow its name."""
    found = store.query(_LITERALS)
    assert isinstance(found, ox.QuerySolutions)
    for row in found:
        if wrong := _wrong(row["o"]):
            for quad in store.quads_for_pattern(None, None, row["o"]):
                yield _subject(quad), _value(quad, wrong)
    for predicate, kinds in _MUST_BE.items():
        for quad in store.quads_for_pattern(None, predicate, None):
            if not isinstance(quad.object, ox.Literal) or quad.object.datatype.value not in kinds:
                yield _subject(quad), _value(quad, f"which is no {' or '.join(map(terms.prefixed, kinds))}")
    yield from _rings(store)


def _wrong(value: ox.Literal) -> str:
    """What is wrong with a literal; empty where nothing is."""
    form = _WELL_FORMED.get(value.datatype.value)
    if form is not None:
        if len(value.value) > _DIGITS or not value.value.isascii() or not form.fullmatch(value.value):
            return f"which is no {terms.prefixed(value.datatype.value)}"
        return ""
    if len(value.value) > _LONGEST:
        return f"which has more than {_LONGEST:,} letters"
    if not value.value.isprintable() and _UNSEEN.search(value.value):
        return "which holds a sign that cannot be printed"
    return ""


def _rings(store: ox.Store) -> Iterator[tuple[Term, str]]:
    """Sets and groups that hold themselves, by way of others or not."""
    held: defaultdict[Term, list[Term]] = defaultdict(list)
    for name in ("member", "except"):
        for quad in store.quads_for_pattern(None, pg(name), None):
            if not isinstance(quad.object, ox.Triple):
                held[_subject(quad)].append(quad.object)
    done = set[Term]()
    for top in list(held):
        above = list[Term]()
        todo: list[tuple[Term, int]] = [(top, 0)]
        while todo:
            thing, depth = todo.pop()
            del above[depth:]
            if thing in above:
                yield thing, "is a set or a group that holds itself"
                return
            if thing not in done and thing in held:
                above.append(thing)
                todo += [(one, depth + 1) for one in held[thing]]
        done.update(_below(held, top))


def _below(held: dict[Term, list[Term]], top: Term) -> set[Term]:
    found, todo = set[Term](), [top]
    while todo:
        thing = todo.pop()
        if thing not in found:
            found.add(thing)
            todo += held.get(thing, ())
    return found


def check_nodes(facts: Sequence[ox.Quad]) -> None:
    """Make sure that a node without a name, such as a cell of a list, stands in one place at most, and not in itself.

    The digest of a graph with others could take for ever, and a list that leads back to itself has no end.

    Raises:
        DataError: they are something else.
    """
    above: dict[ox.BlankNode, object] = {}
    for quad in facts:
        if isinstance(quad.object, ox.BlankNode):
            if quad.object in above:
                raise DataError("a node without a name stands in two places")
            above[quad.object] = quad.subject
    rooted = set[object]()
    for node in above:
        way, at = {node}, above.get(node)
        while isinstance(at, ox.BlankNode) and at not in rooted:
            if at in way:
                raise DataError("a list leads back to itself")
            way.add(at)
            at = above.get(at)
        rooted |= way


def _subject(quad: ox.Quad) -> Term:
    assert not isinstance(quad.subject, ox.Triple)  # no file and no endpoint of ours has such
    return quad.subject


def _value(quad: ox.Quad, wrong: str) -> str:
    return f"has the {terms.prefixed(quad.predicate.value)} {_short(quad.object)}, {wrong}"


def _short(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        text = terms.local(term.value) if term.value.startswith(terms.ID) else terms.prefixed(term.value)
    else:
        text = repr(term.value) if isinstance(term, ox.Literal) else str(term)
    return text if len(text) <= 80 else f"{text[:77]}…"
