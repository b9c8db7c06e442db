"""Rules as classes of charts in OWL 2: the same formulas as for z3, as class expressions.

What is true of every chart stands in ``axioms``. What OWL cannot say becomes a class or a property of which nothing
else is known, or is left out of the axioms, and stands in ``unsaid`` of the rules that ask for it: what follows from
the classes is true, but there may be more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, permutations
from math import comb

import pyoxigraph as ox

from .. import terms
from ..meaning import nodes as n
from ..meaning import relations as r
from ..store.graph import LocalGraph
from ..wording import numeral
from . import formula as f
from .background import background
from .domains import DAYS_AGO, FOR_USE, Domains, bounds, is_ranked, list_of, path_of, rows_of
from .vocabulary import BESIDE, Class, Vocabulary, every, is_so, leads, none, so_many, some

#: How many combinations of parts are spelled out.
COMBINATIONS = 500
COURSES = "which courses of therapy overlap"
LENGTH = "that a month before the request is equally long for all rows"
PLACE = "which of several values is the latest, the baseline or the last before the drug, and what was before the drug"
FOR_WHICH = "of a therapy for one of several uses, whether the drug is asked for that one"
WHICH_PRODUCT = "which product of the drug is asked for"
DIFFERENCE = "how a change follows from two values"

MONTHS_AGO = r.months_ago("")
_RANGE = ox.NamedNode(terms.RDFS + "range")
_YES = terms.PG + "Yes"
_PLACED = (
    r.BASELINE,
    r.LAST_BEFORE,
    r.BEFORE_DRUG,
    r.EVENT_PRETREATMENT,
    r.FROM_BASELINE,
    r.FROM_LAST_BEFORE,
    r.ADJOINING,
)
#: Numbers of a value that is no grade.
NO_GRADE = (r.MEASURED, r.TIMES_UPPER_LIMIT, r.TIMES_LOWER_LIMIT)


class List:
    """A list of a chart: the property that leads to its rows, and what of a row is in play.

    Attributes:
        rows: the class of its rows; of bare numbers, that of the charts; of bare concepts, whatever there is.
        fields: by the field of a case: the property, a field that it stands for, and its values.
        numbers: by their properties.
        flags: those in play.
        completed: numbers of completed months that are asked for, each with its field.
        ago: numbers of months before the request that are asked for.
    """

    def __init__(self, relation: n.Relation, words: Vocabulary, rows: Class) -> None:
        self.name, self.relation, self.rows = list_of(relation), relation, rows
        self.link = None if isinstance(relation.bare, n.Number) else words.link(relation.through or self.name)
        self.fields: dict[str, tuple[Class, n.Field, tuple[str, ...]]] = {}
        self.numbers: dict[str, n.Number] = {}
        self.flags: set[n.Field] = set()
        self.completed: dict[int, n.Number] = {}
        self.ago: set[int] = set()

    @property
    def is_bare(self) -> bool:
        """Whether a row is nothing but its concept."""
        return self.relation.bare is not None and not self.relation.through and self.link is not None


class Charts:
    """The charts of one drug, use and kind of request.

    Args:
        asked: the conditions for which the drug may be asked for.
        formulas: those of the rules, by their ids.
        iri: the ontology's.
        named: formulas that get a class of their own, each with its name.
        apart: whether there is a class for each difference of two rules, in the place of definitions of the rules: a
            chart of a difference decides on two rules, one of defined classes on all.

    Attributes:
        chart: the class of all complete charts.
        rules: the class of each rule, by its id.
        differences: with ``apart``, by two ids, the class of charts that meet the first rule and not the second.
    """

    def __init__(
        self,
        graph: LocalGraph,
        drug: str,
        asked: Sequence[str],
        formulas: Mapping[str, f.Formula],
        iri: str,
        named: Mapping[f.Formula, str] | None = None,
        *,
        apart: bool = False,
    ) -> None:
        self.background, self.drug = background(graph), drug
        self._graph = graph
        self.domains = Domains(self.background, drug, asked, formulas.values())
        self.words = Vocabulary(iri)
        self.chart: Class = self.words.own("CompleteChart")
        self.lists: dict[str, List] = {}
        self.beside: dict[f.Formula, None] = {}
        self._unsaid: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._rule = ""
        self._named = dict(named or {})
        self.rules = {rule: self.words.own(_local(rule)) for rule in formulas}
        self.differences: dict[tuple[str, str], Class] = {}
        for self._rule, formula in formulas.items():
            meets = every(self.chart, self.of_chart(formula))
            if apart:
                self.words.implies(self.rules[self._rule], meets)
            else:
                self.rules[self._rule].equivalent_to.append(meets)
        if apart:
            self._differ(formulas)
        for rule, formula in formulas.items():
            if any(self._is_length(relation, atom) for relation, atom in f.atoms(formula)):
                self._unsaid[rule].setdefault(LENGTH)

    def _differ(self, formulas: Mapping[str, f.Formula]) -> None:
        fails = {rule: self.words.own(f"fails.{_local(rule)}") for rule in formulas}
        for self._rule, formula in formulas.items():
            self.words.implies(fails[self._rule], every(self.chart, none(self.of_chart(formula))))
        for number, (one, other) in enumerate(permutations(formulas, 2)):
            self.differences[one, other] = self.words.own(f"difference-{number}")
            self.words.implies(self.differences[one, other], every(self.rules[one], fails[other]))

    def unsaid(self, rule: str) -> tuple[str, ...]:
        """What OWL does not say of what a rule asks."""
        return tuple(self._unsaid[rule])

    def leave(self, what: str) -> None:
        """Note what OWL does not say of the rule in the making."""
        self._unsaid[self._rule].setdefault(what)

    def _is_length(self, relation: n.Relation | None, atom: f.Formula) -> bool:
        """Whether months before the request are asked for where days are, too."""
        if relation is None or not isinstance(atom, f.Compared):
            return False
        of = self.list(relation)
        return atom.field.ends in (MONTHS_AGO.ends, DAYS_AGO.ends) and bool(of.ago) and DAYS_AGO.ends[0] in of.numbers

    # --- of the chart ----------------------------------------------------------------------------------

    def list(self, relation: n.Relation) -> List:
        """The list that a relation's rows are of."""
        name = list_of(relation)
        if name not in self.lists:
            own = rows_of(relation)
            of_chart = isinstance(own.bare, n.Number)
            self.lists[name] = List(own, self.words, self.chart if of_chart else self._range(own.through or name))
        return self.lists[name]

    def _range(self, name: str) -> Class:
        """The class of what a property of the vocabulary leads to."""
        [quad] = self._graph.store.quads_for_pattern(terms.pg(name), _RANGE, None)
        assert isinstance(quad.object, ox.NamedNode)
        return self.words.named(quad.object.value)

    def of_chart(self, of: f.Formula) -> Class:
        """The charts for which a formula holds."""
        name = self._named.get(of)
        if name is None:
            return self._of_chart(of)
        found = self.words.own(name)
        if not found.equivalent_to:
            found.equivalent_to.append(every(self.chart, self._of_chart(of)))
        return found

    def _of_chart(self, of: f.Formula) -> Class:
        match of:
            case f.And(parts):
                return every(*map(self.of_chart, parts))
            case f.Or(parts):
                return some(*map(self.of_chart, parts))
            case f.Not(part):
                return none(self.of_chart(part))
            case f.AtLeast(least, parts):
                return self._at_least(least, parts, self.of_chart)
            case f.Exists(relation, where):
                return self._split(relation, where, lambda inner: self._exists(relation, inner))
            case f.Rows(least, relation, where, None):
                return self._split(relation, where, lambda inner: self._rows(least, relation, inner))
            case f.Rows(by=r.TRIAL_LINE):
                return self.opaque("how many lines of therapy there were", of)
            case f.Rows(least, relation, where):
                return self.of_chart(f.AtLeast(least, self._by_ingredient(relation, where)))
        raise TypeError(of)

    def _split(self, relation: n.Relation, where: f.Formula, of_rows: Callable[[f.Formula], Class]) -> Class:
        """What is asked of rows; what is asked of the chart beside the row holds for all of them or for none."""
        beside = next((atom for _, atom in f.atoms(where) if isinstance(atom, (f.Exists, f.Rows))), None)
        if beside is None:
            return of_rows(where)
        ways = []
        for side, value in ((beside, f.TRUE), (f.Not(beside), f.FALSE)):
            inner = f.swapped(where, lambda part, value=value: value if part == beside else None)  # type: ignore[misc]
            ways.append(every(self.of_chart(side), self._split(relation, inner, of_rows)))
        return some(*ways)

    def _exists(self, relation: n.Relation, where: f.Formula) -> Class:
        rows = self.list(relation)
        fits = self.row(relation, where)
        return fits if rows.link is None else leads(rows.link, fits)

    def _rows(self, least: int, relation: n.Relation, where: f.Formula) -> Class:
        return so_many(least, self.list(relation).link, self.row(relation, where))

    def row(self, relation: n.Relation, where: f.Formula) -> Class:
        """The rows of a relation for which a formula holds."""
        rows = self.list(relation)
        fits = self.of_row(where, rows)
        if relation.name == r.TRIALS.name:
            return every(self.flag(FOR_USE, rows), none(self.flag(r.PLANNED, rows)), fits)
        if relation.name == r.ON_DRUG.name:
            self.leave(COURSES)
            flags = (FOR_USE, r.OF_REQUESTED_DRUG, r.TAKEN)
            return every(*(self.flag(flag, rows) for flag in flags), fits)
        return fits if fits is not every() or rows.link is None else rows.rows

    def _at_least(self, least: int, parts: Sequence[f.Formula], of: Callable[[f.Formula], Class]) -> Class:
        """At least so many parts, spelled out: some so many hold, or of each so many left out one does."""
        if least <= 0:
            return every()
        others = len(parts) - least + 1
        if min(comb(len(parts), least), comb(len(parts), others)) > COMBINATIONS:
            return self.opaque(f"{least} of {len(parts)} parts, which are too many to spell out", (least, *parts))
        if comb(len(parts), least) <= comb(len(parts), others):
            return some(*(every(*map(of, chosen)) for chosen in combinations(parts, least)))
        return every(*(some(*map(of, chosen)) for chosen in combinations(parts, others)))

    def _by_ingredient(self, relation: n.Relation, where: f.Formula) -> tuple[f.Formula, ...]:
        """For each ingredient, that a therapy of it fulfils the condition."""
        ways: defaultdict[str, list[f.Formula]] = defaultdict(list)
        for product in self.domains.values(r.PRODUCT):
            fits = f.swapped(where, lambda part, product=product: self._of_product(part, product))  # type: ignore[misc]
            row = f.both((f.Is(r.PRODUCT, f.Concepts(frozenset((product,)))), fits))
            if row != f.FALSE:
                ways[self.background.ingredient(product)].append(f.Exists(relation, row))
        return tuple(map(f.either, ways.values()))

    def _of_product(self, part: f.Formula, product: str) -> f.Formula | None:
        match part:
            case f.Is(field, concepts) if path_of(field) == path_of(r.PRODUCT):
                return f.TRUE if product in concepts.sure else f.FALSE
            case f.Yes(field) if field == r.OF_REQUESTED_DRUG:
                return f.TRUE if self.background.ingredient(product) == self.drug else f.FALSE
        return None

    def opaque(self, what: str, key: object = None) -> Class:
        """A class of which nothing else is known, the same for the same."""
        self.leave(what)
        return self.words.opaque(what, key)

    # --- of a row --------------------------------------------------------------------------------------

    def of_row(self, of: f.Formula, rows: List) -> Class:
        """The rows of a list for which a formula holds; of bare concepts, these."""
        match of:
            case f.And(parts):
                return every(*(self.of_row(part, rows) for part in parts))
            case f.Or(parts):
                return some(*(self.of_row(part, rows) for part in parts))
            case f.Not(part):
                return none(self.of_row(part, rows))
            case f.AtLeast(least, parts):
                return self._at_least(least, parts, lambda part: self.of_row(part, rows))
            case f.Is(field, concepts):
                return self.has(field, rows, lambda value: value in concepts.sure)
            case f.Yes(field):
                return self.flag(field, rows)
            case f.Compared():
                return self._compared(of, rows)
            case f.Beside(other):
                self.leave(COURSES)
                self.beside.setdefault(other)
                return leads(self.words.link(BESIDE), self.of_row(other, rows))
        raise TypeError(of)

    def has(self, field: n.Field, rows: List, fits: Callable[[str], bool]) -> Class:
        """The rows that have one of some values."""
        link, values = self.values(field, rows)
        named = some(*(self.words.named(value) for value in values if fits(value)))
        return named if rows.is_bare else leads(link, named)

    def values(self, field: n.Field, rows: List) -> tuple[Class, tuple[str, ...]]:
        """The property of a field, and the values that are told apart."""
        path = path_of(field)
        if path not in rows.fields:
            link = rows.link if rows.is_bare else self.words.link(_property(field))
            rows.fields[path] = link, field, self.domains.values(field)
        link, _, values = rows.fields[path]
        return link, values

    def flag(self, field: n.Field, rows: List) -> Class:
        """The rows for which a flag or a truth holds."""
        if field == r.OF_REQUESTED_DRUG:
            return self.has(r.PRODUCT, rows, lambda product: self.background.ingredient(product) == self.drug)
        if field == r.ANOTHER_PRODUCT:
            products = self.background.products(self.drug)
            rows.flags.add(field)
            self.leave(WHICH_PRODUCT)
            another = leads(self.words.property_of(field), self.words.named(_YES))
            return every(self.has(r.PRODUCT, rows, products.__contains__), another)
        if field == r.GRADED:
            return self.has(r.OBSERVABLE, rows, lambda one: bool(self.background.names.grades(one)))
        if field == r.IN_ORDER:
            return every()
        if field in _PLACED:
            self.leave(PLACE)
        if field == FOR_USE and any(self.domains.is_for_use(one) is None for one in self._taken_for):
            self.leave(FOR_WHICH)
        rows.flags.add(field)
        is_it = self.words.property_of(field)
        return leads(is_it, self.words.named(_YES)) if isinstance(field, n.Truth) else is_so(is_it)

    @property
    def _taken_for(self) -> tuple[str, ...]:
        """What a therapy may be taken for, where that is asked."""
        return self.domains.values(r.TAKEN_FOR) if r.TAKEN_FOR in self.domains else ()

    def _compared(self, of: f.Compared, rows: List) -> Class:
        field, sign, bound = of.field, of.sign, of.bound / of.times
        if of.per is not None:
            against = f"{numeral(of.bound)} times {_property(of.per)}"
            return self.opaque(f"{_property(field)} times {numeral(of.times)} {sign} {against}", (rows.name, of))
        if field == r.GRADE_RANK:
            return every(self.flag(r.GRADED, rows), self.has(r.GRADE, rows, lambda one: self._graded(one, sign, bound)))
        if is_ranked(field):
            ranks = self.background.ranks
            return self.has(field, rows, lambda one: f.holds(Decimal(ranks(one)[0]), sign, bound))
        if field == r.TRIAL_WEEKS:
            weeks = int(bound) + (sign in (">", "<="))
            return self.number(r.TRIAL_DAYS, rows, ">=" if sign in (">=", ">") else "<", Decimal(7 * weeks))
        if field in (r.TRIAL_MONTHS, r.MONTHS_SINCE):
            rows.completed[int(bound) + (sign in (">", "<="))] = field
        elif field.ends == MONTHS_AGO.ends:
            rows.ago.add(int(bound) - (sign in (">=", "<")))
        elif rows.name == r.CHANGES.name:
            self.leave(DIFFERENCE)
        elif rows.name == r.THERAPIES.name and field.ends == DAYS_AGO.ends:
            self.leave(COURSES)
        return self.number(field, rows, sign, bound)

    def _graded(self, grade: str, sign: str, bound: Decimal) -> bool:
        rank = self.background.names.graded(grade)[1]
        return rank is not None and f.holds(Decimal(rank), sign, bound)

    def number(self, field: n.Number, rows: List, sign: str, bound: Decimal) -> Class:
        """The rows with a number that stands so to a bound."""
        if field.ends == DAYS_AGO.ends:
            field = DAYS_AGO
        rows.numbers.setdefault(field.ends[0], field)
        more = sign in (">", "<=")
        fits = self.words.at_least(field, bound, more)
        if field in NO_GRADE or rows.name == r.CHANGES.name:
            return fits if sign in (">=", ">") else every(self.words.known(field), none(fits))
        _, low, high = bounds(field)
        if bound < low or (bound == low and not more):
            fits = every()
        elif high is not None and (bound > high or (bound == high and more)):
            fits = some()
        return fits if sign in (">=", ">") else none(fits)


def _property(field: n.Field) -> str:
    """The name of a field's property; of what has a place in an order, that of the word itself."""
    if isinstance(field, n.Number):
        return path_of(field).rpartition(".")[2] if is_ranked(field) else field.ends[0]
    return r.ASKED_CONDITION.name if field == r.INDICATED else field.name


def _local(rule: str) -> str:
    return rule.replace("/", ".")
