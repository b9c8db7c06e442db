"""The types and the errors of ``import payergraph``."""

from .case import Case, CaseError
from .choice import Authority, CallError, Request
from .cite import Citation
from .comparison import Comparison
from .concepts import UnknownName
from .conflicts import Conflict
from .determination import Answers, Determination, Outcome
from .disagreements import Conflicts
from .endpoint import EndpointError
from .export import ExportError
from .extras import MissingExtra
from .questions import Question
from .sparql_text import LimitReached, QueryError
from .store import LocalGraph
from .table import Table

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
