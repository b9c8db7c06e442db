"""What is assumed of a population, as frozen dataclasses: each number with where it is from, or why it was guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeAlias, TypeVar

T = TypeVar("T")

#: How values lie: normal and lognormal have a mean and a standard deviation, uniform has none.
Shape: TypeAlias = Literal["normal", "lognormal", "uniform"]
SHAPES: tuple[Shape, ...] = ("normal", "lognormal", "uniform")


@dataclass(frozen=True)
class Source:
    """A publication that was read at an address.

    Attributes:
        citation: authors as far as they were seen, title, journal, year, DOI.
        address: where it was read.
    """

    citation: str
    address: str


@dataclass(frozen=True)
class Spread:
    """How a number lies among patients. What falls outside of ``low`` to ``high`` becomes the nearer of the two.

    Attributes:
        mean, sd: those of the values themselves, of a lognormal too; 0 where the shape is uniform.
        decimals: to how many a value is rounded.
    """

    shape: Shape
    low: float
    high: float
    mean: float = 0.0
    sd: float = 0.0
    decimals: int = 0


@dataclass(frozen=True)
class Assumption(Generic[T]):
    """One thing that is assumed, for all or for each value of what it depends on.

    Attributes:
        path: where it stands in its file, such as ``steps.first.outcome``.
        by: what it depends on: a class of patients, ``sex``, or of a therapy its ``option`` or ``outcome``; empty where
            it is the same for all.
        of: by each value of that; by the empty text where it is the same for all.
        unit: of an amount, in words or UCUM; empty for a share.
        sources: keys of the file's sources; none where it is a guess.
        assumed: why it was guessed, or what of it; may stand beside a source.
    """

    path: str
    by: str
    of: Mapping[str, T]
    unit: str
    sources: tuple[str, ...]
    assumed: str


#: Which part of the patients, from 0 to 1.
Share: TypeAlias = Assumption[float]
#: Which part has which of several values; together 1.
Shares: TypeAlias = Assumption[Mapping[str, float]]
Amount: TypeAlias = Assumption[Spread]
#: One number, the same for all.
Limit: TypeAlias = Assumption[float]


@dataclass(frozen=True)
class Diagnosis:
    """The diagnosis that the population has in common.

    Attributes:
        condition: of which condition, or which narrower ones.
        recorded: how many have it among their diagnoses, as a name and not only as a number.
        severity: of which degree; None where none is recorded.
        active: how many have it as active; None where that is not recorded.
        since: how long ago it was made, in years, at the least: it never lies after the first therapy.
    """

    condition: Shares
    recorded: Share
    severity: Shares | None
    active: Share | None
    since: Amount


@dataclass(frozen=True)
class Course:
    """A therapy that some took, or one of several that stand for each other.

    Attributes:
        stages: in which values of the class ``stage`` it was taken, for a step; none for what is taken beside.
        taken: how many took it, for what is taken beside; None for a step.
        options: which of them was taken. A step is not taken twice: who had it in another step takes another.
        outcome: how it ended; of what is contraindicated there are no dates, for it was not taken.
        months: how long it was taken.
        ended: how many days lie between its end and the next step, or the request.
        still: how many of those who could go on still take it on the day of the request.
        stops_on_approval: how many of those will stop it when the new drug starts.
        sample: how many had it as a sample.
        planned: how many of those who do not take it will start it with the new drug.
        weekly_dose: how many milligrams a week, of the options that have one.
        maximally_tolerated: of how many with a weekly dose it was the highest that they tolerate.
    """

    name: str
    stages: tuple[str, ...]
    taken: Share | None
    options: Shares
    outcome: Shares
    months: Amount
    ended: Amount
    still: Share
    stops_on_approval: Share | None = None
    sample: Share | None = None
    planned: Share | None = None
    weekly_dose: Shares | None = None
    maximally_tolerated: Share | None = None


@dataclass(frozen=True)
class Dating:
    """How well the dates of therapies are known.

    Attributes:
        dated: of how many there are dates.
        precision: how exact these are: ``day``, ``month`` or ``year``.
        months: of how many without dates it is known how many months it lasted.
    """

    dated: Share
    precision: Shares
    months: Share


@dataclass(frozen=True)
class Result:
    """What was measured.

    Attributes:
        measured: of how many.
        value: how high; None for what follows from height and body mass index of the patient.
        days: how many days ago.
        unit: UCUM; empty for a score.
        upper_limit: the upper limit of normal, in that unit; None where none is told.
        phase: at which stage of the treatment; empty where that is not told.
    """

    measured: Share
    value: Amount | None
    days: Amount
    unit: str
    upper_limit: Limit | None = None
    phase: str = ""


@dataclass(frozen=True)
class Seen:
    """What was looked for and told with a yes or no: ``present`` are those who have it, ``told`` those of whom a chart
    says either."""

    present: Share
    told: Share


@dataclass(frozen=True)
class Screening:
    """A screening for an infection: of how many, with which result, how many days ago."""

    done: Share
    result: Shares
    days: Amount


@dataclass(frozen=True)
class Visit:
    """A visit to a specialist: how many of those whose prescriber is none had one, how many days ago."""

    had: Share
    days: Amount


@dataclass(frozen=True)
class Assumptions:
    """All that is assumed of the population of a use.

    Attributes:
        use: the slug of the condition.
        version: of the assumptions; it changes whenever one of them does.
        about: who they are, in a sentence.
        prevalence: how many of the adults have the use. No patient is drawn by it.
        height, bmi: in cm and kg/m2; the weight follows from both.
        classes: what patients are apart in; what is said of one may depend on those before it.
        comorbidities: by condition.
        steps: one after the other, the last of them before the request.
        beside: what is taken apart from the steps.
        complete: by a column of ``patients`` that says that a list is complete.
        recorded: of how many patients or rows a cell is filled in, by its column; of a list, how many of its rows there
            are. What is not named is always there.
        stated: each assumption, in the order in which they are read.
    """

    use: str
    version: str
    about: str
    sources: Mapping[str, Source]
    prevalence: Share
    sex: Shares
    age: Amount
    height: Amount
    bmi: Amount
    classes: Mapping[str, Shares]
    diagnosis: Diagnosis
    comorbidities: Mapping[str, Share]
    steps: tuple[Course, ...]
    beside: tuple[Course, ...]
    dating: Dating
    labs: Mapping[str, Result]
    measurements: Mapping[str, Result]
    findings: Mapping[str, Seen]
    screenings: Mapping[str, Screening]
    prescriber: Shares
    consultations: Mapping[str, Visit]
    attestations: Mapping[str, Share]
    documents: Mapping[str, Share]
    complete: Mapping[str, Share]
    recorded: Mapping[str, Share]
    stated: tuple[Assumption[Any], ...]
