"""Why a criterion asks nothing, or less than was meant.

``payergraph lint`` says the same of files, with the remedy. Whoever judges a case cannot know that it was run.
"""

from __future__ import annotations

from collections.abc import Collection

import pyoxigraph as ox

from .. import terms
from ..criteria import CONNECTIVES, Kind
from ..criteria.shapes import components_of, parameter_names
from ..terms import Term
from .described import Described


def fault(described: Described, iri: str, within: Collection[str]) -> str:
    """What is wrong with a criterion, to follow "it"; empty where nothing is.

    Args:
        within: the criteria of which it is a part.
    """
    kinds, facts = described.kinds(iri), described.facts[iri]
    if len(kinds) != 1:
        return "has several kinds" if kinds else "is of no kind of criterion" if facts else "is described nowhere"
    [kind] = kinds
    return (
        _of_properties(described, iri, kind)
        or _of_values(described, iri, kind)
        or (_of_parts(described, iri, kind.name, within) if kind.name in CONNECTIVES else _lack(described, iri, kind))
    )


def sound_exclusion(described: Described, iri: str) -> bool:
    """One use that is described; what excludes something else, such as combined use, gives its reason."""
    uses = described.iris(iri, "indication")
    if len(uses) == 1:
        return uses[0] not in described.nothing
    return not uses and bool(described.facts[iri].text("reason"))


def declared(kind: str) -> dict[str, str]:
    """The parameters of a kind, and the class or datatype of each."""
    return {p.name: p.range for component in components_of().get(kind, ()) for p in component.parameters}


def _of_properties(described: Described, iri: str, kind: Kind) -> str:
    """A property that does not exist, or that nothing judges on this kind."""
    names = described.facts[iri]
    for name in names:
        if ":" in name:
            continue
        if name not in described.vocabulary:
            return f"has pg:{name}, which is no property"
        if name in parameter_names() and name not in declared(kind.name):
            return f"has pg:{name}, which is no parameter of its kind"
    for name in names:
        if name.startswith(terms.SH) and name != terms.SH + CONNECTIVES.get(kind.name, ""):
            return f"has {terms.prefixed(name)}, which nothing judges"
    return ""


def _of_values(described: Described, iri: str, kind: Kind) -> str:
    facts, ranges = described.facts[iri], declared(kind.name)
    for name in (name for name in facts if name in ranges):
        if len(facts[name]) > 1:
            return f"has several values of pg:{name}"
        if wrong := _of_value(described, facts[name][0], ranges[name]):
            return f"has a pg:{name} {wrong}"
    return ""


def _of_value(described: Described, value: Term, range: str) -> str:
    if range.startswith(terms.XSD):
        is_one = isinstance(value, ox.Literal) and value.datatype.value == range
        return "" if is_one else f"that is no {terms.prefixed(range)}"
    if value.value in described.nothing or not isinstance(value, ox.NamedNode):
        return "that is described nowhere"
    members_of = described.sets.members
    members = members_of(value.value)
    if range == terms.PG + "ConceptSet" and not members:
        return "without members"
    hollow = [one for member in members for one in (member, *members_of(member)) if one in described.nothing]
    return f"whose member {terms.local(hollow[0])} is nothing" if hollow else ""


def _of_parts(described: Described, iri: str, kind: str, within: Collection[str]) -> str:
    if len(described.facts[iri][terms.SH + CONNECTIVES[kind]]) != 1:
        return f"needs one list of parts, after sh:{CONNECTIVES[kind]}"
    parts = list(described.parts(iri, kind))
    if not parts:
        return "has no parts"
    if not all(isinstance(part, ox.NamedNode) for part in parts):
        return "has a broken list of parts"
    return "is a part of itself" if any(part.value in within for part in parts) else ""


def _lack(described: Described, iri: str, kind: Kind) -> str:
    given = described.facts[iri]
    judged = any(component.applies_to(given) for component in components_of()[kind.name])
    return "" if judged else "lacks a parameter that its kind needs"
