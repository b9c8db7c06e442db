"""Which policy is stricter: the order of the rules for one drug, one use and one kind of request.

A rule is stricter than another where whoever meets it meets the other too, and not the other way round. It is an order
over complete charts, as far as the documents show their criteria and a chart settles them. z3 decides each pair; a pair
that is no implication has a witness, a case that the shapes judge likewise.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property
from itertools import permutations

import networkx as nx
import z3

from ..choice import Authority, Request, day
from ..policies.editions import in_scope
from ..policies.library import policies
from ..store.graph import LocalGraph
from ..store.names import names
from . import formula as f
from .background import background
from .rules import Ruled, asked_for, ruled
from .smt import Chart
from .witness import Judge, Witness, smallest, written

#: z3 keeps one memory for all, which no two threads may use at once.
_ONE_AT_A_TIME = threading.RLock()
#: How long z3 may take for one pair, in milliseconds.
_TIME = 20_000


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
