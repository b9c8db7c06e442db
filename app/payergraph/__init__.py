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
        appeal,
        changes,
        check,
        cite,
        cohort,
        compare,
        conflicts,
        dossier,
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
        AppealError,
        CallError,
        CaseError,
        CohortError,
        DataError,
        DossierError,
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
        Appeal,
        Authority,
        Case,
        Changes,
        Citation,
        Cohort,
        Comparison,
        Conflict,
        Conflicts,
        Determination,
        Dossier,
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
    "Appeal",
    "AppealError",
    "Authority",
    "CallError",
    "Case",
    "CaseError",
    "Changes",
    "Citation",
    "Cohort",
    "CohortError",
    "Comparison",
    "Conflict",
    "Conflicts",
    "DataError",
    "Determination",
    "Dossier",
    "DossierError",
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
    "appeal",
    "changes",
    "check",
    "cite",
    "cohort",
    "compare",
    "conflicts",
    "dossier",
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
