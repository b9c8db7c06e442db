"""A printed code that means something else than it stands beside; one code for two things; two codes for one drug."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pyoxigraph as ox

from ... import terms
from . import telling
from .ground import Ground, aspect_iri
from .model import Conflict, Kind, Side, joined, told
from .statements import Statement

# Code systems in which one thing has one code.
_ONE_CODE_EACH = {"HCPCS"}


def find(ground: Ground) -> Iterator[Conflict]:
    """Codes that are wrong, shared, or one too many."""
    printed = [i for i in ground.by_aspect[aspect_iri("printed-code")] if isinstance(i.value, ox.Literal)]
    assigned = [i for i in ground.by_aspect[aspect_iri("identifier-code")] if isinstance(i.value, ox.Literal)]
    yield from _wrong_codes(ground, printed)
    yield from _shared_codes(ground, [*printed, *assigned])
    yield from _rival_codes(ground, [*printed, *assigned])


def _wrong_codes(ground: Ground, printed: Iterable[Statement]) -> Iterator[Conflict]:
    """A printed ICD-10-CM code, against what bears it in the graph and what sources say that it means; one that is
    printed for a drug is of a disease for which it is given."""
    bearers: defaultdict[str, set[str]] = defaultdict(set)
    for row in ground.graph.rows(
        "SELECT ?x ?code WHERE { ?x skos:notation ?code FILTER (DATATYPE(?code) = pg:ICD10CM) }"
    ):
        bearers[row["code"].value].add(row["x"].value)
    meanings: defaultdict[str, list[Statement]] = defaultdict(list)
    for aspect in ("code-meaning", "identifier-code", "code-mapping"):
        for item in ground.by_aspect[aspect_iri(aspect)]:
            if item.value is not None:
                meanings[item.value.value].append(item)
    for item in printed:
        if not isinstance(item.value, ox.Literal) or item.value.datatype != terms.pg("ICD10CM"):
            continue
        if ground.types.get(item.about) in ("Drug", "Product"):
            continue
        for code in _broader_codes(item.value.value):
            meant = meanings[code]
            known = bearers[code] | {statement.about for statement in meant}
            if not known:
                continue
            if not any(ground.related(one, item.about) for one in known):
                yield _wrong_code(ground, item, code, meant, sorted(known))
            break


def _wrong_code(
    ground: Ground, item: Statement, code: str, meant: Sequence[Statement], known: Sequence[str]
) -> Conflict:
    meaning = [statement for statement in meant if statement.aspect == aspect_iri("code-meaning")] or list(meant)
    sides = [replace(telling.side(ground, item), value=f"{item.text} for {ground.label(item.about)}")]
    for statement in meaning:
        text = statement.text if statement.about.startswith(f"{terms.ID}publication/") else None
        text = text or f"{code} is {ground.label(statement.about)}"
        sides.append(replace(telling.side(ground, statement), value=text))
    if not meaning:
        text = f"{code} is {ground.listed(known)}"
        sides.append(Side(text, "", "", "ICD-10-CM, as the concepts of the graph bear its codes", "", known[0]))
    differs = f"{item.text} is printed for {ground.label(item.about)}, which it does not mean."
    matters = "A claim or a request with this code is rejected, or filed under another disease."
    return _code_conflict(ground, [item], "code beside a condition", differs, matters, tuple(sides), 3)


def _shared_codes(ground: Ground, found: Sequence[Statement]) -> Iterator[Conflict]:
    """One code of one system that is given to two things of which neither holds the other."""
    bearers: defaultdict[tuple[str, str], list[Statement]] = defaultdict(list)
    for item in found:
        assert isinstance(item.value, ox.Literal)
        if item.value.datatype.value.startswith(terms.PG):
            bearers[item.value.datatype.value, item.value.value].append(item)
    for (system, code), items in sorted(bearers.items()):
        if terms.local(system) == "ICD10CM":
            continue  # One code of ICD-10-CM holds several diseases.
        items = [a for a in items if any(not ground.related(a.about, b.about) for b in items)]
        if items:
            sides = tuple(replace(telling.side(ground, i), value=f"{code} for {ground.label(i.about)}") for i in items)
            question = f"one {terms.local(system)} code for two things"
            things = joined(sorted({ground.label(i.about) for i in items}))
            differs = f"{code} is given to {things}, of which neither holds the other."
            matters = "Records that are joined by this code mix two things."
            yield _code_conflict(ground, items, question, differs, matters, sides, 2)


def _rival_codes(ground: Ground, found: Sequence[Statement]) -> Iterator[Conflict]:
    """Two codes of a system in which a drug has one."""
    codes: defaultdict[tuple[str, str], list[Statement]] = defaultdict(list)
    for item in found:
        assert isinstance(item.value, ox.Literal)
        system = terms.local(item.value.datatype.value)
        if system in _ONE_CODE_EACH:
            codes[item.about, system].append(item)
    for (_, system), items in sorted(codes.items()):
        if len({item.value for item in items}) > 1:
            sides = tuple(telling.side(ground, item) for item in items)
            matters = "A claim with the wrong one is rejected, or paid as another drug."
            yield _code_conflict(ground, items, f"{system} code", told(sides), matters, sides, 2)


def _code_conflict(
    ground: Ground,
    items: Sequence[Statement],
    question: str,
    differs: str,
    matters: str,
    sides: tuple[Side, ...],
    weight: int,
) -> Conflict:
    subject = ", ".join(dict.fromkeys(ground.label(item.about) for item in items))
    return Conflict(
        Kind.CODE_MEANS_OTHER,
        subject,
        question,
        differs,
        matters,
        sides,
        weight,
        items[0].about,
        *telling.concerned(ground, items),
    )


def _broader_codes(code: str) -> Iterator[str]:
    """A code of ICD-10-CM, then its categories: E85.0, E85."""
    yield code
    while len(code) > 3:
        code = code[:-1].rstrip(".")
        yield code
