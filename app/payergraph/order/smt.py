"""A complete chart as variables of z3, and formulas over it.

Each list of the chart has as many rows as suffice (``formula.rows_needed``). What is true of every chart are axioms:
hierarchies and units are in the formulas already; here are one value a field, days, weeks and months, courses of
therapy that do not run into each other, and which of several values is the latest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from itertools import combinations, pairwise
from typing import Self, TypeGuard

import z3

from .. import terms
from ..chart.courses import PERMISSIBLE_GAP
from ..meaning import nodes as n
from ..meaning import relations as r
from . import calendar
from . import formula as f
from .background import Background
from .domains import (
    ABOUT,
    DAYS_AGO,
    FOR_USE,
    SUPERSEDED,
    Domains,
    DoseNumber,
    bounds,
    is_list,
    is_single,
    list_of,
    path_of,
)
from .logic import all_of, any_of, at_least, follows, negated, one_of

_SIGNS = {
    ">=": lambda left, right: left >= right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    "<": lambda left, right: left < right,
}


def number(value: Decimal | int) -> z3.RatNumRef:
    """A number, exactly."""
    return z3.RealVal(str(value))


class Row:
    """A row of a list.

    Attributes:
        there: whether the chart has it.
        values: by the field of a case: each concept or word that it may say, with whether it does.
        flags: flags and truths, by their fields.
        numbers: by their fields.
    """

    def __init__(self, chart: Chart, name: str, place: int) -> None:
        self.chart, self.list, self.name = chart, name, f"{name}{place}"
        self.months_asked: set[int] = set()
        self.periods: dict[n.Number, int] = {}
        self.there: z3.BoolRef = z3.Bool(f"{self.name}.there")
        self.values: dict[str, dict[str, z3.BoolRef]] = {}
        self.flags: dict[n.Field, z3.BoolRef] = {}
        self.numbers: dict[n.Number, z3.ArithRef] = {}

    def value(self, field: n.Field) -> Mapping[str, z3.BoolRef]:
        """Each value that a field may have, with whether it has it: one, or several of a field that is a list."""
        path = path_of(field)
        found = self.values.get(path)
        if found is None:
            domain = self.chart.domains.values(field)
            found = self.values[path] = {value: z3.Bool(f"{self.name}.{path}.{_local(value)}") for value in domain}
            if not is_list(field):
                self.chart.axioms.append(one_of(*found.values()) if found else negated(self.there))
        return found

    def flag(self, field: n.Field) -> z3.BoolRef:
        """Whether a flag or a truth holds."""
        found = self.flags.get(field)
        if found is None:
            found = self.flags[field] = z3.Bool(f"{self.name}.{field.name}")
        return found

    def number(self, field: n.Number) -> z3.ArithRef:
        """A number, within what a case may hold."""
        if field.ends == DAYS_AGO.ends:
            field = DAYS_AGO
        found = self.numbers.get(field)
        if found is None:
            whole, low, high = bounds(field)
            found = (z3.Int if whole else z3.Real)(f"{self.name}.{field.ends[0]}")
            self.numbers[field] = found
            self.chart.axioms.append(found >= number(low))
            if high is not None:
                self.chart.axioms.append(found <= number(high))
        return found

    def compared(self, atom: f.Compared) -> z3.BoolRef:
        """Whether a number stands so to a bound."""
        field = atom.field
        if isinstance(field, DoseNumber):
            self.periods.setdefault(field, int(atom.times))
        low = field.ends[0]
        if low == r.months_ago("").ends[0]:
            return self.months_ago(atom.sign, atom.bound)
        left, right = self.number(field) * number(atom.times), number(atom.bound)
        if atom.per is not None:
            return _SIGNS[atom.sign](left, right * self.number(atom.per))
        return _SIGNS[atom.sign](left, right)

    @property
    def days_ago(self) -> z3.ArithRef:
        """How many days before the request."""
        return self.number(DAYS_AGO)

    def months_ago(self, sign: str, months: Decimal) -> z3.BoolRef:
        """Whether so many months lie between, the day itself compared."""
        whole = int(months)
        inside = sign in ("<=", ">")
        reach = self.chart.days_back(whole if inside else whole - 1)
        return self.days_ago <= reach if sign in ("<=", "<") else self.days_ago > reach

    def completed(self, months: z3.ArithRef, days: z3.ArithRef, bound: int) -> None:
        """So many days make so many completed months."""
        if bound > 0 and bound not in self.months_asked:
            self.months_asked.add(bound)
            least, most = calendar.days_of_months(bound)
            self.chart.axioms += [
                follows(months >= bound, days >= least),
                follows(months < bound, days < most),
            ]


class Therapy(Row):
    """A course of a therapy: a row of the record, and the trial that it shows if it was for the use."""

    def __init__(self, chart: Chart, name: str, place: int) -> None:
        super().__init__(chart, name, place)
        self._of_ingredient: dict[str, z3.BoolRef] = {}
        taken, ongoing, planned = (self.flag(field) for field in (r.TAKEN, r.ONGOING, r.PLANNED))
        self.days, self.ended = self.number(r.TRIAL_DAYS), self.days_ago
        ruled_out = self.is_outcome("Contraindication")
        chart.axioms += [
            follows(planned, negated(taken)),
            follows(negated(planned), taken == negated(ruled_out)),
            follows(planned, negated(ruled_out)),
            follows(ongoing, all_of(taken, self.ended == 0)),
            follows(all_of(taken, negated(ongoing)), self.ended >= 1),
            follows(negated(taken), all_of(self.days == 0, self.ended == 0)),
            follows(taken, self.days >= 1),
            follows(self.flag(r.STOPS), ongoing),
            self.days <= 36_500,
            self.ended <= 36_500,
        ]

    @property
    def began(self) -> z3.ArithRef:
        """How many days before the request it began."""
        return self.ended + self.days

    @property
    def for_use(self) -> z3.BoolRef:
        """Whether it was for the use under review; where it is asked what a therapy is taken for, that tells it."""
        domains = self.chart.domains
        if r.TAKEN_FOR not in domains:
            return self.flag(FOR_USE)
        ways = []
        for taken_for, said in self.value(r.TAKEN_FOR).items():
            is_it = domains.is_for_use(taken_for)
            asked = [self.chart.asks_for(use) for use in sorted(domains.uses_of(taken_for))]
            ways += [said] if is_it else [all_of(said, any_of(*asked))] if is_it is None else []
        return any_of(*ways)

    def is_outcome(self, name: str) -> z3.BoolRef:
        """Whether it went so."""
        return self.value(r.OUTCOME).get(terms.PG + name, z3.BoolVal(False))

    def of_ingredient(self, ingredient: str) -> z3.BoolRef:
        """Whether it is a therapy of an ingredient."""
        found = self._of_ingredient.get(ingredient)
        if found is None:
            known, products = self.chart.background, self.value(r.PRODUCT).items()
            ways = [one for product, one in products if known.ingredient(product) == ingredient]
            found = self._of_ingredient[ingredient] = any_of(*ways)
        return found

    def flag(self, field: n.Field) -> z3.BoolRef:
        """Of the drug asked for, of another product of it, or one of its own."""
        if field == r.ANOTHER_PRODUCT:
            ways = self.value(r.PRODUCT).items()
            return any_of(
                *[
                    all_of(one, negated(self.chart.asks_for_product(name)))
                    for name, one in ways
                    if name in self.chart.products
                ]
            )
        return self.of_ingredient(self.chart.drug) if field == r.OF_REQUESTED_DRUG else super().flag(field)

    def compared(self, atom: f.Compared) -> z3.BoolRef:
        """A length in days, weeks or completed months, or another number."""
        bound = int(atom.bound)
        if atom.field in _ON_DRUG:
            return self.compared(replace(atom, field=_ON_DRUG[atom.field]))
        if atom.field == DAYS_AGO:
            return _SIGNS[atom.sign](self.ended, number(atom.bound))
        if atom.field == r.TRIAL_WEEKS:
            weeks = bound + (atom.sign in (">", "<="))
            longer = self.days >= 7 * weeks
            return longer if atom.sign in (">=", ">") else negated(longer)
        if atom.field == r.TRIAL_MONTHS:
            self.completed(self.number(r.TRIAL_MONTHS), self.days, bound + (atom.sign in (">", "<=")))
        return super().compared(atom)

    @property
    def on_drug(self) -> z3.BoolRef:
        """Whether it is a time on the drug asked for, for the use."""
        return all_of(self.there, self.for_use, self.flag(r.OF_REQUESTED_DRUG), self.flag(r.TAKEN))

    def beside(self, other: Therapy) -> z3.BoolRef:
        """Whether both were taken at one time."""
        return all_of(
            any_of(other.began > self.ended, self.flag(r.ONGOING)),
            any_of(self.began > other.ended, other.flag(r.ONGOING)),
        )


class Dated(Row):
    """A row that a later one of the same thing replaces."""

    def __init__(self, chart: Chart, name: str, place: int) -> None:
        super().__init__(chart, name, place)
        self._later: dict[Dated, z3.BoolRef] = {}

    @property
    def others(self) -> list[Self]:
        """The other rows of the list."""
        rows = self.chart.listed(self.list)
        return [row for row in rows if isinstance(row, type(self)) and row is not self]

    def same(self, other: Dated) -> z3.BoolRef:
        """Whether another is about the same thing."""
        return all_of(
            *[
                any_of(*[all_of(one, other.value(field)[name]) for name, one in self.value(field).items()])
                for field in ABOUT[self.list]
            ]
        )

    def later(self, than: Dated) -> z3.BoolRef:
        """Whether it is there, about the same thing, and later."""
        found = self._later.get(than)
        if found is None:
            found = self._later[than] = all_of(self.there, self.same(than), self.days_ago < than.days_ago)
        return found

    def flag(self, field: n.Field) -> z3.BoolRef:
        """Whether a later one is there, or another flag."""
        if field == SUPERSEDED:
            return any_of(*[row.later(self) for row in self.others])
        return super().flag(field)


#: What is asked of the time on the drug asked for, of the course that goes on to the request or ended last before it.
_ON_DRUG: Mapping[n.Number, n.Number] = {
    r.GAP_IN_DAYS: DAYS_AGO,
    r.DAYS_ON_DRUG: r.TRIAL_DAYS,
    r.MONTHS_ON_DRUG: r.TRIAL_MONTHS,
}


class Measured(Dated):
    """A value of an observable."""

    @cached_property
    def before(self) -> z3.BoolRef:
        """Whether it is from before the drug asked for was begun, the day included."""
        return self.chart.before_the_drug(self)

    @cached_property
    def last_before(self) -> z3.BoolRef:
        """Whether it is the last such."""
        return all_of(self.before, *(negated(all_of(row.later(self), row.before)) for row in self.others))

    def flag(self, field: n.Field) -> z3.BoolRef:
        """What follows from its place among the others."""
        if field in (r.BASELINE, r.LAST_BEFORE):
            return self.last_before
        if field == r.BEFORE_DRUG:
            return self.before
        if field == r.GRADED:
            return self.graded
        return super().flag(field)

    @cached_property
    def graded(self) -> z3.BoolRef:
        """Whether its value is a grade."""
        known = self.chart.background.names
        return any_of(*[one for name, one in self.value(r.OBSERVABLE).items() if known.grades(name)])

    def value(self, field: n.Field) -> Mapping[str, z3.BoolRef]:
        """A grade is one of its observable's."""
        new = path_of(field) == path_of(r.GRADE) and path_of(field) not in self.values
        found = super().value(field)
        if new:
            known = self.chart.background.names
            of = self.value(r.OBSERVABLE)
            for grade, one in found.items():
                scale = of.get(known.graded(grade)[0] or "", z3.BoolVal(False))
                self.chart.axioms.append(follows(all_of(self.graded, one), scale))
        return found

    def compared(self, atom: f.Compared) -> z3.BoolRef:
        """A number, the place of a grade on its scale, or which value it is, counted from the latest."""
        if atom.field == r.PLACE:
            later = [z3.If(row.later(self), 1, 0) for row in self.others]
            return _SIGNS[atom.sign](z3.Sum([z3.IntVal(1), *later]), number(atom.bound))
        if atom.field == r.GRADE_RANK:
            known = self.chart.background.names
            ranks = ((one, known.graded(grade)[1]) for grade, one in self.value(r.GRADE).items())
            fits = [one for one, rank in ranks if rank is not None and f.holds(Decimal(rank), atom.sign, atom.bound)]
            return all_of(self.graded, any_of(*fits))
        found = super().compared(atom)
        numeric = atom.field in (r.MEASURED, r.TIMES_UPPER_LIMIT, r.TIMES_LOWER_LIMIT)
        return all_of(negated(self.graded), found) if numeric else found


class Change:
    """What lies between two values of one observable."""

    def __init__(self, start: Measured, end: Measured) -> None:
        self.start, self.end = start, end
        self.there = all_of(start.there, end.later(start), negated(start.graded))

    def value(self, field: n.Field) -> Mapping[str, z3.BoolRef]:
        """The observable of both."""
        return self.end.value(field)

    def flag(self, field: n.Field) -> z3.BoolRef:
        """Where the two stand among the values."""
        if field == SUPERSEDED:
            return self.end.flag(field)
        if field in (r.FROM_BASELINE, r.FROM_LAST_BEFORE):
            return self.start.last_before
        if field == r.ADJOINING:
            others = (row for row in self.end.others if row is not self.start)
            return negated(any_of(*[all_of(row.later(self.start), self.end.later(row)) for row in others]))
        return z3.BoolVal(True)  # in order

    def compared(self, atom: f.Compared) -> z3.BoolRef:
        """The difference, or its share of the first value, which is above zero then."""
        first, last = self.start.number(r.MEASURED), self.end.number(r.MEASURED)
        if atom.field == r.CHANGE:
            return _SIGNS[atom.sign](last - first, number(atom.bound))
        if atom.field == r.PERCENT_CHANGE:
            return all_of(first > 0, _SIGNS[atom.sign]((last - first) * 100, number(atom.bound) * first))
        return self.end.compared(atom)


class Occurred(Row):
    """An event, or a number of them."""

    def flag(self, field: n.Field) -> z3.BoolRef:
        """Whether it was before the drug was begun, happened at all, or another flag."""
        if field == r.HAPPENED:
            return self.number(r.RATE_COUNT) > 0 if self.list == r.EVENT_RATES.name else z3.BoolVal(True)
        return self.chart.before_the_drug(self) if field == r.EVENT_PRETREATMENT else super().flag(field)


class Ranked(Row):
    """A row with degrees of a closed list, which have an order."""

    def compared(self, atom: f.Compared) -> z3.BoolRef:
        """A degree, or the completed months since a day."""
        if atom.field == r.MONTHS_SINCE:
            self.completed(self.number(atom.field), self.days_ago, int(atom.bound) + (atom.sign in (">", "<=")))
            return super().compared(atom)
        fits = [
            one
            for degree, one in self.value(atom.field).items()
            if f.holds(Decimal(self.chart.background.ranks(degree)[0]), atom.sign, atom.bound)
        ]
        return any_of(*fits)


_ROWS: Mapping[str, type[Row]] = {
    r.THERAPIES.name: Therapy,
    r.MEASUREMENTS.name: Measured,
    r.OCCURRENCES.name: Occurred,
    r.EVENT_RATES.name: Occurred,
    r.DIAGNOSES.name: Ranked,
    r.SCREENINGS.name: Dated,
    r.BIOMARKERS.name: Dated,
}


class Chart:
    """A complete chart of one drug, as far as some formulas tell charts apart.

    Args:
        asked: the conditions for which the drug may be asked for.
        rows: how many rows each relation needs.
    """

    def __init__(
        self,
        background: Background,
        drug: str,
        asked: Sequence[str],
        formulas: Iterable[f.Formula],
        rows: Mapping[str, int],
    ) -> None:
        found = list(formulas)
        self.background, self.drug = background, drug
        self.domains = Domains(background, drug, asked, found)
        self.axioms: list[z3.BoolRef] = []
        self._needed = dict(rows)
        of_therapies = (r.THERAPIES, r.TRIALS, r.ON_DRUG)
        self._needed[r.THERAPIES.name] = sum(rows.get(relation.name, 0) for relation in of_therapies)
        gaps = (int(atom.bound) for _, atom in _all_atoms(found) if _is_gap(atom))
        self._gap = max(gaps, default=PERMISSIBLE_GAP)
        self._needed[r.MEASUREMENTS.name] = rows.get(r.MEASUREMENTS.name, 0) + 2 * rows.get(r.CHANGES.name, 0)
        self._needed |= {name: more + self._needed.get(name, 0) for name, more in _to_stand_among(found).items()}
        self._lists: dict[str, list[Row]] = {}
        self._single: set[str] = set()
        self.back: dict[int, z3.ArithRef] = {}
        self._months: tuple[int, ...] = ()
        self._courses()
        self._asked_for_what_it_has()

    # --- rows ------------------------------------------------------------------------------------------

    def rows(self, relation: n.Relation) -> list[Row]:
        """The rows of the list that a relation is made of."""
        name = list_of(relation)
        found = self._lists.get(name)
        if found is None:
            single = is_single(relation)
            number = 1 if single else self._needed.get(name, 0)
            found = self._lists[name] = [_ROWS.get(name, Row)(self, name, place) for place in range(number)]
            if single:
                self._single.add(name)
                self.axioms += [row.there for row in found]
            self.axioms += [follows(after.there, row.there) for row, after in pairwise(found)]
        return found

    def listed(self, name: str) -> list[Row]:
        """The rows of a list, by the name of its relation."""
        return self._lists[name]

    def before_the_drug(self, row: Row) -> z3.BoolRef:
        """Whether something is from before the drug asked for was begun, the day included."""
        return all_of(
            *[
                follows(all_of(one.there, one.flag(r.OF_REQUESTED_DRUG), one.flag(r.TAKEN)), row.days_ago >= one.began)
                for one in self.therapies
            ]
        )

    def days_back(self, months: int) -> z3.ArithRef:
        """How many days so many months go back from the day of the request."""
        return self.back.setdefault(months, z3.Int(f"back.{months}"))

    @property
    def therapies(self) -> list[Therapy]:
        """The courses of therapy."""
        return [row for row in self.rows(r.THERAPIES) if isinstance(row, Therapy)]

    def there(self, model: z3.ModelRef) -> list[Row]:
        """The rows that the chart of a model has."""
        rows = [row for rows in self._lists.values() for row in rows]
        return [row for row in rows if z3.is_true(model.eval(row.there, model_completion=True))]

    @cached_property
    def ingredients(self) -> list[str]:
        """Those of the therapies that the formulas tell apart."""
        return sorted({self.background.ingredient(one) for one in self.domains.values(r.PRODUCT)})

    @property
    def usual_day(self) -> z3.BoolRef:
        """That the request is of a plain day."""
        day = calendar.USUAL
        return all_of(*[back == (day - calendar.moved(day, -months)).days for months, back in self.back.items()])

    @property
    def age(self) -> z3.ArithRef | None:
        """The age in completed years; None where no formula asks for it."""
        found = [row.numbers[field] for row in self.single for field in row.numbers if field == r.YEARS]
        return found[0] if found else None

    @property
    def optional(self) -> list[Row]:
        """The rows that a chart may have or not."""
        return [row for name, rows in self._lists.items() if name not in self._single for row in rows]

    @property
    def single(self) -> list[Row]:
        """The rows that every chart has."""
        return [row for name in self._single for row in self._lists[name]]

    def settled(self) -> list[z3.BoolRef]:
        """The axioms, once every formula is written: with the days that months go back from some day of request."""
        for row in (*self.single, *self.optional):
            self.axioms += _multiples(row)
        if r.AGE.name in self._lists and r.AGE_IN_MONTHS.name in self._lists:
            [years], [in_months] = self.rows(r.AGE), self.rows(r.AGE_IN_MONTHS)
            lived = in_months.number(r.MONTHS_OF_AGE) - 12 * years.number(r.YEARS)
            self.axioms += [lived >= 0, lived <= 11]
        months = tuple(sorted(self.back))
        if not months:
            return self.axioms
        each = [
            all_of(*[self.back[one] == days for one, days in zip(months, back, strict=True)])
            for back in calendar.days_before(months)
        ]
        return [*self.axioms, any_of(*each)]

    def _courses(self) -> None:
        """Two courses of one ingredient have more than the permissible gap between them, or they were one."""
        if r.PRODUCT not in self.domains:
            return
        ingredients = self.ingredients
        for one, other in combinations(self.therapies, 2):
            same = any_of(*[all_of(one.of_ingredient(name), other.of_ingredient(name)) for name in ingredients])
            of_drug = one.flag(r.OF_REQUESTED_DRUG)
            gap = z3.If(of_drug, max(self._gap, PERMISSIBLE_GAP), PERMISSIBLE_GAP)
            apart = any_of(one.ended - other.began > gap, other.ended - one.began > gap)
            both = [all_of(row.there, row.for_use, row.flag(r.TAKEN)) for row in (one, other)]
            self.axioms.append(follows(all_of(*both, same), apart))

    def asks_for(self, condition: str) -> z3.BoolRef:
        """Whether the drug is asked for a condition; of those that are alike one stands for all."""
        [row] = self.rows(r.ASKED_FOR)
        return row.value(r.ASKED_CONDITION).get(condition, z3.BoolVal(False))

    @cached_property
    def products(self) -> dict[str, z3.BoolRef]:
        """Of each product of the drug that is told apart, and of one that is not, whether it is what is asked for."""
        every = self.background.products(self.drug) if self.domains.tells_products else ()
        told = [one for one in every if one in self.domains.values(r.PRODUCT)]
        other = next((one for one in every if one not in told), None)
        found = {one: z3.Bool(f"product.{_local(one)}") for one in (*told, *([other] if other else ()))}
        if found:
            self.axioms.append(one_of(*found.values()))
            bare = [all_of(row.there, row.value(r.PRODUCT).get(self.drug, z3.BoolVal(False))) for row in self.therapies]
            self.axioms += [negated(one) for one in bare]  # a chart that is complete tells the product
        return found

    def asks_for_product(self, product: str) -> z3.BoolRef:
        """Whether it is the product that is asked for."""
        return self.products[product]

    def _asked_for_what_it_has(self) -> None:
        """What the drug is asked for is a diagnosis of the chart."""
        asked = self.rows(r.ASKED_FOR)
        if not asked or r.ASKED_CONDITION not in self.domains:
            return
        diagnoses = self.rows(r.DIAGNOSES)
        for condition, is_it in asked[0].value(r.ASKED_CONDITION).items():
            has = [all_of(row.there, row.value(r.CONDITION)[condition]) for row in diagnoses]
            self.axioms.append(follows(is_it, any_of(*has)))

    # --- formulas --------------------------------------------------------------------------------------

    def formula(self, of: f.Formula) -> z3.BoolRef:
        """A formula of the chart."""
        match of:
            case f.And(parts):
                return all_of(*[self.formula(part) for part in parts])
            case f.Or(parts):
                return any_of(*[self.formula(part) for part in parts])
            case f.Not(part):
                return negated(self.formula(part))
            case f.AtLeast(least, parts):
                return at_least(least, *(self.formula(part) for part in parts))
            case f.Exists(relation, where):
                return any_of(*[all_of(there, self.of_row(where, row)) for row, there in self._of(relation)])
            case f.Rows(least, relation, where, by):
                return self._at_least(least, relation, where, by)
        raise TypeError(of)

    def _of(self, relation: n.Relation) -> list[tuple[Row | Change, z3.BoolRef]]:
        """The rows of a relation, each with whether the chart has it."""
        rows = self.rows(r.MEASUREMENTS if relation.name == r.CHANGES.name else relation)
        if relation.name == r.CHANGES.name:
            pairs = [Change(one, other) for one in rows for other in rows if one is not other]  # type: ignore[arg-type]
            return [(pair, pair.there) for pair in pairs]
        if relation.name == r.TRIALS.name:
            return [(row, all_of(row.there, row.for_use, negated(row.flag(r.PLANNED)))) for row in self.therapies]
        if relation.name == r.ON_DRUG.name:
            return [(row, row.on_drug) for row in self.therapies]
        return [(row, row.there) for row in rows]

    def _at_least(self, least: int, relation: n.Relation, where: f.Formula, by: n.Field | None) -> z3.BoolRef:
        fits = [(row, all_of(there, self.of_row(where, row))) for row, there in self._of(relation)]
        if by is None:
            return at_least(least, *(one for _, one in fits)) if fits else z3.BoolVal(least <= 0)
        if by == r.TRIAL_LINE:
            lines = [(row.number(r.TRIAL_LINE), one) for row, one in fits if isinstance(row, Therapy)]
            told = [any_of(*[all_of(one, line == place) for line, one in lines]) for place in range(1, len(lines) + 1)]
            self.axioms += [all_of(line >= 1, line <= len(lines)) for line, _ in lines]
            return at_least(least, *told) if told else z3.BoolVal(least <= 0)
        each = [
            any_of(*[all_of(one, row.of_ingredient(name)) for row, one in fits if isinstance(row, Therapy)])
            for name in self.ingredients
        ]
        return at_least(least, *each)

    def of_row(self, of: f.Formula, row: Row | Change) -> z3.BoolRef:
        """A formula of a row."""
        match of:
            case f.And(parts):
                return all_of(*[self.of_row(part, row) for part in parts])
            case f.Or(parts):
                return any_of(*[self.of_row(part, row) for part in parts])
            case f.Not(part):
                return negated(self.of_row(part, row))
            case f.Is(field, concepts):
                return any_of(*[one for value, one in row.value(field).items() if value in concepts.sure])
            case f.Yes(field):
                return row.flag(field)
            case f.Compared():
                return row.compared(of)
            case f.Beside(other):
                assert isinstance(row, Therapy)
                return any_of(
                    *[
                        all_of(one.there, row.beside(one), self.of_row(other, one))
                        for one in self.therapies
                        if one is not row
                    ]
                )
        return self.formula(of)  # what is asked of the chart beside the row


def _multiples(row: Row) -> list[z3.BoolRef]:
    """A value and its multiple of a limit of normal are above zero together, for every limit is."""
    values = [row.numbers[field] for field in (r.MEASURED,) if field in row.numbers]
    limits = (r.TIMES_UPPER_LIMIT, r.TIMES_LOWER_LIMIT)
    times = [row.numbers[field] for field in limits if field in row.numbers]
    return [(value > 0) == (one > 0) for value in values for one in times]


def _all_atoms(formulas: Iterable[f.Formula]) -> Iterator[tuple[n.Relation | None, f.Formula]]:
    return (atom for formula in formulas for atom in f.atoms(formula))


def _is_gap(atom: f.Formula) -> TypeGuard[f.Compared]:
    return isinstance(atom, f.Compared) and atom.field == r.GAP_IN_DAYS


def _to_stand_among(formulas: Iterable[f.Formula]) -> Mapping[str, int]:
    """How many more rows suffice where what holds of a row hangs on others: a later one, or the drug asked for."""
    more: dict[str, int] = {}
    for formula in formulas:
        for relation, atom in f.atoms(formula):
            if relation is None or not isinstance(atom, f.Yes):
                continue
            if atom.field in (SUPERSEDED, r.BASELINE, r.LAST_BEFORE, r.ADJOINING):
                more[r.MEASUREMENTS.name if relation == r.CHANGES else relation.name] = 1
            if atom.field in _HANG_ON_THE_DRUG:
                more[r.THERAPIES.name] = 1
    return more


#: What hangs on when the drug asked for was begun.
_HANG_ON_THE_DRUG = (
    r.BASELINE,
    r.LAST_BEFORE,
    r.BEFORE_DRUG,
    r.EVENT_PRETREATMENT,
    r.FROM_BASELINE,
    r.FROM_LAST_BEFORE,
)


def _local(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/id/")[2]
