"""The types and the errors of ``import payergraph``."""

from .chart.case import Case, CaseError
from .choice import Authority, CallError, Request
from .comparison.compare import Comparison
from .comparison.conflicts import Conflict
from .comparison.disagreements import Conflicts
from .extras import MissingExtra
from .present.cite import Citation
from .present.export import ExportError
from .sparql.guard import LimitReached, QueryError
from .sparql.questions import Question
from .store.graph import LocalGraph
from .store.names import UnknownName
from .store.remote import EndpointError
from .table import Table
from .verdict.determination import Answers, Determination, Outcome

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
]
