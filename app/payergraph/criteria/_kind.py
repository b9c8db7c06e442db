"""What every kind of criterion has: a dimension, a sentence, and whether a patient can still change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from decimal import Decimal
from enum import Enum
from functools import cached_property

from .. import terms
from ..meaning.parts import Part
from ..meaning.reads import Read
from ..terms import Term
from ..wording import counted, numeral
from ._studied import Bound, Burden, Narrowing, Restriction
from .shapes import parameter_names


class Status(Enum):
    """The three values of a criterion."""

    NOT_MET = "not-met"
    NOT_DOCUMENTED = "not-documented"
    MET = "met"

    @property
    def words(self) -> str:
        """``not met``."""
        return self.value.replace("-", " ")

    @property
    def rank(self) -> int:
        """0, 1, 2 in Kleene's order: not met, not documented, met."""
        return _RANKS[self]


_RANKS = {Status.NOT_MET: 0, Status.NOT_DOCUMENTED: 1, Status.MET: 2}


class Parameters(Mapping[str, Term]):
    """The parameters of one criterion, by name. To ask for a name that no shape declares is a mistake, not an absence.

    Raises:
        UndeclaredParameter: of every access, by a name that is a parameter of no kind.
    """

    def __init__(self, given: Mapping[str, Term]) -> None:
        self._given = {_declared(name): value for name, value in given.items()}

    def __getitem__(self, name: str) -> Term:
        return self._given[_declared(name)]

    def __contains__(self, name: object) -> bool:
        return _declared(str(name)) in self._given

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def number(self, name: str) -> Decimal | None:
        """A number; None when absent."""
        return Decimal(self[name].value) if name in self else None

    def count(self, name: str, otherwise: int = 1) -> int:
        """An integer."""
        return int(self[name].value) if name in self else otherwise

    def true(self, name: str) -> bool:
        """Whether a boolean is true; false when absent."""
        return name in self and self[name].value == "true"

    def local(self, name: str) -> str:
        """The bare name of a fixed value, such as ``FailureOnly``; empty when absent."""
        return terms.local(self[name].value) if name in self else ""

    def iri(self, name: str) -> str:
        """The IRI of a concept or of a set; empty when absent."""
        return self[name].value if name in self else ""

    def sort(self, name: str) -> str:
        """Of a thing, what its IRI says that it is: ``lab``, ``gene``; empty when absent."""
        return terms.local(self.iri(name)).partition("/")[0]

    def asks(self, name: str) -> bool:
        """Whether a parameter is given, and is not a boolean that is false."""
        return name in self and self[name].value != "false"


class UndeclaredParameter(Exception):  # noqa: N818 - a fault of the code that asks, which no caller should catch
    """Code names a parameter that no shape declares."""


def _declared(name: str) -> str:
    if name not in parameter_names():
        raise UndeclaredParameter(f"{name} is a parameter of no kind of criterion (shapes/criteria/)")
    return name


@dataclass(frozen=True)
class Values:
    """The parameters of one criterion, as a sentence wants them.

    Attributes:
        symbol_of: how people write a unit in short; empty of one that they write out.
    """

    parameters: Parameters
    label_of: Callable[[str], str]
    members_of: Callable[[str], Iterable[str]]
    symbol_of: Callable[[str], str] = lambda unit: ""

    def __contains__(self, name: str) -> bool:
        return name in self.parameters

    def number(self, name: str) -> str:
        """A number as people write it: ``10`` for 10.0."""
        return numeral(self.parameters[name].value)

    def counted(self, name: str, unit: str) -> str:
        """A number with its unit: ``1 month``, ``3 months``."""
        return counted(self.number(name), unit)

    def amount(self, name: str, unit: str) -> str:
        """A number in the unit that a parameter names, if it does: ``10 mg/L``, ``2 syringes``."""
        if unit not in self:
            return self.number(name)
        symbol = self.symbol_of(self.parameters[unit].value)
        return f"{self.number(name)} {symbol}" if symbol else self.counted(name, self.label(unit))

    def true(self, name: str) -> bool:
        """Whether a boolean parameter is true; false when absent."""
        return self.parameters.true(name)

    def count(self, name: str, otherwise: int = 1) -> int:
        """An integer parameter."""
        return self.parameters.count(name, otherwise)

    def text(self, name: str) -> str:
        """A text parameter."""
        return self.parameters[name].value

    def local(self, name: str) -> str:
        """The bare name of a fixed value, such as ``FailureOnly``; empty when absent."""
        return self.parameters.local(name)

    def label(self, name: str) -> str:
        """The label of a concept."""
        return self.label_of(self.parameters[name].value)

    def members(self, name: str) -> list[str]:
        """The labels of a set's members."""
        return [self.label_of(member) for member in self.members_of(self.parameters[name].value)]


class SettledBy(Enum):
    """Where it is found out whether a criterion holds."""

    RECORD = "record"
    """In what is on record of the patient and the request."""
    JUDGEMENT = "judgement"
    """By whoever judges the request: no field of a case says it."""
    WHOLE_DOCUMENT = "whole document"
    """In the payer's document, which was seen in part."""


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of criterion.

    Attributes:
        name: the class in ``ontology/criteria.ttl``.
        dimension: what it is about, as the rows of a comparison are named.
        dimension_of: a parameter, and for things of a sort that it may name another dimension: of a ``lab``, a
            ``laboratory``.
        sentence: the requirement in one sentence, from the parameters.
        parts: what it means; ``shapes/criteria/`` is written from them. A connective has none.
        changeable: whether a test, a document or a trial can still change its state.
        lasting: whether it stays met once it was, such as a trial that was had; where a tree asks that it is not met,
            nothing can change that.
        settled_by: what settles it. A kind that reads nothing of a case has to say.
        restriction: how it restricts where the drug's label does not ask for it.
        burden: what has to be brought for it.
        exceptional: whether it is open to some patients only, by its parameters: to those who cannot take another
            therapy, have had the drug, or for whom somebody vouches.
        bounds: the parameters that bound a number of the patient.
        narrowings: how it narrows an indication, in ways of which a policy's silence is told.
    """

    name: str
    dimension: str
    sentence: Callable[[Values], str]
    _: KW_ONLY
    parts: tuple[Part, ...] = ()
    changeable: bool
    settled_by: SettledBy = SettledBy.RECORD
    restriction: Restriction
    burden: Burden
    exceptional: Callable[[Parameters], bool]
    bounds: tuple[Bound, ...] = ()
    narrowings: tuple[Narrowing, ...] = ()
    lasting: bool = False
    dimension_of: tuple[str, str, str] | None = None

    @property
    def dimensions(self) -> tuple[str, ...]:
        """All that it may be about, the narrower first."""
        return (self.dimension_of[2], self.dimension) if self.dimension_of else (self.dimension,)

    def about(self, parameters: Parameters) -> str:
        """The dimension of a criterion."""
        if self.dimension_of and parameters.sort(self.dimension_of[0]) == self.dimension_of[1]:
            return self.dimension_of[2]
        return self.dimension

    @cached_property
    def reads(self) -> tuple[Read, ...]:
        """What it reads of a case, beside drug and request date."""
        return tuple(dict.fromkeys(read for part in self.parts for read in part.reads))


def either(labels: Iterable[str], word: str = "or") -> str:
    """``a, b or c``; semicolons where a label has commas of its own."""
    items = list(labels)
    if len(items) < 2:
        return "".join(items)
    if any("," in item for item in items):
        return f"{'; '.join(items[:-1])}; {word} {items[-1]}"
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def manners(values: Values) -> Iterator[str]:
    """``daily and by mouth``, where a therapy is to be taken in some manner."""
    if "manners" in values:
        yield either(values.members("manners"), "and")


def period(values: Values) -> str:
    """`` within 3 months before the request``, or nothing."""
    for name, unit in (("withinMonths", "month"), ("withinDays", "day")):
        if name in values:
            return f" within {values.counted(name, unit)} before the request"
    return ""


_BASES = {"PerKilogram": " per kilogram", "PerSquareMeter": " per square meter"}


def dose(values: Values, name: str, *, once: bool = False) -> str:
    """``15 mg a week``: the number of a parameter, in the unit and, unless once, for the period of a dose."""
    amount = values.amount(name, "doseUnit")
    per = _BASES.get(values.local("dosePer"), "")
    for parameter, unit in (("dosePeriodDays", "day"), ("dosePeriodMonths", "month")):
        if parameter in values and not once:
            return f"{amount}{per} {_each(values.count(parameter), unit)}"
    return amount + per


def _each(number: int, unit: str) -> str:
    if unit == "day" and number % 7 == 0:
        number, unit = number // 7, "week"
    elif unit == "month" and number % 12 == 0:
        number, unit = number // 12, "year"
    return f"a {unit}" if number == 1 else f"every {counted(str(number), unit)}"
