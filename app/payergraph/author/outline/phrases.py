"""Criteria that one text says: ``age: 18+``, ``measured: BMI >= 30 kg/m2``, ``dose: at most 8 mg per kg a day``.

A phrase is written from the parameters that it says, and read back into them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import pyoxigraph as ox

from ... import terms
from ...terms import Term
from .words import decimal, number

#: Parameters by name.
Given: TypeAlias = dict[str, Term]


class Names(Protocol):
    """What a phrase needs of names: how a thing is called, and which thing is meant."""

    def say(self, iri: str, kinds: Iterable[str], *, alone: bool = False) -> str:
        """What an outline calls a thing."""

    def find(self, text: str, kinds: Iterable[str]) -> ox.NamedNode:
        """The thing that a name means."""


class NoPhrase(Exception):  # noqa: N818 - where a text says nothing, or parameters have no phrase
    """A text that is no such phrase; the argument says how one is written."""


@dataclass(frozen=True)
class Phrase:
    """A way to write some parameters.

    Attributes:
        example: how one is written.
        says: the parameters that it may say.
        write: the text of parameters; ``NoPhrase`` where there is none.
        read: the parameters of a text; ``NoPhrase`` where it is none.
    """

    example: str
    says: tuple[str, ...]
    write: Callable[[Given, Names], str]
    read: Callable[[str, Names], Given]


def _integer(text: str) -> Term:
    return ox.Literal(text, datatype=ox.NamedNode(terms.XSD + "integer"))


def _decimal(text: str) -> Term:
    found = decimal(text)
    if found is None:
        raise NoPhrase
    return found


# --- ranges of one number -----------------------------------------------------------------------------


def _range(least: str, most: str, unit: str, of: Callable[[str], Term]) -> Phrase:
    """``18+``, ``2 to 17``, ``up to 17``, with a unit behind it."""
    tail = f" {unit}" if unit else ""

    def write(given: Given, names: Names) -> str:
        low, high = given.get(least), given.get(most)
        if low and high:
            return f"{number(low)} to {number(high)}{tail}"
        return f"{number(low)}+{tail}" if low else f"up to {number(high)}{tail}" if high else _none()

    def read(text: str, names: Names) -> Given:
        text = text.removesuffix(tail) if tail else text
        if found := re.fullmatch(r"([\d.]+)\+", text):
            return {least: of(found[1])}
        if found := re.fullmatch(r"([\d.]+) to ([\d.]+)", text):
            return {least: of(found[1]), most: of(found[2])}
        if found := re.fullmatch(r"up to ([\d.]+)", text):
            return {most: of(found[1])}
        raise NoPhrase

    return Phrase(f"18+{tail}, 2 to 17{tail} or up to 17{tail}", (least, most), write, read)


def _none() -> str:
    raise NoPhrase


def _write_adherence(given: Given, names: Names) -> str:
    return f"{number(given['minimumAdherencePercent'])} %"


def _read_adherence(text: str, names: Names) -> Given:
    return {"minimumAdherencePercent": _decimal(text.removesuffix("%").strip())}


# --- an attribute, a time on the drug, a biomarker ----------------------------------------------------


def _write_attribute(given: Given, names: Names) -> str:
    if set(given) != {"patientAttribute", "attributeHolds"}:
        raise NoPhrase
    said = names.say(given["patientAttribute"].value, ("PatientAttribute",), alone=True)
    return said if given["attributeHolds"].value == "true" else f"not {said}"


def _read_attribute(text: str, names: Names) -> Given:
    holds = not text.startswith("not ")
    attribute = names.find(text.removeprefix("not "), ("PatientAttribute",))
    return {"patientAttribute": attribute, "attributeHolds": ox.Literal(holds)}


_LEAST = {"month": "minimumMonths", "week": "minimumWeeks", "day": "minimumDays"}


def span(text: str, units: dict[str, str]) -> tuple[str, Term] | None:
    """``3 months`` as a parameter and its value; None where it is none of the units."""
    found = re.fullmatch(r"(\d+) (\w+?)s?", text)
    return (units[found[2]], _integer(found[1])) if found and found[2] in units else None


def spanned(value: Term, unit: str) -> str:
    """``3 months``."""
    return f"{value.value} {unit}" + ("" if value.value == "1" else "s")


def _write_established(given: Given, names: Names) -> str:
    least = [(unit, given[name]) for unit, name in _LEAST.items() if name in given]
    if len(least) > 1 or "longestGapDays" not in given:
        raise NoPhrase
    gap = f"gap {spanned(given['longestGapDays'], 'day')}"
    return f"{spanned(least[0][1], least[0][0])}, {gap}" if least else gap


def _read_established(text: str, names: Names) -> Given:
    least, comma, gap = text.rpartition(", ")
    parts = [span(gap.removeprefix("gap "), {"day": "longestGapDays"}), *([span(least, _LEAST)] if comma else [])]
    if None in parts or not gap.startswith("gap "):
        raise NoPhrase
    return dict(part for part in parts if part)


def _write_biomarker(given: Given, names: Names) -> str:
    marker = names.say(given["marker"].value, _MARKERS, alone=True)
    if "biomarkerResult" not in given:
        return marker
    return f"{marker} = {names.say(given['biomarkerResult'].value, ('BiomarkerResult',), alone=True)}"


def _read_biomarker(text: str, names: Names) -> Given:
    marker, sign, result = text.partition(" = ")
    given: Given = {"marker": names.find(marker, _MARKERS)}
    return given | ({"biomarkerResult": names.find(result, ("BiomarkerResult",))} if sign else {})


_MARKERS = ("Biomarker", "Gene")


# --- values and changes -------------------------------------------------------------------------------

_SIGNS = {">=": "atLeast", ">": "above", "<=": "atMost", "<": "below"}
_ENDINGS = {"": "Value", "x upper": "TimesUpper", "x lower": "TimesLower"}


def _write_measured(given: Given, names: Names) -> str:
    observable = names.say(given["measured"].value, ("Observable",), alone=True)
    unit = f" {names.say(given['valueUnit'].value, ('Unit',), alone=True)}" if "valueUnit" in given else ""
    bounds = [
        f"{sign} {number(given[how + ending])}{f' {times}' if times else unit}"
        for times, ending in _ENDINGS.items()
        for sign, how in _SIGNS.items()
        if how + ending in given
    ]
    bounds += [
        f"{sign} {names.say(given[how + 'Grade'].value, ('Grade',), alone=True)}"
        for sign, how in _SIGNS.items()
        if how + "Grade" in given
    ]
    any_bound = given["anyBound"].value == "true" if "anyBound" in given else False
    return f"{observable} {(' or ' if any_bound else ' and ').join(bounds)}".strip()


_BOUND = re.compile(r"(>=|>|<=|<) (.+)")
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(?: (.+))?")


def _read_measured(text: str, names: Names) -> Given:
    observable, *bounds = re.split(r" (?:(?:and|or) )?(?=(?:>=|>|<=|<) )", text)
    given: Given = {"measured": names.find(observable, ("Observable",))}
    for bound in bounds:
        found = _BOUND.fullmatch(bound)
        if not found:
            raise NoPhrase
        how, of = _SIGNS[found[1]], _NUMBER.fullmatch(found[2])
        if not of:
            given[f"{how}Grade"] = names.find(found[2], ("Grade",))
        elif of[2] in ("x upper", "x lower"):
            given[how + _ENDINGS[of[2]]] = _decimal(of[1])
        else:
            given[f"{how}Value"] = _decimal(of[1])
            if of[2]:
                given["valueUnit"] = names.find(of[2], ("Unit",))
    if re.search(r" or (?=(?:>=|>|<=|<) )", text):
        given["anyBound"] = ox.Literal(True)
    return given


_MEASURED = (
    *("measured", "valueUnit", "anyBound"),
    *(how + ending for how in _SIGNS.values() for ending in (*_ENDINGS.values(), "Grade")),
)
_CHANGES = {"loss >=": "lossAtLeast", "loss <=": "lossAtMost", "rise >=": "riseAtLeast", "rise <=": "riseAtMost"}


def _write_changed(given: Given, names: Names) -> str:
    observable = names.say(given["changed"].value, ("Observable",), alone=True)
    unit = f" {names.say(given['changeUnit'].value, ('Unit',), alone=True)}" if "changeUnit" in given else ""
    bounds = [
        f"{words} {number(given[how + percent])}{' %' if percent else unit}"
        for words, how in _CHANGES.items()
        for percent in ("", "Percent")
        if how + percent in given
    ]
    return " and ".join([f"{observable} {bounds[0]}", *bounds[1:]]) if bounds else _none()


def _read_changed(text: str, names: Names) -> Given:
    observable, *bounds = re.split(r" (?:and )?(?=(?:loss|rise) [<>]= )", text)
    given: Given = {"changed": names.find(observable, ("Observable",))}
    for bound in bounds:
        words, of = bound[:7], _NUMBER.fullmatch(bound[8:])
        if words not in _CHANGES or not of:
            raise NoPhrase
        given[_CHANGES[words] + ("Percent" if of[2] == "%" else "")] = _decimal(of[1])
        if of[2] and of[2] != "%":
            given["changeUnit"] = names.find(of[2], ("Unit",))
    return given if bounds else _nothing()


def _nothing() -> Given:
    raise NoPhrase


_CHANGED = ("changed", "changeUnit", *(how + percent for how in _CHANGES.values() for percent in ("", "Percent")))


# --- doses --------------------------------------------------------------------------------------------

_BASES = {" per kg": "PerKilogram", " per m2": "PerSquareMeter"}
_DOSE = re.compile(r"([\d.]+) (.+?)( per kg| per m2)?(?: (?:a|every (\d+)) (day|week|month)s?)?")
DOSED = ("doseUnit", "dosePer", "dosePeriodDays", "dosePeriodMonths")


def write_dose(given: Given, names: Names, amount: str) -> str:
    """``15 mg per kg every 7 days``."""
    if "doseUnit" not in given:
        raise NoPhrase
    unit = names.say(given["doseUnit"].value, ("Unit",), alone=True)
    per = terms.local(given["dosePer"].value) if "dosePer" in given else ""
    base = next((words for words, name in _BASES.items() if name == per), "")
    if bool(per) != bool(base):
        raise NoPhrase
    return f"{number(given[amount])} {unit}{base}{_period(given)}"


def _period(given: Given) -> str:
    for name, unit in (("dosePeriodDays", "day"), ("dosePeriodMonths", "month")):
        if name in given:
            number = int(given[name].value)
            if unit == "day" and number == 7:
                return " a week"
            return f" a {unit}" if number == 1 else f" every {number} {unit}s"
    return ""


def read_dose(text: str, names: Names, amount: str) -> Given:
    """The parameters of a dose."""
    found = _DOSE.fullmatch(text)
    if not found:
        raise NoPhrase
    given: Given = {amount: _decimal(found[1]), "doseUnit": names.find(found[2], ("Unit",))}
    if found[3]:
        given["dosePer"] = ox.NamedNode(terms.PG + _BASES[found[3]])
    if found[5]:
        count = int(found[4] or 1) * (7 if found[5] == "week" else 1)
        given["dosePeriodMonths" if found[5] == "month" else "dosePeriodDays"] = _integer(str(count))
    return given


_BOUNDS = {"at least": "atLeast", "at most": "atMost"}
_STEPS = {"loading ": "LoadingDose", "": "Dose"}
_DOSES = tuple(how + ending for ending in _STEPS.values() for how in _BOUNDS.values())


def _write_dosing(given: Given, names: Names) -> str:
    if set(given) == {"dosing"}:
        return names.say(given["dosing"].value, ("Dosing",), alone=True)
    once = {name: term for name, term in given.items() if not name.startswith("dosePeriod")}
    said = []
    for step, ending in _STEPS.items():
        low, high = (given.get(how + ending) for how in _BOUNDS.values())
        for words, how in {"exactly": "atMost"}.items() if low and low == high else _BOUNDS.items():
            if how + ending in given:
                said.append(f"{step}{words} {write_dose(once if step else given, names, how + ending)}")
    return ", ".join(said) or _none()


def _read_dosing(text: str, names: Names) -> Given:
    if " " in text and not re.match(r"(loading )?(at least|at most|exactly) \d", text):
        return {"dosing": names.find(text, ("Dosing",))}
    given: Given = {}
    for part in text.split(", "):
        found = re.fullmatch(r"(loading )?(at least|at most|exactly) (.+)", part)
        if not found:
            raise NoPhrase
        ending = _STEPS[found[1] or ""]
        for how in _BOUNDS.values() if found[2] == "exactly" else [_BOUNDS[found[2]]]:
            more = read_dose(found[3], names, how + ending)
            if any(given.get(name, term) != term for name, term in more.items()):
                raise NoPhrase
            given |= more
    return given


_QUANTITY = re.compile(r"at most ([\d.]+)(?: (.+?))? in (\d+) days?")


def _write_quantity(given: Given, names: Names) -> str:
    if not {"maximumQuantity", "perDays"} <= set(given):
        raise NoPhrase
    unit = f" {names.say(given['quantityUnit'].value, ('Unit',), alone=True)}" if "quantityUnit" in given else ""
    return f"at most {number(given['maximumQuantity'])}{unit} in {spanned(given['perDays'], 'day')}"


def _read_quantity(text: str, names: Names) -> Given:
    found = _QUANTITY.fullmatch(text)
    if not found:
        raise NoPhrase
    given: Given = {"maximumQuantity": _decimal(found[1]), "perDays": _integer(found[3])}
    return given | ({"quantityUnit": names.find(found[2], ("Unit",))} if found[2] else {})


PHRASES = {
    "age": _range("minimumAge", "maximumAge", "", _integer),
    "months": _range("minimumAgeMonths", "maximumAgeMonths", "", _integer),
    "weight": _range("minimumWeightKg", "maximumWeightKg", "kg", _decimal),
    "adherence": Phrase("85 %", ("minimumAdherencePercent",), _write_adherence, _read_adherence),
    "attribute": Phrase(
        "pregnant or not pregnant", ("patientAttribute", "attributeHolds"), _write_attribute, _read_attribute
    ),
    "established": Phrase(
        "3 months, gap 30 days", (*_LEAST.values(), "longestGapDays"), _write_established, _read_established
    ),
    "biomarker": Phrase("NLRP3 = pathogenic", ("marker", "biomarkerResult"), _write_biomarker, _read_biomarker),
    "measured": Phrase(
        "bmi >= 27 kg/m2 and < 30 kg/m2, crp > 1 x upper or fibrosis-stage >= fibrosis-f3",
        _MEASURED,
        _write_measured,
        _read_measured,
    ),
    "changed": Phrase("body weight loss >= 5 %", _CHANGED, _write_changed, _read_changed),
    "dose": Phrase(
        "at most 8 mg per kg a day, exactly 40 mg every 14 days or as labeled",
        (*_DOSES, *DOSED, "dosing"),
        _write_dosing,
        _read_dosing,
    ),
    "quantity": Phrase(
        "at most 28 tablet in 28 days", ("maximumQuantity", "perDays", "quantityUnit"), _write_quantity, _read_quantity
    ),
}
