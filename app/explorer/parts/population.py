"""The population that the session holds: which charts are asked, the answers, and the folder in which they are kept.

A population is personal. It stays in the session and in a folder of its own, which goes with it, and in no address,
log or cache that others share. A folder of charts is read only where whoever started the explorer named it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from payergraph.choice import Request
from payergraph.cohorts import synthetic

from . import data

if TYPE_CHECKING:
    from payergraph.cohorts.answer import Asker, Cohort
    from payergraph.cohorts.whatif import WhatIf

#: The folder of charts that visitors may ask.
TABLES = "PAYERGRAPH_TABLES"
#: So many patients are drawn at most.
MOST = 20_000
_HELD = "cohort-held"
_T = TypeVar("_T")


@dataclass(frozen=True)
class Population:
    """Which charts are asked.

    Attributes:
        use: slug of the use for which patients are drawn; empty for the folder.
    """

    use: str
    size: int
    seed: int

    @property
    def words(self) -> str:
        """What stands beside each number of it."""
        return "synthetic population" if self.use else "population of the folder"

    @property
    def sentence(self) -> str:
        """What it is."""
        if not self.use:
            return "The charts of the folder of this machine."
        use = synthetic_uses()[self.use]
        return f"Synthetic: {self.size:,} patients drawn for {use}, with the seed {self.seed}. No patient is real."


@dataclass(frozen=True)
class Question:
    """What is asked: of a drug and a use the slugs."""

    drug: str
    indication: str
    request: str
    population: Population


@dataclass(frozen=True)
class Held:
    """The answers that the session holds.

    Attributes:
        made: what was worked out of them since, by what it is.
    """

    question: Question
    cohort: Cohort
    folder: TemporaryDirectory[str]
    made: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, name: Hashable, make: Callable[[], _T]) -> _T:
        """What is worked out of the answers, once."""
        if name not in self.made:
            self.made[name] = make()
        found: _T = self.made[name]
        return found

    @property
    def words(self) -> dict[str, str]:
        """What each policy is called, by the name that the answers give it."""
        return {one.name: _called(one) for one in self.cohort.askers}

    @property
    def file(self) -> str:
        """How the names of files begin."""
        kind = "synthetic" if self.question.population.use else "population"
        return f"{kind}-{self.question.drug}-{self.question.indication}-{self.question.request}"


def _called(asker: Asker) -> str:
    label = data.policies()[asker.policy].label
    plans = data.choices(("Plan",))
    return f"{label} ({', '.join(plans.get(plan, plan) for plan in asker.plans)})" if asker.plans else label


def synthetic_uses() -> dict[str, str]:
    """The uses for which a population can be drawn, slug and label."""
    known = data.choices(("Condition",))
    return {use: known.get(use, use) for use in synthetic.uses()}


def folder() -> Path | None:
    """The folder that visitors may ask; None where none is named."""
    named = os.environ.get(TABLES)
    return Path(named) if named else None


def held() -> Held | None:
    """The answers of the session; None where nothing was asked yet."""
    found: Held | None = st.session_state.get(_HELD)
    return found


def ask(question: Question, progress: Callable[[str, int, int], None]) -> None:
    """Ask, and hold the answers in the place of those of before.

    Raises:
        PayergraphError: as of ``payergraph.cohorts.asking.ask``.
    """
    # Read late: what asks populations takes a second, and most visitors ask none.
    from payergraph.cohorts.asking import ask as asked
    from payergraph.cohorts.sources import Folder, Source, drawn

    place, of = TemporaryDirectory(prefix="payergraph-", ignore_cleanup_errors=True), question.population
    named = folder()
    source: Source = drawn(of.use, of.size, of.seed) if of.use or named is None else Folder(named)
    cohort = asked(
        source,
        Path(place.name),
        data.graph(),
        drug=data.drugs()[question.drug],
        indication=data.uses(data.drugs()[question.drug]).all[question.indication],
        request=Request(question.request),
        # A process reads the graph that ships: of another one, this process reads all charts.
        processes=1 if os.environ.get("PAYERGRAPH_ENDPOINT") else None,
        progress=progress,
    )
    before = held()
    st.session_state[_HELD] = Held(question, cohort, place)
    if before is not None:
        before.folder.cleanup()


def changed(found: Held, policy: str, way: str, *chosen: Any) -> WhatIf:
    """What changes where a policy asks otherwise, once.

    Args:
        way: ``dropped``, ``number`` or ``taken``.
        chosen: the criterion, and what takes its place: nothing; a parameter and its number; a criterion and its
            policy.
    """
    cohort = found.cohort

    def made() -> WhatIf:
        if way == "dropped":
            return cohort.without(policy, *chosen)
        if way == "taken":
            return cohort.taking(policy, *chosen)
        criterion, parameter, number = chosen
        return cohort.loosened(policy, criterion, **{parameter: number})

    return found.once((policy, way, *chosen), made)
