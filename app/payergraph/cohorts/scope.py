"""Which rules there are for a chart: what a run asks, and all of a chart on which that depends."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..chart.case import Case, parse_case
from ..choice import Request
from ..policies.library import policies
from ..store.graph import LocalGraph
from ..store.names import Names, names
from ..verdict.scope import Check, applicable


@dataclass(frozen=True)
class Asked:
    """What a run asks.

    Attributes:
        drug: IRI of a drug or a product.
        indication: IRI of what the drug is asked for where a chart does not say; None leaves it to the diagnoses.
        request: what is asked where a chart does not say.
        day: of the request where a chart does not say, and whose editions count.
        policies: the ids of those that are asked.
    """

    drug: str
    indication: str | None
    request: Request
    day: date
    policies: tuple[str, ...]


@dataclass(frozen=True)
class Signature:
    """All of a chart on which it depends which rules a policy has for it.

    Attributes:
        conditions: the diagnoses below what the drug is asked for; where that is not stated, those that may be it.
    """

    request: str
    asked: str
    indication: str | None
    conditions: tuple[str, ...]

    @classmethod
    def of(cls, case: Case, known: Names, near: Iterable[str]) -> Signature:
        """That of a chart.

        Args:
            near: what the policies name, as ``named_by`` gives it.
        """
        of_use = case.indication
        if of_use is not None:
            conditions = tuple(one for one in case.conditions if known.subsumes(of_use, one))
        else:
            conditions = tuple(one for one in case.conditions if _is_near(one, known, near))
        return cls(case.request.value, case.asked, of_use, conditions)

    def __str__(self) -> str:
        return json.dumps([self.request, self.asked, self.indication, self.conditions])

    @classmethod
    def read(cls, text: str) -> Signature:
        """The signature of a text."""
        request, asked, indication, conditions = json.loads(text)
        return cls(request, asked, indication, tuple(conditions))

    def checks(self, case: Case, asked: Asked, graph: LocalGraph) -> tuple[tuple[str, Check], ...]:
        """What there is to check of the policies of a run, each with the indication that is then under review.

        Args:
            case: as ``case`` makes it: a chart with the signature and nothing else.
        """
        found = (
            check
            for name in asked.policies
            for check in applicable(case, policies(graph)[name], None, graph, Request(self.request))
        )
        return tuple((check.review(case), check) for check in found)

    def case(self, graph: LocalGraph, day: date) -> Case:
        """A chart that has the signature, and nothing else."""
        known = names(graph)
        found: dict[str, Any] = {
            "drug": known.slug(self.asked),
            "request": self.request,
            "requestDate": day.isoformat(),
            "diagnoses": [{"condition": known.slug(one)} for one in self.conditions],
        }
        if self.indication:
            found["indication"] = known.slug(self.indication)
        return parse_case(found, graph)


def asked_of(signature: Signature, review: str) -> str:
    """All on which it depends what is asked of a chart under an indication, as text."""
    return f"{review} {signature}"


def reviewed(text: str) -> tuple[Signature, str]:
    """The signature, and the indication under review, of such a text."""
    review, _, signature = text.partition(" ")
    return Signature.read(signature), review


def named_by(ids: Iterable[str], graph: LocalGraph) -> frozenset[str]:
    """All conditions that the rules and exclusions of some policies name."""
    found: set[str] = set()
    for name in ids:
        policy = policies(graph)[name]
        found.update(use for rule in policy.rules for use in rule.uses)
        found.update(use for exclusion in policy.exclusions for use in exclusion.uses)
    return frozenset(found)


def _is_near(condition: str, known: Names, named: Iterable[str]) -> bool:
    """Whether a diagnosis is one of what is named, or narrower or broader."""
    return any(known.subsumes(one, condition) or known.subsumes(condition, one) for one in named)
