"""The constraint components that shapes/criteria/ declares: two bounds for each kind of criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from .. import terms
from ..locate import folder

_PREFIXES = f"PREFIX pg: <{terms.PG}>\nPREFIX sh: <{terms.SH}>\n"


@dataclass(frozen=True)
class Parameter:
    """A parameter of a component: its name, the class or datatype of its value, whether it may be left out."""

    name: str
    range: str
    optional: bool


#: The parameter of a connective, which no component judges: how many parts have to be met.
MINIMUM_PARTS = Parameter("minimumParts", terms.XSD + "integer", False)


@dataclass(frozen=True)
class Component:
    """One bound of one kind of criterion."""

    iri: str
    kind: str
    bound: str
    parameters: tuple[Parameter, ...]
    select: str
    message: str

    def applies_to(self, values: Mapping[str, Any]) -> bool:
        """Whether a shape with these parameter values activates the component (SHACL 6.2.1)."""
        return all(p.optional or p.name in values for p in self.parameters)


def shape_files() -> list[Path]:
    """The files that declare components, in a fixed order."""
    return [folder("shapes") / "prefixes.ttl", *sorted((folder("shapes") / "criteria").glob("*.ttl"))]


@lru_cache(maxsize=1)
def components() -> tuple[Component, ...]:
    """All constraint components, read from shapes/criteria/."""
    store = ox.Store()
    for path in shape_files():
        store.load(path.read_bytes(), ox.RdfFormat.TURTLE)
    rows = store.query(
        f"""{_PREFIXES}
        SELECT ?c ?kind ?bound ?select ?message WHERE {{
          ?c a sh:ConstraintComponent ; pg:componentOf ?kind ; pg:bound ?bound ;
             sh:nodeValidator [ sh:select ?select ; sh:message ?message ] }} ORDER BY ?c"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    found = []
    for row in rows:
        parameters = store.query(
            f"""{_PREFIXES}
            SELECT ?path ?range ?optional WHERE {{ <{row["c"].value}> sh:parameter ?p . ?p sh:path ?path .
              {{ ?p sh:datatype ?range }} UNION {{ ?p sh:class ?range }}
              OPTIONAL {{ ?p sh:optional ?optional }} }} ORDER BY ?path"""
        )
        assert isinstance(parameters, ox.QuerySolutions)
        found.append(
            Component(
                iri=row["c"].value,
                kind=terms.local(row["kind"].value),
                bound=terms.local(row["bound"].value),
                parameters=tuple(
                    Parameter(terms.local(p["path"].value), p["range"].value, p["optional"] is not None)
                    for p in parameters
                ),
                select=row["select"].value,
                message=row["message"].value,
            )
        )
    return tuple(found)


@lru_cache(maxsize=1)
def components_of() -> dict[str, tuple[Component, ...]]:
    """The components of each kind of criterion."""
    kinds: dict[str, list[Component]] = {}
    for component in components():
        kinds.setdefault(component.kind, []).append(component)
    return {kind: tuple(found) for kind, found in kinds.items()}


@lru_cache(maxsize=1)
def parameter_names() -> frozenset[str]:
    """The parameters of all kinds."""
    judged = {parameter.name for component in components() for parameter in component.parameters}
    return frozenset({*judged, MINIMUM_PARTS.name})
