"""What sources disagree about: found by rules over the graph, each with both sides and their places.

Six kinds, each found by one rule and none typed in:

- ``sources-differ``: two documents answer one question differently. A question is a thing, an aspect that has one
  value (``pg:singleValued``) and a set of scopes. A scope that is a state may be missing on one side: what is said
  for every state is compared with what is said for one, but never one state with another. Where an aspect is
  ``pg:comparedAcrossScopes``, only the state has to fit, and each side says what it counts. Two retellings of one
  payer's rules for one drug, whose original is not in the graph, are compared rule by rule.
- ``document-contradicts-itself``: the same within one document; also the uses that its header or background names
  against its rules, and what it says must be tried first against its own criteria.
- ``retelling-differs``: a secondary policy against the primary that it retells.
- ``policy-vs-label``: uses and ages of a policy in force against those of the drug's FDA label.
- ``code-means-other``: a printed code that means something else than what it stands beside, or nothing; one code
  given to two things; two billing codes for one drug.
- ``guideline-outdated``: a source relies on a guideline that a later one in the graph replaced.

Values are compared as what they are: durations in hours, days and weeks on one scale and in months and years on
another, so that 72 hours are three days but six months are not 180 days; ranges as ranges; telephone numbers and tiers
by their digits; things by the hierarchy of concepts. Other free text is never compared, nor what a source itself tells
as former text (``pg:formerText``) or as an alternative (``pg:alternativeTo``). What an excerpt does not show differs
from nothing.

``record`` adds what was found to a graph as ``pg:Conflict``, for SPARQL.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, groupby
from typing import NamedTuple
from weakref import WeakKeyDictionary, WeakSet

import pyoxigraph as ox

from . import terms
from .comparison import verbalize
from .concepts import names
from .criteria import DIMENSIONS
from .policy import Criterion, Policy, Rule, policies
from .store import Graph, LocalGraph, Term
from .table import tidy_csv

#: The kinds, in the order in which they are listed.
KINDS: dict[str, str] = {
    "sources-differ": "Two sources answer one question differently",
    "document-contradicts-itself": "One document contradicts itself",
    "retelling-differs": "A retelling differs from the policy that it retells",
    "policy-vs-label": "A policy is wider or narrower than the FDA label",
    "code-means-other": "A code means something else, or nothing",
    "guideline-outdated": "A guideline that a later one replaced",
}

#: What hangs on a disagreement: a sign, a word and what it means.
WEIGHTS: dict[int, tuple[str, str, str]] = {
    3: ("■■■", "Heavy", "an approval or a deadline hangs on it"),
    2: ("■■□", "Middling", "a cost, a contact or a claim hangs on it"),
    1: ("■□□", "Light", "the sides overlap, hedge, or differ knowingly"),
}

_NOT_REQUIRED = "not required"


@dataclass(frozen=True)
class Side:
    """What one source says.

    Attributes:
        value: the value, or the criterion in one sentence, as text.
        source: the slug of the document; empty for what the editors of the graph know.
        locator: the place in the document, in words.
        authority: ``primary`` or ``secondary``.
        fact: the IRI of the statement, criterion, rule or policy.
        citing: what the document names as its own source for this, where it collects several.
    """

    value: str
    source: str
    section: str
    locator: str
    authority: str
    fact: str
    citing: str = ""

    @property
    def id(self) -> str:
        """The slug of the fact."""
        return terms.slug(self.fact)


@dataclass(frozen=True)
class Conflict:
    """A disagreement.

    Attributes:
        subject: the label of what it is about.
        question: the aspect, with what limits it, or the dimension of the criteria.
        weight: 3 where approval or a deadline hangs on it, 2 where a cost, a contact or a claim does, 1 where the two
            sides overlap, hedge, or differ knowingly.
        about: the IRI of the subject.
        drugs, payers: the IRIs of those concerned.
    """

    kind: str
    subject: str
    question: str
    sides: tuple[Side, ...]
    weight: int
    about: str = ""
    drugs: frozenset[str] = frozenset()
    payers: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"<Conflict: {self.kind}, {self.subject}: {self.question}, {len(self.sides)} sides>"

    def _repr_html_(self) -> str:
        from .notebook import of_conflict

        return of_conflict(self)

    @property
    def iri(self) -> str:
        """A name that stays while the sides stay where they are, whatever they say."""
        content = "\n".join((self.kind, self.about, self.question, *(side.fact for side in self.sides)))
        return f"{terms.ID}conflict/{self.kind}-{hashlib.sha256(content.encode()).hexdigest()[:10]}"


def conflicts(graph: Graph) -> tuple[Conflict, ...]:
    """All disagreements of a graph, by kind, the weightiest first; worked out once for each graph."""
    if graph not in _FOUND:
        finder = _Finder(graph)
        order = list(KINDS)
        _FOUND[graph] = tuple(
            sorted(finder.all(), key=lambda c: (order.index(c.kind), -c.weight, c.subject, c.question, c.sides[0].id))
        )
    return _FOUND[graph]


def record(graph: LocalGraph) -> None:
    """Add the disagreements to the graph as ``pg:Conflict``, in a named graph of their own; once for each graph."""
    with _LOCK:
        if graph not in _RECORDED:
            graph.store.bulk_extend(_quads(conflicts(graph)))
            _RECORDED.add(graph)


def _quads(found: Iterable[Conflict]) -> Iterator[ox.Quad]:
    graph = ox.NamedNode(terms.CONFLICTS)
    for item in found:
        name = ox.NamedNode(item.iri)
        documents = {f"{terms.ID}source/{side.source}" for side in item.sides if side.source}
        concerned = sorted({*item.drugs, *item.payers, item.about} - {""})
        facts: list[tuple[ox.NamedNode, ox.NamedNode, Term]] = [
            (name, _TYPE, terms.pg("Conflict")),
            (name, _LABEL, ox.Literal(f"{item.subject}: {item.question}", language="en")),
            (name, terms.pg("conflictKind"), ox.Literal(item.kind)),
            (name, terms.pg("weight"), ox.Literal(item.weight)),
            *((name, terms.pg("concerns"), ox.NamedNode(iri)) for iri in concerned),
            *((name, terms.pg("betweenSources"), ox.NamedNode(iri)) for iri in sorted(documents)),
        ]
        for number, side in enumerate(item.sides, 1):
            node = ox.NamedNode(f"{item.iri}/{number}")
            facts += [
                (name, terms.pg("conflictSide"), node),
                (node, _TYPE, terms.pg("ConflictSide")),
                (node, terms.pg("sidePosition"), ox.Literal(number)),
                (node, terms.pg("sideText"), ox.Literal(side.value)),
                (node, terms.pg("sideLocator"), ox.Literal(place(side))),
                (node, terms.pg("sideFact"), ox.NamedNode(side.fact)),
            ]
            if side.source:
                facts.append((node, terms.pg("sideSource"), ox.NamedNode(f"{terms.ID}source/{side.source}")))
        yield from (ox.Quad(*fact, graph) for fact in facts)


def select(
    found: Iterable[Conflict], *, kind: str | None = None, drug: str | None = None, payer: str | None = None
) -> tuple[Conflict, ...]:
    """Those of a kind, about a drug and about a payer, both given by IRI."""
    return tuple(
        item
        for item in found
        if (kind is None or item.kind == kind)
        and (drug is None or drug in item.drugs)
        and (payer is None or payer in item.payers)
    )


def records(found: Iterable[Conflict]) -> list[dict[str, str]]:
    """One record a side, tidy; the sides of one conflict share its number."""
    return [
        {"conflict": str(number)}
        | {name: str(getattr(item, name)) for name in ("kind", "weight", "subject", "question")}
        | {name: getattr(side, name) for name in ("value", *_COLUMNS[6:])}
        for number, item in enumerate(found, 1)
        for side in item.sides
    ]


def to_json(found: Iterable[Conflict]) -> str:
    """A list of conflicts, each with its sides."""
    keys = ("value", "authority", "source", "section", "locator", "citing", "id")
    items = [
        {
            "kind": item.kind,
            "weight": item.weight,
            "subject": item.subject,
            "about": terms.local(item.about),
            "question": item.question,
            "sides": [{key: getattr(side, key) for key in keys} for side in item.sides],
        }
        for item in found
    ]
    return json.dumps(items, indent=2, ensure_ascii=False)


def to_csv(found: Iterable[Conflict]) -> str:
    """The tidy records as CSV."""
    return tidy_csv(_COLUMNS, records(found))


def to_markdown(found: Iterable[Conflict]) -> str:
    """A section a kind, a list a conflict, with the place of each side in brackets."""
    lines: list[str] = []
    for kind, items in groupby(found, lambda item: item.kind):
        lines += [f"## {KINDS[kind]}", ""]
        for item in items:
            lines += [f"**{item.subject}**: {item.question} (weight {item.weight})", ""]
            lines += [f"- {side.value} [{place(side)}]" for side in item.sides]
            lines.append("")
    return "\n".join(lines)


def place(side: Side) -> str:
    """Where a side stands: document, authority, locator, and what the document names as its own source."""
    parts = [f"{side.source} ({side.authority})" if side.source else "", side.locator]
    return ", ".join([*(part for part in parts if part), *([f"citing {side.citing}"] if side.citing else [])])


_COLUMNS = (
    *("conflict", "kind", "weight", "subject", "question", "value"),
    *("authority", "source", "section", "locator", "citing", "id"),
)
_TYPE, _LABEL = ox.NamedNode(terms.RDF + "type"), ox.NamedNode(terms.SKOS + "prefLabel")
_FOUND: WeakKeyDictionary[Graph, tuple[Conflict, ...]] = WeakKeyDictionary()
_RECORDED: WeakSet[LocalGraph] = WeakSet()
_LOCK = threading.Lock()


# --- values -----------------------------------------------------------------------------------------------------------


class _Answer(NamedTuple):
    """A value that can be compared: what it measures, and the value itself.

    ``scale`` tells answers apart that do not compare on one scale (days and months); ``measure`` those that do not
    compare at all (days and percent).
    """

    measure: str
    scale: str
    low: Hashable
    high: Hashable


@dataclass(frozen=True)
class _Statement:
    iri: str
    about: str
    aspect: str
    value: Term | None
    text: str
    answer: _Answer | None
    scopes: frozenset[str]
    hedged: bool
    source: str
    section: str
    locator: str
    authority: str
    cites: frozenset[str]
    alternatives: frozenset[str]


# What a document says beside a value; a comparator is a thing with a label, all others are words.
_BESIDE = ("hedge", "obligation", "comparator", "valueOf", "detail", "scopeInWords", "evidence")
_ADULT = Decimal(18)
_DURATIONS = ("time", "calendar", "business time")
# Indications that stand for whatever the label has.
_AS_LABELED = {"fda-approved-indication", "fda-or-compendia-supported-indication"}
# The aspects that rules of their own read, beside those with one value.
_ALSO_READ = (
    *("printed-code", "identifier-code", "code-meaning", "code-mapping"),
    *("covered-use", "fda-approved-use", "compendial-use", "step-therapy-rule", "age-requirement"),
)
# Code systems in which one thing has one code.
_ONE_CODE_EACH = {"HCPCS"}
# Where a document names uses beside its rules, and how much it weighs that the rules cover more.
_USES = {"covered-use": ("use named as covered", 3), "fda-approved-use": ("use named as approved", 2)}


def _aspect(name: str) -> str:
    return f"{terms.ID}aspect/{name}"


def _number(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _slug(iri: str) -> str:
    return terms.slug(iri) if iri else ""


class _Finder:
    """The rules, with what they all need to know of the graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.names = names(graph)
        self.label = self.names.label
        self.policies = policies(graph)
        self.by_iri = {policy.iri: policy for policy in self.policies.all}
        self.replaced = {old for policy in self.policies.all for old in policy.supersedes}
        self.members = self.policies.members
        self.types = {
            row["x"].value: terms.local(row["t"].value)
            for row in graph.rows("SELECT ?x ?t WHERE { VALUES ?t { pg:State pg:Payer pg:Drug pg:Product } ?x a ?t }")
        }
        self.single: set[str] = set()
        self.across: set[str] = set()
        for row in graph.rows(
            "SELECT ?x ?p WHERE { VALUES ?p { pg:singleValued pg:comparedAcrossScopes } ?x ?p true }"
        ):
            (self.single if terms.local(row["p"].value) == "singleValued" else self.across).add(row["x"].value)
        rows = graph.rows(
            """SELECT ?old ?new ?date ?citation WHERE {
              ?old a pg:Guideline ; dcterms:isReplacedBy ?new . ?new dcterms:date ?date .
              OPTIONAL { ?new dcterms:bibliographicCitation ?citation } }"""
        )
        self.later = {row["old"].value: row for row in rows}
        self._narrowest: dict[str, frozenset[str]] = {}
        self.statements = self._read()
        self.by_aspect: defaultdict[str, list[_Statement]] = defaultdict(list)
        for statement in self.statements:
            self.by_aspect[statement.aspect].append(statement)
        self.approvals = [
            (item.about, scope, item.value.value)
            for item in self.by_aspect[_aspect("fda-approval-date")]
            for scope in item.scopes
            if isinstance(item.value, ox.Literal)
        ]

    def all(self) -> Iterator[Conflict]:
        """Every conflict, in no order."""
        yield from self._answers()
        yield from self._named_uses()
        yield from self._told_steps()
        yield from self._merged(self._retellings())
        yield from self._labels()
        yield from self._codes()
        yield from self._guidelines()

    # --- reading ------------------------------------------------------------------------------------------------------

    def _read(self) -> list[_Statement]:
        authority = {
            row["x"].value: terms.local(row["a"].value).lower()
            for row in self.graph.rows("SELECT ?x ?a WHERE { ?x a pg:SourceDocument ; pg:authority ?a }")
        }
        facts: defaultdict[str, defaultdict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        aspects = {_aspect(name) for name in _ALSO_READ} | self.single
        # All facts of the statements, and no VALUES for the properties: seven times as quick.
        for name, wanted in (("aspect", aspects), ("cites", set(self.later))):
            values = " ".join(f"<{iri}>" for iri in sorted(wanted))
            for row in self.graph.rows(
                f"SELECT DISTINCT ?s ?p ?o WHERE {{ VALUES ?x {{ {values} }} ?s pg:{name} ?x . ?s ?p ?o }}"
            ):
                predicate, found = row["p"].value, facts[row["s"].value]
                if predicate.startswith(terms.PG) and row["o"] not in found[predicate[len(terms.PG) :]]:
                    found[predicate[len(terms.PG) :]].append(row["o"])
        either: defaultdict[str, set[str]] = defaultdict(set)
        for iri, fact in facts.items():
            for other in (*fact["alternativeTo"], *fact["joinedTo"]):
                either[iri].add(other.value)
                either[other.value].add(iri)
        read = []
        for iri in sorted(facts):
            fact = facts[iri]
            if any(not fact[name] for name in ("about", "aspect", "source")) or fact["formerText"]:
                continue
            source = fact["source"][0].value
            text, answer = self._value(fact)
            said = (term for name in _BESIDE for term in fact[name])
            beside = ", ".join(t.value if isinstance(t, ox.Literal) else self.label(t.value) for t in said)
            read.append(
                _Statement(
                    iri=iri,
                    about=fact["about"][0].value,
                    aspect=fact["aspect"][0].value,
                    value=fact["value"][0] if fact["value"] else None,
                    text=f"{text} ({beside})" if beside else text,
                    answer=answer,
                    scopes=frozenset(term.value for term in fact["scope"]),
                    hedged=bool(fact["hedge"]),
                    source=source,
                    section=fact["section"][0].value if fact["section"] else "",
                    locator=fact["locator"][0].value if fact["locator"] else "",
                    authority=authority.get(source, ""),
                    cites=frozenset(term.value for term in fact["cites"]),
                    alternatives=frozenset(either[iri]),
                )
            )
        return read

    def _value(self, fact: defaultdict[str, list[Term]]) -> tuple[str, _Answer | None]:
        """A value as people read it, and as it compares; None where it is free text."""
        unit = fact["unit"][0].value if fact["unit"] else ""
        value = fact["value"][0] if fact["value"] else None
        if value is None:
            if not fact["lowValue"] or not fact["highValue"]:
                return "", None
            low, high = Decimal(fact["lowValue"][0].value), Decimal(fact["highValue"][0].value)
            return self._measured(f"{_number(low)} to {_number(high)}", high, unit), self._quantity(low, high, unit)
        if isinstance(value, ox.NamedNode):
            return self.label(value.value), _Answer("thing", "", value.value, value.value)
        if not isinstance(value, ox.Literal):
            return "", None
        kind, text = terms.local(value.datatype.value), value.value
        if kind.startswith(terms.XSD):
            kind = kind.removeprefix(terms.XSD)
        if kind in ("integer", "decimal", "double"):
            number = Decimal(text)
            return self._measured(_number(number), number, unit), self._quantity(number, number, unit)
        if kind == "boolean":
            return ("yes" if text == "true" else "no"), _Answer("boolean", "", text, text)
        if kind in ("date", "gYear", "gYearMonth"):
            return text, _Answer("date", "", text, text)
        if text.casefold() in ("adults", "adult patients"):
            return text, self._quantity(_ADULT, _ADULT, f"{terms.ID}unit/year")
        digits = re.sub(r"\D", "", text)
        if digits and kind == "string":
            digits = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
            return text, _Answer("digits", "", digits, digits)
        return text, None

    def _measured(self, text: str, number: Decimal, unit: str) -> str:
        if not unit:
            return text
        name = self.label(unit)
        plural = self.names.dimension(unit) in _DURATIONS and number != 1
        return f"{text} {name}s" if plural else f"{text} {name}"

    def _quantity(self, low: Decimal, high: Decimal, unit: str) -> _Answer:
        dimension = self.names.dimension(unit) or unit
        factor = (self.names.to_base(unit) if unit else None) or Decimal(1)
        measure = "duration" if dimension in _DURATIONS else dimension
        return _Answer(measure, dimension, low * factor, high * factor)

    # --- statements of one question -----------------------------------------------------------------------------------

    def _answers(self) -> Iterator[Conflict]:
        for aspect in sorted(self.single):
            groups: defaultdict[Hashable, list[_Statement]] = defaultdict(list)
            for item in self.by_aspect[aspect]:
                if item.answer is not None:
                    scopes = frozenset() if aspect in self.across else item.scopes - self._states(item)
                    groups[item.about, scopes].append(item)
            for group in groups.values():
                general = [item for item in group if not self._states(item)]
                yield from self._differing(aspect, general, lambda a, b: True)
                for state in sorted({state for item in group for state in self._states(item)}):
                    here = [item for item in group if state in self._states(item)]
                    yield from self._differing(aspect, here + general, lambda a, b: bool(a or b))

    def _states(self, item: _Statement) -> frozenset[str]:
        return frozenset(scope for scope in item.scopes if self.types.get(scope) == "State")

    def _differing(
        self, aspect: str, group: Sequence[_Statement], wanted: Callable[[frozenset[str], frozenset[str]], bool]
    ) -> Iterator[Conflict]:
        """The conflicts in a group of statements that answer one question; a pair of general statements is left out
        where the group is a state's, for it has been seen."""
        pairs = [
            (a, b)
            for a, b in combinations(group, 2)
            if wanted(self._states(a), self._states(b)) and self._disagree(a, b)
        ]
        own: defaultdict[str, dict[str, _Statement]] = defaultdict(dict)
        apart: dict[str, _Statement] = {}
        for a, b in pairs:
            if a.source == b.source and not (a.cites and b.cites and a.cites.isdisjoint(b.cites)):
                if a.scopes == b.scopes:
                    own[a.source].update({a.iri: a, b.iri: b})
            else:
                apart.update({a.iri: a, b.iri: b})
        for found in own.values():
            yield self._statement_conflict("document-contradicts-itself", aspect, found.values())
        if apart:
            yield self._statement_conflict("sources-differ", aspect, apart.values())

    def _disagree(self, a: _Statement, b: _Statement) -> bool:
        one, other = a.answer, b.answer
        if one is None or other is None or one.measure != other.measure or a.iri in b.alternatives:
            return False
        if one.measure == "thing":
            first, second = str(one.low), str(other.low)
            return not (self.names.subsumes(first, second) or self.names.subsumes(second, first))
        if one.measure == "date":
            return not (str(one.low).startswith(str(other.low)) or str(other.low).startswith(str(one.low)))
        return one.scale != other.scale or (one.low, one.high) != (other.low, other.high)

    def _statement_conflict(self, kind: str, aspect: str, found: Iterable[_Statement]) -> Conflict:
        items = sorted(found, key=lambda item: (item.authority, item.iri))
        shared = frozenset.intersection(*(item.scopes for item in items))
        merged: dict[tuple[str, str, frozenset[str]], Side] = {}
        for item in items:
            side = self._side(item, item.scopes - shared)
            key = (side.value, side.source, item.cites)
            if key not in merged:
                merged[key] = side
            elif side.locator not in merged[key].locator:
                merged[key] = replace(merged[key], locator=f"{merged[key].locator}; {side.locator}")
        limits = ", ".join(sorted(self.label(scope) for scope in shared))
        about = items[0].about
        return Conflict(
            kind,
            self.label(about),
            f"{self.label(aspect)}: {limits}" if limits else self.label(aspect),
            tuple(merged.values()),
            self._weight(items),
            about,
            *self._concerned(items),
        )

    def _weight(self, items: Sequence[_Statement]) -> int:
        answers = [item.answer for item in items if item.answer is not None]
        weight = 3 if answers[0].measure in ("duration", "boolean") else 2
        overlap = all(
            a.scale == b.scale and a.low <= b.high and b.low <= a.high  # type: ignore[operator]
            for a, b in combinations(answers, 2)
            if isinstance(a.low, Decimal)
        ) and isinstance(answers[0].low, Decimal)
        return max(1, weight - (overlap or any(item.hedged for item in items)))

    def _side(self, item: _Statement, scopes: Iterable[str] = ()) -> Side:
        limits = ", ".join(sorted(self.label(scope) for scope in scopes))
        return Side(
            f"{item.text}; {limits}" if limits else item.text,
            _slug(item.source),
            self.label(item.section) if item.section else "",
            item.locator,
            item.authority,
            item.iri,
            ", ".join(sorted(self.label(iri) for iri in item.cites)),
        )

    def _titled(self, item: _Statement) -> Side:
        """A side whose value would not be understood without its aspect."""
        side = self._side(item)
        return replace(side, value=f"{self.label(item.aspect)}: {side.value}")

    def _concerned(self, items: Iterable[_Statement]) -> tuple[frozenset[str], frozenset[str]]:
        """The drugs and the payers that statements are about or limited to."""
        drugs, payers = set(), set()
        for item in items:
            for iri in (item.about, *item.scopes):
                kind = self.types.get(iri)
                if kind in ("Drug", "Product"):
                    drugs.add(self.names.ingredient(iri) or iri)
                elif kind == "Payer":
                    payers.add(iri)
                elif payer := self.names.payer(iri):
                    payers.add(payer)
                if policy := self.by_iri.get(iri):
                    drugs.add(policy.drug)
                    payers.add(policy.payer)
        return frozenset(drugs), frozenset(payers)

    # --- uses that a document names, against its rules ----------------------------------------------------------------

    def _named_uses(self) -> Iterator[Conflict]:
        """A header or a background names uses; the rules of the same document cover more of the disease, or the list of
        uses is whole and a use named as covered is not in it."""
        for policy in self.policies.all:
            for name, (question, weight) in _USES.items():
                told = [
                    item
                    for item in self.by_aspect[_aspect(name)]
                    if item.source == policy.source
                    and item.about in (policy.iri, policy.drug)
                    and item.answer is not None
                    and item.answer.measure == "thing"
                ]
                yield from self._wider_rules(policy, told, question, weight)
            yield from self._uses_without_rule(policy)

    def _wider_rules(
        self, policy: Policy, told: Sequence[_Statement], question: str, weight: int
    ) -> Iterator[Conflict]:
        covered = {str(item.answer.low) for item in told if item.answer is not None}
        for indication, rules in self._by_indication(policy):
            beyond = [use for use in self._uses(rules) if not any(self.names.subsumes(c, use) for c in covered)]
            narrower = [
                item
                for item in told
                if item.answer is not None
                and item.answer.low != indication
                and self.names.subsumes(indication, str(item.answer.low))
            ]
            if beyond and narrower:
                sides = (
                    *(self._titled(item) for item in narrower),
                    self._rule_side(policy, rules[0], f"also {self._listed(beyond)}"),
                )
                yield self._rule_conflict("document-contradicts-itself", policy, indication, question, sides, weight)

    def _uses_without_rule(self, policy: Policy) -> Iterator[Conflict]:
        if not policy.indications_complete:
            return
        for name in ("covered-use", "compendial-use", "fda-approved-use"):
            for item in self.by_aspect[_aspect(name)]:
                if item.source != policy.source or item.about not in (policy.iri, policy.drug):
                    continue
                if item.answer is None or item.answer.measure != "thing":
                    continue
                use = str(item.answer.low)
                related = (
                    rule
                    for rule in policy.rules
                    if self.names.subsumes(rule.indication, use) or self.names.subsumes(use, rule.indication)
                )
                if next(related, None) is None:
                    listed = self._listed(sorted({rule.indication for rule in policy.rules}))
                    sides = (self._titled(item), self._policy_side(policy, f"rules for {listed} only"))
                    yield self._rule_conflict(
                        "document-contradicts-itself", policy, use, self.label(item.aspect), sides, 2
                    )

    def _by_indication(self, policy: Policy) -> list[tuple[str, list[Rule]]]:
        found: defaultdict[str, list[Rule]] = defaultdict(list)
        for rule in policy.rules:
            if _slug(rule.indication) not in _AS_LABELED:
                found[rule.indication].append(rule)
        return sorted(found.items())

    def _uses(self, rules: Iterable[Rule]) -> list[str]:
        """The diseases that rules cover, as narrow as the graph knows them."""
        return sorted({end for use in self._named(rules) for end in self._ends(use)})

    def _named(self, rules: Iterable[Rule]) -> set[str]:
        """What rules name as covered: the conditions of their diagnosis criteria within the use, or the use."""
        found: set[str] = set()
        for rule in rules:
            named = {
                condition
                for leaf in (rule.initial.leaves if rule.initial else ())
                if leaf.kind == "DiagnosisCriterion" and "conditions" in leaf.terms
                for condition in self.members(leaf.terms["conditions"].value)
                if condition != rule.indication and self.names.subsumes(rule.indication, condition)
            }
            found |= named or {rule.indication}
        return found

    def _ends(self, condition: str) -> frozenset[str]:
        """The narrowest conditions that a condition holds, or itself."""
        if condition not in self._narrowest:
            held = self.names.narrower(condition, "Condition")
            ends = frozenset(one for one in held if not self.names.narrower(one, "Condition"))
            self._narrowest[condition] = ends or frozenset({condition})
        return self._narrowest[condition]

    # --- what is told of steps, against criteria ----------------------------------------------------------------------

    def _told_steps(self) -> Iterator[Conflict]:
        """A statement that a therapy must be tried first, against rules that can be met without it; and a statement of
        an age against a rule with another."""
        for item in self.by_aspect[_aspect("step-therapy-rule")]:
            if item.answer is None or item.answer.measure != "thing":
                continue
            for policy, rule in self._rules_of(item):
                if rule.complete and rule.initial and not self._demands(rule.initial, str(item.answer.low)):
                    asked = [c for c in rule.initial.conjuncts() if c.leaves[0].dimension == "prior therapy"]
                    yield self._told(policy, rule, item, "prior therapy", asked)
        for item in self.by_aspect[_aspect("age-requirement")]:
            if item.answer is None or item.answer.measure != "duration":
                continue
            for policy, rule in self._rules_of(item):
                asked = self._leaves(rule, "age")
                ages = {Decimal(leaf.terms["minimumAge"].value) * 12 for leaf in asked if "minimumAge" in leaf.terms}
                if rule.complete and item.answer.low not in ages:
                    yield self._told(policy, rule, item, "age", asked)

    def _told(
        self, policy: Policy, rule: Rule, item: _Statement, dimension: str, asked: Sequence[Criterion]
    ) -> Conflict:
        kind = "document-contradicts-itself" if policy.source == item.source else "retelling-differs"
        sides = (self._titled(item), *self._criteria_sides(policy, rule, asked))
        return self._rule_conflict(kind, policy, rule.indication, dimension, sides, 2 if item.hedged else 3)

    def _rules_of(self, item: _Statement) -> Iterator[tuple[Policy, Rule]]:
        """The rules of which a statement on a drug, a payer and a use speaks: its own document's and the primaries'."""
        for policy in self.policies.all:
            if policy.iri in self.replaced:
                continue
            if policy.iri != item.about and not (policy.drug == item.about and policy.payer in item.scopes):
                continue
            if policy.source != item.source and (policy.authority != "primary" or item.authority == "primary"):
                continue
            uses = [scope for scope in item.scopes if terms.local(scope).startswith("condition/")]
            if policy.source != item.source and not uses:
                continue
            for indication, rules in self._by_indication(policy):
                if indication in uses:
                    yield policy, rules[0]

    def _demands(self, root: Criterion, therapy: str) -> bool:
        """Whether no case can meet a tree without the therapy."""
        if root.kind == "AllOf":
            return any(self._demands(child, therapy) for child in root.children)
        if root.kind == "AnyOf":
            return all(self._demands(child, therapy) for child in root.children)
        if "therapyGroups" not in root.terms:
            return False
        held = [
            any(self.names.subsumes(therapy, one) for one in self.members(group) or (group,))
            for group in self.members(root.terms["therapyGroups"].value)
        ]
        return any(held) if root.terms.get("everyMember") is not None else all(held)

    # --- one policy against another -----------------------------------------------------------------------------------

    def _retellings(self) -> Iterator[Conflict]:
        by_case: defaultdict[tuple[str, str], list[Policy]] = defaultdict(list)
        for policy in self.policies.all:
            if policy.iri not in self.replaced:
                by_case[policy.payer, policy.drug].append(policy)
        for group in by_case.values():
            primary = [policy for policy in group if policy.authority == "primary"]
            secondary = [policy for policy in group if policy.authority == "secondary"]
            for told in secondary:
                originals = [policy for policy in self.policies.all if policy.iri in told.restates] or primary
                for original in originals:
                    if original.iri not in told.supersedes:
                        yield from self._compared(told, original, "retelling-differs")
            if not primary:
                for one, other in combinations(secondary, 2):
                    if one.source != other.source and not {one.iri, other.iri} & {*one.supersedes, *other.supersedes}:
                        yield from self._compared(one, other, "sources-differ")

    def _merged(self, found: Iterable[Conflict]) -> Iterator[Conflict]:
        """One conflict where the same criteria of two policies differ for several uses."""
        merged: dict[Hashable, Conflict] = {}
        for item in found:
            key = item.kind, item.about, item.question, item.sides
            if key in merged:
                use = item.subject.removeprefix(f"{self.label(item.about)}: ")
                item = replace(item, subject=f"{merged[key].subject}, {use}")
            merged[key] = item
        yield from merged.values()

    def _compared(self, told: Policy, original: Policy, kind: str) -> Iterator[Conflict]:
        """Rule by rule and dimension by dimension; what an excerpt does not show is left open."""
        for indication, rules in self._by_indication(told):
            rule = rules[0]
            matches = [group for _, group in self.policies.rules_for(original, indication, "initial")]
            if not matches:
                if original.indications_complete:
                    sides = (
                        self._rule_side(told, rule, "covered"),
                        self._policy_side(original, "not among the uses listed"),
                    )
                    yield self._rule_conflict(kind, told, indication, "covered use", sides, 3)
                continue
            other = matches[0][0]
            for request in ("initial", "continuation"):
                yield from self._compared_trees(told, rule, original, other, request, kind)
            for name, mine, theirs in (
                ("initial approval", rule.initial_months, other.initial_months),
                ("renewed approval", rule.continuation_months, other.continuation_months),
            ):
                if mine is not None and theirs is not None and mine != theirs:
                    sides = (
                        self._rule_side(told, rule, f"{mine} months"),
                        self._rule_side(original, other, f"{theirs} months"),
                    )
                    yield self._rule_conflict(kind, told, indication, name, sides, 3)

    def _compared_trees(
        self, told: Policy, rule: Rule, original: Policy, other: Rule, request: str, kind: str
    ) -> Iterator[Conflict]:
        mine, theirs = rule.criteria(request), other.criteria(request)
        if mine is None or theirs is None:
            return
        here, there = self._by_dimension(mine, rule), self._by_dimension(theirs, other)
        questions: Iterable[tuple[str, Sequence[Criterion], Sequence[Criterion]]]
        if request == "initial":
            questions = [(name, here.get(name, []), there.get(name, [])) for name in DIMENSIONS]
        else:
            # What a renewal repeats from the first request has been compared there; the rest is one question.
            questions = [("renewal", self._added(here, rule), self._added(there, other))]
        for question, asked, expected in questions:
            if {self._sign(c) for c in asked} == {self._sign(c) for c in expected}:
                continue
            if (not asked and not rule.complete) or (not expected and not other.complete):
                continue
            sides = (
                *self._criteria_sides(told, rule, asked),
                *self._criteria_sides(original, other, expected),
            )
            weight = 2 if question in ("documents", "other conditions") else 3
            yield self._rule_conflict(kind, told, rule.indication, question, sides, weight)

    def _added(self, parts: dict[str, list[Criterion]], rule: Rule) -> list[Criterion]:
        first = {self._sign(c) for c in rule.initial.conjuncts()} if rule.initial else set()
        return [c for found in parts.values() for c in found if self._sign(c) not in first]

    def _by_dimension(self, root: Criterion, rule: Rule) -> dict[str, list[Criterion]]:
        """The parts of a tree that all have to hold, by the dimension of their first leaf; without the use, what is not
        shown, and a diagnosis that only repeats the use."""
        found: dict[str, list[Criterion]] = {}
        for part in root.conjuncts():
            dimension = part.leaves[0].dimension
            if dimension not in ("use", "not shown") and not self._repeats(part, rule.indication):
                found.setdefault(dimension, []).append(part)
        return found

    def _repeats(self, part: Criterion, indication: str) -> bool:
        if part.kind != "DiagnosisCriterion" or set(part.terms) != {"conditions"}:
            return False
        named = {end for one in self.members(part.terms["conditions"].value) for end in self._ends(one)}
        return named >= self._ends(indication)

    def _sign(self, criterion: Criterion) -> Hashable:
        return self.policies.signature(criterion)

    # --- policies against labels --------------------------------------------------------------------------------------

    def _labels(self) -> Iterator[Conflict]:
        labels = {label.drug: label for label in self.policies.labels}
        for policy in self.policies.all:
            label = labels.get(policy.drug)
            if label is not None and policy.iri not in self.replaced:
                yield from self._beyond_label(policy, label)
                yield from self._short_of_label(policy, label)
                yield from self._ages(policy, label)

    def _beyond_label(self, policy: Policy, label: Policy) -> Iterator[Conflict]:
        """Uses that the label does not have. A use named in the label's own words counts as labeled, whatever the label
        lists under it: it is wider only where the policy itself names more."""
        words = {rule.indication for rule in label.rules}
        approved = {use for rule in label.rules for use in self._uses([rule])}
        for indication, rules in self._by_indication(policy):
            uses, beyond = self._uses(rules), set[str]()
            for use in self._named(rules):
                within = {use, *self.names.narrower(use, "Condition")} & words
                labeled = {end for one in within for end in self._ends(one)}
                beyond |= {
                    end
                    for end in self._ends(use) - labeled
                    if not any(self.names.subsumes(one, end) for one in approved)
                }
            if not beyond:
                continue
            near = [rule for rule in label.rules if set(self._uses([rule])) & set(uses)]
            if len(beyond) < len(uses):
                question = "indication wider than the label"
            else:
                question = "indication outside the label"
            sides = (
                self._rule_side(policy, rules[0], f"covers {self._listed(uses)}"),
                *(self._rule_side(label, rule, f"labeled for {self._listed(self._uses([rule]))}") for rule in near),
            )
            if not near:
                listed = self._listed([rule.indication for rule in label.rules])
                sides = (*sides, self._policy_side(label, f"labeled for {listed}"))
            yield self._rule_conflict("policy-vs-label", policy, indication, question, sides, 2 if near else 1)

    def _short_of_label(self, policy: Policy, label: Policy) -> Iterator[Conflict]:
        """Labeled uses that a policy excludes, or that its whole list of uses lacks; an edition is not blamed for a use
        that a source says was approved after it."""
        for rule in label.rules:
            if policy.edition and any(
                date > policy.edition and self._related(use, rule.indication)
                for drug, use, date in self.approvals
                if drug == policy.drug
            ):
                continue
            excluded = [item for item in policy.exclusions if self.names.subsumes(item.indication, rule.indication)]
            listed = self._listed(sorted({mine.indication for mine in policy.rules}))
            labeled = self._rule_side(label, rule, f"labeled for {self._listed(self._uses([rule]))}")
            if excluded:
                out = excluded[0]
                side = Side(f"not covered: {out.reason}", _slug(out.source), "", out.locator, policy.authority, out.iri)
                yield self._rule_conflict(
                    "policy-vs-label", policy, rule.indication, "labeled use excluded", (side, labeled), 3
                )
            elif policy.indications_complete and policy.rules and not self._covers(policy, rule):
                side = self._policy_side(policy, f"rules for {listed} only")
                yield self._rule_conflict(
                    "policy-vs-label", policy, rule.indication, "labeled use not listed", (side, labeled), 2
                )

    def _covers(self, policy: Policy, labeled: Rule) -> bool:
        uses = set(self._uses([labeled]))
        return any(_slug(rule.indication) in _AS_LABELED or uses & set(self._uses([rule])) for rule in policy.rules)

    def _ages(self, policy: Policy, label: Policy) -> Iterator[Conflict]:
        """Ages that are not the label's. Where the policy's use is the narrower one, as adult-onset Still's disease is,
        a higher age is no difference; an age that an excerpt does not show is none either."""
        for indication, rules in self._by_indication(policy):
            rule = rules[0]
            mine = self._age(rule)
            if not mine and not rule.complete:
                continue
            apart = []
            for labeled in label.rules:
                theirs = self._age(labeled)
                narrower = labeled.indication != indication and self.names.subsumes(labeled.indication, indication)
                if mine == theirs or not set(self._uses([labeled])) & set(self._uses(rules)):
                    continue
                if not (narrower and mine and theirs and min(mine) >= min(theirs)):
                    apart.append(labeled)
            if apart:
                sides = [*self._criteria_sides(policy, rule, self._leaves(rule, "age"))]
                for labeled in apart:
                    bound = self._leaves(labeled, "age")
                    sides += self._criteria_sides(label, labeled, bound, "no age in the indication")
                weight = 2 if mine else 1
                yield self._rule_conflict("policy-vs-label", policy, indication, "age", tuple(sides), weight)

    @staticmethod
    def _leaves(rule: Rule, dimension: str) -> list[Criterion]:
        leaves = rule.initial.leaves if rule.initial else ()
        return [leaf for leaf in leaves if leaf.dimension == dimension]

    def _age(self, rule: Rule) -> frozenset[tuple[int, int]]:
        """The lowest and highest ages of a rule's age criteria, in years; an open end is 0 or 200."""
        found = set()
        for leaf in self._leaves(rule, "age"):
            low, high = leaf.terms.get("minimumAge"), leaf.terms.get("maximumAge")
            found.add((int(low.value) if low else 0, int(high.value) if high else 200))
        return frozenset(found)

    # --- codes --------------------------------------------------------------------------------------------------------

    def _codes(self) -> Iterator[Conflict]:
        printed = [i for i in self.by_aspect[_aspect("printed-code")] if isinstance(i.value, ox.Literal)]
        assigned = [i for i in self.by_aspect[_aspect("identifier-code")] if isinstance(i.value, ox.Literal)]
        yield from self._wrong_codes(printed)
        yield from self._shared_codes([*printed, *assigned])
        yield from self._rival_codes([*printed, *assigned])

    def _wrong_codes(self, printed: Iterable[_Statement]) -> Iterator[Conflict]:
        """A printed ICD-10-CM code, against what bears it in the graph and what sources say that it means."""
        bearers: defaultdict[str, set[str]] = defaultdict(set)
        for row in self.graph.rows(
            "SELECT ?x ?code WHERE { ?x skos:notation ?code FILTER (DATATYPE(?code) = pg:ICD10CM) }"
        ):
            bearers[row["code"].value].add(row["x"].value)
        meanings: defaultdict[str, list[_Statement]] = defaultdict(list)
        for aspect in ("code-meaning", "identifier-code", "code-mapping"):
            for item in self.by_aspect[_aspect(aspect)]:
                if item.value is not None:
                    meanings[item.value.value].append(item)
        for item in printed:
            if not isinstance(item.value, ox.Literal) or item.value.datatype != terms.pg("ICD10CM"):
                continue
            for code in _broader_codes(item.value.value):
                told = meanings[code]
                known = bearers[code] | {statement.about for statement in told}
                if not known:
                    continue
                if not any(self._related(one, item.about) for one in known):
                    yield self._wrong_code(item, code, told, sorted(known))
                break

    def _wrong_code(self, item: _Statement, code: str, told: Sequence[_Statement], known: Sequence[str]) -> Conflict:
        meaning = [statement for statement in told if statement.aspect == _aspect("code-meaning")] or list(told)
        sides = [replace(self._side(item), value=f"{item.text} for {self.label(item.about)}")]
        for statement in meaning:
            text = statement.text if statement.about.startswith(f"{terms.ID}publication/") else None
            text = text or f"{code} is {self.label(statement.about)}"
            sides.append(replace(self._side(statement), value=text))
        if not meaning:
            text = f"{code} is {self._listed(known)}"
            sides.append(Side(text, "", "", "ICD-10-CM, as the concepts of the graph bear its codes", "", known[0]))
        return self._code_conflict([item], "code beside a condition", tuple(sides), 3)

    def _shared_codes(self, found: Sequence[_Statement]) -> Iterator[Conflict]:
        """One code of one system that is given to two things of which neither holds the other."""
        bearers: defaultdict[tuple[str, str], list[_Statement]] = defaultdict(list)
        for item in found:
            assert isinstance(item.value, ox.Literal)
            if item.value.datatype.value.startswith(terms.PG):
                bearers[item.value.datatype.value, item.value.value].append(item)
        for (system, code), items in sorted(bearers.items()):
            if terms.local(system) == "ICD10CM":
                continue  # One code of ICD-10-CM holds several diseases.
            items = [a for a in items if any(not self._related(a.about, b.about) for b in items)]
            if items:
                sides = tuple(replace(self._side(i), value=f"{code} for {self.label(i.about)}") for i in items)
                yield self._code_conflict(items, f"one {terms.local(system)} code for two things", sides, 2)

    def _rival_codes(self, found: Sequence[_Statement]) -> Iterator[Conflict]:
        """Two codes of a system in which a drug has one."""
        codes: defaultdict[tuple[str, str], list[_Statement]] = defaultdict(list)
        for item in found:
            assert isinstance(item.value, ox.Literal)
            system = terms.local(item.value.datatype.value)
            if system in _ONE_CODE_EACH:
                codes[item.about, system].append(item)
        for (_, system), items in sorted(codes.items()):
            if len({item.value for item in items}) > 1:
                yield self._code_conflict(items, f"{system} code", tuple(self._side(item) for item in items), 2)

    def _related(self, one: str, other: str) -> bool:
        return self.names.subsumes(one, other) or self.names.subsumes(other, one)

    def _code_conflict(
        self, items: Sequence[_Statement], question: str, sides: tuple[Side, ...], weight: int
    ) -> Conflict:
        subject = ", ".join(dict.fromkeys(self.label(item.about) for item in items))
        return Conflict("code-means-other", subject, question, sides, weight, items[0].about, *self._concerned(items))

    # --- guidelines ---------------------------------------------------------------------------------------------------

    def _guidelines(self) -> Iterator[Conflict]:
        for old, row in sorted(self.later.items()):
            new = row["new"].value
            by_source: defaultdict[str, list[_Statement]] = defaultdict(list)
            for item in self.statements:
                if old in item.cites:
                    by_source[item.source].append(item)
            for items in by_source.values():
                first = items[0]
                locators = "; ".join(dict.fromkeys(item.locator for item in items))
                relied = replace(self._side(first), value=f"relies on {self.label(old)}", locator=locators, citing="")
                citation = row["citation"].value if "citation" in row else self.label(new)
                later = Side(f"replaced by {self.label(new)} ({row['date'].value})", "", "", citation, "", new)
                drugs, payers = self._concerned(items)
                for policy in self.policies.all:
                    if policy.source == first.source:
                        drugs, payers = drugs | {policy.drug}, payers | {policy.payer}
                yield Conflict(
                    "guideline-outdated", self.label(old), "guideline edition", (relied, later), 1, old, drugs, payers
                )

    # --- sides of rules -----------------------------------------------------------------------------------------------

    def _rule_conflict(
        self, kind: str, policy: Policy, indication: str, question: str, sides: tuple[Side, ...], weight: int
    ) -> Conflict:
        subject = f"{policy.label}: {self.label(indication)}"
        payers = frozenset({policy.payer} - {""})
        return Conflict(kind, subject, question, sides, weight, policy.iri, frozenset({policy.drug}), payers)

    def _criteria_sides(
        self, policy: Policy, rule: Rule, asked: Sequence[Criterion], otherwise: str = _NOT_REQUIRED
    ) -> tuple[Side, ...]:
        if not asked:
            return (self._rule_side(policy, rule, otherwise),)
        return tuple(
            Side(
                verbalize(criterion),
                _slug(criterion.source),
                self.label(criterion.section) if criterion.section else "",
                criterion.locator,
                policy.authority,
                criterion.iri,
            )
            for criterion in asked
        )

    def _rule_side(self, policy: Policy, rule: Rule, text: str) -> Side:
        return Side(text, _slug(rule.source), "", rule.locator, policy.authority, rule.iri)

    def _policy_side(self, policy: Policy, text: str) -> Side:
        return Side(text, _slug(policy.source), "", policy.label, policy.authority, policy.iri)

    def _listed(self, iris: Iterable[str]) -> str:
        return ", ".join(sorted(self.label(iri) for iri in iris))


def _broader_codes(code: str) -> Iterator[str]:
    """A code of ICD-10-CM, then its categories: E85.0, E85."""
    yield code
    while len(code) > 3:
        code = code[:-1].rstrip(".")
        yield code
