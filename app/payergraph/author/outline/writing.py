"""A document, a policy or a label of the graph as an outline that a second reader can sign."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ... import terms
from ...store.facts import Facts
from ...store.graph import Graph
from ...terms import Term
from ...wording import counted
from . import words
from .criteria import CriteriaWriter
from .naming import Vocabulary, vocabulary
from .places import Place, placed
from .sets import of_document, set_written
from .source import Document, document_of
from .text import Quoted, written
from .values import looks_typed, typed

_LABEL = terms.SKOS + "prefLabel"
_DESCRIPTION = terms.DCTERMS + "description"
_TYPE = terms.RDF + "type"

#: The keys of a policy that name things, each with the property and the class; several values make a list.
NAMED = {
    "payer": ("payer", "Payer"),
    "drug": ("drug", "Drug"),
    "class": ("drugClass", "DrugClass"),
    "product": ("product", "Product"),
    "plan": ("plan", "Plan"),
    "state": ("state", "State"),
    "line of business": ("lineOfBusiness", "LineOfBusiness"),
    "benefit": ("benefit", "Benefit"),
    "supersedes": ("supersedes", "CoveragePolicy"),
    "restates": ("restates", "CoveragePolicy"),
    "other edition of": ("otherEditionOf", "CoveragePolicy"),
}
#: Those that hold a text, a day or an address.
TEXTS = {
    "number": "policyNumber",
    "effective": "effectiveDate",
    "reviewed": "lastReviewDate",
    "not before": "notBefore",
    "retrieved": "retrieved",
    "kind": "sourceKind",
    "note": "completenessNote",
    "web": terms.DCTERMS + "source",
    "reading": "reading",
}
#: The trees of a rule.
ROOTS = {
    "first": "initialCriteria",
    "renewal": "continuationCriteria",
    "first criteria when": "initialCriteriaWhen",
    "renewal criteria when": "continuationCriteriaWhen",
}
#: How long approvals last: the key, the short form in months, the long form.
LENGTHS = {"approved": ("initialMonths", "initialLength"), "renewed": ("continuationMonths", "continuationLength")}
NOTED = {"limits": "limit", "cautions": "caution"}
#: What a renewal calls the criteria of a first request of its own rule.
FIRST = "first criteria"


def outline(name: str, data: Path, graph: Graph) -> str:
    """The outline of a document of a data folder, or of one of its policies.

    Raises:
        OutlineError: nothing has the name, or the file is no description of criteria.
    """
    document, chosen = document_of(name, data)
    return written(_Writer(document, vocabulary(graph)).documents(chosen))


class _Writer:
    """Writes a document."""

    def __init__(self, document: Document, known: Vocabulary) -> None:
        self._document, self._known = document, known
        self._criteria = CriteriaWriter(document, known)
        self._first: set[str] = set()

    def documents(self, chosen: list[str]) -> list[dict[str, Any]]:
        """The head, and a document for each policy that is chosen."""
        facts = self._document.facts
        rules = [rule for policy in chosen for rule in facts[policy].texts("coverageRule")]
        used = self._used([*rules, *(x for policy in chosen for x in facts[policy].texts("exclusion"))])
        self._first = {iri for rule in rules if (iri := self._own_first(rule, used))}
        named = {
            *(
                iri
                for policy in chosen
                for x in facts[policy].texts("exclusion")
                for iri in facts[x].texts("expressedBy")
            ),
            *(iri for rule in rules for iri in facts[rule].texts("labeledDose")),
        }
        self._criteria.common = {
            iri: terms.slug(iri).partition("/")[2]
            for iri in used
            if (used[iri] > 1 and iri not in self._first) or iri in named
        }
        policies = [self._policy(iri) for iri in chosen]
        return [self._head(chosen), *policies]

    def _used(self, owners: list[str]) -> Counter[str]:
        """The criteria on which rules and exclusions rest, in the order of the file, with how often each is named."""
        found, seen, todo = Counter[str](), set[str](), list[str]()
        for owner in owners:
            for name in (*ROOTS.values(), "expressedBy", "labeledDose"):
                todo += self._document.facts[owner].texts(name)
        while todo:
            iri = todo.pop(0)
            found[iri] += 1
            if iri not in seen:
                seen.add(iri)
                todo += self._document.parts(iri)
        order = {iri: number for number, iri in enumerate(self._document.facts)}
        return Counter(dict(sorted(found.items(), key=lambda pair: order.get(pair[0], -1))))

    def _own_first(self, rule: str, used: Counter[str]) -> str:
        """The criteria of a first request that nothing else names than the rule and its renewal."""
        facts = self._document.facts[rule]
        first, renewal = facts.text("initialCriteria"), facts.text("continuationCriteria")
        if not first or not renewal or used[first] < 2:
            return ""
        inside, seen, todo = 0, set[str](), [renewal]
        while todo:
            iri = todo.pop()
            inside += iri == first
            if iri not in seen:
                seen.add(iri)
                todo += [] if iri == first else self._document.parts(iri)
        return first if used[first] == 1 + inside else ""

    # --- the head ---

    def _head(self, chosen: list[str]) -> dict[str, Any]:
        document = self._document
        source = terms.thing("source", document.slug).value
        facts = document.facts[source]
        found: dict[str, Any] = {"document": document.slug, "title": facts.text(terms.DCTERMS + "title")}
        if publisher := facts.one(terms.DCTERMS + "publisher"):
            found["publisher"] = self._known.say(publisher.value, ("Organization",), alone=True)
        if facts.text("authority") == terms.PG + "Secondary":
            found["authority"] = "secondary"
        found["seen"] = _seen(facts)
        found |= self._plain(facts, ("title", "publisher"))
        found["sections"] = {str(position): heading for position, _, heading in document.sections()}
        nowhere = Place(0, "")
        common = {}
        for iri, name in self._criteria.common.items():
            common[name] = self._criteria.written(iri, nowhere)
        return found | ({"common": common} if common else {})

    def _plain(self, facts: Facts, said: tuple[str, ...]) -> dict[str, Any]:
        """The keys that hold a name or a text, and whatever else is said of a thing."""
        found: dict[str, Any] = {}
        done = {*said, *(terms.DCTERMS + name for name in said), *_SAID}
        for key, (name, kind) in NAMED.items():
            if name in facts and name not in done:
                found[key] = ", ".join(self._known.say(iri, (kind,)) for iri in facts.texts(name))
                done.add(name)
        for key, name in TEXTS.items():
            if name in facts and name not in done:
                texts = list(facts.texts(name))
                found[key] = texts[0] if len(texts) == 1 else texts
                done.add(name)
        for name in facts:
            if name not in done and name != "cites":
                found[terms.prefixed(name) if ":" in name else name] = self._values(facts[name])
        return found

    def _values(self, values: tuple[Term, ...]) -> Any:
        said = [self._value(value) for value in values]
        return said[0] if len(said) == 1 else said

    def _value(self, value: Term) -> str:
        """A value of any property."""
        if isinstance(value, ox.NamedNode):
            return self._criteria.common.get(value.value) or terms.prefixed(value.value).removeprefix("id:")
        if not isinstance(value, ox.Literal):
            return ""
        datatype = value.datatype.value.removeprefix(terms.XSD)
        if datatype in ("string", terms.RDF + "langString"):
            return Quoted(value.value) if looks_typed(value.value) else value.value
        if datatype == "boolean":
            return words.said(value)
        return (
            value.value if typed(value.value) == value else f'"{value.value}"^^{terms.prefixed(value.datatype.value)}'
        )

    # --- a policy ---

    def _policy(self, iri: str) -> dict[str, Any]:
        document = self._document
        facts = document.facts[iri]
        is_label = "DrugLabel" in document.kinds(iri)
        found: dict[str, Any] = {"label" if is_label else "policy": terms.slug(iri), "called": self._known.label(iri)}
        source = document.facts[terms.thing("source", document.slug).value]
        if facts.text("authority") != source.text("authority"):
            found["authority"] = terms.local(facts.text("authority")).lower()
        found["uses seen"] = "all" if facts.true("indicationsComplete") else "in part"
        later = [other for other, said in document.facts.items() if iri in said.texts("supersedes")]
        if outside := [terms.slug(other) for other in later if other not in document.policies]:
            found["superseded by"] = ", ".join(outside)
        place = self._criteria.place(iri, Place(0, ""))
        found |= self._plain(facts, ())
        if place.locator:
            found["at"] = place.told(Place(0, ""))
        found |= self._statements(facts, iri, place)
        if catch_all := facts.text("catchAll"):
            found["other uses"] = self._statement(catch_all, iri, place)
        rules = [self._rule(rule, iri, place) for rule in facts.texts("coverageRule")]
        out = [self._exclusion(x, place) for x in facts.texts("exclusion")]
        return found | ({"rules": rules} if rules else {}) | ({"not covered": out} if out else {})

    def _rule(self, iri: str, policy: str, above: Place) -> dict[str, Any]:
        facts, place = self._document.facts[iri], self._criteria.place(iri, above)
        use = of_document(self._document, facts.text("indication"), self._known.label)
        said = set_written(use, lambda one: self._known.say(one, ("Condition",)))
        found = placed({"use": said}, place.told(above))
        name = terms.slug(iri).partition("/")[2]
        if name != rule_name(facts.text("indication"), facts.texts("plan")):
            found["name"] = name
        roots = {key: facts.text(name) for key, name in ROOTS.items() if name in facts}
        seen = self._used([iri])
        shown = not any(self._document.kind(one) == "NotShownCriterion" for one in seen)
        if (facts.text("completeness") == terms.PG + "Complete") != shown:
            found["seen"] = "in part" if shown else "whole"
        found |= self._plain(facts, ())
        for key, (short, long) in LENGTHS.items():
            if said := self._lengths(facts, short, long):
                found[key] = said
        for key, root in roots.items():
            found |= self._root(key, root, place)
        return found | self._statements(facts, policy, place)

    def _root(self, key: str, iri: str, above: Place) -> dict[str, Any]:
        """A tree of a rule; in the others, the first is named."""
        common = self._criteria.common
        if key != "first":
            self._criteria.common = {**common, **dict.fromkeys(self._first, FIRST)}
        found = self._criteria.root(key, iri, above)
        self._criteria.common = common
        return found

    def _exclusion(self, iri: str, above: Place) -> dict[str, Any]:
        facts, place = self._document.facts[iri], self._criteria.place(iri, above)
        found: dict[str, Any] = {}
        if indication := facts.text("indication"):
            use = of_document(self._document, indication, self._known.label)
            found["use"] = set_written(use, lambda one: self._known.say(one, ("Condition",)))
        for by in facts.texts("expressedBy"):
            found["criterion"] = self._criteria.common[by]
        if "reason" in facts:
            found["reason"] = facts.text("reason")
        return placed(found, place.told(above)) | self._plain(facts, ("reason", "expressedBy"))

    # --- lengths ---

    def _lengths(self, facts: Facts, short: str, long: str) -> Any:
        found = [f"up to {counted(months, 'month')}" for months in facts.texts(short)]
        found += [self._length(iri) for iri in facts.texts(long)]
        return found[0] if len(found) == 1 else found

    def _length(self, iri: str) -> Any:
        facts = self._document.facts[iri]
        rest = {name: self._values(facts[name]) for name in facts if name not in _OF_LENGTHS}
        text = self._amount(iri)
        return {"length": text, **rest} if rest else text

    def _amount(self, iri: str) -> str:
        facts = self._document.facts[iri]
        if parts := facts.texts("lesserOf"):
            return f"lesser of {' or '.join(map(self._amount, parts))}"
        unit = self._known.label(facts.text("unit"))
        if self._known.resolve(unit, ("Unit",)) != facts.text("unit"):
            unit = terms.slug(facts.text("unit"))
        up_to = "up to " if facts.text("comparator") == terms.PG + "AtMost" else ""
        return f"{up_to}{counted(words.number(facts['value'][0]), unit)}"

    # --- statements ---

    def _statements(self, facts: Facts, about: str, above: Place) -> dict[str, Any]:
        return {
            key: [self._statement(one, about, above) for one in facts.texts(name)]
            for key, name in NOTED.items()
            if name in facts
        }

    def _statement(self, iri: str, about: str, above: Place) -> dict[str, Any]:
        facts, place = self._document.facts[iri], self._criteria.place(iri, above)
        found = placed({"says": facts.text(_DESCRIPTION)}, place.told(above))
        found["aspect"] = terms.slug(facts.text("aspect"))
        if facts.text("about") != about:
            found["about"] = self._values(facts["about"])
        for name in facts:
            if name not in (_DESCRIPTION, "aspect", "about", "section", "locator", "joinedTo", "joinedBy", _TYPE):
                found[terms.prefixed(name) if ":" in name else name] = self._values(facts[name])
        return found


#: What the keys of an outline say in their own way.
_SAID = {
    *(_TYPE, _LABEL, "section", "locator", "authority", "completeness", "indicationsComplete", "indication"),
    *("coverageRule", "exclusion", "catchAll", *ROOTS.values(), *NOTED.values()),
    *(name for pair in LENGTHS.values() for name in pair),
}
_OF_LENGTHS = {_TYPE, "value", "unit", "comparator", "lesserOf"}


def _seen(facts: Facts) -> str:
    return "whole" if facts.text("completeness") == terms.PG + "Complete" else "in part"


def rule_name(use: str, plans: tuple[str, ...]) -> str:
    """What a rule is called: its use, and the plans on which alone it holds."""
    return "-".join(one.rpartition("/")[2] for one in (use, *plans))
