"""A case in FHIR R4: a Bundle of one patient, or a Patient with the rest contained, as the tree that YAML is read into.

What a resource says stands in ``chart.fhir``. Here the resources of the patient are found, the request among them, and
their rows put together. A bundle is made by a machine and holds more than is asked: what is not read is told beside the
answer, once, and is no error.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ..errors import UnknownName
from ..store.names import Names
from .dates import Span
from .fhir import NOBODY, UNKNOWN, Asked, Reader, Resource, Row, Unread, entries, entry, keys, of_practitioner
from .fhir import patient as patient_of
from .fhir import text as text_of
from .text import MAX_VALUES, Keyed, Pairs, Place, Tree, Words, shown, word
from .unheard import Unheard

_DEEPEST = 64
_ADVICE = "add a MedicationRequest or a ServiceRequest with the intent proposal or plan, or name the drug with --drug"


@dataclass(frozen=True)
class _Found:
    """A resource of a bundle.

    Attributes:
        ids: by which others refer to it.
    """

    resource: Resource
    kind: str
    ids: tuple[str, ...]
    place: Place


def is_fhir(parsed: Any) -> bool:
    """Whether parsed JSON is a resource of FHIR."""
    return isinstance(parsed, Pairs) and any(key == "resourceType" for key, _ in parsed)


def tree_of_fhir(
    parsed: Any, place: Place, names: Names, *, today: date, drug: str | None
) -> tuple[Keyed, tuple[Unheard, ...]]:
    """The tree of a Bundle, or of a Patient with contained resources, and what of it is not read.

    Args:
        today: the request date where the request has none.
        drug: the drug that is asked for, by name; by default as the bundle says.

    Raises:
        CaseError: it is not of one patient, it does not say which drug is asked for, or it is no FHIR.
    """
    found = list(_resources(_plain(parsed, place, 0), place))
    patient, find = _patient(found, place), _finder(found)
    own: list[_Found] = []
    told: Counter[Unread] = Counter()
    for one in found:
        if one is patient or patient_of(one.resource) in patient.ids:
            own.append(one)
        elif any(key in one.resource for key in ("subject", "patient", "beneficiary")):
            told[Unread(NOBODY, resource=one.kind)] += 1
    asking, asked, others = _asked(own, Reader(names, today, find), names, drug, place)
    told.update(others)
    reader, tree = Reader(names, _requested(asked, today), find), _Case(place)
    for one in own:
        for row in reader.rows(one.resource):
            if isinstance(row, Unread):
                told[row] += 1
            else:
                tree.add(row, one.place)
    for key, value in asked.items():
        tree.say(key, value, asking)
    return tree.whole(), tuple(Unheard(one.resource, _said(one, many)) for one, many in told.items())


def _finder(found: Sequence[_Found]) -> Callable[[str], Sequence[Resource]]:
    """What finds the resources that have a name, as ``Reader`` asks for them."""
    by_key: defaultdict[str, list[Resource]] = defaultdict(list)
    for one in found:
        for id in one.ids:
            by_key[f"{one.kind}/{id}"].append(one.resource)
        if one.kind == "PractitionerRole":
            for key in keys(one.resource.get("practitioner"), "Practitioner"):
                by_key[of_practitioner(key)].append(one.resource)

    def find(key: str) -> Sequence[Resource]:
        return by_key.get(key, ())

    return find


def _said(one: Unread, many: int) -> str:
    """What is left out, with why, where it is known here, and how often."""
    name = one.name or one.code or "something without a name"
    why = "" if one.reason == UNKNOWN else f", for {one.reason}"
    return name + why + (f", {many} times" if many > 1 else "")


def _plain(value: Any, place: Place, depth: int) -> Any:
    """Parsed JSON with objects as mappings.

    Raises:
        CaseError: a key stands twice, or it is nested too deeply.
    """
    if depth > _DEEPEST:
        raise place.error(f"is nested more than {_DEEPEST} levels deep; a Bundle has some twenty")
    if isinstance(value, Pairs):
        found: dict[str, Any] = {}
        for key, item in value:
            if key in found:
                raise place.key(key).error("is given a second time; keep one of the two")
            found[key] = _plain(item, place.key(key), depth + 1)
        return found
    if isinstance(value, list):
        return [_plain(item, place.item(number), depth + 1) for number, item in enumerate(value)]
    return value


def _resources(document: Resource, place: Place) -> Iterator[_Found]:
    """The resources of a Bundle, or of a Patient: itself and what it contains.

    Raises:
        CaseError: it is neither, or one of them does not say what it is.
    """
    kind = document["resourceType"]
    if kind == "Patient":
        id = text_of(document.get("id"))
        yield _Found(document, "Patient", (id, ""), place)
        for number, one in enumerate(entries(document.get("contained"))):
            here = place.key("contained").item(number)
            # What a Patient contains is about it, whether it says so or refers to it as "#".
            about = one if patient_of(one) else {**one, "subject": {"reference": f"Patient/{id}"}}
            yield _Found(about, _kind(one, here), (text_of(one.get("id")),), here)
        return
    if kind != "Bundle":
        told = shown(kind) if isinstance(kind, str) else "no word"
        raise place.key("resourceType").error(f"is {told}; expected Bundle, or Patient with contained resources")
    for number, one in enumerate(document.get("entry") or () if isinstance(document.get("entry"), list) else ()):
        here = place.key("entry").item(number)
        resource = entry(one).get("resource")
        if resource is None and isinstance(one, Mapping):
            continue  # what is deleted, or asked for, has none
        if not isinstance(resource, Mapping):
            raise here.error("holds no resource; expected an object with a resourceType")
        kind, full = _kind(resource, here.key("resource")), text_of(one.get("fullUrl"))
        ids = (text_of(resource.get("id")), full.rpartition(":" if full.startswith("urn:") else "/")[2])
        yield _Found(resource, kind, tuple(dict.fromkeys(id for id in ids if id)), _named(here, kind, ids))


def _kind(resource: Resource, place: Place) -> str:
    kind = text_of(resource.get("resourceType"))
    if not kind:
        raise place.error("has no resourceType; expected the name of one, such as Condition")
    return kind


def _named(place: Place, kind: str, ids: Sequence[str]) -> Place:
    """The place of a resource by its name, which says more than its number."""
    id = next((id for id in ids if id), "")
    return Place(place.file, f"{kind}/{id}") if id and len(kind) + len(id) <= 90 else place.key("resource")


def _patient(found: Sequence[_Found], place: Place) -> _Found:
    patients = [one for one in found if one.kind == "Patient"]
    if not patients:
        raise place.error("has no Patient; a case is a Bundle of one patient and what is on record of that patient")
    if len(patients) > 1:
        which = " and ".join(one.place.field for one in patients[:2])
        raise place.error(f"has {len(patients):,} patients, such as {which}; give one patient a Bundle")
    return patients[0]


def _asked(
    own: Sequence[_Found], reader: Reader, names: Names, drug: str | None, place: Place
) -> tuple[Place, dict[str, Any], list[Unread]]:
    """Where the drug is asked for, what is said of the request, and what else is asked for.

    Raises:
        CaseError: nothing says which drug is asked for, or several things do.
    """
    asks = [(one.place, asked) for one in own if (asked := reader.asked(one.resource)) is not None]
    if drug is None and not asks:
        raise place.key("drug").error(f"is missing, for no resource asks for one; {_ADVICE}")
    if drug is None and len({asked.values["drug"] for _, asked in asks}) > 1:
        which = " and ".join(f"{shown(asked.values['drug'])} ({at.field})" for at, asked in asks[:3])
        raise place.key("drug").error(f"may be {which}; name the one that is meant with --drug")
    if drug is None:
        return *_latest(asks), []
    fitting = [(at, asked) for at, asked in asks if _same(drug, asked, names)]
    others = [_other(asked) for _, asked in asks if not _same(drug, asked, names)]
    at, values = _latest(fitting) if fitting else (place, {})
    return at, {**values, "drug": drug}, others


def _other(asked: Asked) -> Unread:
    return replace(asked.concept.unread("another drug is asked about"), resource="MedicationRequest")


def _latest(asks: Sequence[tuple[Place, Asked]]) -> tuple[Place, dict[str, Any]]:
    """Of several requests for one drug the latest, of those of one day the first; one without a day is the earliest."""
    at, asked = max(asks, key=lambda one: one[1].values.get("requestDate", ""))
    return at, asked.values


def _same(drug: str, asked: Asked, names: Names) -> bool:
    """Whether what is asked for is a drug or a product that somebody names; of two names, one may be the narrower."""
    try:
        named = names.resolve(drug, ("Drug", "Product"))
    except UnknownName:
        return False  # which is told when the case is checked
    other = asked.therapy
    return other is not None and (names.subsumes(named, other) or names.subsumes(other, named))


def _requested(asked: Mapping[str, Any], today: date) -> date:
    return Span.parse(asked["requestDate"]).first if "requestDate" in asked else today


class _Case:
    """The rows of a case as they come."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._fields: dict[str, Tree] = {}
        self._lists: defaultdict[str, list[Tree]] = defaultdict(list)
        self._unheard: set[tuple[str, Any]] = set()
        self._values = 0
        self._payers: dict[str, Place] = {}

    def add(self, row: Row, place: Place) -> None:
        """Take in a row; of what the graph does not know, one row for each name, which tells as much as many."""
        if row.table == "patients":
            values = dict(row.values)
            if payer := values.pop("payer", None):
                self._payers[payer] = place
            for key, value in values.items():
                self.say(key, value, place)
            return
        name = (row.table, next(iter(row.values.values())))
        if row.unheard is not None:
            if name in self._unheard:
                return
            self._unheard.add(name)
        items = self._lists[row.table]
        items.append(self._tree(row.values, Place(place.file, f"{place.field}: {row.table}[{len(items)}]")))

    def say(self, key: str, value: Any, place: Place) -> None:
        """Take in a field that is no list."""
        self._fields[key] = self._tree(value, Place(place.file, f"{place.field}: {key}" if place.field else key))

    def whole(self) -> Keyed:
        """The tree. Of several payers none is the one that is asked."""
        for payer, place in self._payers.items() if len(self._payers) == 1 else ():
            self.say("payer", payer, place)
        lists = {key: Words(tuple(items), self._place.key(key)) for key, items in self._lists.items()}
        return Keyed({**self._fields, **lists}, self._place)

    def _tree(self, value: Any, place: Place) -> Tree:
        self._values += 1
        if self._values > MAX_VALUES:
            raise self._place.error(f"holds more than the {MAX_VALUES:,} values that a case may have")
        if isinstance(value, Mapping):
            return Keyed({key: self._tree(item, place.key(key)) for key, item in value.items()}, place)
        if isinstance(value, list):
            return Words(tuple(self._tree(item, place.item(n)) for n, item in enumerate(value)), place)
        return word(str(value).lower() if isinstance(value, bool) else str(value), place)
