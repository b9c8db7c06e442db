"""From names to concepts and back: slugs, labels, synonyms, brands and codes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from shlex import quote as quoted
from urllib.parse import quote, unquote

import pyoxigraph as ox

from .. import terms
from ..errors import LOOK_UP, UnknownName
from ..terms import pg
from . import icd10
from .facts import facts
from .graph import Graph
from .once import once_a_graph
from .spellings import Spellings

#: The classes whose members people name, in a case or in a call.
CONCEPT_KINDS = (
    "AttestationKind",
    "Biomarker",
    "CareProgramme",
    "Condition",
    "Device",
    "DenialReason",
    "DiagnosticMethod",
    "DiseaseStage",
    "DiseaseStatus",
    "DocumentKind",
    "Drug",
    "DrugClass",
    "EventKind",
    "Finding",
    "Gene",
    "Grade",
    "Infection",
    "Interruption",
    "LabTest",
    "Ladder",
    "LineOfBusiness",
    "Observable",
    "Payer",
    "Plan",
    "Procedure",
    "Product",
    "Regulator",
    "SafetyProgramme",
    "SiteOfCare",
    "Specialty",
    "State",
    "TestMethod",
    "TherapyManner",
    "Unit",
)

# Which kind of name wins when one text names several things.
_RANKS = {"slug": 0, "prefLabel": 1, "altLabel": 2, "notation": 3}
_LOOK_ALIKE = str.maketrans("OIL", "011")
#: Of so few concepts, all are told where one was not found.
_FEW = 11


@once_a_graph
def names(graph: Graph) -> Names:
    """The names of a graph, read once for each graph."""
    return Names(graph)


class Names:
    """What the concepts of a graph are called, and the few facts about them that reading a case needs."""

    def __init__(self, graph: Graph) -> None:
        self._labels = {row["thing"].value: row["label"].value for row in graph.rows(_LABELS)}
        self._spellings = Spellings(CONCEPT_KINDS)
        self._kinds: defaultdict[str, set[str]] = defaultdict(set)
        self._of_kinds: dict[frozenset[str], list[str]] = {}
        self._codes: defaultdict[str, set[str]] = defaultdict(set)
        for row in graph.rows(_NAMES):
            iri, kind = row["thing"].value, terms.local(row["kind"].value)
            if iri not in self._kinds or kind not in self._kinds[iri]:
                self._kinds[iri].add(kind)
                self._spellings.add(kind, iri, terms.slug(iri), _RANKS["slug"])
            if "name" in row:
                name = row["name"]
                self._spellings.add(kind, iri, name.value, _RANKS[row["property"].value.removeprefix(terms.SKOS)])
                if isinstance(name, ox.Literal) and name.datatype == pg("ICD10CM"):
                    self._codes[icd10.compact(name.value)].add(iri)
        self._above: defaultdict[str, set[str]] = defaultdict(set)
        self._below: defaultdict[str, set[str]] = defaultdict(set)
        for row in graph.rows("SELECT ?narrow ?broad WHERE { ?narrow pg:subsumedBy ?broad }"):
            self._above[row["narrow"].value].add(row["broad"].value)
            self._below[row["broad"].value].add(row["narrow"].value)
        self._facts = facts(graph, _DESCRIBED, _PREDICATES)

    def resolve(self, text: str, kinds: Iterable[str]) -> str:
        """The IRI of the concept of one of the kinds that has this IRI, slug, label, synonym or code.

        Of several concepts with the name the broadest is meant, if it holds the others.

        Raises:
            UnknownName: there is none, or it cannot be told which.
        """
        kinds = tuple(kinds)
        if text.startswith(terms.ID):
            if text in self._kinds and self._kinds[text].intersection(kinds):
                return text
            text = _named_by(text, kinds, self)
        found = self._spellings.named(text, kinds)
        widest = [iri for iri in found if all(self.subsumes(iri, other) for other in found)]
        if widest:
            return widest[0]
        if found:
            raise UnknownName(text, "may mean several things", [self.slug(iri) for iri in found])
        if "Condition" in kinds and icd10.is_written(text):
            return self.icd10(text)
        raise _unknown(text, kinds, self)

    def icd10(self, text: str) -> str:
        """The IRI of the condition that an ICD-10-CM code means, or that its longest known beginning means.

        Dots and case do not matter: ``M08.20`` is what ``M08.2`` is. Where it can be looked up, ``M08.2Z`` is nothing.

        Raises:
            UnknownName: this is no such code, or no condition of the graph has it.
        """
        code = icd10.compact(text)
        formed = icd10.is_formed(code)
        known = code in self._codes or icd10.is_code(code)
        for length in range(len(code), 2, -1) if formed and known is not False else ():
            found = sorted(self._codes.get(code[:length], ()))
            if len(found) > 1:
                raise UnknownName(text, "may mean several things", [self.slug(iri) for iri in found])
            if found:
                return found[0]
        # Another digit would be another disease. Only a letter that looks like a digit is surely a slip.
        meant = code[:1] + code[1:].translate(_LOOK_ALIKE)
        near = [icd10.dotted(meant)] if meant != code and len(self._codes.get(meant, ())) == 1 else []
        if formed and known is False:
            raise UnknownName(text, "is no ICD-10-CM code", near, icd10.nearest(code))
        problem = "is no ICD-10-CM code of a condition in the graph"
        advice = "`payergraph query codes_of_things` lists the codes that it has"
        raise UnknownName(text, problem, near, advice, unheard=formed and not near)

    def unheard(self, text: str, kinds: Iterable[str]) -> str:
        """An IRI for what a case names and the graph does not know, of the first kind; JSON-LD makes it of the name."""
        named = (iri for kind in kinds for iri in self.of_kinds((kind,)))
        path = next((terms.local(iri).partition("/")[0] for iri in named), "thing")
        return terms.thing(path, quote(text, safe="")).value

    def knows(self, iri: str) -> bool:
        """Whether a concept is one of the graph."""
        return iri in self._kinds

    def codes(self, condition: str) -> list[str]:
        """The ICD-10-CM codes that stand on a condition."""
        return sorted(icd10.dotted(code) for code, iris in self._codes.items() if condition in iris)

    def fitting_codes(self, condition: str) -> list[str]:
        """The codes of a condition; of one that has none, those of what holds it, which a code may name as well."""
        above = sorted(self._above.get(condition, ()), key=lambda broad: (len(self._below[broad]), broad))
        return next((codes for one in (condition, *above) if (codes := self.codes(one))), [])

    def nearest(self, text: str, kinds: Iterable[str]) -> list[str]:
        """The slugs of the concepts of one of whose names a text is a slip of the pen, three at most."""
        return list(dict.fromkeys(map(self.slug, self._spellings.meant(text, kinds))))[:3]

    def of_any_kind(self, text: str) -> tuple[str, list[str]]:
        """The first kind of which some concepts have a name, with them; empty where there is none."""
        return self._spellings.of_any_kind(text)

    def kinds_of(self, iri: str) -> list[str]:
        """The kinds of a concept, by name; none of what is no concept."""
        return sorted(self._kinds.get(iri, ()))

    def label(self, iri: str) -> str:
        """The preferred label of a thing or a term, else its slug in words."""
        return self._labels.get(iri) or self.slug(iri).replace("-", " ")

    def slug(self, iri: str) -> str:
        """The slug of a thing; of what the graph does not know, the name that it was given."""
        return unquote(terms.slug(iri))

    def subsumes(self, broad: str, narrow: str) -> bool:
        """Whether a concept is another or holds it."""
        return broad == narrow or broad in self._above.get(narrow, ())

    def of_kinds(self, kinds: Iterable[str]) -> list[str]:
        """The concepts of any of the kinds, in the order of their IRIs."""
        wanted = frozenset(kinds)
        if wanted not in self._of_kinds:
            self._of_kinds[wanted] = sorted(iri for iri, of in self._kinds.items() if of & wanted)
        return list(self._of_kinds[wanted])

    def narrower(self, broad: str, kind: str) -> list[str]:
        """The concepts of a kind that a concept holds, in the order of their IRIs."""
        return sorted(iri for iri in self._below.get(broad, ()) if iri != broad and kind in self._kinds.get(iri, ()))

    def broader(self, narrow: str, kind: str) -> list[str]:
        """The concepts of a kind that hold a concept, in the order of their IRIs."""
        return sorted(iri for iri in self._above.get(narrow, ()) if iri != narrow and kind in self._kinds.get(iri, ()))

    def has_one_product(self, drug: str) -> bool:
        """Whether one product is all that there is of a drug."""
        return any(self.subsumes(one, drug) for one in self.narrower(drug, "Product"))

    def ingredient(self, therapy: str) -> str | None:
        """The drug of a product; of a drug, and of a therapy that is none, itself."""
        return self._one(therapy, "ingredient")

    def payer(self, plan: str) -> str | None:
        """The payer of a plan."""
        return self._one(plan, "payer")

    def line(self, plan: str) -> str | None:
        """The line of business of a plan, where it has one alone."""
        found = self._facts[plan].texts("lineOfBusiness")
        return found[0] if len(found) == 1 else None

    def dimension(self, unit: str) -> str | None:
        """What a unit measures."""
        return self._one(unit, "dimension")

    def to_base(self, unit: str) -> Decimal | None:
        """The factor to the base unit of the dimension; None where nothing converts."""
        factor = self._one(unit, "toBase")
        return None if factor is None else Decimal(factor)

    def converting(self, unit: str) -> Mapping[str, Decimal]:
        """The units into which one converts with their factors to the base, itself among them, or alone."""
        return {unit: Decimal(1)} if self.to_base(unit) is None else self._scales[self.dimension(unit)]

    @cached_property
    def _scales(self) -> dict[str | None, dict[str, Decimal]]:
        """The units of each dimension that convert, with their factors to the base."""
        found: defaultdict[str | None, dict[str, Decimal]] = defaultdict(dict)
        for unit in self.of_kinds(("Unit",)):
            if (factor := self.to_base(unit)) is not None:
                found[self.dimension(unit)][unit] = factor
        return dict(found)

    def usual_units(self, test: str) -> list[str]:
        """The units in which an observable is reported; empty where the graph gives none."""
        return sorted(self._facts[test].texts("unit"))

    def graded(self, grade: str) -> tuple[str | None, int | None]:
        """The observable whose value a grade is, and the grade's place in its order; None where it has none."""
        rank = self._one(grade, "rank")
        return self._one(grade, "gradeOf"), None if rank is None else int(rank)

    @cached_property
    def _grades(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for iri in sorted(self.of_kinds(("Grade",)), key=lambda iri: (self.graded(iri)[1] or 0, iri)):
            found[self.graded(iri)[0] or ""].append(iri)
        return dict(found)

    def grades(self, observable: str) -> list[str]:
        """The grades and codes that are values of an observable, in their order."""
        return list(self._grades.get(observable, ()))

    def ranks(self, degree: str) -> tuple[int, int]:
        """The rank that a degree of severity or a stage has at least and at most."""
        return int(self._facts[degree].text("rank")), int(self._facts[degree].text("highestRank"))

    def _one(self, iri: str, name: str) -> str | None:
        return self._facts[iri].text(name) or None


_LABELS = "SELECT ?thing ?label WHERE { ?thing skos:prefLabel ?label FILTER (isIRI(?thing)) } ORDER BY DESC(?label)"
_NAMES = f"""
    SELECT ?thing ?kind ?property ?name WHERE {{
      VALUES ?kind {{ {" ".join("pg:" + kind for kind in CONCEPT_KINDS)} }}
      ?thing a ?kind .
      OPTIONAL {{
        VALUES ?property {{ skos:prefLabel skos:altLabel skos:notation }}
        ?thing ?property ?name .
      }}
    }}"""
# A policy has a payer too, and a statement a unit.
_DESCRIBED = """
    VALUES ?class {
      pg:CareProgramme pg:Device pg:DiseaseStage pg:Drug pg:Grade pg:LabTest pg:Observable pg:Plan pg:Procedure
      pg:Product pg:Severity pg:Unit
    }
    ?s a ?class"""
_PREDICATES = (
    *("dimension", "gradeOf", "highestRank", "ingredient", "lineOfBusiness", "payer", "rank", "toBase", "unit"),
)


# --- why a text is no name ------------------------------------------------------------------------


def _named_by(iri: str, kinds: Sequence[str], names: Names) -> str:
    """The name of which an IRI was made, as JSON-LD makes them: ``drug/Actemra%20SC``.

    Raises:
        UnknownName: it is the IRI of another kind of thing.
    """
    path, _, name = terms.local(iri).partition("/")
    if name and path not in {terms.local(one).partition("/")[0] for one in names.of_kinds(kinds)}:
        of = names.kinds_of(iri)
        problem = _is_another(of[0], kinds, names) if of else _is_no(kinds, names)
        raise UnknownName(iri, problem, (), _advice(kinds, names))
    return unquote(name or path)


def _unknown(text: str, kinds: Sequence[str], names: Names) -> UnknownName:
    """Why a text is none of the kinds, and where to look; of what holds some of the kinds, a few of these."""
    other, iris = names.of_any_kind(text)
    if not other:
        near = names.nearest(text, kinds)
        return UnknownName(text, _is_no(kinds, names), near, _advice(kinds, names), unheard=not near)
    held = [names.slug(one) for iri in iris for kind in kinds for one in names.narrower(iri, kind)]
    advice = f"name the one that is meant, such as {', '.join(held[:3])}" if held else _advice(kinds, names)
    return UnknownName(text, _is_another(other, kinds, names), (), advice)


def _is_no(kinds: Sequence[str], names: Names) -> str:
    return f"is no {_wanted(kinds, names)} in the graph"


def _is_another(kind: str, kinds: Sequence[str], names: Names) -> str:
    word = _wanted([kind], names)
    return f"is {'an' if word[0] in 'aeiou' else 'a'} {word}, not a {_wanted(kinds, names)}"


def _wanted(kinds: Sequence[str], names: Names) -> str:
    return " or ".join(names.label(terms.PG + kind) for kind in kinds)


def _advice(kinds: Sequence[str], names: Names) -> str:
    """Where to look for the names of some kinds, or the names where they are few."""
    of = names.of_kinds(kinds)
    if len(of) <= _FEW:
        return f"it has {', '.join(map(names.slug, of))}"
    if len(kinds) == 1:
        return f"`payergraph query names --param kind={quoted(_wanted(kinds, names))}` lists them"
    return LOOK_UP
