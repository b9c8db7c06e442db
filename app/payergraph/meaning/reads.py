"""The fields of a case that a meaning names: what a form has to ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from . import nodes as n


@dataclass(frozen=True)
class Read:
    """Fields of a case that criteria of a kind read.

    Attributes:
        fields: their paths in the words of the format, such as ``labs.test``.
        of: the parameter whose concepts are looked for there, or the IRI of the one that always is.
        through: properties that lead from these concepts to those that are looked for; where they lead nowhere,
            nothing is read.
        when: parameters of which one must be given, and not false; none: the fields are always read.
        chosen: parameters, each with the values of a closed list of which it must have one; empty: it may be absent.
    """

    fields: tuple[str, ...]
    of: str = ""
    through: tuple[str, ...] = ()
    when: frozenset[str] = frozenset()
    chosen: tuple[tuple[str, frozenset[str]], ...] = ()


def reads_of(meaning: n.Node, needed: frozenset[str]) -> tuple[Read, ...]:
    """What a meaning reads.

    Args:
        needed: the parameters that are always given.
    """
    found = (replace(read, when=read.when - needed if not read.when & needed else frozenset()) for read in _of(meaning))
    return tuple(dict.fromkeys(read for read in found if read.fields))


def _read(fields: str, of: str = "", through: str = "") -> Read:
    return Read(tuple(fields.split()), of, (through,) if through else ())


def _of(node: n.Node) -> Iterator[Read]:  # noqa: C901, PLR0912 - a case a node
    match node:
        case n.All(parts) | n.Any(parts):
            yield from _all(parts)
        case n.Not(part) | n.Conceivable(part):
            yield from _of(part)
        case n.Given(parameter, part):
            yield from (replace(read, when=read.when or frozenset([parameter])) for read in _of(part))
        case n.Chosen(part=part):
            yield from (replace(read, chosen=(*read.chosen, node.by)) for read in _of(part))
        case n.Some(relation, where, closed_by):
            yield from _rows(relation, where)
            yield from _of(closed_by) if closed_by and not isinstance(closed_by, n.Relation) else ()
            yield from _bare(closed_by) if isinstance(closed_by, n.Relation) else ()
        case n.Present(relation, where, denied_by):
            yield from _rows(relation, (*where, *denied_by))
        case n.Recorded(relation, where, so):
            yield from _rows(replace(relation, complete=""), (*where, *((so,) if so else ())))
            yield from (_read(relation.dated),) if so else ()
        case n.Latest(relation, about, so, where, among):
            yield from _rows(relation, (about, so, *where, *among))
            yield _read(relation.dated)
        case n.Stated(relation, where):
            yield from _rows(relation, where)
        case n.Each(of, meaning) | n.Several(of, meaning):
            yield from (replace(read, of=of) if read.of == _MEMBER else read for read in _of(meaning))
        case n.EachOf(relation, meaning):
            yield from _bare(relation)
            yield from _of(meaning)
        case n.Counted(relation, of, where, _, _, (chosen, _, line)):
            yield from _rows(relation, (of, *where))
            yield replace(_read(line.reads), when=frozenset([chosen]))
        case n.CountedRows(relation, where, _, or_else):
            yield from _rows(relation, where)
            yield from _of(or_else)
        case n.Declared(by, meaning):
            yield from _of(meaning)
            name = by.iri if isinstance(by, n.Fixed) else by
            yield Read(("attestations",), name, when=frozenset() if isinstance(by, n.Fixed) else frozenset([by]))
        case n.Attested(of):
            yield _read("attestations", of)
        case _:
            yield from _condition(node)


_MEMBER = "member of the set in question"


def _all(nodes: Iterable[n.Node]) -> Iterator[Read]:
    for node in nodes:
        yield from _of(node)


def _rows(relation: n.Relation, where: Iterable[n.Node]) -> Iterator[Read]:
    yield from _all(where)
    yield _read(f"{relation.reads} {relation.completes}")


def _bare(relation: n.Relation) -> Iterator[Read]:
    if relation.bare:
        yield _read(relation.bare.reads)


def _condition(node: n.Node) -> Iterator[Read]:  # noqa: C901, PLR0912 - a case a node
    match node:
        case n.In(field, of) | n.Within(field, of) | n.OverAll(field, of) | n.Among(field, of) | n.HasAll(field, of):
            yield _read(field.reads, of)
        case n.Same(field, of, True) | n.Same(n.Concept() as field, of):
            yield _read(field.reads, of)
        case n.HasIn(field, of, closed_by):
            yield _read(f"{field.reads} {closed_by.reads}", of)
        case n.OfMember(field):
            yield _read(field.reads, _MEMBER)
        case n.Under(field, n.Led(of, by)) | n.Over(field, n.Led(of, by)):
            yield _read(field.reads, of, by)
        case n.Under(field, str(of)):
            yield _read(field.reads, of)
        case n.Compare(field, _, of, _, unit, _, per):
            when = frozenset([of]) if isinstance(of, str) else frozenset()
            yield replace(_read(field.reads), when=when)
            yield from (replace(_read(per[0].reads), when=when),) if per else ()
            yield from (replace(_read(field.unit_reads, unit), when=when),) if unit else ()
        case n.Dosed(field, _, of, (unit, _)):
            yield replace(_read(field.reads), when=frozenset([of]))
            paths = " ".join(path for path in field.reads.split() if path.endswith(".unit"))
            yield replace(_read(paths, unit), when=frozenset([of]))
        case n.Ranked(field, of):
            yield replace(_read(field.reads), when=frozenset([of]))
        case n.Allowed() | n.OutcomeIs() | n.WholeCourse() | n.Unsettled() | n.Nonempty():
            pass
        case n.Beside(of):
            yield _read("therapies.product therapies.together", of)
        case n.Under(field) | n.Holds(field) | n.Same(field) | n.OneOf(field) | n.Includes(field) | n.Accepted(field):
            yield _read(field.reads)
        case _:
            raise TypeError(f"{type(node).__name__} reads nothing that is known")
