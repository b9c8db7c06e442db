"""Codes and names as other systems write them, resolved to concepts of the graph.

``codes(graph)`` has ``concept(system, code)`` for a code, ``named(name, kinds)`` for a name, ``drug(name)`` and
``specialty(name)`` for names as RxNorm and NUCC write them, ``diagnosis(code)`` for ICD-10-CM, ``fits(observable,
unit)`` for values, and ``table()`` with every code that stands on a concept, for joins. ``system(text)`` reads the name
of a code system: ours, OMOP's, or the address that FHIR has for it.
Nothing is guessed: what may mean two things is None. A caller asks once for each code, not once for each row.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from .. import extras, terms
from ..errors import CallError, UnknownName
from ..store import icd10
from ..store.graph import Graph
from ..store.names import CONCEPT_KINDS, Names, names
from ..store.once import once_a_graph

if TYPE_CHECKING:
    import pyarrow

ICD10CM, LOINC, RXNORM, NDC, HCPCS, SNOMED, UCUM = "ICD10CM", "LOINC", "RxNorm", "NDC", "HCPCS", "SNOMEDCT", "UCUM"
#: The graph has no code of these, so that names alone lead to concepts.
CPT, CVX, NUCC, CMS, ICD9CM, ICD10, ICD10PCS = "CPT", "CVX", "NUCC", "CMS", "ICD9CM", "ICD10", "ICD10PCS"

#: The code systems, each with what others call it, as ``_folded`` gives it: OMOP's name, then FHIR's addresses.
_CALLED = {
    ICD10CM: ("icd10cm", "hl7.org/fhir/sid/icd-10-cm", "urn:oid:2.16.840.1.113883.6.90"),
    LOINC: ("loinc", "loinc.org", "urn:oid:2.16.840.1.113883.6.1"),
    RXNORM: ("rxnorm", "rxnormextension", "www.nlm.nih.gov/research/umls/rxnorm", "urn:oid:2.16.840.1.113883.6.88"),
    NDC: ("ndc", "hl7.org/fhir/sid/ndc", "urn:oid:2.16.840.1.113883.6.69"),
    HCPCS: (
        *("hcpcs", "www.cms.gov/medicare/coding/hcpcsreleasecodesets", "terminology.hl7.org/codesystem/hcpcs"),
        *("terminology.hl7.org/codesystem/hcpcs-level-ii", "urn:oid:2.16.840.1.113883.6.285"),
    ),
    SNOMED: ("snomedct", "snomed", "snomed.info/sct", "urn:oid:2.16.840.1.113883.6.96"),
    UCUM: ("ucum", "unitsofmeasure.org", "urn:oid:2.16.840.1.113883.6.8"),
    **{one: (one.casefold(),) for one in ("CAS", "DrugBank", "FDAApplication", "GCN", "GPI", "NCBIGene", "OMIM")},
    **{one: (one.casefold(),) for one in ("UNII", "UniProt")},
    "ATC": ("atc", "www.whocc.no/atc"),
    "HGNC": ("hgnc", "www.genenames.org", "www.genenames.org/geneid"),
    "MONDO": ("mondo", "purl.obolibrary.org/obo/mondo.owl"),
    CPT: ("cpt", "cpt4", "www.ama-assn.org/go/cpt"),
    CVX: ("cvx", "hl7.org/fhir/sid/cvx"),
    NUCC: ("nucc", "nucc.org/provider-taxonomy"),
    CMS: ("medicarespecialty", "cmsspecialty", "cms"),
    ICD9CM: ("icd9cm", "hl7.org/fhir/sid/icd-9-cm"),
    ICD10: ("icd10", "hl7.org/fhir/sid/icd-10"),
    ICD10PCS: ("icd10pcs", "www.cms.gov/medicare/coding/icd10", "hl7.org/fhir/sid/icd-10-pcs"),
}


@dataclass(frozen=True)
class Known:
    """A concept of the graph.

    Attributes:
        kind: its class, such as ``Drug`` or ``LabTest``.
        slug: what a case names it by.
    """

    kind: str
    slug: str


def system(text: str) -> str | None:
    """The code system that has this name or address; None of one that nobody told us of.

    >>> system("http://hl7.org/fhir/sid/icd-10-cm"), system("ICD-10-CM"), system("SNOMED"), system("ours")
    ('ICD10CM', 'ICD10CM', 'SNOMEDCT', None)
    """
    return _SYSTEMS.get(_folded(text))


def written(system: str, code: str) -> str:
    """A code as all spellings of it are compared: of ICD-10-CM without dot, of NDC with eleven digits.

    >>> written("ICD10CM", "m05.9"), written("NDC", "0074-0124-02"), written("NDC", "72511-482-01")
    ('M059', '00074012402', '72511048201')
    """
    code = code.strip()
    if system == ICD10CM:
        return icd10.compact(code)
    if system == NDC:
        parts = code.split("-")
        if len(parts) != 3:
            return code  # ten digits without hyphens do not tell which part lacks its zero
        return "".join(part.zfill(size) for part, size in zip(parts, (5, 4, 2), strict=True))
    return code if system == UCUM else code.upper()


@once_a_graph
def codes(graph: Graph) -> Codes:
    """The codes of a graph, read once for each graph."""
    return Codes(graph)


class Codes:
    """The codes that stand on concepts, and the names of these."""

    def __init__(self, graph: Graph) -> None:
        self._names: Names = names(graph)
        self._of: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._notations: set[str] = set()
        for row in graph.rows(_NOTATIONS):
            notation = row["code"]
            if isinstance(notation, ox.Literal) and notation.datatype.value.startswith(terms.PG):
                of = terms.local(notation.datatype.value)
                self._of[of, written(of, notation.value)].add(row["thing"].value)
                if of != UCUM:
                    self._notations.add(_plain(notation.value))

    def concept(self, system: str, code: str) -> Known | None:
        """The concept that bears a code; None where none does, or several of which none holds the others.

        Of ICD-10-CM it is the condition that the code means or that its longest known beginning means.

        Args:
            system: as the function ``system`` gives it.

        Raises:
            CallError: nobody told us of this code system.
        """
        if system not in _CALLED:
            raise CallError("system", f"is {system!r}, no code system known here; expected one of {', '.join(_CALLED)}")
        if system == ICD10CM:
            try:
                return self._known(self._names.icd10(code))
            except UnknownName:
                return None
        found = self._of.get((system, written(system, code)), set())
        widest = [iri for iri in sorted(found) if all(self._names.subsumes(iri, other) for other in found)]
        return self._known(widest[0]) if widest else None

    def diagnosis(self, code: str) -> str | None:
        """An ICD-10-CM code with its dot, if a diagnosis may name it, whether a concept bears it or not; else None."""
        try:
            self._names.icd10(code)
        except UnknownName as error:
            if not error.unheard:
                return None
        return icd10.dotted(icd10.compact(code))

    def fits(self, observable: Known, unit: Known | None) -> bool:
        """Whether a case takes a number of a lab test or another observable in a unit, or, with None, without one."""
        iri = self._iri(observable)
        usual = {self._names.dimension(one) for one in self._names.usual_units(iri)}
        if self._names.grades(iri):
            return False
        if unit is None:
            return observable.kind != "LabTest" and usual == {"score"}
        measures = self._iri(unit)
        return self._names.to_base(measures) is not None and (not usual or self._names.dimension(measures) in usual)

    def grade(self, observable: Known, name: str) -> Known | None:
        """The value of a graded observable that has a name: F3 of the stages of fibrosis."""
        found = self.named(name, ("Grade",))
        return found if found and self._names.graded(self._iri(found))[0] == self._iri(observable) else None

    def named(self, name: str, kinds: Iterable[str]) -> Known | None:
        """The concept of one of the kinds that has this name, without regard to case and signs; None as in ``concept``.

        A tag behind it, as SNOMED CT has it, is left out: ``Rheumatoid arthritis (disorder)``; so is what LOINC writes
        of a property, where no specimen follows: ``Body mass index (BMI) [Ratio]``. A code is no name, for nobody says
        of which system it is; only of units it is one.
        """
        for text in dict.fromkeys((name, _TAG.sub("", name), _PROPERTY.sub("", name))):
            if self._is_code(text):
                continue
            try:
                return self._known(self._names.resolve(text, kinds))
            except UnknownName:
                continue
        return None

    def kept(self, name: str, kinds: Iterable[str]) -> str | None:
        """What a field that takes unknown names is filled with: the slug, or the name itself; None where it may mean
        several things or is a slip of the pen.
        """
        kinds = tuple(kinds)
        if found := self.named(name, kinds):
            return found.slug
        try:
            return self._names.slug(self._names.resolve(name, kinds))
        except UnknownName as error:
            return name if error.unheard else None

    def drug(self, name: str) -> Known | None:
        """The product or the drug that a name of a drug means, as RxNorm or a pharmacy writes it.

        The brand in square brackets counts first, then the ingredient before the strength, then that ingredient without
        its salt. What has several ingredients is no one drug: it is found by its brand or its whole name alone.

        >>> drug_names("0.4 ML adalimumab 100 MG/ML Auto-Injector [Humira]")
        ('0.4 ML adalimumab 100 MG/ML Auto-Injector [Humira]', 'Humira', 'adalimumab')
        >>> drug_names("hydroxychloroquine sulfate 200 MG Oral Tablet")[1:]
        ('hydroxychloroquine sulfate', 'hydroxychloroquine')
        """
        found = (self.named(text, ("Drug", "Product")) for text in drug_names(name))
        return next((one for one in found if one), None)

    def specialty(self, name: str) -> Known | None:
        """The specialty of a name, also where it says whose: ``Rheumatology Physician``."""
        return self.named(name, ("Specialty",)) or self.named(_WHOSE.sub("", name), ("Specialty",))

    def table(self) -> pyarrow.Table:
        """Every code that means one concept: ``system``, ``code`` as ``written`` gives it, ``kind`` and ``slug``.

        Of ICD-10-CM these are the codes that stand on conditions, and not those below them.

        Raises:
            MissingExtra: pyarrow is not installed.
        """
        arrow = extras.needed("pyarrow")
        rows = [(of, code, one.kind, one.slug) for of, code in sorted(self._of) if (one := self.concept(of, code))]
        return arrow.table(
            {
                label: arrow.array([row[place] for row in rows], arrow.string())
                for place, label in enumerate(("system", "code", "kind", "slug"))
            }
        )

    def _is_code(self, text: str) -> bool:
        return _plain(text) in self._notations or icd10.is_written(text)

    def _iri(self, known: Known) -> str:
        return self._names.resolve(known.slug, (known.kind,))

    def _known(self, iri: str) -> Known:
        return Known(self._names.kinds_of(iri)[0], self._names.slug(iri))


def drug_names(name: str) -> tuple[str, ...]:
    """What a name of a drug may be looked up as, the most exact first."""
    name = " ".join(name.split())
    found = [name]
    if brand := _BRAND.search(name):
        found.append(brand[1])
    generic = _QUANTITY.sub("", _BRAND.sub("", name))
    if " / " not in generic and "{" not in generic:
        ingredient = _STRENGTH.split(generic, maxsplit=1)[0].strip()
        found += [ingredient, _SALT.sub("", ingredient)]
    return tuple(dict.fromkeys(text for text in found if text))


def _plain(text: str) -> str:
    """A code by its letters and digits alone."""
    return re.sub(r"[\W_]", "", text).casefold()


def _folded(text: str) -> str:
    """The name of a code system without what others write differently: an address by what follows its scheme."""
    text = text.strip().casefold().rstrip("/")
    if ":" in text:
        return re.sub(r"^https?://", "", text)
    return re.sub(r"[\s_-]", "", text)


_SYSTEMS = {called: system for system, all_called in _CALLED.items() for called in all_called}
_NOTATIONS = f"""
    SELECT DISTINCT ?thing ?code WHERE {{
      VALUES ?kind {{ {" ".join("pg:" + kind for kind in CONCEPT_KINDS)} }}
      ?thing a ?kind ; skos:notation ?code .
    }}"""

_TAG = re.compile(r"\s*\((disorder|finding|procedure|situation|disease|morphologic abnormality|observable entity)\)$")
_PROPERTY = re.compile(r"(\s*\([A-Z0-9]+\))?\s*\[[^\]]+\]$")
_WHOSE = re.compile(r"\s+physician$", re.IGNORECASE)
_BRAND = re.compile(r"\s*\[([^\]]+)\]\s*$")
#: What stands before the ingredient: how much a pack holds, for how long one acts, and an application's number.
_QUANTITY = re.compile(r"^((NDA\d+|\d+(\.\d+)?\s+(ML|HR|ACTUAT|MG|GM|DAY))\s+)+", re.IGNORECASE)
_STRENGTH = re.compile(r"\s+\d[\d,.]*\s*(MG|MCG|UG|G|GM|ML|UNT|UNITS?|MEQ|MMOL|%|\[)", re.IGNORECASE)
_SALT = re.compile(
    r"\s+(acetate|besylate|bitartrate|bromide|calcium|citrate|fumarate|hydrochloride|hydrobromide|maleate|mesylate|"
    r"phosphate|potassium|propionate|sodium|succinate|sulfate|tartrate|tosylate)$",
    re.IGNORECASE,
)
