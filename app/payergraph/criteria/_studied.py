"""What studies of coverage count a kind of criterion as; docs/measures.md defines each measure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Restriction(StrEnum):
    """How a policy asks for more than the drug's label, where it asks this and the label does not."""

    SUBGROUP = "patient subgroup"
    STEPS = "step therapy"
    """Other therapies first; how many is counted over a whole tree, from ``therapyGroups`` and ``minimumGroups``."""
    PRESCRIBER = "prescriber"
    OTHER = "other"
    NONE = ""
    """It asks nothing of its own: what the drug is asked for, what an excerpt does not show, a connective."""


class Burden(StrEnum):
    """What has to be brought for a criterion whose record the policy does not ask for."""

    DOCUMENT = "document"
    ATTESTATION = "attestation"
    TEST = "test"
    NONE = ""


@dataclass(frozen=True)
class Bound:
    """A parameter that bounds a number of the patient, from below or from above; the dimension says which number."""

    parameter: str
    below: bool


@dataclass(frozen=True)
class Narrowing:
    """What narrows the indication of a label beside the use and the age.

    Attributes:
        question: what it is about, as a disagreement names it.
        what: what a policy without it is said not to name.
        parameter: the parameter that holds it; empty where every criterion of the kind does.
    """

    question: str
    what: str
    parameter: str = ""


def always(_: object) -> bool:
    """Whatever the parameters are."""
    return True


def never(_: object) -> bool:
    """Whatever the parameters are, not."""
    return False
