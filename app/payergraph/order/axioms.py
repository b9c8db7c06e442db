"""What is true of every chart, as axioms of OWL 2: the same as of z3's charts, as far as OWL can say it."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

from .. import terms
from ..meaning import nodes as n
from ..meaning import relations as r
from . import calendar
from . import formula as f
from .domains import ABOUT, DAYS_AGO, FOR_USE, SUPERSEDED, is_list, is_single
from .owl import MONTHS_AGO, NO_GRADE, Charts, List
from .vocabulary import BESIDE, Class, every, leads, no_more, none, some, within


def add_axioms(charts: Charts) -> None:
    """Add to the classes of rules what is true of every chart, for what these ask about."""
    _Axioms(charts).add()


class _Axioms:
    def __init__(self, charts: Charts) -> None:
        self._charts, self._words = charts, charts.words

    def add(self) -> None:
        lists = self._charts.lists
        self._asked_for()
        if r.THERAPIES.name in lists:
            self._therapies(lists[r.THERAPIES.name])
        for rows in list(lists.values()):
            if SUPERSEDED in rows.flags and rows.name in ABOUT:
                self._latest(rows, ABOUT[rows.name])
            self._months(rows)
            self._multiples(rows)
        if r.AGE.name in lists and r.AGE_IN_MONTHS.name in lists:
            self._age(lists[r.AGE.name], lists[r.AGE_IN_MONTHS.name])
        for rows in lists.values():
            self._list(rows)
        self._words.in_order()

    def _follows(self, rows: List, one: Class, other: Class) -> None:
        """Say that rows of one kind are of another."""
        self._words.implies(every(rows.rows, one), other)

    # --- one value a field -----------------------------------------------------------------------------

    def _list(self, rows: List) -> None:
        for link, field, values in rows.fields.values():
            self._words.disjoint(map(self._words.named, values))
            if not rows.is_bare and (rows.relation.through or not is_list(field)):
                self._words.functional(link)
                self._words.implies(rows.rows, self._charts.has(field, rows, lambda _: True))
        for name, number in rows.numbers.items():
            self._words.functional(self._words.datum(name))
            if rows.name != r.CHANGES.name:
                self._has(rows, name, number)
        for flag in sorted(rows.flags, key=lambda one: one.name):
            self._words.functional(self._words.property_of(flag))
        self._link(rows)

    def _has(self, rows: List, name: str, number: n.Number) -> None:
        """A row has its numbers; a grade has none."""
        if number not in NO_GRADE:
            self._words.implies(rows.rows, within(self._words.datum(name), number))
            return
        self._words.implies(rows.rows, some(self._charts.flag(r.GRADED, rows), self._words.known(number)))
        self._follows(rows, self._words.known(number), none(self._charts.flag(r.GRADED, rows)))

    def _link(self, rows: List) -> None:
        """The property that leads to the rows, and to one where a chart has one."""
        if rows.link is None:
            return
        if not rows.is_bare:
            rows.link.range.append(rows.rows)
        if is_single(rows.relation):
            self._words.functional(rows.link)
            fields = [field for _, field, _ in rows.fields.values()]
            whole = self._charts.has(fields[0], rows, lambda _: True) if rows.is_bare else rows.rows
            self._words.implies(self._charts.chart, leads(rows.link, whole))

    # --- what is asked for, and the age ----------------------------------------------------------------

    def _asked_for(self) -> None:
        """What the drug is asked for is a diagnosis of the chart."""
        if r.ASKED_FOR.name not in self._charts.lists:
            return
        for condition in self._charts.domains.values(r.ASKED_CONDITION):
            one = f.Concepts(frozenset((condition,)))
            asked, has = f.Exists(r.ASKED_FOR, f.Is(r.ASKED_CONDITION, one)), f.Is(r.CONDITION, one)
            narrow = every(self._charts.chart, self._charts.of_chart(asked))
            self._words.implies(narrow, self._charts.of_chart(f.Exists(r.DIAGNOSES, has)))

    def _age(self, years: List, months: List) -> None:
        """So many years are twelve times as many months."""
        of = self._charts
        at_least = [bound // 12 + more for bound in self._words.bounds(r.MONTHS_OF_AGE.ends[0]) for more in (0, 1)]
        for bound in sorted({*at_least, *self._words.bounds(r.YEARS.name)}):
            old, in_months = of.number(r.YEARS, years, ">=", Decimal(bound)), Decimal(12 * bound)
            row = leads(months.link, of.number(r.MONTHS_OF_AGE, months, ">=", in_months))
            self._words.implies(every(of.chart, old), row)
            row = leads(months.link, of.number(r.MONTHS_OF_AGE, months, ">=", in_months))
            self._words.implies(every(of.chart, row), old)

    # --- days and months -------------------------------------------------------------------------------

    def _months(self, rows: List) -> None:
        """How many days completed months have at least, and from how many days on they are sure; and so going back."""
        of = self._charts
        for bound, field in rows.completed.items():
            if bound > 0:
                least, most = calendar.days_of_months(bound)
                days = r.TRIAL_DAYS if field == r.TRIAL_MONTHS else DAYS_AGO
                self._follows(
                    rows, of.number(field, rows, ">=", Decimal(bound)), of.number(days, rows, ">=", Decimal(least))
                )
                self._follows(
                    rows, of.number(days, rows, ">=", Decimal(most)), of.number(field, rows, ">=", Decimal(bound))
                )
        if DAYS_AGO.ends[0] not in rows.numbers:
            return
        for bound in sorted(one for one in rows.ago if one >= 0):
            back = [days for [days] in calendar.days_before((bound,))]
            first, last = Decimal(min(back)), Decimal(max(back))
            inside = Decimal(bound)
            self._follows(rows, of.number(DAYS_AGO, rows, "<=", first), of.number(MONTHS_AGO, rows, "<=", inside))
            self._follows(rows, of.number(MONTHS_AGO, rows, "<=", inside), of.number(DAYS_AGO, rows, "<=", last))

    def _multiples(self, rows: List) -> None:
        """A value and its multiple of a limit of normal are above zero together, for every limit is."""
        values = [field for field in (r.MEASURED,) if field.ends[0] in rows.numbers]
        limits = (r.TIMES_UPPER_LIMIT, r.TIMES_LOWER_LIMIT)
        times = [field for field in limits if field.ends[0] in rows.numbers]
        for pair in product(values, times):
            value, one = (self._charts.number(field, rows, ">", Decimal(0)) for field in pair)
            self._follows(rows, value, one)
            self._follows(rows, one, value)

    def _latest(self, rows: List, about: tuple[n.Field, ...]) -> None:
        """Of the rows about one thing one is the latest, and no other is younger."""
        of = self._charts
        windows: list[tuple[n.Number, Decimal]] = [(MONTHS_AGO, Decimal(one)) for one in sorted(rows.ago)]
        if DAYS_AGO.ends[0] in rows.numbers:
            windows += [(DAYS_AGO, Decimal(bound - 1)) for bound in self._words.bounds(DAYS_AGO.ends[0])]
        for values in product(*(of.values(field, rows)[1] for field in about)):

            def it(*more: Class, values: tuple[str, ...] = values) -> Class:
                """A row about the thing, with more that is true of it."""
                same = (of.has(field, rows, one.__eq__) for field, one in zip(about, values, strict=True))
                return leads(rows.link, every(rows.rows, *same, *more))

            def current() -> Class:
                return none(of.flag(SUPERSEDED, rows))

            self._words.implies(every(of.chart, it()), it(current()))
            for field, bound in windows:

                def young(field: n.Number = field, bound: Decimal = bound) -> Class:
                    return of.number(field, rows, "<=", bound)

                self._words.implies(every(of.chart, it(young())), it(current(), young()))
                self._words.implies(every(of.chart, it(current(), young())), none(it(current(), none(young()))))

    # --- therapies -------------------------------------------------------------------------------------

    def _therapies(self, rows: List) -> None:
        """When a therapy was taken, and which cannot be two."""
        of = self._charts

        def flag(field: n.Field) -> Class:
            return of.flag(field, rows)

        def ruled_out() -> Class:
            return of.has(r.OUTCOME, rows, lambda one: terms.local(one) == "Contraindication")

        self._follows(rows, flag(r.PLANNED), none(some(flag(r.TAKEN), ruled_out())))
        self._follows(rows, flag(r.TAKEN), none(ruled_out()))
        self._words.implies(rows.rows, some(flag(r.PLANNED), flag(r.TAKEN), ruled_out()))
        if r.TAKEN_FOR in of.domains:
            surely = of.has(r.TAKEN_FOR, rows, lambda one: of.domains.is_for_use(one) is True)
            possibly = of.has(r.TAKEN_FOR, rows, lambda one: of.domains.is_for_use(one) is not False)
            self._follows(rows, surely, flag(FOR_USE))
            self._follows(rows, flag(FOR_USE), possibly)
        if r.STOPS in rows.flags:
            self._follows(rows, flag(r.STOPS), flag(r.ONGOING))
        if r.ONGOING in rows.flags:
            self._follows(rows, flag(r.ONGOING), flag(r.TAKEN))
            for ingredient in sorted({of.background.ingredient(one) for one in of.domains.values(r.PRODUCT)}):
                ongoing = every(self._of(ingredient, rows), flag(r.ONGOING), flag(FOR_USE))
                self._words.implies(of.chart, no_more(1, rows.link, ongoing))
        if rows.completed or r.TRIAL_DAYS.ends[0] in rows.numbers:
            self._follows(rows, none(flag(r.TAKEN)), of.number(r.TRIAL_DAYS, rows, "<=", Decimal(0)))
            self._follows(rows, flag(r.TAKEN), of.number(r.TRIAL_DAYS, rows, ">=", Decimal(1)))
        if DAYS_AGO.ends[0] in rows.numbers:
            now = of.number(DAYS_AGO, rows, "<=", Decimal(0))
            self._follows(rows, some(none(flag(r.TAKEN)), flag(r.ONGOING)), now)
            self._follows(
                rows, every(flag(r.TAKEN), none(flag(r.ONGOING))), none(of.number(DAYS_AGO, rows, "<=", Decimal(0)))
            )
        for other in of.beside:
            beside = leads(self._words.link(BESIDE), of.of_row(other, rows))
            self._words.implies(
                every(of.chart, leads(rows.link, beside)), leads(rows.link, every(rows.rows, of.of_row(other, rows)))
            )

    def _of(self, ingredient: str, rows: List) -> Class:
        """The therapies of an ingredient."""
        of = self._charts
        return of.has(r.PRODUCT, rows, lambda one: of.background.ingredient(one) == ingredient)
