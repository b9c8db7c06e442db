"""Doses and quantities as numbers: so much over so long, of the whole patient, per kilogram or per square meter.

A dose is one number over another, and both are kept: 40 mg in 14 days is no decimal of milligrams a day. A criterion
multiplies instead of dividing, so that a bound is met by itself. Where a dose is told for days and asked for months, or
the other way round, a month has 28 to 31 days and a year 365 or 366; of a dose a day or a week, one single dose is that
much at most. A dose per kilogram or per square meter follows from the weight and the height of the day of the request;
the body surface is that of Mosteller: the square root of height in cm times weight in kg over 3600.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from enum import Enum
from fractions import Fraction

from .. import terms
from ..store.names import Names
from .record import ChartEntry

#: The unit of a quantity of which no unit is told, and of any other that is counted, beside its own.
PIECE = terms.ID + "unit/unit"

_MILLIGRAM = terms.ID + "unit/mg"
#: What is an amount of a drug; a unit that counts does not convert.
AMOUNTS = ("mass", "volume", "international units", "amount of substance", "count")
#: The days and the months of each period.
_PERIODS = {"PerDay": (1, 0), "PerWeek": (7, 0), "PerMonth": (0, 1), "PerYear": (0, 12)}
_SMALLEST = Decimal("1e-18")
_DOWN, _UP = (Context(prec=40, rounding=rounding) for rounding in (ROUND_FLOOR, ROUND_CEILING))


class Form(Enum):
    """For how long a dose is told, by the name of its term."""

    SINGLE = "SingleDose"
    BY_DAY = "DoseByDay"
    BY_MONTH = "DoseByMonth"


class Basis(Enum):
    """What a dose is told for, by the name of its term."""

    PATIENT = "WholePatient"
    KILOGRAM = "PerKilogram"
    SQUARE_METER = "PerSquareMeter"


@dataclass(frozen=True)
class Rate:
    """One number over another; each lies between two.

    Attributes:
        amount: in the base unit of its dimension.
        over: of a single dose 1, else days or months; of what is worked out per kilogram, times these.
    """

    amount: tuple[Decimal, Decimal]
    over: tuple[Decimal, Decimal]

    @property
    def low(self) -> Fraction:
        """What it is at least."""
        return Fraction(self.amount[0]) / Fraction(self.over[1])

    @property
    def high(self) -> Fraction:
        """What it is at most."""
        return Fraction(self.amount[1]) / Fraction(self.over[0])

    def times(self, low: Decimal, high: Decimal) -> Rate:
        """Per something, of which there is so much: all of it."""
        return Rate((_product(self.amount[0], low, _DOWN), _product(self.amount[1], high, _UP)), self.over)

    def divided(self, low: Decimal, high: Decimal) -> Rate:
        """Of all, of which there is so much: per one of it."""
        return Rate(self.amount, (_product(self.over[0], low, _DOWN), _product(self.over[1], high, _UP)))


@dataclass(frozen=True)
class Dose:
    """A dose of the record.

    Attributes:
        unit: in which it was told.
        scale: what it measures; of a unit that does not convert, the unit.
        amount: in the base unit of that.
        days, months: the period; of a single dose, none.
    """

    unit: str
    scale: str
    amount: Decimal
    days: int
    months: int
    basis: Basis

    def same(self, other: Dose) -> bool:
        """Whether it is as much in the same time."""
        if (self.scale, self.basis, bool(self.days)) != (other.scale, other.basis, bool(other.days)):
            return False
        return self.amount * (other.days or other.months or 1) == other.amount * (self.days or self.months or 1)

    def rates(self) -> dict[Form, Rate]:
        """What it is as a single dose, by day and by month, as far as it tells."""
        exact = (self.amount, self.amount)
        if self.days:
            over = (Decimal(self.days),) * 2
            by_month = Rate((self.amount * 28, self.amount * 31), over)
            return {Form.BY_DAY: Rate(exact, over), Form.BY_MONTH: by_month, Form.SINGLE: self._at_most()}
        if self.months:
            by_day = Rate(exact, _days(self.months))
            return {Form.BY_DAY: by_day, Form.BY_MONTH: Rate(exact, (Decimal(self.months),) * 2)} | {
                Form.SINGLE: self._at_most()
            }
        return {Form.SINGLE: Rate(exact, (Decimal(1),) * 2)}

    def _at_most(self) -> Rate:
        return Rate((Decimal(0), self.amount), (Decimal(1),) * 2)


def _days(months: int) -> tuple[Decimal, Decimal]:
    """How many days some months have."""
    years, rest = divmod(months, 12)
    return Decimal(365 * years + 28 * rest), Decimal(366 * years + 31 * rest)


def _product(number: Decimal, by: Decimal, context: Context) -> Decimal:
    """A product with no more digits after the point than a decimal of the graph holds."""
    found = context.multiply(number, by)
    exponent = found.as_tuple().exponent
    return found.quantize(_SMALLEST, context=context) if isinstance(exponent, int) and exponent < -18 else found


# --- reading ----------------------------------------------------------------------------------------------


def read(item: ChartEntry, names: Names) -> Dose | None:
    """The dose that an entry tells by value and unit; None where it tells none.

    Raises:
        CaseError: the unit is missing or is none of a dose, or it has two periods or two bases.
    """
    value, unit = item.one("value", Decimal), item.one("unit", str)
    if value is None:
        for key in ("unit", "per", "perDays", "perKg", "perM2"):
            if key in item.values:
                raise item.place.key("value").error(f"is missing, but {key} is given; write the number, such as 20")
        return None
    if unit is None:
        raise item.place.key("unit").error("is missing; expected the unit of the dose, such as mg")
    if names.dimension(unit) not in AMOUNTS:
        problem = "which is no amount of a drug; expected mg, mcg, g, mL, IU or what is counted, and the period in per"
        raise item.error("unit", problem)
    days, months = period(item)
    if item.one("perKg", bool) and item.one("perM2", bool):
        raise item.error("perM2", "beside perKg; keep the one that is meant")
    basis = Basis.KILOGRAM if item.one("perKg", bool) else Basis.PATIENT
    basis = Basis.SQUARE_METER if item.one("perM2", bool) else basis
    scale = (names.to_base(unit) and names.dimension(unit)) or unit
    return Dose(unit, scale, value * names.converting(unit)[unit], days, months, basis)


def period(item: ChartEntry) -> tuple[int, int]:
    """The days and the months of the period of an entry; of a single dose, none of either.

    Raises:
        CaseError: it has two periods.
    """
    per, days = item.one("per", str), item.one("perDays", int)
    told = _PERIODS[terms.local(per)] if per else (days or 0, 0)
    if per and days and told != (days, 0):
        raise item.error("perDays", "but per gives another period; keep the one that is meant")
    return told


def taken(item: ChartEntry, names: Names) -> Dose | None:
    """The dose of a therapy: that of ``dose`` or of ``weeklyDoseMg``, which says the same.

    Raises:
        CaseError: the two contradict each other, or the dose is wrong.
    """
    weekly, entry = item.one("weeklyDoseMg", Decimal), item.one("dose", ChartEntry)
    told = read(entry, names) if entry else None
    by_week = None if weekly is None else _milligrams(weekly, 7, Basis.PATIENT)
    if told and by_week and not told.same(by_week):
        raise item.error("weeklyDoseMg", "but dose gives another; keep the one that is meant")
    return told or by_week


def asked(item: ChartEntry, names: Names) -> list[Dose]:
    """The doses that a request tells: by value and unit, or by milligrams a day, or per kilogram a day.

    Raises:
        CaseError: two of one basis contradict each other, or a dose is wrong.
    """
    told = read(item, names)
    found = {told.basis: told} if told else {}
    for key, basis in (("mgPerDay", Basis.PATIENT), ("mgPerKgPerDay", Basis.KILOGRAM)):
        amount = item.one(key, Decimal)
        if amount is not None and not found.setdefault(basis, _milligrams(amount, 1, basis)).same(
            _milligrams(amount, 1, basis)
        ):
            raise item.error(key, "but value gives another dose; keep the one that is meant")
    return list(found.values())


def _milligrams(amount: Decimal, days: int, basis: Basis) -> Dose:
    return Dose(_MILLIGRAM, "mass", amount, days, 0, basis)


# --- what follows ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Body:
    """The weight in kilograms, and the surface in square meters at least and at most, where they are known."""

    weight: Decimal | None
    surface: tuple[Decimal, Decimal] | None

    @classmethod
    def of(cls, entry: ChartEntry) -> Body:
        """That of a case."""
        weight, height = entry.one("weightKg", Decimal), entry.one("heightCm", Decimal)
        if weight is None or height is None:
            return cls(weight, None)
        root = (height * weight / 3600).sqrt()
        return cls(weight, (root.quantize(Decimal("1e-9"), ROUND_FLOOR), root.quantize(Decimal("1e-9"), ROUND_CEILING)))

    def size(self, basis: Basis) -> tuple[Decimal, Decimal] | None:
        """How many of what a dose is told for the patient has; None where that is not known."""
        if basis is Basis.PATIENT:
            return Decimal(1), Decimal(1)
        if basis is Basis.SQUARE_METER:
            return self.surface
        return None if self.weight is None else (self.weight, self.weight)


def on_each_basis(doses: Iterable[Dose], body: Body) -> Iterator[tuple[str, Form, Basis, Rate]]:
    """What doses are on each basis that is told, or follows from the body: with its unit and its form."""
    doses = list(doses)
    told = {dose.basis: dose for dose in doses}
    for basis in Basis:
        for dose in [told[basis]] if basis in told else doses[:1]:
            here, there = body.size(dose.basis), body.size(basis)
            for form, rate in dose.rates().items():
                if dose.basis is basis:
                    yield dose.unit, form, basis, rate
                elif here and there:
                    yield dose.unit, form, basis, rate.times(*here).divided(*there)


def lowest(rates: Iterable[Mapping[Form, Rate]]) -> dict[Form, Rate]:
    """The least that some doses in one dimension surely are, and the least that they may be.

    Where one of them is not known, it may be nothing.
    """
    rates = list(rates)
    found = {}
    for form in Form:
        known = [one[form] for one in rates if form in one]
        if known:
            least, most = min(known, key=lambda one: one.low), min(known, key=lambda one: one.high)
            low = least.amount[0] if len(known) == len(rates) else Decimal(0)
            # Two fractions in one: each is multiplied by what the other is divided by.
            found[form] = _between(low, least.over[1], most.amount[1], most.over[0])
    return found


def _between(amount: Decimal, over: Decimal, most_amount: Decimal, least_over: Decimal) -> Rate:
    return Rate((amount, most_amount), (least_over, over))
