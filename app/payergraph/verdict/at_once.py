"""A SELECT text of one criterion, asked of many in one query of Oxigraph.

Oxigraph spends most of the time of one leaf's query on its text. So the leaves of a kind are a table of their
parameters (VALUES) beside the text, which is written without what none of them asks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from .. import terms
from ..meaning.parts import Part
from ..policies.model import Criterion

_PREFIX = f"PREFIX pg: <{terms.PG}>\n"
#: Where the table of leaves goes in a text; it is no variable, so no parameter can be called so.
_TABLE, _CASE = "{table}", "{case}"


def alike(leaves: Sequence[Criterion]) -> dict[str, Criterion]:
    """For each leaf, by its id, the first that is equal but for its name: policies often ask the same."""
    first: dict[object, Criterion] = {}
    return {leaf.id: first.setdefault((leaf.kind, frozenset(leaf.parameters.items())), leaf) for leaf in leaves}


def by_kind(leaves: Iterable[Criterion]) -> dict[str, list[Criterion]]:
    """The leaves of each kind, each once."""
    found: defaultdict[str, list[Criterion]] = defaultdict(list)
    for leaf in dict.fromkeys(leaves):
        found[leaf.kind].append(leaf)
    return found


def absent(part: Part, leaves: Iterable[Criterion]) -> frozenset[str]:
    """The parameters of a part by which none of the leaves asks for anything."""
    return frozenset(p.name for p in part.parameters if not any(leaf.parameters.asks(p.name) for leaf in leaves))


def of_all(select: str, part: Part, focus: str, leaves: Sequence[Criterion]) -> str:
    """The text for all leaves: it has the rows of each, with its IRI as ``?leaf`` instead of ``$this``.

    Args:
        select: the text for one, with ``$this`` and parameters of the part as in a validator.
        focus: the IRI of the case.
    """
    names = [p.name for p in part.parameters if any(p.name in leaf.parameters for leaf in leaves)]
    rows = (f"(<{leaf.iri}> {' '.join(str(leaf.parameters.get(name, 'UNDEF')) for name in names)})" for leaf in leaves)
    table = f"VALUES (?leaf {' '.join(map(_asked, names))}) {{ {' '.join(rows)} }}"
    return _template(select).replace(_CASE, f"<{focus}>").replace(_TABLE, table)


@lru_cache(maxsize=1024)
def _template(select: str) -> str:
    """The text with its places for the table of leaves, which every OPTIONAL at its top reads, too."""
    text = select.strip()
    [margin] = re.findall(r"^( *)\}$", text, flags=re.MULTILINE)[-1:]
    text = re.sub(rf"^({margin}  )OPTIONAL \{{", rf"\1OPTIONAL {{ {_TABLE}", text, flags=re.MULTILINE)
    head, body = text.split("WHERE {", 1)
    text = f"{head.replace('$this', '?leaf')}WHERE {{ {_TABLE}{body.replace('GROUP BY $this', 'GROUP BY ?leaf')}"
    return _PREFIX + re.sub(r"\$(\w+)", lambda match: _CASE if match[1] == "this" else _asked(match[1]), text)


def _asked(parameter: str) -> str:
    """The variable of a parameter, which no field of a row has: an event's number of days is not that asked for."""
    return f"?asked_{parameter}"
