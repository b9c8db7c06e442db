"""The form of a case. It follows the fields of the format and holds what is filled in as the format writes it.

The form keeps a draft: a dictionary in the words of the format. In it each entry of a list also has a number by which
its widgets are told apart, and a mark when it was added here; both begin with ``#``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import count
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from payergraph.chart.dates import Span, readings
from payergraph.chart.fields import BESIDE, FIELDS, LETTER, PATHS, Field
from payergraph.wording import written

from . import data, markup
from .fields import Section, Shown
from .markup import plain

Draft = dict[str, Any]
_Widget = Callable[[Shown, str, str, Any], Any]
#: Below each field that says something, or that an entry cannot be without, the place for what is wrong with it, by the
#: key of its widget.
Places = dict[str, DeltaGenerator]

_NUMBER, _NEW = "#", "#new"
_NOT_RECORDED = "Not recorded"
_FEW = 6
_ABSENT = object()
_A_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
_STEP = re.compile(r"(\w+)|\[(\d+)\]")
_numbers = count(1)


def draft_of(record: Mapping[str, Any]) -> Draft:
    """A draft of a record; every entry of a list gets a number."""

    def of(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: of(item) for key, item in value.items()}
        if isinstance(value, list):
            return [{_NUMBER: next(_numbers), **of(item)} if isinstance(item, Mapping) else item for item in value]
        return float(value) if isinstance(value, Decimal) else value

    return {key: of(value) for key, value in record.items()}


def record_of(draft: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft says, without numbers and without what is empty."""

    def of(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: kept for key, item in value.items() if key[:1] != "#" and _says(kept := of(item))}
        if isinstance(value, list):
            return [kept for item in value if _says(kept := of(item))]
        return value

    record: dict[str, Any] = of(draft)
    return record


def _says(value: Any) -> bool:
    return value is not None and value not in ("", [], {})


def fits(record: Any, fields: Iterable[Field] = (*FIELDS, LETTER)) -> bool:
    """Whether the form can hold a record; one that comes back may be older than the graph."""
    known = {field.key: field for field in fields}
    if not isinstance(record, Mapping) or not set(record) <= set(known):
        return False
    if any(isinstance(value, list) != known[key].many for key, value in record.items()):
        return False
    return all(
        _fits(item, known[key]) for key, value in record.items() for item in (value if known[key].many else [value])
    )


def _fits(value: Any, field: Field) -> bool:
    if field.type == "entry":
        return fits(value, (*field.fields, *BESIDE) if field.many else field.fields)
    if field.type == "flag":
        return isinstance(value, bool)
    if field.type == "value" and isinstance(value, str):
        return True
    if field.type in ("count", "number", "value"):
        whole = field.type == "count"
        is_number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        return is_number and float(field.low) <= value <= float(field.high)
    if not isinstance(value, str):
        return False
    words = data.choices(field.kinds) if field.type == "name" else field.choices
    return field.type not in ("name", "choice") or field.open or value in words


def key_of(draft: Draft, name: str, path: str) -> str:
    """The key of what a field is drawn with, ``case-3.therapies.7.start`` of ``therapies[0].start``; of an entry that
    of its frame, and of a list that of the button that adds to it.

    Args:
        name: as of ``draw``.
        path: in the words of the format; entries are counted that say something.
    """
    here: Any = draft
    field = PATHS.get(re.sub(r"\[\d+\]", "", path))
    steps, kind = [name], "add" if field is not None and field.many and field.fields else "case"
    for key, number in _STEP.findall(path):
        if key:
            here = here.get(key) if isinstance(here, Mapping) else None
            steps.append(key)
            continue
        said = [item for item in here or () if isinstance(item, Mapping) and record_of(item)]
        if int(number) < len(said):
            here = said[int(number)]
            steps.append(str(here[_NUMBER]))
            kind = "entry" if path.endswith("]") else "case"
    return f"{kind}-{'.'.join(steps)}"


def draw(draft: Draft, shown: Iterable[Section], name: str, *, opened: bool) -> Places:
    """Draw sections of the form and write what is filled in to the draft.

    Args:
        name: another one when another case is laid on.
        opened: whether the first section is open at first.
    """
    places: Places = {}
    for number, section in enumerate(shown):
        with st.expander(plain(section.title), expanded=number == 0 and opened, key=f"section-{name}-{section.title}"):
            _fields(section.fields, draft, name, places)
    return places


def _fields(fields: Iterable[Shown], values: Draft, path: str, places: Places) -> None:
    """Fields in two columns; lists, entries and what an entry is about across both."""
    single: list[Shown] = []
    for place, shown in enumerate(fields):
        if shown.inside or shown.field.many or (place == 0 and shown.field.type == "name"):
            _pairs(single, values, path, places)
            single = []
            _wide(shown, values, f"{path}.{shown.field.key}", places)
        else:
            single.append(shown)
    _pairs(single, values, path, places)


def _pairs(fields: list[Shown], values: Draft, path: str, places: Places) -> None:
    for first in range(0, len(fields), 2):
        pair = fields[first : first + 2]
        with st.container(key=f"pair-{path}.{pair[0].field.key}"):
            columns = st.columns(2)
        for column, shown in zip(columns, pair, strict=False):
            with column:
                _put(values, shown, _WIDGETS[shown.field.type], f"{path}.{shown.field.key}", places)


def _wide(shown: Shown, values: Draft, path: str, places: Places) -> None:
    key = shown.field.key
    if not shown.inside:
        if shown.field.many:
            _several(shown, values, path)
        else:
            _put(values, shown, _name, path, places)
    elif shown.field.many:
        _list(shown, values.setdefault(key, []), path, places)
    else:
        st.markdown(f"**{plain(shown.label)}**")
        _fields(shown.inside, values.setdefault(key, {}), path, places)


def _list(shown: Shown, entries: list[Draft], path: str, places: Places) -> None:
    st.markdown(f"**{plain(shown.label)}**", help=plain(shown.field.help))
    named = next((child.named for child in shown.inside if child.named), ())
    if named:
        st.caption(plain(f"Named by the documents: {_in_short(named)}"))
    for entry in entries:
        here = f"{path}.{entry[_NUMBER]}"
        summary = _summary(shown.inside, entry) or "New"
        with st.expander(plain(summary), expanded=_NEW in entry, key=f"entry-{here}"):
            _fields(shown.inside, entry, here, places)
            st.button("Remove", key=f"remove-{here}", type="tertiary", on_click=_remove, args=(entries, entry[_NUMBER]))
    st.button(plain(f"Add to {shown.label.lower()}"), key=f"add-{path}", on_click=_add, args=(entries,))


def _in_short(named: Sequence[str]) -> str:
    words = [data.label(iri) for iri in named[:_FEW]]
    return "; ".join(words) + (f"; and {len(named) - _FEW} more" if len(named) > _FEW else "")


def _summary(fields: Iterable[Shown], entry: Draft) -> str:
    """The first few things that an entry says."""
    said = [
        _word(shown.field, value)
        for shown in fields
        if _says(record_of({"it": entry.get(shown.field.key)}))
        for value in (entry[shown.field.key] if shown.field.many else [entry[shown.field.key]])
    ]
    return ", ".join(said[:3])


def _word(field: Field, value: Any) -> str:
    if field.type == "entry":
        return " ".join(_word(one, value[one.key]) for one in field.fields if _says(value.get(one.key)))
    if field.type == "name":
        return data.choices(field.kinds).get(value, str(value))
    if field.type == "flag":
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value).replace("-", " ") if field.choices else str(value)


def _add(entries: list[Draft]) -> None:
    entries.append({_NUMBER: next(_numbers), _NEW: True})


def _remove(entries: list[Draft], number: int) -> None:
    entries[:] = [entry for entry in entries if entry[_NUMBER] != number]


# --- one widget for each type of field ------------------------------------------------------------


def _put(values: Draft, shown: Shown, widget: _Widget, path: str, places: Places) -> None:
    """Draw the widget of a field and keep what it holds. It begins with the draft: other pages forget its state."""
    key = shown.field.key
    values[key] = widget(shown, plain(shown.label), f"case-{path}", values.get(key))
    if shown.field.required or _says(values[key]):
        places[f"case-{path}"] = st.empty()


def _begin(key: str, value: Any) -> None:
    # Not "key not in": that copies the whole state each time, a quarter of a rerun.
    if st.session_state.get(key, _ABSENT) is _ABSENT:
        st.session_state[key] = value


def _text(shown: Shown, label: str, key: str, value: Any) -> Any:
    _begin(key, "" if value is None else str(value))
    return st.text_input(label, key=key, help=plain(shown.field.help)).strip()


def _value(shown: Shown, label: str, key: str, value: Any) -> Any:
    """A number, or the name of a grade."""
    whole = isinstance(value, float) and value.is_integer()
    text = _text(shown, label, key, int(value) if whole else value)
    return float(text) if isinstance(text, str) and _A_NUMBER.fullmatch(text.strip()) else text


def _date(shown: Shown, label: str, key: str, value: Any) -> Any:
    """A date as the format writes it. One in another notation is taken where it can be read in one way alone, and the
    page says how it was read."""
    _begin(key, "" if value is None else str(value))
    day = "yyyy-mm-dd or mm/dd/yyyy"
    hint = day if shown.field.type == "day" else f"{day}; a month or a year"
    said = st.text_input(label, key=key, help=plain(shown.field.help), placeholder=hint).strip()
    could = read_as(said, shown.field)
    if len(could) != 1 or could[0] == said:
        return said
    st.caption(plain(f"Understood as {written(could[0])}."))
    return could[0]


def read_as(text: str, field: Field) -> tuple[str, ...]:
    """What a date may say that fits a field, as the format writes it: several where day and month are not told apart,
    none where it is no date."""
    try:
        return (Span.parse(text).text,)
    except ValueError:
        return tuple(one for one in readings(text) if field.type != "day" or len(one) == len("2024-03-15"))


def _write(key: str, text: str) -> None:
    st.session_state[key] = text


def show_fault(places: Places, key: str, problem: str) -> bool:
    """Say at a field what is wrong with it, and where a day can be read in two ways, ask which is meant.

    Returns:
        Whether there is such a field on the page.
    """
    if key not in places:
        return False
    said = st.session_state.get(key)
    could = readings(said.strip()) if isinstance(said, str) else ()
    with places[key].container():
        markup.show(markup.tag("p", "✗ ", problem, class_="pg-fault"))
        if len(could) > 1:
            with st.container(horizontal=True, key=f"which-{key}"):
                for one in could:
                    st.button(f"It is {written(one)}", key=f"is-{key}-{one}", on_click=_write, args=(key, one))
    return True


def _number(shown: Shown, label: str, key: str, value: Any) -> Any:
    field = shown.field
    kind: type = int if field.type == "count" else float
    _begin(key, None if value is None else kind(value))
    steps = {"step": 1} if kind is int else {"step": 1.0, "format": "%g"}
    return st.number_input(
        label, kind(field.low), kind(field.high), None, key=key, help=plain(field.help), placeholder="–", **steps
    )


def _flag(shown: Shown, label: str, key: str, value: Any) -> Any:
    _begin(key, value)
    return st.segmented_control(
        label, [True, False], format_func=lambda yes: "Yes" if yes else "No", key=key, help=plain(shown.field.help)
    )


def _choice(shown: Shown, label: str, key: str, value: Any) -> Any:
    _begin(key, value)
    words = list(shown.field.choices)
    return st.selectbox(
        label,
        words,
        None,
        format_func=lambda word: word.replace("-", " "),
        key=key,
        help=plain(shown.field.help),
        placeholder=_NOT_RECORDED,
    )


def _name(shown: Shown, label: str, key: str, value: Any) -> Any:
    _begin(key, value)
    known = _known(shown)
    if value and shown.field.open:  # the graph may not know it
        known = {**known, value: known.get(value, value)}
    return st.selectbox(
        label,
        known,
        None,
        format_func=known.__getitem__,
        key=key,
        help=plain(shown.field.help),
        placeholder=_NOT_RECORDED,
    )


def _known(shown: Shown) -> dict[str, str]:
    """What a field can name, with labels."""
    known = data.choices(shown.field.kinds, shown.named)
    return known if shown.only is None else {slug: word for slug, word in known.items() if slug in shown.only}


def _several(shown: Shown, values: Draft, path: str) -> None:
    """Names that are added one at a time: Streamlit's list of several takes all that fit what is typed at one key."""
    chosen: list[str] = values.setdefault(shown.field.key, [])
    known = _known(shown)
    key = f"case-{path}"
    st.selectbox(
        plain(shown.label),
        [slug for slug in known if slug not in chosen],
        None,
        format_func=known.__getitem__,
        key=key,
        help=plain(shown.field.help),
        placeholder="Add another" if chosen else _NOT_RECORDED,
        on_change=_take,
        args=(chosen, key),
    )
    for slug in chosen:
        with st.container(horizontal=True, vertical_alignment="center", key=f"chosen-{path}.{slug}"):
            st.markdown(plain(known.get(slug, slug)), width="content")
            remove = f"remove-{path}.{slug}"
            st.button("Remove", key=remove, type="tertiary", on_click=chosen.remove, args=(slug,))


def _take(chosen: list[str], key: str) -> None:
    chosen.append(st.session_state[key])
    st.session_state[key] = None


_WIDGETS: dict[str, _Widget] = {
    "text": _text,
    "code": _text,
    "date": _date,
    "day": _date,
    "count": _number,
    "number": _number,
    "value": _value,
    "flag": _flag,
    "choice": _choice,
    "name": _name,
}
