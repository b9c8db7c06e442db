"""Stored questions found by words: each word begins a word of the title, the question, the subject or the row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .questions import Question

_WORD = re.compile(r"[^\W_]+")
# So many of the best are offered where no question has all words.
_NEAREST = 8


@dataclass(frozen=True)
class Found:
    """The questions that words lead to.

    Attributes:
        questions: in the order in which they were given where all have every word, else the nearest first.
        complete: whether each has every word.
        nowhere: the words that no question has, as they were typed.
    """

    questions: tuple[Question, ...]
    complete: bool
    nowhere: tuple[str, ...]


def by_words(listed: Sequence[Question], text: str) -> Found:
    """The questions that have every word of a text; where there are none, those that have the most of its rarer words.

    A word is found where another begins with it: ``step`` finds *steps*, and letters inside a word find nothing.
    What most questions have tells none from another, and counts only where nothing else is asked for.
    """
    typed = {word.casefold(): word for word in _WORD.findall(text)}
    wanted = list(typed)
    if not wanted:
        return Found(tuple(listed), True, ())
    having = {word: [item for item in listed if _has(item, word)] for word in wanted}
    every = tuple(item for item in listed if all(item in having[word] for word in wanted))
    nowhere = tuple(typed[word] for word in wanted if not having[word])
    if every:
        return Found(every, True, nowhere)
    rare = [word for word in wanted if len(word) > 2 and 0 < len(having[word]) <= len(listed) / 2]
    counts = Counter(item.name for word in rare for item in having[word])
    nearest = sorted((item for item in listed if counts[item.name]), key=lambda item: -counts[item.name])
    return Found(tuple(nearest[:_NEAREST]), False, nowhere)


def _has(item: Question, word: str) -> bool:
    return any(found.casefold().startswith(word) for found in _words(item))


def _words(item: Question) -> list[str]:
    return _WORD.findall(f"{item.title} {item.question} {item.group} {item.row}")
