"""What is found of rules: how two stand to each other, how far one goes, a patient who tells two apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .lacking import Lack


class Relation(Enum):
    """How one rule stands to another."""

    EQUAL = "equal"
    STRICTER = "stricter"
    WIDER = "wider"
    INCOMPARABLE = "incomparable"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Extremes:
    """How far the patients go whom a rule lets through.

    Attributes:
        therapies: the fewest therapies on record with which it can be met.
        youngest, oldest: years; None where the rule does not bound them.
    """

    therapies: int
    youngest: int | None
    oldest: int | None


@dataclass(frozen=True, eq=False)
class Witness:
    """A case that meets one rule and not another.

    Attributes:
        meets, fails: the ids of the rules.
        case: in the words of the format.
        separating: what the second asks and the case does not meet, in reading order.
        refused: whether the second is not met; else it is not documented, because what decides is a declaration, which
            no record can refuse.
    """

    meets: str
    fails: str
    case: Mapping[str, Any]
    separating: tuple[Lack, ...]
    refused: bool
