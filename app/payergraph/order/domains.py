"""The values that a field of a complete chart may have, as far as formulas tell them apart.

Concepts that stand in the same sets are alike: one of them stands for all. So a chart has a handful of values where the
graph has hundreds, and each is a real one that can be written into a case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from .. import terms
from ..chart import fields as chart
from ..chart.parts import ATTRIBUTES
from ..meaning import nodes as n
from ..meaning import relations as r
from .background import Background
from .formula import Compared, Concepts, Formula, Is, Rows, Yes, atoms

_PRODUCT, _OUTCOME = "therapies.product", "therapies.outcome"
_CONDITION, _INDICATION, _TAKEN_FOR = "diagnoses.condition", "indication", "therapies.for"
#: Relations whose rows are those of another.
_ROWS_OF = {r.TRIALS.name: r.THERAPIES, r.ON_DRUG.name: r.THERAPIES, r.INDICATION.name: r.ASKED_FOR}
#: Of a list, what makes two of its rows be about the same thing.
ABOUT: Mapping[str, tuple[n.Field, ...]] = {
    r.MEASUREMENTS.name: (r.OBSERVABLE,),
    r.SCREENINGS.name: (r.INFECTION,),
    r.BIOMARKERS.name: (r.MARKER, r.ORIGIN),
}
#: The day of a row.
DAYS_AGO = r.days_ago("")
#: Whether a therapy was for the use under review.
FOR_USE = n.Flag("forUse")
#: Whether a later row of the same thing is there.
SUPERSEDED = n.Flag("superseded")


@dataclass(frozen=True)
class DoseNumber(n.Number):
    """A dose or a quantity in one unit: a single one, or a day's or a month's.

    Attributes:
        unit: an IRI.
        form: ``single``, ``day`` or ``month``.
        basis: the name of the term: ``WholePatient``, ``PerKilogram`` or ``PerSquareMeter``.
    """

    unit: str = ""
    form: str = ""
    basis: str = ""

    @classmethod
    def of(cls, path: str, unit: str, form: str, basis: str) -> DoseNumber:
        """The number that stands at a path of a case, such as ``therapies.dose``."""
        name = "-".join((path.replace(".", "-"), terms.slug(unit), form, basis))
        return cls(name, f"{path}.value", unit=unit, form=form, basis=basis)


@cache
def field_of_case(path: str) -> chart.Field | None:
    """The field of the format at a path such as ``therapies.product``; None where there is none."""
    found: chart.Field | None = None
    fields = chart.FIELDS
    for key in path.split("."):
        found = next((field for field in fields if key in (field.key, *field.aliases)), None)
        fields = found.fields if found else ()
    return found


def path_of(field: n.Field) -> str:
    """Where a case says it: in the field of its name, else in the first of those that it is made of."""
    reads = field.reads.split(" ")
    return field.name if field.name in reads else reads[0]


def rows_of(relation: n.Relation) -> n.Relation:
    """The relation whose rows a relation has."""
    return _ROWS_OF.get(relation.name, relation)


def list_of(relation: n.Relation) -> str:
    """The list of a chart of which a relation's rows are."""
    return rows_of(relation).name


def is_single(relation: n.Relation) -> bool:
    """Whether a chart has one row of it: the patient's age, the dose, what is asked for."""
    name = list_of(relation)
    of_case = field_of_case(name)
    single = {one.name for one in (r.ASKED_FOR, r.AGE, r.AGE_IN_MONTHS, r.QUANTITY)}
    return name in single or (of_case is not None and not of_case.many)


def is_list(field: n.Field) -> bool:
    """Whether a row may have several values of a field, or none."""
    of_case = field_of_case(path_of(field))
    return of_case is not None and of_case.many and of_case.type != "entry" and "." in path_of(field)


def bounds(field: n.Number) -> tuple[bool, Decimal, Decimal | None]:
    """Whether a number is whole, the least that a case may hold, and the greatest where there is one."""
    of_case = field_of_case(path_of(field))
    whole = of_case is None or of_case.type not in ("number", "value")
    if of_case is not None and of_case.type in ("number", "count"):
        return whole, of_case.low, of_case.high
    return whole, Decimal(0), None


def is_ranked(field: n.Field) -> bool:
    """Whether what is compared is the place of a word or a concept in an order."""
    found = field_of_case(path_of(field))
    return isinstance(field, n.Number) and found is not None and found.type in ("choice", "name")


def universe(field: n.Field, background: Background) -> tuple[str, ...]:
    """All values that a case may give: the words of a closed list, or the concepts of its classes."""
    found = field_of_case(path_of(field))
    if found is None:
        raise LookupError(f"a case has no field {path_of(field)}")
    if found.type == "flag":
        return tuple(terms.PG + name for name in ATTRIBUTES.values())
    if found.choices:
        return tuple(value for value in found.choices.values() if not terms.local(value).startswith("Unknown"))
    return tuple(background.names.of_kinds(found.kinds))


class Domains:
    """The values of each field that some formulas tell apart, by the field of a case that says them.

    Args:
        drug: the drug asked for, which is told apart from others.
        asked: the conditions for which it may be asked for.
    """

    def __init__(self, background: Background, drug: str, asked: Iterable[str], formulas: Iterable[Formula]) -> None:
        self._background, self._drug, self._asked = background, drug, frozenset(asked)
        self._sets: defaultdict[str, dict[Concepts, None]] = defaultdict(dict)
        self._fields: dict[str, n.Field] = {}
        #: How many ingredients are counted at most.
        self.most = 1
        #: Whether it is asked which product of the drug a therapy is.
        self.tells_products = False
        for formula in formulas:
            for _, atom in atoms(formula):
                if isinstance(atom, Is):
                    self._sets[path_of(atom.field)].setdefault(atom.concepts)
                    self._fields[path_of(atom.field)] = atom.field
                elif isinstance(atom, Compared) and is_ranked(atom.field):
                    self._fields.setdefault(path_of(atom.field), atom.field)
                elif isinstance(atom, Yes) and atom.field == r.ANOTHER_PRODUCT:
                    self.tells_products = bool(background.products(drug))
                elif isinstance(atom, Rows) and atom.by is not None:
                    self.most = max(self.most, atom.least)
        self._values: dict[str, tuple[str, ...]] = {}

    def __contains__(self, field: n.Field) -> bool:
        return path_of(field) in self._fields

    def values(self, field: n.Field) -> tuple[str, ...]:
        """The values of a field; the plainest of those that are alike."""
        path = path_of(field)
        if path not in self._values:
            self._fields.setdefault(path, field)
            self._values[path] = self._found(path)
        return self._values[path]

    @property
    def paths(self) -> tuple[str, ...]:
        """Where a case says the fields of which values are told apart."""
        return tuple(sorted(self._fields))

    def exact(self, path: str) -> dict[str, object]:
        """The values that a complete chart may say in a field, each with what tells it apart beside the sets."""
        every = universe(self._fields[path], self._background)
        return {value: self._apart(path, value) for value in every if self._is_exact(path, value)}

    def _found(self, path: str) -> tuple[str, ...]:
        sets = list(self._sets[path])
        alike: defaultdict[tuple[object, ...], list[str]] = defaultdict(list)
        mentioned = frozenset().union(*(one.sure for one in sets))
        exact = self.exact(path)
        for value, apart in exact.items():
            if not any(value in one.open for one in sets):
                alike[(*(value in one.sure for one in sets), apart)].append(value)
        found = {value for some in alike.values() for value in self._chosen(path, some, mentioned)}
        for one in sets:
            # Of a set all of whose members may be in others, one is taken to be in none of these.
            if one.sure and one.sure.isdisjoint(found):
                found.update(sorted(one.sure.intersection(exact), key=self._plainness)[:1])
        return tuple(sorted(found, key=self._plainness))

    def _chosen(self, path: str, alike: list[str], mentioned: frozenset[str]) -> list[str]:
        """The plainest of those that are alike; of therapies that are counted, one for each that may be needed."""
        most = self.most if path == _PRODUCT and not mentioned.isdisjoint(alike) else 1
        found: dict[str, str] = {}
        for value in sorted(alike, key=self._plainness):
            found.setdefault(self._background.ingredient(value) if path == _PRODUCT else value, value)
        return list(found.values())[:most]

    def _plainness(self, value: str) -> tuple[object, ...]:
        """What many documents name comes first, and what has a short name."""
        return -self._background.named(value), len(terms.slug(value)), value

    def _is_exact(self, path: str, value: str) -> bool:
        """Whether a complete chart may say it: what is asked for is the use, and a degree is one degree."""
        if path == _INDICATION:
            return value in self._asked
        if path == _TAKEN_FOR:
            broader = self._background.names.subsumes
            return not any(one != value and broader(value, one) for one in self._asked)
        low, high = self._background.ranks(value)
        return low == high

    def uses_of(self, taken_for: str) -> frozenset[str]:
        """The conditions, of those that may be asked for, for which a therapy is that is taken for one."""
        return frozenset(one for one in self._asked if self._background.names.subsumes(one, taken_for))

    def is_for_use(self, taken_for: str) -> bool | None:
        """Whether a therapy that is taken for a condition is for the use; None where that hangs on which it is."""
        uses = self.uses_of(taken_for)
        return True if uses == self._asked else None if uses else False

    def _apart(self, path: str, value: str) -> object:
        """What tells a value apart beside the sets."""
        if path == _PRODUCT:
            return self._background.ingredient(value) == self._drug, self.tells_products and value == self._drug
        if path == _OUTCOME:
            return terms.local(value) == "Contraindication"  # it was not taken
        if path == _CONDITION:
            return value if value in self._asked else None
        if path == _TAKEN_FOR:
            return self.uses_of(value)
        if path == path_of(r.GRADE):  # each scale is of something else that is measured
            scale, rank = self._background.names.graded(value)
            return (scale, rank) if any(scale in one.sure for one in self._sets[path_of(r.OBSERVABLE)]) else None
        return value if path == _INDICATION else self._background.ranks(value)
