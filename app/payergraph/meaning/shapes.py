"""The files of ``shapes/criteria/``, written from the meanings of the kinds."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .. import terms
from .parts import Part
from .rows import Reading

_HEAD = """# {title} (pg:{kind}).
# Established fails unless the case shows the criterion to be met; Possible fails unless it is met
# or could be with facts that are not recorded. Both hold: met. Only Possible: not documented. Neither: not met.
# Written from app/payergraph/criteria/{module}.py by `python docs/build.py`.
@prefix pg: <{pg}> .
@prefix sh: <{sh}> .
@prefix xsd: <{xsd}> .
"""
_COMPONENT = """
pg:{name}{reading}ConstraintComponent a sh:ConstraintComponent ;
    pg:componentOf pg:{kind} ; pg:bound pg:{reading} ;
{parameters}
    sh:nodeValidator [
        a sh:SPARQLSelectValidator ;
        sh:message "{message}"@en ;
        sh:prefixes <https://w3id.org/payergraph/shapes> ;
        sh:select \"\"\"
{select}
        \"\"\" ] .
"""


def file_name(kind: str) -> str:
    """The file of a kind of criterion: ``prior-therapy.ttl``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.removesuffix("Criterion")).lower() + ".ttl"


def file_text(kind: str, module: str, title: str, parts: Iterable[Part]) -> str:
    """What the file of a kind holds.

    Args:
        module: where the kind is defined, without its package.
        title: what it is about, in a sentence.
    """
    head = _HEAD.format(title=title.rstrip("."), kind=kind, module=module, pg=terms.PG, sh=terms.SH, xsd=terms.XSD)
    return head + "".join(_component(kind, part, reading) for part in parts for reading in Reading)


def _component(kind: str, part: Part, reading: Reading) -> str:
    parameters = [
        f"    sh:parameter [ sh:path pg:{p.name} ; sh:{'datatype' if p.range.startswith('xsd:') else 'class'} {p.range}"
        f"{' ; sh:optional true' if p.optional else ''} ] ;"
        for p in part.parameters
    ]
    return _COMPONENT.format(
        name=part.name,
        reading=reading.value,
        kind=kind,
        parameters="\n".join(parameters),
        message=part.unmet if reading is Reading.ESTABLISHED else part.ruled_out,
        select="\n".join(" " * 12 + line for line in part.violation(reading).splitlines()),
    )
