"""The graph as tidy tables: one row a thing, its IRI and its label, and the place in the document that says so.

A table is declared once, columns with their meaning, type and unit, and read from that declaration: the CSV and Parquet
files, the CSVW metadata and the dictionary.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

import pyoxigraph as ox

from ... import terms
from ...comparison.conflicts import CONFLICT_KINDS, conflicts
from ...policies.library import policies
from ...policies.model import Criterion, Note, Policy, Rule, first_day
from ...store.facts import Facts, FactsByThing, facts
from ...store.graph import LocalGraph
from ...store.names import Names, names
from ...terms import Term

Kind: TypeAlias = Literal["iri", "text", "integer", "number", "boolean", "date"]
Cell: TypeAlias = str | int | Decimal | bool | date | tuple[str, ...] | None
Row: TypeAlias = dict[str, Cell]

_NUMBERS = {terms.XSD + name for name in ("integer", "decimal", "double")}


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        about: what a cell says, in one sentence.
        unit: the unit of a number; empty where there is none, or where another column gives it.
        many: a cell is a list.
        required: no cell is empty.
        target: the table and column whose values a cell names, as ``sources.source``.
    """

    name: str
    kind: Kind
    about: str
    unit: str = ""
    many: bool = False
    required: bool = False
    target: str = ""


@dataclass(frozen=True)
class Table:
    """A table: what one row is, its columns, those that name a row, and how the rows are read from a graph."""

    name: str
    title: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    read: Callable[[_Reader], Iterable[Row]]

    def rows(self, graph: LocalGraph) -> list[Row]:
        """The rows, in the order of the key; every column has a cell."""
        found = [{column.name: row.get(column.name) for column in self.columns} for row in self.read(_Reader(graph))]
        return sorted(found, key=lambda row: [_rank(row[name]) for name in self.key])


def _rank(cell: Cell) -> tuple[int, str]:
    return (cell, "") if isinstance(cell, int) else (0, str(cell))


class _Reader:
    """A graph with what all tables need of it."""

    def __init__(self, graph: LocalGraph) -> None:
        self.graph = graph
        self.names: Names = names(graph)
        self.sources = self.facts("SourceDocument")
        self.policies: tuple[Policy, ...] = (*policies(graph).all, *policies(graph).labels)

    def facts(self, *classes: str) -> FactsByThing:
        """What is said of the things of the classes."""
        listed = " ".join(f"pg:{name}" for name in classes)
        return facts(self.graph, f"VALUES ?class {{ {listed} }} ?s a ?class")

    def label(self, iri: str) -> str | None:
        """The label of a thing or, of a document, its title; None for none."""
        if not iri:
            return None
        if iri in self.sources:
            return self.sources[iri][terms.DCTERMS + "title"][0].value
        return self.names.label(iri)

    def pair(self, name: str, iri: str) -> Row:
        """A thing and its label."""
        return {name: iri or None, f"{name}_label": self.label(iri)}

    def pairs(self, name: str, iris: Iterable[str]) -> Row:
        """Things and their labels, in the order of the IRIs."""
        ordered = tuple(sorted(set(iris)))
        return {name: ordered, f"{name}_labels": tuple(self.label(iri) or "" for iri in ordered)}

    def place(self, source: str, section: str, locator: str) -> Row:
        """Where a thing stands."""
        return {**self.pair("source", source), **self.pair("section", section), "locator": locator or None}


def _thing(name: str, about: str, *, required: bool = False, target: str = "") -> tuple[Column, Column]:
    return (
        Column(name, "iri", about, required=required, target=target),
        Column(f"{name}_label", "text", f"The label of {name}."),
    )


def _things(name: str, about: str) -> tuple[Column, Column]:
    return (
        Column(name, "iri", about, many=True),
        Column(f"{name}_labels", "text", f"The labels of {name}, in the same order.", many=True),
    )


_PLACE = (
    *_thing("source", "The document that says this.", required=True, target="sources.source"),
    *_thing("section", "The section of the document in which this stands."),
    Column("locator", "text", "Words that let a reader find the place in the document."),
)
_READING = Column("reading", "text", "How a vague or ambiguous wording was read, and why.")
_AUTHORITY = Column("authority", "text", "primary: the document speaks for itself; secondary: it retells.")


def _one(facts: Facts, name: str) -> str:
    found = facts.get(name)
    return found[0].value if found else ""


def _all(facts: Facts, name: str) -> tuple[str, ...]:
    return tuple(term.value for term in facts.get(name, ()))


def _word(iri: str) -> str | None:
    """``Primary`` as ``primary``."""
    return terms.local(iri).lower() or None


def _true(facts: Facts, name: str) -> bool:
    return _one(facts, name) == "true"


def _day(text: str) -> date | None:
    return first_day(text) if text else None


# --- policies, rules, criteria ----------------------------------------------------------------------------------------


def _policies(on: _Reader) -> Iterator[Row]:
    facts = on.facts("CoveragePolicy", "DrugLabel")
    labels = {policy.iri for policy in policies(on.graph).labels}
    for policy in on.policies:
        fact = facts[policy.iri]
        yield {
            "policy": policy.iri,
            "policy_label": policy.label,
            "kind": "label" if policy.iri in labels else "policy",
            **on.pair("payer", policy.payer),
            **on.pair("drug", policy.drug),
            "number": policy.number or None,
            "effective": policy.edition or None,
            "effective_from": _day(policy.edition),
            "last_review": policy.reviewed or None,
            "authority": policy.authority or None,
            "indications_complete": policy.indications_complete,
            **on.pairs("lines_of_business", _all(fact, "lineOfBusiness")),
            **on.pairs("states", _all(fact, "state")),
            **on.pairs("benefits", _all(fact, "benefit")),
            "supersedes": policy.supersedes,
            "restates": policy.restates,
            "excluded_uses": tuple(sorted(item.indication for item in policy.exclusions)),
            "rules": len(policy.rules),
            "limits": _texts(policy.limits),
            "cautions": _texts(policy.cautions),
            "reading": _one(fact, "reading") or None,
            **on.place(policy.source, _one(fact, "section"), _one(fact, "locator")),
        }


def _texts(notes: Iterable[Note]) -> tuple[str, ...]:
    return tuple(note.text for note in notes)


_POLICIES = Table(
    "policies",
    "Policies and drug labels",
    "One edition of one document's conditions for one drug, or the drug's label.",
    ("policy",),
    (
        Column("policy", "iri", "The policy or the label.", required=True),
        Column("policy_label", "text", "Its label.", required=True),
        Column("kind", "text", "policy, or label for the prescribing information of a drug.", required=True),
        *_thing("payer", "Whose coverage it describes; empty for a label."),
        *_thing("drug", "The drug.", required=True),
        Column("number", "text", "The number that the publisher gives it."),
        Column("effective", "text", "Since when it is in force: an ISO 8601 day, month or year, as the document says."),
        Column("effective_from", "date", "The first day of what stands in effective."),
        Column("last_review", "text", "Its last review: an ISO 8601 day, month or year, as the document says."),
        _AUTHORITY,
        Column("indications_complete", "boolean", "The list of uses was seen whole.", required=True),
        *_things("lines_of_business", "The lines of business for which it holds, where the document says."),
        *_things("states", "The states for which it holds, where the document says."),
        *_things("benefits", "The benefits under which the drug is covered, where the document says."),
        Column("supersedes", "iri", "The earlier editions that it replaces.", many=True),
        Column("restates", "iri", "The policies that it retells.", many=True),
        Column("excluded_uses", "iri", "The conditions that it names as not covered.", many=True),
        Column("rules", "integer", "How many rules it has in the table rules.", unit="rule", required=True),
        Column("limits", "text", "Limits of quantity, dose or place that decide no case, restated.", many=True),
        Column("cautions", "text", "Contraindications and warnings that decide no case, restated.", many=True),
        _READING,
        *_PLACE,
    ),
    _policies,
)


def _rules(on: _Reader) -> Iterator[Row]:
    facts = on.facts("CoverageRule")
    for policy in on.policies:
        for rule in policy.rules:
            fact = facts[rule.iri]
            yield {
                "rule": rule.iri,
                "policy": policy.iri,
                "policy_label": policy.label,
                **on.pair("indication", rule.indication),
                **on.pairs("plans", rule.plans),
                "complete": rule.complete,
                "initial_criteria": rule.initial.iri if rule.initial else None,
                "continuation_criteria": rule.continuation.iri if rule.continuation else None,
                "initial_months": rule.initial_months,
                "continuation_months": rule.continuation_months,
                "limits": _texts(rule.limits),
                "cautions": _texts(rule.cautions),
                "reading": _one(fact, "reading") or None,
                **on.place(rule.source, _one(fact, "section"), rule.locator),
            }


_RULES = Table(
    "rules",
    "Rules",
    "What a policy or a label asks for one indication, on the plans named or on all.",
    ("rule",),
    (
        Column("rule", "iri", "The rule.", required=True),
        *_thing("policy", "The policy or the label to which it belongs.", required=True, target="policies.policy"),
        *_thing("indication", "The condition that it covers.", required=True),
        *_things("plans", "The plans to which it applies; none: all plans of the payer."),
        Column("complete", "boolean", "It was seen whole; if not, what it does not show is unknown.", required=True),
        Column("initial_criteria", "iri", "The root criterion of a first request.", target="criteria.criterion"),
        Column("continuation_criteria", "iri", "The root criterion of a renewal.", target="criteria.criterion"),
        Column("initial_months", "integer", "How long a first approval lasts at most.", unit="month"),
        Column("continuation_months", "integer", "How long a renewed approval lasts at most.", unit="month"),
        Column("limits", "text", "Limits of quantity, dose or place that decide no case, restated.", many=True),
        Column("cautions", "text", "Contraindications and warnings that decide no case, restated.", many=True),
        _READING,
        *_PLACE,
    ),
    _rules,
)


def _nodes(on: _Reader) -> dict[str, tuple[Criterion, set[str], set[str]]]:
    """Each criterion, with the rules in whose initial and continuation trees it stands."""
    found: dict[str, tuple[Criterion, set[str], set[str]]] = {}

    def walk(rule: Rule, root: Criterion | None, place: Literal[1, 2]) -> None:
        for node in root.walk() if root else ():
            found.setdefault(node.iri, (node, set(), set()))[place].add(rule.iri)

    for policy in on.policies:
        for rule in policy.rules:
            walk(rule, rule.initial, 1)
            walk(rule, rule.continuation, 2)
    return found


def _criteria(on: _Reader) -> Iterator[Row]:
    for node, initial, continuation in _nodes(on).values():
        yield {
            "criterion": node.iri,
            **on.pair("kind", terms.PG + node.kind),
            "dimension": node.dimension,
            "summary": node.summary,
            "parts": tuple(child.iri for child in node.children),
            "initial_rules": tuple(sorted(initial)),
            "continuation_rules": tuple(sorted(continuation)),
            "changeable": node.changeable,
            "documentation_required": node.documentation_required,
            "discretionary": node.discretionary,
            "not_computed": node.not_computed or None,
            "reading": node.reading or None,
            **on.place(node.source, node.section, node.locator),
        }


_CRITERIA = Table(
    "criteria",
    "Criteria",
    "One criterion: a single requirement, or several joined by a connective such as all of or none of.",
    ("criterion",),
    (
        Column("criterion", "iri", "The criterion.", required=True),
        *_thing("kind", "Its class, such as PriorTherapyCriterion, AllOf or NoneOf.", required=True),
        Column("dimension", "text", "What it is about, for comparing payers: prior therapy, prescriber and so on."),
        Column("summary", "text", "The requirement in one sentence.", required=True),
        Column(
            "parts",
            "iri",
            "The criteria that it joins, in the order of the document; of an IfThen premise, consequence, otherwise.",
            many=True,
        ),
        Column("initial_rules", "iri", "The rules that ask for it in a first request.", many=True),
        Column("continuation_rules", "iri", "The rules that ask for it in a renewal.", many=True),
        Column("changeable", "boolean", "A test, a document or a trial can still change it.", required=True),
        Column("documentation_required", "boolean", "The document wants records sent for it.", required=True),
        Column("discretionary", "boolean", "The document allows the exception without promising it.", required=True),
        Column("not_computed", "text", "What the document asks for here and the judgement of a case leaves out."),
        _READING,
        *_PLACE,
    ),
    _criteria,
)


def _parameters(on: _Reader) -> Iterator[Row]:
    members: defaultdict[str, list[str]] = defaultdict(list)
    for row in on.graph.rows("SELECT DISTINCT ?set ?member WHERE { ?set pg:member ?member }"):
        members[row["set"].value].append(row["member"].value)
    for node, _, _ in _nodes(on).values():
        for name, term in node.parameters.items():
            value = _value(on, term)
            yield {
                "criterion": node.iri,
                **on.pair("parameter", terms.PG + name),
                **value,
                **on.pairs("members", members.get(term.value, ())),
                **on.pair("source", node.source),
                "locator": node.locator or None,
            }


_VALUE = (
    Column("value", "text", "The value: a thing's IRI, or the number, text, date or code as printed."),
    Column("value_label", "text", "The label of a value that is a thing."),
    Column("datatype", "text", "What the value is: iri, an XML Schema datatype, or a code system of pg:."),
)
_PARAMETERS = Table(
    "parameters",
    "Parameters of criteria",
    "One parameter of one criterion, with its value.",
    ("criterion", "parameter"),
    (
        Column("criterion", "iri", "The criterion.", required=True, target="criteria.criterion"),
        *_thing("parameter", "The property; its name ends in the unit of a number that has one.", required=True),
        *_VALUE,
        *_things("members", "The members, where the value is a set of things or of groups."),
        *_PLACE[:2],
        _PLACE[-1],
    ),
    _parameters,
)


# --- statements and deadlines -----------------------------------------------------------------------------------------


def _value(on: _Reader, term: Term | None) -> Row:
    if term is None:
        return {}
    if not isinstance(term, ox.Literal):
        return {"value": term.value, "value_label": on.label(term.value), "datatype": "iri"}
    datatype = term.datatype.value
    short = f"pg:{terms.local(datatype)}" if datatype.startswith(terms.PG) else datatype.replace(terms.XSD, "xsd:")
    return {"value": term.value, "datatype": "xsd:string" if term.language else short}


def _ends(fact: Facts) -> tuple[Decimal | None, Decimal | None]:
    """The lower and upper end of a number or a range."""
    if fact.get("lowValue") and fact.get("highValue"):
        return Decimal(_one(fact, "lowValue")), Decimal(_one(fact, "highValue"))
    term = fact["value"][0] if fact.get("value") else None
    if isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS:
        return Decimal(term.value), Decimal(term.value)
    return None, None


def _statement(on: _Reader, iri: str, fact: Facts) -> Row:
    low, high = _ends(fact)
    unit, source = _one(fact, "unit"), _one(fact, "source")
    return {
        "statement": iri,
        **on.pair("about", _one(fact, "about")),
        **on.pair("aspect", _one(fact, "aspect")),
        **_value(on, fact["value"][0] if fact.get("value") else None),
        "low": low,
        "high": high,
        **on.pair("unit", unit),
        "hedge": _one(fact, "hedge") or None,
        "comparator": on.label(_one(fact, "comparator")) if fact.get("comparator") else None,
        "obligation": _one(fact, "obligation") or None,
        "value_of": _one(fact, "valueOf") or None,
        "detail": _one(fact, "detail") or None,
        "open_ended": _true(fact, "openEnded") if fact.get("openEnded") else None,
        "scope_in_words": _one(fact, "scopeInWords") or None,
        **on.pairs("scopes", _all(fact, "scope")),
        "restated": _one(fact, terms.DCTERMS + "description"),
        **on.pairs("cites", _all(fact, "cites")),
        "former": _true(fact, "formerText"),
        "joined_by": _one(fact, "joinedBy") or None,
        "joined_to": tuple(sorted(_all(fact, "joinedTo"))),
        "alternative_to": tuple(sorted(_all(fact, "alternativeTo"))),
        "evidence": _one(fact, "evidence") or None,
        "confidence": _one(fact, "confidence") or None,
        "authority": _word(_one(fact, "authority") or _one(on.sources[source], "authority")),
        "reading": _one(fact, "reading") or None,
        **on.place(source, _one(fact, "section"), _one(fact, "locator")),
    }


def _statements(on: _Reader) -> Iterator[Row]:
    for iri, fact in on.facts("Statement").items():
        yield _statement(on, iri, fact)


_SAID = (
    *_thing("about", "The thing that it is about.", required=True),
    *_thing("aspect", "What it says of the thing, as a question that other documents answer too.", required=True),
    *_VALUE,
    Column("low", "number", "The number, or the lower end of a range, in the unit of the column unit."),
    Column("high", "number", "The number, or the upper end of a range, in the unit of the column unit."),
    *_thing("unit", "The unit of value, low and high."),
    Column("hedge", "text", "The word by which the document weakens what it says: about, typically, may."),
    Column("comparator", "text", "How the value bounds: at least, at most, more than, less than, in the last."),
    Column("obligation", "text", "How strongly the document binds: must, should, may, consider, should not."),
    Column("value_of", "text", "What exactly the value is a value of, where about and aspect do not say it."),
    Column("detail", "text", "What the document says further of the value."),
    Column(
        "open_ended", "boolean", "True: an example, or of a list that goes on; false: the document closes the list."
    ),
    Column("scope_in_words", "text", "What it is limited to, where no thing could stand in scopes."),
    *_things("scopes", "What it is limited to: a state, a plan, a drug, an indication, a kind of request."),
    Column("restated", "text", "The fact in one sentence, in words other than the document's.", required=True),
)
_SAID_BY = (
    Column("former", "boolean", "The document tells this of an earlier text.", required=True),
    _AUTHORITY,
    _READING,
    *_PLACE,
)
_STATEMENTS = Table(
    "statements",
    "Statements",
    "One fact that one document states and that is not a criterion.",
    ("statement",),
    (
        Column("statement", "iri", "The statement.", required=True),
        *_SAID,
        *_things("cites", "The publications to which the document refers for it."),
        Column("joined_by", "text", "How the document joins it to joined_to: and, or, and/or, whichever is earlier."),
        Column("joined_to", "iri", "Statements of the same document that it is joined to.", many=True),
        Column("alternative_to", "iri", "Statements that stand beside it, for another code or number.", many=True),
        Column("evidence", "text", "On what the document rests it, in words."),
        Column("confidence", "text", "The grade that the document itself gives to it."),
        *_SAID_BY,
    ),
    _statements,
)


def _deadlines(on: _Reader) -> Iterator[Row]:
    limits = {row["x"].value for row in on.graph.rows("SELECT ?x WHERE { ?x pg:timeLimit true }")}
    for iri, fact in on.facts("Statement").items():
        if _one(fact, "aspect") not in limits:
            continue
        row = _statement(on, iri, fact)
        unit = _one(fact, "unit")
        scale = on.names.dimension(unit) if unit else None
        yield {
            **row,
            "scale": scale,
            "low_days": _days(on, unit, row["low"]),
            "high_days": _days(on, unit, row["high"]),
        }


def _days(on: _Reader, unit: str, number: Cell) -> Decimal | None:
    """A time in days, where it is one on the clock: a month and a business day are no fixed number of days."""
    if not isinstance(number, Decimal) or not unit or on.names.dimension(unit) != "time":
        return None
    factor, day = on.names.to_base(unit), on.names.to_base(f"{terms.ID}unit/day")
    return None if factor is None or day is None else (number * factor / day).quantize(Decimal("0.0001"))


_DEADLINES = Table(
    "deadlines",
    "Deadlines",
    "One statement of a time within which somebody must act, or for which one must wait (aspects with pg:timeLimit).",
    ("statement",),
    (
        Column("statement", "iri", "The statement.", required=True, target="statements.statement"),
        *_SAID,
        Column("scale", "text", "What the unit counts: time on the clock, calendar (months, years) or business time."),
        Column("low_days", "number", "The column low in days, where the scale is time.", unit="day"),
        Column("high_days", "number", "The column high in days, where the scale is time.", unit="day"),
        *_SAID_BY,
    ),
    _deadlines,
)


# --- documents --------------------------------------------------------------------------------------------------------


def _sources(on: _Reader) -> Iterator[Row]:
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for kind, column in (("Statement", "statements"), ("CoverageRule", "rules"), ("Criterion", "criteria")):
        of = "?x a/rdfs:subClassOf* pg:Criterion" if kind == "Criterion" else f"?x a pg:{kind}"
        for row in on.graph.rows(
            f"SELECT ?s (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {of} . ?x pg:source ?s }} GROUP BY ?s"
        ):
            counts[row["s"].value][column] = int(row["n"].value)
    for iri, fact in on.sources.items():
        yield {
            "source": iri,
            "title": _one(fact, terms.DCTERMS + "title"),
            **on.pair("publisher", _one(fact, terms.DCTERMS + "publisher")),
            "authority": _word(_one(fact, "authority")),
            "complete": _one(fact, "completeness") == terms.PG + "Complete",
            "completeness_note": _one(fact, "completenessNote") or None,
            "source_kind": _one(fact, "sourceKind") or None,
            "effective": _one(fact, "effectiveDate") or None,
            "last_review": _one(fact, "lastReviewDate") or None,
            "retrieved": _one(fact, "retrieved") or None,
            "addresses": tuple(sorted(_all(fact, terms.DCTERMS + "source"))),
            **on.pairs("cites", _all(fact, "cites")),
            **{name: counts[iri].get(name, 0) for name in ("statements", "rules", "criteria")},
        }


_SOURCES = Table(
    "sources",
    "Source documents",
    "One published document from which facts were taken.",
    ("source",),
    (
        Column("source", "iri", "The document; also the name of its graph in TriG and JSON-LD.", required=True),
        Column("title", "text", "Its title.", required=True),
        *_thing("publisher", "Who published it."),
        _AUTHORITY,
        Column("complete", "boolean", "It was seen whole.", required=True),
        Column("completeness_note", "text", "What of it was seen and what was not."),
        Column("source_kind", "text", "How it reached the graph: the publisher's page, a copy, a summary, a guide."),
        Column("effective", "text", "Since when it is in force: an ISO 8601 day, month or year, as it says."),
        Column("last_review", "text", "Its last review: an ISO 8601 day, month or year, as it says."),
        Column("retrieved", "text", "When it was collected: an ISO 8601 day, month or year."),
        Column("addresses", "text", "Where it was found.", many=True),
        *_things("cites", "The publications that it cites as a whole."),
        Column("statements", "integer", "How many statements it has in statements.", unit="statement", required=True),
        Column("rules", "integer", "How many rules it has in rules.", unit="rule", required=True),
        Column("criteria", "integer", "How many criteria it has in criteria.", unit="criterion", required=True),
    ),
    _sources,
)


# --- disagreements ----------------------------------------------------------------------------------------------------


def _conflicts(on: _Reader) -> Iterator[Row]:
    for item in conflicts(on.graph):
        for place, side in enumerate(item.sides, 1):
            yield {
                "conflict": item.iri,
                "side": place,
                "kind": item.kind,
                "kind_label": CONFLICT_KINDS[item.kind],
                "weight": item.weight,
                "about": item.about or None,
                "about_label": item.subject,
                "question": item.question,
                "differs": item.differs,
                "matters": item.matters,
                "primary": item.primary,
                "rule": item.rule,
                **on.pairs("drugs", item.drugs),
                **on.pairs("payers", item.payers),
                "value": side.value,
                "item": side.fact,
                "authority": side.authority or None,
                **on.pair("source", f"{terms.ID}source/{side.source}" if side.source else ""),
                "section": side.section or None,
                "locator": side.locator or None,
                "citing": side.citing or None,
            }


_CONFLICTS = Table(
    "conflicts",
    "Disagreements",
    "What one source says in one disagreement; the sides of a disagreement share its name.",
    ("conflict", "side"),
    (
        Column(
            "conflict", "iri", "The disagreement; its name stays while its sides stay where they are.", required=True
        ),
        Column("side", "integer", "The number of the side within it.", required=True),
        Column("kind", "text", "How the sources disagree.", required=True),
        Column("kind_label", "text", "The same in words.", required=True),
        Column("weight", "integer", "3: approval or a deadline hangs on it; 2: a cost, a contact or a claim; 1: less."),
        Column("about", "iri", "The thing about which they disagree."),
        Column("about_label", "text", "Its label, with the use where it is a rule.", required=True),
        Column("question", "text", "The question that they answer differently.", required=True),
        Column("differs", "text", "What differs, in one sentence.", required=True),
        Column("matters", "text", "Why that matters, in one sentence.", required=True),
        Column("primary", "text", "Which side is primary, in one sentence.", required=True),
        Column("rule", "text", "The rule that found it: its name and what it compares.", required=True),
        *_things("drugs", "The drugs concerned."),
        *_things("payers", "The payers concerned."),
        Column("value", "text", "What this source says.", required=True),
        Column("item", "iri", "The statement, criterion, rule, policy or guideline that says it.", required=True),
        _AUTHORITY,
        *_thing("source", "The document; empty for what the editors of the graph know.", target="sources.source"),
        Column("section", "text", "The title of the section in which it stands."),
        Column("locator", "text", "Words that let a reader find the place in the document."),
        Column("citing", "text", "What the document names as its own source for this."),
    ),
    _conflicts,
)

#: All tables.
TABLES: tuple[Table, ...] = (
    _POLICIES,
    _RULES,
    _CRITERIA,
    _PARAMETERS,
    _STATEMENTS,
    _DEADLINES,
    _SOURCES,
    _CONFLICTS,
)
