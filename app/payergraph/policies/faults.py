"""Why a criterion asks nothing, or less than was meant.

``payergraph lint`` says the same of files, with the remedy. Whoever judges a case cannot know that it was run.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import comb

import pyoxigraph as ox

from .. import terms
from ..criteria import CONNECTIVES, Kind, tree
from ..criteria.shapes import MINIMUM_PARTS, components_of, parameter_names
from ..terms import Term
from .described import Described

#: So many choices of the parts of an AtLeastOf are written out for SHACL, which cannot count; 5 of 10 are 252.
MOST_CHOICES = 256

_STRUCTURE = frozenset((*tree.LISTS.values(), *tree.ROLES))


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
        named = (uses[0], *described.sets.members(uses[0]), *described.sets.excepted(uses[0]))
        return not described.nothing.intersection(named) and (len(named) > 1 or not described.is_set(uses[0]))
    return not uses and bool(described.facts[iri].text("reason"))


def declared(kind: str) -> dict[str, str]:
    """The parameters of a kind, and the class or datatype of each."""
    if kind == tree.AT_LEAST.name:
        return {MINIMUM_PARTS.name: MINIMUM_PARTS.range}
    return {p.name: p.range for component in components_of().get(kind, ()) for p in component.parameters}


def _structure(kind: str) -> tuple[str, ...]:
    """The properties that hold the parts of a kind."""
    if kind == tree.IF_THEN.name:
        return tuple(tree.ROLES)
    return (tree.LISTS[kind],) if kind in tree.LISTS else ()


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
        if (name.startswith(terms.SH) or name in _STRUCTURE) and name not in _structure(kind.name):
            return f"has {_shown(name)}, which nothing judges"
    return ""


def _of_values(described: Described, iri: str, kind: Kind) -> str:
    facts, ranges = described.facts[iri], declared(kind.name)
    for name in (name for name in facts if name in ranges):
        if len(facts[name]) > 1:
            return f"has several values of pg:{name}"
        if name != "uses" and described.sets.excepted(facts[name][0].value):
            return f"has a pg:{name} with exceptions, which only a set of uses may have"
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
    held = (one for member in members for one in (member, *members_of(member), *described.sets.excepted(member)))
    hollow = [one for one in (*held, *described.sets.excepted(value.value)) if one in described.nothing]
    return f"whose member {terms.local(hollow[0])} is nothing" if hollow else ""


def _shown(name: str) -> str:
    return terms.prefixed(name) if ":" in name else f"pg:{name}"


def _of_parts(described: Described, iri: str, kind: str, within: Collection[str]) -> str:
    facts = described.facts[iri]
    for name in _structure(kind):
        if len(facts[name]) != 1 and not (name == "otherwise" and not facts[name]):
            what = "part" if name in tree.ROLES else "list of parts"
            return f"needs one {what}, after {_shown(name)}"
    parts = list(described.parts(iri, kind))
    if not parts:
        return "has no parts"
    if not all(isinstance(part, ox.NamedNode) for part in parts):
        return "has a broken list of parts"
    if any(part.value in within for part in parts):
        return "is a part of itself"
    return _of_number(facts.text(MINIMUM_PARTS.name), parts) if kind == tree.AT_LEAST.name else ""


def _of_number(text: str, parts: Sequence[Term]) -> str:
    """What is wrong with how many parts have to be met."""
    if not text:
        return "lacks pg:minimumParts"
    least, different = int(text), len(set(parts))
    if least < 1:
        return f"asks for {least} of its parts, which every case meets"
    if different < len(parts):
        return "names a part twice, which would count twice"
    if least > different:
        return f"asks for {least} of {different} parts"
    if comb(different, least) > MOST_CHOICES:
        return f"asks for {least} of {different} parts, which are {comb(different, least)} choices and too many"
    return ""


def _lack(described: Described, iri: str, kind: Kind) -> str:
    given = described.facts[iri]
    judged = any(component.applies_to(given) for component in components_of()[kind.name])
    return "" if judged else "lacks a parameter that its kind needs"
