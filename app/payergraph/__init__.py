"""A knowledge graph of what US payers ask for before they pay for a drug, and the check of a case against it.

>>> import payergraph
>>> comparison = payergraph.compare(drug="anakinra", indication="rheumatoid arthritis", payers=["cigna", "molina"])
>>> [column.title for column in comparison.columns]
['Cigna IP0243, Anakinra', 'Molina coverage guideline, Kineret']

What can be called stands in ``__all__``; docs/python.md goes through it. Names are given as people write them: slug,
label, synonym, brand or code. A faulty call raises one of the errors below, each with one clear sentence.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import (
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
    )
    from .public import (
        Answers,
        Authority,
        CallError,
        Case,
        CaseError,
        Citation,
        Comparison,
        Conflict,
        Conflicts,
        Determination,
        EndpointError,
        ExportError,
        LimitReached,
        LocalGraph,
        MissingExtra,
        Outcome,
        QueryError,
        Question,
        Request,
        Table,
        UnknownName,
    )

__version__ = "0.1.0"

__all__ = [
    "Answers",
    "Authority",
    "CallError",
    "Case",
    "CaseError",
    "Citation",
    "Comparison",
    "Conflict",
    "Conflicts",
    "Determination",
    "EndpointError",
    "ExportError",
    "LimitReached",
    "LocalGraph",
    "MissingExtra",
    "Outcome",
    "QueryError",
    "Question",
    "Request",
    "Table",
    "UnknownName",
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
]


def __getattr__(name: str) -> Any:
    """What ``__all__`` names, read when it is first asked for: the command line starts without it."""
    if name not in __all__:
        raise AttributeError(f"payergraph has no {name!r}; it has {', '.join(__all__)}")
    if name in _BOTH and find_spec(f"{__name__}.{name}"):
        return import_module(f"{__name__}.{name}")
    from . import api

    if hasattr(api, name):
        return getattr(api, name)
    from . import public

    return getattr(public, name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


# What names a function and a module: the module can be called as the function, in whatever order they are read.
_BOTH = ("cite", "conflicts", "export", "figure", "questions")


class _Callable(ModuleType):
    """A module that has the name of a function of the package, and can be called as that."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from . import api

        return getattr(api, self.__name__.rpartition(".")[2])(*args, **kwargs)


class _Package(ModuleType):
    def __setattr__(self, name: str, value: object) -> None:
        if isinstance(value, ModuleType) and name in _BOTH:
            value.__class__ = _Callable
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
