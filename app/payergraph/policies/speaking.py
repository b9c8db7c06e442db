"""Of which drugs and products policies and their rules speak."""

from __future__ import annotations

from typing import Protocol

from ..criteria import either
from ..store.names import Names
from .model import Policy


class Speaker(Protocol):
    """A policy or a rule."""

    @property
    def drugs(self) -> tuple[str, ...]:
        """The drugs of which it speaks, by IRI."""

    @property
    def products(self) -> tuple[str, ...]:
        """The products of these of which alone it speaks, by IRI; of a drug without one, it speaks of all."""


def speaks_of(speaker: Speaker, asked: str, names: Names) -> bool | None:
    """Whether a policy or a rule speaks of a drug or a product; None where that hangs on which product it is."""
    drug = names.ingredient(asked) or asked
    if drug not in speaker.drugs:
        return False
    alone = [product for product in speaker.products if names.ingredient(product) == drug]
    if not alone or any(names.subsumes(product, asked) for product in alone):
        return True
    return None if any(names.subsumes(asked, product) for product in alone) else False


def limit(speaker: Speaker, policy: Policy, names: Names) -> str:
    """Of what a rule of a policy speaks, in words, where that is not all of what the policy does; else nothing."""
    return subject(speaker, names) if speaker.products or speaker.drugs != policy.drugs else ""


def subject(speaker: Speaker, names: Names) -> str:
    """Of what a policy or a rule speaks, in words: its class, or its products and drugs."""
    if isinstance(speaker, Policy) and speaker.drug_class:
        return names.label(speaker.drug_class)
    held = {names.ingredient(product) for product in speaker.products}
    named = [*speaker.products, *(drug for drug in speaker.drugs if drug not in held)]
    return either(map(names.label, named), "and")
