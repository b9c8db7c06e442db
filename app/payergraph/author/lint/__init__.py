"""The integrity of ontology, shapes and data.

The house rules come first; what SPARQL cannot see (syntax, file names, code lists, the texts of the shapes) is checked
beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from .files import Fault, files_of
from .house import filled, violations
from .meanings import faulty_meanings
from .never import never_met
from .queries import faulty_queries
from .things import (
    ambiguous_labels,
    kinds_without_module,
    outdated_order,
    set_aside_for_nothing,
    unchecked,
    unknown_diagnosis_codes,
)
from .whole import Whole
from .writing import blank_nodes, described_twice, misnamed_document, unfinished, written_by_hand

__all__ = ["Fault", "lint", "unchecked"]


def lint(paths: Sequence[Path] | None = None) -> list[Fault]:
    """All faults, in the order of files and lines.

    Args:
        paths: files or folders. They are read beside what ships, in place of a shipped file of the same name, and only
            their faults are reported. Without paths, everything that ships is checked.

    Raises:
        ValueError: a path has no Turtle file.
        FileError: there is no such file, or it cannot be read.
    """
    files = files_of(paths)
    broken = [fault for file in files for fault in file.syntax_faults]
    if broken:  # whatever names a thing of a broken file would look like a fault, too
        return _sorted(broken)
    graph = Whole(files)
    faults = [
        *(graph.fault(row["this"], filled(rule.message, row) + graph.nearest(row)) for rule, row in violations(graph)),
        *ambiguous_labels(graph),
        *unknown_diagnosis_codes(graph),
        *kinds_without_module(graph),
        *faulty_meanings(graph, files),
    ]
    for file in files:
        if file.chosen:
            faults += unfinished(file)
            faults += described_twice(file)
            faults += blank_nodes(file, graph)
            faults += written_by_hand(file, graph)
            faults += misnamed_document(file, graph)
            faults += faulty_queries(file, graph)
    told = {(fault.file, fault.subject) for fault in faults if fault}
    unreadable = (graph.fault(thing, f"{wrong}; correct it.") for thing, wrong in graph.unreadable)
    faults += [fault for fault in unreadable if fault and (fault.file, fault.subject) not in told]
    if not any(faults):  # what follows can only be read without them
        faults += set_aside_for_nothing(graph)
        faults += never_met(graph, files)
        faults += outdated_order() if paths is None else ()
    return _sorted(faults)


def _sorted(faults: Iterable[Fault | None]) -> list[Fault]:
    found = {fault for fault in faults if fault is not None}
    return sorted(found, key=lambda fault: (fault.file, fault.line or 0, fault.subject, fault.message))
