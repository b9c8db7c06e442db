"""The state of a page in its address, so that every view can be linked to and the back button works.

The address is the only memory: widgets are set from it before they are drawn, and write to it when they change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import streamlit as st

from . import markup


def given(name: str) -> str:
    """A parameter of the address; empty where it is absent."""
    return st.query_params.get(name, "")


def one_of(name: str, known: Iterable[str], otherwise: str, unknown: list[str]) -> str:
    """A parameter that is one of several words. What is none of them is noted and replaced."""
    value = given(name)
    if not value:
        return otherwise
    if value not in known:
        unknown.append(value)
        return otherwise
    return value


def opening(favourite: str, known: Iterable[str]) -> str:
    """The word with which a page opens: a favourite where it is known, else the first."""
    known = list(known)
    return favourite if favourite in known else known[0]


def some_of(name: str, known: Iterable[str], unknown: list[str]) -> list[str]:
    """A parameter that is a list of words with commas between them."""
    known = set(known)
    values = [value for value in given(name).split(",") if value]
    unknown += [value for value in values if value not in known]
    return [value for value in dict.fromkeys(values) if value in known]


def day(name: str, unknown: list[str]) -> date | None:
    """A parameter that is a day. What is none is noted and left out."""
    value = given(name)
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        unknown.append(value)
        return None


def days(name: str, known: Iterable[str], unknown: list[str]) -> dict[str, date]:
    """A parameter that is a list of words, each with a day: ``internal-appeal:2026-11-05``."""
    known = set(known)
    found = {}
    for part in filter(None, given(name).split(",")):
        word, _, text = part.partition(":")
        try:
            when = date.fromisoformat(text)
        except ValueError:
            when = None
        if word in known and when:
            found[word] = when
        else:
            unknown.append(part)
    return found


def written_days(found: Mapping[str, date]) -> str:
    """Words with days, as ``days`` reads them."""
    return ",".join(f"{word}:{when.isoformat()}" for word, when in found.items())


def changed(changes: Mapping[str, str], *gone: str) -> dict[str, str]:
    """The parameters of the address with some changed, and without those that are gone."""
    return {name: value for name, value in (st.query_params.to_dict() | dict(changes)).items() if name not in gone}


def write(parameters: Mapping[str, str]) -> None:
    """Replace the parameters; empty ones are left out."""
    st.query_params.from_dict({name: value for name, value in parameters.items() if value})


def note(unknown: list[str]) -> None:
    """Say what of the address could not be chosen; nothing where all of it could."""
    if unknown:
        named = markup.plain(shortened(unknown))
        st.warning(f"The address names what cannot be chosen here: {named}. The usual choice is shown in its place.")


def shortened(values: Iterable[str]) -> str:
    """What an address names, fit for a message."""
    return ", ".join(value if len(value) <= 60 else f"{value[:59]}…" for value in values)
