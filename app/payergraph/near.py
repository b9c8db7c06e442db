"""Which known word a misspelt one was meant to be: slips of the pen, and nothing that could mean something else.

A hint is followed without much thought, so it must not change what was said. Two names are one slip apart where all
their words are the same but one, and that one begins alike and differs by as many letters as ``letters`` allows. So
``asymptomatic``, ``non-formulary``, ``mcg`` and ``type 2`` are never taken for ``symptomatic``, ``formulary``, ``mg``
and ``type 1``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

# A change of case within a word parts it: the words of ``weightKg`` are weight and kg.
_PART = re.compile(r"(?<=[a-z])(?=[A-Z])|[^\w]|_|(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)")
#: A sign that says something itself: doubt, more or less, a range.
_DOUBT = re.compile(r"[?~<>=+*!]|^-")
#: Beginnings and whole words that a letter or two part, and that mean different things.
_APART = (
    *("hyper hypo", "inter intra", "ante anti", "macro micro", "hemat hepat", "arthritis arteritis"),
    *("dysphagia dysphasia", "peroneal perineal"),
)
#: In shorter words another letter makes another word (stage, state): only one more, one less or a swap is a slip.
_SHORT = 6


def letters(longer: int) -> int:
    """By how many letters a slip may differ (more, less, other, or two swapped), by the longer word's length.

    None below 4 letters, one below 14, else two.
    """
    return 0 if longer < 4 else 1 if longer < 14 else 2


def slips(text: str, known: Iterable[str], *, least: int = 3) -> list[str]:
    """The known names of which a text is a slip of the pen, at most 3, all equally near.

    Args:
        least: how many letters the misspelt word and the one that is meant have at least. Abbreviations of diseases
            (DIRA, DITRA) need 5.
    """
    if len(text) > 200 or _DOUBT.search(text):
        return []
    found = sorted((distance, name) for name in set(known) if (distance := _distance(text, name, least)) is not None)
    return [name for distance, name in found if distance == found[0][0]][:3]


def hint(nearest: Sequence[str]) -> str:
    """What could be meant, as the end of a sentence."""
    return f"the nearest {'is' if len(nearest) == 1 else 'are'} {', '.join(nearest)}"


def hint_or(nearest: Sequence[str], otherwise: str) -> str:
    """What could be meant, or where nothing is near, another end of the sentence."""
    return hint(nearest) if nearest else otherwise


def _distance(text: str, name: str, least: int) -> int | None:
    """The letters in which a name differs from a text that is a slip of it; None where it is none."""
    ours, theirs = _words(text), _words(name)
    if ours and "".join(ours) == "".join(theirs):
        return 0
    if len(ours) != len(theirs):
        return None
    different = [(one, other) for one, other in zip(ours, theirs, strict=True) if one != other]
    if len(different) != 1:
        return None
    [(one, other)] = different
    if min(len(one), len(other)) < least or one[0] != other[0] or not (one + other).isalpha() or _apart(one, other):
        return None
    if len(one) == len(other) < _SHORT and sorted(one) != sorted(other):
        return None
    distance = OSA.distance(one, other)
    return distance if distance <= letters(max(len(one), len(other))) else None


def _apart(one: str, other: str) -> bool:
    for pair in _APART:
        first, second = pair.split()
        if any(a.startswith(first) and b.startswith(second) for a, b in ((one, other), (other, one))):
            return True
    return False


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[str, ...]:
    """The words and the numbers of a text, without regard to case; an apostrophe parts nothing."""
    return tuple(part.casefold() for part in _PART.split(re.sub("['’]", "", text)) if part)
