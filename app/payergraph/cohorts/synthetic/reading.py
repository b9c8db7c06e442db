"""Assumptions as they stand in YAML, read with all their faults at once.

What each part holds is said in ``model``. A number stands under ``share``, ``shares`` or ``amount``, and beside it
``source`` or ``assumed``, and ``by`` with what it depends on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from math import isclose, isfinite
from typing import Any, TypeVar, cast

from ...errors import CohortError, UnknownName
from ...near import hint, slips
from ...store.names import Names
from ..layout import PATIENTS, TABLES, Column
from .model import (
    SHAPES,
    Amount,
    Assumption,
    Assumptions,
    Course,
    Dating,
    Diagnosis,
    Limit,
    Result,
    Screening,
    Seen,
    Share,
    Shares,
    Source,
    Spread,
    Visit,
)

T = TypeVar("T")

#: What no value stands for: a part of the patients of whom there is none.
NONE = "none"
#: The class on which the steps of a patient depend.
STAGE = "stage"
#: What a result follows from where its value is not assumed: the height and the body mass index of the patient.
FOLLOWS = ("bmi", "body-weight")
#: What an outcome of a therapy says: it was not taken, so that it has no dates.
NOT_TAKEN = "contraindication"
PRECISIONS = ("day", "month", "year")
_NEEDS = (
    "use",
    "version",
    "about",
    "sources",
    "prevalence",
    "sex",
    "age",
    "height",
    "bmi",
    "diagnosis",
    "dating",
    "prescriber",
)
_MAY = (
    "classes",
    "comorbidities",
    "steps",
    "beside",
    "labs",
    "measurements",
    "findings",
    "screenings",
    "consultations",
    "attestations",
    "documents",
    "complete",
    "recorded",
)
#: What is said of the dates of therapies elsewhere, in ``dating``: to lose one of two would say something else.
_DATED = ("therapies.start", "therapies.end", "therapies.durationMonths")
_ALL = ""
_Depends = Mapping[str, tuple[str, ...]]


def read(text: str, file: str, names: Names) -> Assumptions:
    """The assumptions that a file states.

    Args:
        file: what it is called in faults.
        names: those of the graph whose concepts it names.

    Raises:
        CohortError: it is not YAML, or not what assumptions have to be; a sentence a fault, all at once.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        tree = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise CohortError([f"{file}: is not YAML, because {' '.join(str(error).split())}"]) from None
    reader = _Reader(file, names)
    found = reader.whole(tree)
    if reader.faults:
        raise CohortError(reader.faults)
    return found


class _Reader:
    """What a file says, part by part; a part that is wrong is told and something stands in its place."""

    def __init__(self, file: str, names: Names) -> None:
        self.faults: list[str] = []
        self._file, self._names = file, names
        self._sources: Mapping[str, Source] = {}
        self._classes: dict[str, tuple[str, ...]] = {}
        self._stated: list[Assumption[Any]] = []

    def whole(self, tree: Any) -> Assumptions:
        """All of a file."""
        part = self._part("", tree, _NEEDS, _MAY)
        self._sources = self._each(part, "sources", self._source)
        use = self._name("use", "diagnoses", "condition", part.get("use", ""))
        version, about = (self._words(key, part.get(key)) for key in ("version", "about"))
        prevalence = self._share("prevalence", part.get("prevalence"))
        sex = self._shares("sex", part.get("sex"), self._of_column(PATIENTS, "sex"))
        self._classes["sex"] = _values(sex)
        classes = {}
        for name, node in self._mapping("classes", part.get("classes") or {}).items():
            classes[name] = self._shares(f"classes.{name}", node)
            if name in ("sex", "option", "outcome"):
                self._fault(f"classes.{name}", "has a name that means something else; give the class another")
            self._classes[name] = _values(classes[name])
        return Assumptions(
            use=use,
            version=version,
            about=about,
            sources=self._sources,
            prevalence=prevalence,
            sex=sex,
            age=self._amount("age", part.get("age"), 0, 120),
            height=self._amount("height", part.get("height"), 30, 250),
            bmi=self._amount("bmi", part.get("bmi"), 8, 120),
            classes=classes,
            diagnosis=self._diagnosis(part.get("diagnosis")),
            comorbidities=self._each(part, "comorbidities", self._share, "diagnoses", "condition"),
            steps=tuple(self._each(part, "steps", self._step).values()),
            beside=tuple(self._each(part, "beside", self._beside).values()),
            dating=self._dating(part.get("dating")),
            labs=self._each(part, "labs", self._result, "labs", "test"),
            measurements=self._each(part, "measurements", self._result, "measurements", "of"),
            findings=self._each(part, "findings", self._seen, "findings", "finding"),
            screenings=self._each(part, "screenings", self._screening, "screenings", "for"),
            prescriber=self._shares(
                "prescriber", part.get("prescriber"), self._of_column(PATIENTS, "prescriber.specialties", NONE)
            ),
            consultations=self._each(part, "consultations", self._visit, "consultations", "specialty"),
            attestations=self._each(part, "attestations", self._share, PATIENTS, "attestations"),
            documents=self._each(part, "documents", self._share, PATIENTS, "documents"),
            complete=self._complete(part),
            recorded=self._recorded(part),
            stated=tuple(self._stated),
        )

    # --- parts ----------------------------------------------------------------------------------------

    def _source(self, path: str, node: Any) -> Source:
        part = self._part(path, node, ("citation", "address"))
        citation, address = (self._words(f"{path}.{key}", part.get(key)) for key in ("citation", "address"))
        if not address.startswith(("https://", "http://")):
            self._fault(f"{path}.address", f"is {address!r}; expected where it was read, https://…")
        return Source(citation, address)

    def _diagnosis(self, node: Any) -> Diagnosis:
        part = self._part("diagnosis", node, ("condition", "recorded", "since"), ("severity", "active"))
        severity, active = part.get("severity"), part.get("active")
        return Diagnosis(
            self._shares("diagnosis.condition", part.get("condition"), self._of_column("diagnoses", "condition")),
            self._share("diagnosis.recorded", part.get("recorded")),
            severity and self._shares("diagnosis.severity", severity, self._of_column("diagnoses", "severity")),
            active and self._share("diagnosis.active", active),
            self._amount("diagnosis.since", part.get("since"), 0, 100),
        )

    def _step(self, path: str, node: Any) -> Course:
        stages = node.get("stages") if isinstance(node, Mapping) else None
        known = self._classes.get(STAGE, ())
        if not isinstance(stages, list) or not stages:
            self._fault(f"{path}.stages", f"is {_shown(stages)}; expected a list of values of the class {STAGE}")
            stages = []
        for stage in stages:
            if stage not in known:
                self._fault(f"{path}.stages", f"names {_shown(stage)}, which is no value of the class {STAGE}")
        return self._course(path, node, "stages", tuple(map(str, stages)), None)

    def _beside(self, path: str, node: Any) -> Course:
        taken = self._share(f"{path}.taken", node.get("taken") if isinstance(node, Mapping) else None)
        return self._course(path, node, "taken", (), taken)

    def _course(self, path: str, node: Any, who: str, stages: tuple[str, ...], taken: Share | None) -> Course:
        may = ("stopsOnApproval", "sample", "planned", "weeklyDoseMg", "maximallyTolerated")
        part = self._part(path, node, (who, "options", "outcome", "months", "ended", "still"), may)
        options = self._shares(f"{path}.options", part.get("options"), self._of_column("therapies", "product"))
        told = {"option": _values(options)}
        outcome = self._shares(
            f"{path}.outcome", part.get("outcome"), self._of_column("therapies", "outcome"), depends=told
        )
        # What was not taken has neither a length nor an end.
        ended = {**told, "outcome": tuple(value for value in _values(outcome) if value != NOT_TAKEN)}
        dose, tolerated = part.get("weeklyDoseMg"), part.get("maximallyTolerated")
        if (dose is None) != (tolerated is None):
            self._fault(path, "has only one of weeklyDoseMg and maximallyTolerated; expected both or neither")

        def share(key: str, depends: _Depends) -> Share | None:
            return self._share(f"{path}.{key}", part[key], depends=depends) if part.get(key) is not None else None

        return Course(
            name=path.partition(".")[2],
            stages=stages,
            taken=taken,
            options=options,
            outcome=outcome,
            months=self._amount(f"{path}.months", part.get("months"), 0, 1200, depends=ended),
            ended=self._amount(f"{path}.ended", part.get("ended"), 0, 36500),
            still=self._share(f"{path}.still", part.get("still"), depends=ended),
            stops_on_approval=share("stopsOnApproval", told),
            sample=share("sample", told),
            planned=share("planned", {}),
            weekly_dose=None
            if dose is None
            else self._shares(f"{path}.weeklyDoseMg", dose, self._of_number, depends=told, some=True),
            maximally_tolerated=share("maximallyTolerated", told),
        )

    def _dating(self, node: Any) -> Dating:
        part = self._part("dating", node, ("dated", "precision", "months"))

        def precision(path: str, value: str) -> None:
            if value not in PRECISIONS:
                self._fault(path, f"names {value!r}; expected {' or '.join(PRECISIONS)}")

        return Dating(
            self._share("dating.dated", part.get("dated")),
            self._shares("dating.precision", part.get("precision"), precision),
            self._share("dating.months", part.get("months")),
        )

    def _result(self, path: str, node: Any) -> Result:
        part = self._part(path, node, ("measured", "days"), ("value", "unit", "upperLimit", "phase"))
        of, unit, upper = path.partition(".")[2], part.get("unit", ""), part.get("upperLimit")
        if unit and not self._resolves(str(unit), ("Unit",)):
            self._fault(f"{path}.unit", f"is {_shown(unit)}, which is no unit of the graph")
        if part.get("phase"):
            self._name(f"{path}.phase", "measurements", "phase", part["phase"])
        if "value" not in part and of not in FOLLOWS:
            self._fault(f"{path}.value", f"is missing; only {' and '.join(FOLLOWS)} follow from the patient")
        return Result(
            self._share(f"{path}.measured", part.get("measured")),
            self._amount(f"{path}.value", part["value"], 0, 1e6, unit=str(unit) or "points")
            if "value" in part
            else None,
            self._amount(f"{path}.days", part.get("days"), 0, 36500),
            str(unit),
            None if upper is None else self._limit(f"{path}.upperLimit", upper, str(unit)),
            str(part.get("phase") or ""),
        )

    def _seen(self, path: str, node: Any) -> Seen:
        part = self._part(path, node, ("present", "told"))
        return Seen(self._share(f"{path}.present", part.get("present")), self._share(f"{path}.told", part.get("told")))

    def _screening(self, path: str, node: Any) -> Screening:
        part = self._part(path, node, ("done", "result", "days"))
        return Screening(
            self._share(f"{path}.done", part.get("done")),
            self._shares(f"{path}.result", part.get("result"), self._of_column("screenings", "result")),
            self._amount(f"{path}.days", part.get("days"), 0, 36500),
        )

    def _visit(self, path: str, node: Any) -> Visit:
        part = self._part(path, node, ("had", "days"))
        days = self._amount(f"{path}.days", part.get("days"), 0, 36500)
        return Visit(self._share(f"{path}.had", part.get("had")), days)

    def _complete(self, part: Mapping[str, Any]) -> Mapping[str, Share]:
        found = self._each(part, "complete", self._share)
        for key in found:
            if not key.endswith("Complete") or TABLES[PATIENTS].column(key) is None:
                self._fault(f"complete.{key}", "is no column that says that a list is complete")
        return found

    def _recorded(self, part: Mapping[str, Any]) -> Mapping[str, Share]:
        found = self._each(part, "recorded", self._share)
        for path in found:
            if path in _DATED:
                self._fault(f"recorded.{path}", "is said under dating, for one date of two would say something else")
            elif placed(path) is None:
                self._fault(f"recorded.{path}", "is no column of a table, and no table of a list")
            elif (column := cast(tuple[str, Column | None], placed(path))[1]) and column.field.required:
                self._fault(f"recorded.{path}", "is a column without which its row says nothing; name the table")
        return found

    # --- numbers --------------------------------------------------------------------------------------

    def _share(self, path: str, node: Any, *, depends: _Depends | None = None) -> Share:
        return self._assumption(path, node, "share", lambda at, value: self._number(at, value, 0, 1), depends or {})

    def _shares(
        self,
        path: str,
        node: Any,
        check: Callable[[str, str], None] | None = None,
        *,
        depends: _Depends | None = None,
        some: bool = False,
    ) -> Shares:
        def read_one(at: str, value: Any) -> Mapping[str, float]:
            found = {str(key): self._number(f"{at}.{key}", one, 0, 1) for key, one in self._mapping(at, value).items()}
            if found and not isclose(sum(found.values()), 1, abs_tol=1e-6):
                self._fault(at, f"has shares that add up to {sum(found.values()):g}; expected 1")
            for key in found if check else ():
                check(at, key)  # type: ignore[misc]  # it is there
            return found

        return self._assumption(path, node, "shares", read_one, depends or {}, some=some)

    def _amount(
        self,
        path: str,
        node: Any,
        least: float,
        most: float,
        *,
        unit: str = "",
        depends: _Depends | None = None,
    ) -> Amount:
        def read_one(at: str, value: Any) -> Spread:
            part = self._part(at, value, ("shape", "low", "high"), ("mean", "sd", "decimals"))
            shape: Any = part.get("shape")
            low, high = (self._number(f"{at}.{key}", part.get(key), least, most) for key in ("low", "high"))
            if low > high:
                self._fault(at, f"is from {low:g} to {high:g}, which ends before it begins")
            if shape not in SHAPES:
                self._fault(f"{at}.shape", f"is {_shown(shape)}; expected {', '.join(SHAPES)}")
            needs = shape in ("normal", "lognormal")
            if needs != ("mean" in part and "sd" in part):
                self._fault(at, "is uniform and has a mean" if not needs else "has no mean and sd")
            mean, sd = (self._number(f"{at}.{key}", part.get(key, 0), 0, most) for key in ("mean", "sd"))
            if shape == "lognormal" and not mean:
                self._fault(f"{at}.mean", "is 0; a lognormal number is greater")
            decimals = int(self._number(f"{at}.decimals", part.get("decimals", 0), 0, 6))
            return Spread(shape, low, high, mean, sd, decimals) if needs else Spread(shape, low, high, 0, 0, decimals)

        found = self._assumption(path, node, "amount", read_one, depends or {}, unit)
        if not found.unit:
            self._fault(path, "has an amount without a unit")
        return found

    def _limit(self, path: str, node: Any, unit: str) -> Limit:
        found = self._assumption(path, node, "is", lambda at, value: self._number(at, value, 0, 1e6), {}, unit)
        if found.by:
            self._fault(path, "depends on something; expected one number for all")
        return found

    def _assumption(
        self,
        path: str,
        node: Any,
        key: str,
        read_one: Callable[[str, Any], T],
        depends: _Depends,
        unit: str = "",
        *,
        some: bool = False,
    ) -> Assumption[T]:
        has_unit = key == "amount" and not unit
        part = self._part(path, node, (key,), ("by", "source", "assumed", *(["unit"] if has_unit else [])))
        by, value = str(part.get("by") or ""), part.get(key)
        said = self._says(path, part)
        if has_unit:
            unit = str(part.get("unit") or "")
        of: dict[str, T] = {}
        if key in part and not by:
            of[_ALL] = read_one(path, value)
        elif key in part:
            values = {**self._classes, **depends}.get(by)
            if values is None:
                self._fault(f"{path}.by", f"is {by!r}, which is no class above it")
            each = self._mapping(path, value)
            of = {str(one): read_one(f"{path}.{one}", given) for one, given in each.items()}
            for one in values or ():
                if one not in of and not some:
                    self._fault(path, f"does not say what holds of {by} {one}")
            for one in of if values is not None else ():
                if one not in cast(tuple[str, ...], values):
                    self._fault(path, f"speaks of {by} {one}, which there is not")
        found = Assumption(path, by, of, unit, *said)
        self._stated.append(found)
        return found

    def _says(self, path: str, part: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
        """The sources of an assumption, and why what is guessed of it was."""
        source, assumed = part.get("source"), part.get("assumed")
        sources = [source] if isinstance(source, str) else source or []
        if part and not sources and not assumed:
            self._fault(path, "has neither a source nor assumed with a reason")
        for one in sources:
            if one not in self._sources:
                self._fault(f"{path}.source", f"is {_shown(one)}, which is not among the sources{self._near(one)}")
        return tuple(map(str, sources)), " ".join(str(assumed or "").split())

    def _number(self, path: str, value: Any, least: float, most: float) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)) or not isfinite(value):
            self._fault(path, f"is {_shown(value)}; expected a number from {least:g} to {most:g}")
            return least
        if not least <= value <= most:
            self._fault(path, f"is {value:g}; expected a number from {least:g} to {most:g}")
            return least
        return float(value)

    # --- words ----------------------------------------------------------------------------------------

    def _of_column(self, table: str, column: str, *also: str) -> Callable[[str, str], None]:
        def check(path: str, value: str) -> None:
            if value not in also:
                self._name(path, table, column, value)

        return check

    def _of_number(self, path: str, value: str) -> None:
        try:
            float(value)
        except ValueError:
            self._fault(path, f"names {value!r}; expected a number of milligrams")

    def _name(self, path: str, table: str, column: str, value: Any) -> str:
        """A word of a closed list, or the short name of a concept, as the field of a column takes it."""
        field = cast(Column, TABLES[table].column(column)).field
        if field.choices:
            if value not in field.choices:
                self._fault(path, f"names {_shown(value)}; expected {' or '.join(field.choices)}")
        elif not self._resolves(value, field.kinds, whole=True):
            kinds = " or ".join(field.kinds)
            self._fault(path, f"names {_shown(value)}, which is the short name of no {kinds} of the graph")
        return str(value)

    def _resolves(self, value: Any, kinds: tuple[str, ...], *, whole: bool = False) -> bool:
        try:
            iri = self._names.resolve(str(value), kinds)
        except UnknownName:
            return False
        return not whole or self._names.slug(iri) == value

    def _words(self, path: str, value: Any) -> str:
        if not isinstance(value, (str, int, float)) or not str(value).strip():
            self._fault(path, f"is {_shown(value)}; expected words")
        return " ".join(str(value).split())

    def _near(self, value: Any) -> str:
        found = slips(str(value), self._sources)
        return f"; {hint(found)}" if found else ""

    # --- the tree -------------------------------------------------------------------------------------

    def _each(
        self, part: Mapping[str, Any], key: str, read_one: Callable[[str, Any], T], table: str = "", column: str = ""
    ) -> Mapping[str, T]:
        """What stands under a key, by its names; these are concepts where they fill a column."""
        nodes = self._mapping(key, part.get(key) or {})
        for name in nodes if table else ():
            self._name(key, table, column, name)
        return {str(name): read_one(f"{key}.{name}", node) for name, node in nodes.items()}

    def _part(self, path: str, node: Any, needs: Iterable[str], may: Iterable[str] = ()) -> Mapping[str, Any]:
        """A mapping that has these keys and no others."""
        part, needs = self._mapping(path, node), tuple(needs)
        for key in needs:
            if key not in part and isinstance(node, Mapping):
                self._fault(path, f"has no {key}")
        known = {*needs, *may}
        for key in part:
            if key not in known:
                self._fault(path, f"has {_shown(key)}; expected {', '.join(sorted(known))}")
        return part

    def _mapping(self, path: str, node: Any) -> Mapping[str, Any]:
        if isinstance(node, Mapping):
            return node
        self._fault(path, f"is {_shown(node)}; expected names, each with what it holds")
        return {}

    def _fault(self, path: str, problem: str) -> None:
        self.faults.append(f"{self._file}: {path or 'the file'} {problem}.")


def placed(path: str) -> tuple[str, Column | None] | None:
    """The table of a path such as ``therapies.outcome`` and its column; None for that of ``therapies``, which is all
    of its rows. None where there is no such place."""
    if (column := TABLES[PATIENTS].column(path)) is not None:
        return PATIENTS, column
    table, _, name = path.partition(".")
    if table not in TABLES or table == PATIENTS:
        return None
    if not name:
        return table, None
    column = TABLES[table].column(name)
    return None if column is None else (table, column)


def _values(shares: Shares) -> tuple[str, ...]:
    """All that somebody may have, in order."""
    return tuple(dict.fromkeys(value for each in shares.of.values() for value in each))


def _shown(value: Any) -> str:
    text = "missing" if value is None else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
