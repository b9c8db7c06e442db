"""The nodes of a meaning: small expressions over a chart, three-valued.

A chart is a set of relations (``relations``); a row of one has fields. A *condition* is asked of a row, a *meaning* of
the chart. Each is *surely* true, *possibly* true or neither, and one expression gives both readings: a field that is
known less exactly has a low and a high end, so ``x >= b`` is surely so when the low end is, and possibly so when the
high end is; ``not`` swaps the two. What is surely true is *met*, what is not even possibly true *not met*, the rest
*not documented*.

All nodes stand in this one file, however long: it is read whole by whoever asks what a criterion can say.

A parameter is named by a string, as ``shapes/`` and ``ontology/`` name it. ``Given`` leaves a condition out where its
parameter is absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True)
class Field:
    """What is recorded of a row.

    Attributes:
        name: the property that leads from the row to the value.
        reads: the fields of a case that it is made of, by spaces, in the words of the format.
    """

    name: str
    reads: str = ""


@dataclass(frozen=True)
class Concept(Field):
    """A concept of the graph; it may be broader than what is asked for.

    Attributes:
        unlisted: whether a set that its document leaves open may hold others than its members.
    """

    unlisted: bool = False


@dataclass(frozen=True)
class Code(Field):
    """A value of a closed list."""


@dataclass(frozen=True)
class Truth(Field):
    """``pg:Yes``, ``pg:No`` or ``pg:Maybe``; always stated."""


@dataclass(frozen=True)
class Flag(Field):
    """A boolean."""


@dataclass(frozen=True)
class Number(Field):
    """A number that is known.

    Low and high differ where the chart leaves it open, and are two properties then.

    Attributes:
        unit_reads: the field of a case that holds its unit.
    """

    low: str = ""
    high: str = ""
    unit_reads: str = ""

    @property
    def ends(self) -> tuple[str, str]:
        """The properties of the low and of the high end."""
        return self.low or self.name, self.high or self.name


@dataclass(frozen=True)
class Relation:
    """Rows about one thing.

    Attributes:
        name: the property that leads from a case to its rows; for a relation of bare values, to the values.
        complete: what of a case says that no row is missing; empty where nothing can, and where ``lists`` say it.
        lists: of rows of several lists: the classes of what a row may be about, the narrower first, each with the
            fields of a case that say, the first that is there, that no row about one of it is missing.
        possible: the property that leads to the rows that could be, where these are others.
        through: a property between the case and the rows.
        bare: whether a row is nothing but its value, which is its field.
        reads: fields of a case that decide which rows there are.
        dated: fields of a case that say which row is the latest.
        rows: the property that leads to the rows of the case that a row was made of, where it is none itself.
    """

    name: str
    complete: str = ""
    lists: tuple[tuple[str, str], ...] = ()
    possible: str = ""
    through: str = ""
    bare: Field | None = None
    reads: str = ""
    dated: str = ""
    rows: str = ""

    @property
    def completes(self) -> str:
        """All fields of a case that say that no row is missing, by spaces."""
        return " ".join(dict.fromkeys(name for _, names in self.lists for name in names.split())) or self.complete


@dataclass(frozen=True)
class Fixed:
    """A concept that is always meant, by its IRI."""

    iri: str


@dataclass(frozen=True)
class Led:
    """A concept to which a property leads from what a parameter names."""

    of: str
    by: str


Target: TypeAlias = "str | Field | Led"


# --- conditions: asked of a row ------------------------------------------------------------------------


@dataclass(frozen=True)
class In:
    """The concept is held by a member of the set that a parameter names; possibly, where it may be one.

    Attributes:
        open: what is recorded rules out no other.
    """

    field: Concept
    of: str
    open: bool = False


@dataclass(frozen=True)
class HasIn:
    """One of the values that the row lists is held by a member of the set that a parameter names.

    Possibly, where a value may be held by one, or the list may lack one.

    Attributes:
        closed_by: the row says with it that its list lacks none.
    """

    field: Concept
    of: str
    closed_by: Flag


@dataclass(frozen=True)
class HasAll:
    """Every member of the set that a parameter names holds one of the values that the row lists.

    Possibly always: what the list lacks, no row tells.
    """

    field: Concept
    of: str


@dataclass(frozen=True)
class OfMember:
    """The concept is held by the member in question, of ``Each`` or ``Several``.

    Attributes:
        narrower: the member is what is recorded, or narrower: what is absent is absent with all its kinds.
    """

    field: Concept
    narrower: bool = False


@dataclass(frozen=True)
class Under:
    """The concept is what the target names, or narrower; ``either_way``: possibly, where it is broader."""

    field: Concept
    of: Target
    either_way: bool = False


@dataclass(frozen=True)
class Within:
    """The concept is one of the set of uses that a parameter names, and none that it excepts; possibly, where it is
    broader than a member or holds an exception."""

    field: Concept
    of: str


@dataclass(frozen=True)
class Over:
    """The concept is what a property leads to, or broader: what is absent is absent with all its kinds."""

    field: Concept
    of: Led


@dataclass(frozen=True)
class OverAll:
    """Every member of the set that a parameter names is the concept, or narrower: what is said of it holds for all."""

    field: Concept
    of: str


@dataclass(frozen=True)
class Same:
    """The value is what a parameter names; ``listed``: a member of the set that it names."""

    field: Field
    of: str
    listed: bool = False


@dataclass(frozen=True)
class OneOf:
    """The value is one of these of a closed list."""

    field: Code
    names: tuple[str, ...]


@dataclass(frozen=True)
class Includes:
    """What a parameter names includes the value (pathogenic: bi-allelic); possibly, where the value includes it."""

    field: Code
    of: str


@dataclass(frozen=True)
class Ranked:
    """The number is at least the rank of what a parameter names, or of ``otherwise`` where it is absent.

    Attributes:
        otherwise: a term; empty where the condition is left out instead.
        at_most: the number is at most the highest rank that what is named can mean.
        exact: what is named has one rank, and no highest one.
    """

    field: Number
    of: str
    otherwise: str = ""
    at_most: bool = False
    exact: bool = False


@dataclass(frozen=True)
class Compare:
    """The number stands in a relation to a parameter.

    Attributes:
        sign: ``>=``, ``>``, ``<=`` or ``<``.
        of: a parameter, or a number that is always meant.
        times: what the parameter is multiplied by; the name of a field: by that.
        unit: the parameter whose unit the bound is in; the number is in the base unit.
        unitless: the unit that is meant where the parameter of the unit is absent.
        per: a field and a parameter: ``number * parameter`` against ``bound * field``.
    """

    field: Number
    sign: str
    of: str | Decimal
    times: int = 1
    unit: str = ""
    unitless: str = ""
    per: tuple[Number, str] | None = None


@dataclass(frozen=True)
class Dosed:
    """A dose or a quantity of the row stands in a relation to a parameter; one that is told otherwise leaves it open.

    What these name is asked of the facts of the row that ``chart.doses`` makes: each is in one unit, over days, over
    months or a single dose, and of the whole patient, by weight or by surface.

    Attributes:
        field: the property that leads from the row to its facts, and the fields of a case behind them.
        sign: ``>=`` or ``<=``.
        of: the parameter.
        unit: the parameter that names the unit; with the one that is meant where it is absent, if any.
        days, months: the parameters with the length of the period; where both are absent, a single dose is meant.
        picks: properties of a fact, each with the parameter that names its value and what that is where it is absent;
            an empty name of a parameter: that one is always meant.
    """

    field: Field
    sign: str
    of: str
    unit: tuple[str, str]
    days: str
    months: str = ""
    picks: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Among:
    """One of the concepts of the row is held by a member of a set; what else there was, no row tells."""

    field: Concept
    of: str


@dataclass(frozen=True)
class Holds:
    """A truth or a flag is yes."""

    field: Truth | Flag


@dataclass(frozen=True)
class Allowed:
    """A parameter is true; ``open``: where it is not, whether that is enough stays open."""

    parameter: str
    open: bool = False


@dataclass(frozen=True)
class Accepted:
    """The outcome is accepted by the set of outcomes that a parameter names; all of them where it is absent.

    An outcome that is not known may be any of the accepted ones. What follows on the same row as ``OutcomeIs`` asks of
    the accepted one.
    """

    field: Code
    of: str


@dataclass(frozen=True)
class OutcomeIs:
    """The outcome that ``Accepted`` accepted on this row is this one, and outcomes were asked for."""

    name: str


@dataclass(frozen=True)
class WholeCourse:
    """Of a course of several products, the trial holds every one that the member in question covers, and these alone.

    Where the member, one of the set that a parameter names, covers others of the ingredient not at all, the time on
    these may count. Every outcome that the course may have had is accepted.
    """

    of: str


@dataclass(frozen=True)
class Beside:
    """A row of the trial was taken while something of the set was, which a parameter names."""

    of: str


# --- meanings: asked of the chart ----------------------------------------------------------------------


@dataclass(frozen=True)
class Some:
    """There is a row for which all conditions hold; possibly also, where one may be missing from the list.

    Attributes:
        closed_by: a row for which this surely holds says that none is missing; a relation: any row of it.
    """

    relation: Relation
    where: tuple[Condition, ...]
    closed_by: Condition | Relation | None = None


@dataclass(frozen=True)
class Present:
    """The thing in question is on record as present; a record of its absence rules it out, whatever is broader."""

    relation: Relation
    where: tuple[Condition, ...]
    denied_by: tuple[Condition, ...]


@dataclass(frozen=True)
class Recorded:
    """There is a row for which all conditions hold; what is not recorded plays no part.

    Attributes:
        latest: what rows are about, of which the latest is to be ``so``; open, where several could be it and differ.
    """

    relation: Relation
    where: tuple[Node, ...]
    so: Condition | None = None
    latest: Concept | None = None


@dataclass(frozen=True)
class Latest:
    """The latest of the rows about something is so; open, where several could be the latest and differ.

    Attributes:
        about: what the rows are about.
        so: what the latest is to be.
        where: what one that is so must fulfil beside it.
        among: what makes a row one of those of which one is meant, where it is not that no later one replaces it.
    """

    relation: Relation
    about: Condition
    so: Condition
    where: tuple[Condition, ...] = ()
    among: tuple[Condition, ...] = ()

    @property
    def candidates(self) -> tuple[Condition, ...]:
        """What the rows fulfil of which one is meant."""
        return (*(self.among or (CURRENT,)), self.about)


@dataclass(frozen=True)
class Stated:
    """A single value of the chart fulfils the conditions; a value that does not decides, too."""

    relation: Relation
    where: tuple[Condition, ...]


@dataclass(frozen=True)
class Each:
    """The meaning holds for every member of the set that a parameter names; so for an empty one."""

    of: str
    meaning: Meaning


@dataclass(frozen=True)
class EachOf:
    """The meaning surely or possibly holds for every value of a relation; so for none."""

    relation: Relation
    meaning: Meaning


@dataclass(frozen=True)
class Several:
    """The meaning holds for so many members of a set. It stands alone in its part, for SPARQL counts at the top."""

    of: str
    meaning: Meaning
    at_least: str


@dataclass(frozen=True)
class Counted:
    """So many different things have a row for which the conditions hold. It stands alone in its part.

    Attributes:
        at_least: the parameter with the number; one where it is absent.
        every: the parameter that asks for every member of the set instead.
        by: the parameter that chooses what is counted: ``pg:ByIngredient`` the field, ``pg:ByLine`` the line of therapy
            that the number tells, else the members of the set.
    """

    relation: Relation
    of: In
    where: tuple[Condition, ...]
    at_least: str
    every: str
    by: tuple[str, Field, Number]


@dataclass(frozen=True)
class CountedRows:
    """So many different rows fulfil the conditions. It stands alone in its part.

    Attributes:
        at_least: the parameter with the number, which is always given.
        or_else: what suffices as well. It says, too, whether rows may be missing: it stays possible while they may.
    """

    relation: Relation
    where: tuple[Condition, ...]
    at_least: str
    or_else: Meaning


@dataclass(frozen=True)
class Declared:
    """The meaning holds, or a declaration settles what the record leaves open. What is recorded beats it."""

    by: str | Fixed
    meaning: Meaning


@dataclass(frozen=True)
class Attested:
    """What a parameter names is declared; it always could be."""

    of: str


@dataclass(frozen=True)
class Conceivable:
    """The meaning is not ruled out."""

    meaning: Meaning


@dataclass(frozen=True)
class Nonempty:
    """The set that a parameter names has a member: where nothing is asked, nothing is shown. Open otherwise."""

    of: str


@dataclass(frozen=True)
class Unsettled:
    """No fact of a chart settles it."""

    of: str


# --- of both -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class All:
    """All parts hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Any:
    """One of the parts holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: Node


@dataclass(frozen=True)
class Given:
    """The part, where a parameter is given, and not false; else it is left out of what it stands in."""

    parameter: str
    part: Node


@dataclass(frozen=True)
class Chosen:
    """The part, where a parameter has one of some values of a closed list; else it is left out of what it stands in.

    Attributes:
        names: the values.
        otherwise: the value that holds where the parameter is absent.
    """

    parameter: str
    names: tuple[str, ...]
    otherwise: str
    part: Node

    @property
    def by(self) -> tuple[str, frozenset[str]]:
        """The parameter, and what it may be for the part to stand: empty, where it may be absent."""
        return self.parameter, frozenset((*self.names, "") if self.otherwise in self.names else self.names)


#: The row is one that no later one of the same thing replaces.
CURRENT = Not(Holds(Flag("superseded")))

Condition: TypeAlias = (
    "In | HasIn | HasAll | OfMember | Under | Within | Over | OverAll | Same | OneOf | Includes | Ranked | Compare"
    " | Dosed | Among | Holds | Allowed | Accepted | OutcomeIs | WholeCourse | Beside | All | Any | Not | Given"
    " | Chosen"
)
Meaning: TypeAlias = (
    "Some | Present | Recorded | Latest | Stated | Each | EachOf | Several | Counted | CountedRows | Declared"
    " | Attested | Conceivable | Nonempty | Unsettled | All | Any | Not | Given | Chosen"
)
Node: TypeAlias = "Condition | Meaning"
