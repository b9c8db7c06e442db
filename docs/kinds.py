"""The pages of docs/criteria/: what each kind of criterion asks, and its specification table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tables import Spec, Table, criteria, graph, slug, specs

from payergraph.author.lint.asked import meanings
from payergraph.author.lint.meanings import looked_for
from payergraph.criteria import MODULES, Kind
from payergraph.meaning import nodes as n
from payergraph.meaning.parts import Parameter
from payergraph.terms import PREFIXES

_KINDS: dict[str, Kind] = {module.KIND.name: module.KIND for module in MODULES}
_INDEX = """\
# The kinds of criteria

What a policy asks is written as criteria, each of one of these kinds. A criterion is *met*, *not met* or *not
documented* for a case: *met* where the case shows it, *not met* where the case shows the contrary or says that the list
in question is complete, else *not documented*. Each page has the kind's parameters and a table of small charts with the
value and the reason; the tests run every row by the query of the shapes, by pySHACL and by an independent evaluator.
Made by `python docs/build.py` from `tests/spec/`.
"""
_PAGE = """\
# {title}

{definition}

{reads}

## Parameters

{parameters}

## What it says

Each chart holds what matters beside a request for anakinra for rheumatoid arthritis on 2026-10-01; `null` takes a field
away. The fields are those of [a case](../case.md).
"""
_RANGES = {
    "xsd:integer": "a whole number",
    "xsd:decimal": "a number",
    "xsd:boolean": "true or false",
    "xsd:string": "words",
}


def pages() -> dict[str, str]:
    """The text of each page, by its name."""
    made = {f"{slug(kind)}.md": _page(spec) for kind, spec in specs().items()}
    rows = [[f"[{_label(kind)}]({slug(kind)}.md)", f"`pg:{kind}`", _said(kind, "skos:definition")] for kind in specs()]
    return {"README.md": f"{_INDEX}\n{_table(['kind', 'class', 'what it is'], rows)}\n", **made}


def _page(spec: Spec) -> str:
    kind = _KINDS[spec.kind]
    fields = sorted({name for read in kind.reads for name in read.fields})
    listed = ", ".join(f"`{name}`" for name in fields)
    head = _PAGE.format(
        title=_label(spec.kind).capitalize(),
        definition=f"`pg:{spec.kind}`: {_said(spec.kind, 'skos:definition')}",
        reads=f"It reads of a case: {listed}." if fields else "It reads nothing of a case.",
        parameters=_parameters(kind),
    )
    never = "".join(f"\nIt is never *{value.replace('-', ' ')}*: {why}.\n" for value, why in spec.never.items())
    return head + never + "".join(_asked(table) for table in spec.tables)


def _parameters(kind: Kind) -> str:
    found: dict[str, Parameter] = {}
    for part in kind.parts:
        for parameter in part.parameters:
            found.setdefault(parameter.name, parameter)
    # One part of several may be all that a criterion has: then none of its parameters is needed by itself.
    always = {p.name for p in kind.parts[0].parameters if not p.optional} if kind.parts else set()
    for part in kind.parts[1:]:
        always &= {p.name for p in part.parameters}
    rows = [
        [f"`pg:{p.name}`", _range(p, kind), "yes" if p.name in always else "", _said(p.name, "skos:definition")]
        for p in found.values()
    ]
    return _table(["parameter", "value", "needed", "what it says"], rows)


def _range(parameter: Parameter, kind: Kind) -> str:
    if parameter.range == "pg:ConceptSet":
        held = " or ".join(f"`{path}`" for path in looked_for(kind)[parameter.name])
        return f"one concept that {held} may hold, or a named set of such"
    if parameter.range in _RANGES:
        unit = next((one.unit for one in meanings(kind) if isinstance(one, n.Compare) and one.of == parameter.name), "")
        return _RANGES[parameter.range] + (f", in `pg:{unit}`" if unit else "")
    found = graph().rows(f"SELECT ?one {{ ?one a {parameter.range} FILTER (STRSTARTS(STR(?one), STR(pg:))) }}")
    words = sorted(row["one"].value.removeprefix(PREFIXES["pg"]) for row in found)
    named = _label(parameter.range.removeprefix("pg:"))
    return f"{named}: {', '.join(f'`pg:{word}`' for word in words)}" if words else named


def _asked(table: Table) -> str:
    """The criterion of a table, and its rows."""
    asked = ", ".join(f"`{name}: {_flow(value)}`" for name, value in table.parameters.items())
    given = f" Each chart also has `{_fields(table.given)}`." if table.given else ""
    rows = [
        [f"`{_fields(row.chart)}`" if row.chart else "", row.value.replace("-", " "), row.reason] for row in table.rows
    ]
    return (
        f"\n### {criteria()[table.name].summary}\n\nWith {asked}.{given}\n\n{_table(['chart', 'value', 'why'], rows)}\n"
    )


def _fields(chart: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}: {_flow(value)}" for key, value in chart.items())


def _flow(value: Any) -> str:
    """A value as YAML writes it in one line."""
    if isinstance(value, dict):
        return f"{{{_fields(value)}}}"
    if isinstance(value, list):
        return f"[{', '.join(_flow(one) for one in value)}]"
    return value if isinstance(value, str) else json.dumps(value)


def _label(name: str) -> str:
    return _said(name, "skos:prefLabel")


def _said(name: str, by: str) -> str:
    [row] = graph().rows(f"SELECT ?text {{ pg:{name} {by} ?text }}")
    return str(row["text"].value)


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
