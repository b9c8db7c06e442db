"""The states of leaves: the SPARQL of ``shapes/criteria/`` in Oxigraph, one query for all leaves of a kind.

Oxigraph spends most of the time of one leaf's query on its text. So the leaves of a kind are a table of their
parameters (VALUES) beside the text of its validator. pySHACL runs the same texts leaf by leaf; the tests hold the two
equal.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from .. import terms
from ..criteria import Status
from ..criteria.shapes import Component, components_of
from ..policies.model import Criterion
from .bench import Bench

_PREFIX = f"PREFIX pg: <{terms.PG}>\n"
#: Where the table of leaves goes in a text; it is no variable, so no parameter can be called so.
_TABLE, _CASE = "{table}", "{case}"


def states(on: Bench, focus: str, leaves: Sequence[Criterion]) -> dict[str, Status]:
    """The state of each leaf on the case that lies on the bench, by its id.

    Policies often ask the same: of leaves that are equal but for their names, one is judged. What no component judges
    conforms to everything, and is not met for all that.

    Args:
        focus: the IRI of the case.
    """
    alike: dict[object, Criterion] = {}
    judged = {leaf.id: alike.setdefault((leaf.kind, frozenset(leaf.parameters.items())), leaf) for leaf in leaves}
    by_kind: defaultdict[str, list[Criterion]] = defaultdict(list)
    for leaf in alike.values():
        by_kind[leaf.kind].append(leaf)
    found: dict[str, Status] = {}
    for kind, some in by_kind.items():
        found |= _states_of_kind(on, focus, components_of().get(kind, ()), some)
    return {name: found[leaf.iri] for name, leaf in judged.items()}


def _states_of_kind(
    on: Bench, focus: str, components: Iterable[Component], leaves: Sequence[Criterion]
) -> dict[str, Status]:
    judged: set[str] = set()
    fails: dict[str, set[str]] = {"Established": set(), "Possible": set()}
    for component in components:
        some = [leaf for leaf in leaves if component.applies_to(leaf.parameters)]
        judged.update(leaf.iri for leaf in some)
        if some:
            fails[component.bound].update(row["leaf"].value for row in on.rows(_text(component, focus, some)))
    return {leaf.iri: _state(leaf.iri, judged, fails) for leaf in leaves}


def _state(leaf: str, judged: set[str], fails: dict[str, set[str]]) -> Status:
    if leaf in fails["Possible"]:
        return Status.NOT_MET
    return Status.MET if leaf in judged and leaf not in fails["Established"] else Status.NOT_DOCUMENTED


def _text(component: Component, focus: str, leaves: Iterable[Criterion]) -> str:
    """The validator of a component, asked of all leaves at once: it has a row for each leaf that violates it."""
    names = [parameter.name for parameter in component.parameters]
    rows = (f"(<{leaf.iri}> {' '.join(str(leaf.parameters.get(name, 'UNDEF')) for name in names)})" for leaf in leaves)
    table = f"VALUES (?leaf {' '.join(f'?{name}' for name in names)}) {{ {' '.join(rows)} }}"
    return _template(component).replace(_CASE, f"<{focus}>").replace(_TABLE, table)


@lru_cache(maxsize=256)
def _template(component: Component) -> str:
    """The text with its places for the table of leaves, which every OPTIONAL at its top reads, too."""
    text = component.select.strip()
    [margin] = re.findall(r"^( *)\}$", text, flags=re.MULTILINE)[-1:]
    text = re.sub(rf"^({margin}  )OPTIONAL \{{", rf"\1OPTIONAL {{ {_TABLE}", text, flags=re.MULTILINE)
    text = text.replace("SELECT $this WHERE {", f"SELECT ?leaf WHERE {{ {_TABLE}").replace(
        "GROUP BY $this", "GROUP BY ?leaf"
    )
    return _PREFIX + re.sub(r"\$(\w+)", lambda match: _CASE if match[1] == "this" else f"?{match[1]}", text)
