"""The types and the errors of ``import payergraph``."""

from .chart.case import Case
from .choice import Authority, Request
from .cohorts.answer import Cohort
from .comparison.conflicts import Conflict
from .comparison.disagreements import Conflicts
from .comparison.model import Comparison
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
from .ladders.answer import Appeal
from .letters.answer import Dossier
from .order.answer import Order
from .order.implication import Implication
from .present.cite import Citation
from .revisions.answer import Changes
from .sparql.questions import Question
from .store.graph import LocalGraph
from .table import Table
from .verdict.answers import Answers, Determination, Outcome

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
]
