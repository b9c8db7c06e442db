"""A knowledge graph of what US payers ask for before they pay for a drug, and the check of a case against it.

>>> import payergraph
>>> comparison = payergraph.compare(drug="anakinra", indication="rheumatoid arthritis", payers=["cigna", "molina"])
>>> [column.title for column in comparison.columns]
['Cigna IP0243, Anakinra', 'Molina coverage guideline, Kineret']

What can be called stands in ``__all__``; docs/python.md goes through it. Names are given as people write them: slug,
label, synonym, brand or code. A faulty call raises one of the errors below, each with one clear sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .version import VERSION

if TYPE_CHECKING:
    from .api import (
        changes,
        check,
        cite,
        compare,
        conflicts,
        drug_iri,
        export,
        figure,
        graph,
        parse_case,
        query,
        questions,
        read_case,
        strictness,
    )
    from .errors import (
        CallError,
        CaseError,
        DataError,
        EndpointError,
        ExportError,
        FileError,
        LimitReached,
        MissingExtra,
        NotConfirmed,
        QueryError,
        UnknownName,
    )
    from .public import (
        Answers,
        Authority,
        Case,
        Changes,
        Citation,
        Comparison,
        Conflict,
        Conflicts,
        Determination,
        Implication,
        LocalGraph,
        Order,
        Outcome,
        Question,
        Request,
        Table,
    )


__version__ = VERSION

__all__ = [
    "Answers",
    "Authority",
    "CallError",
    "Case",
    "CaseError",
    "Changes",
    "Citation",
    "Comparison",
    "Conflict",
    "Conflicts",
    "DataError",
    "Determination",
    "EndpointError",
    "ExportError",
    "FileError",
    "Implication",
    "LimitReached",
    "LocalGraph",
    "MissingExtra",
    "NotConfirmed",
    "Order",
    "Outcome",
    "QueryError",
    "Question",
    "Request",
    "Table",
    "UnknownName",
    "changes",
    "check",
    "cite",
    "compare",
    "conflicts",
    "drug_iri",
    "export",
    "figure",
    "graph",
    "parse_case",
    "query",
    "questions",
    "read_case",
    "strictness",
]


def __getattr__(name: str) -> Any:
    """What ``__all__`` names, read when it is first asked for: the command line starts without it."""
    if name not in __all__:
        raise AttributeError(f"payergraph has no {name!r}; it has {', '.join(__all__)}")
    from . import api

    if hasattr(api, name):
        return getattr(api, name)
    from . import public

    return getattr(public, name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
