"""The graph as tidy tables: one row a thing, its IRI and its label, and the place in the document that says so.

A table is declared once, columns with their meaning, type and unit, and read from that declaration: the CSV and Parquet
files, the CSVW metadata and the dictionary.
"""

from .disagreements import CONFLICTS
from .policies import CRITERIA, PARAMETERS, POLICIES, RULES
from .reader import Cell, Row
from .sources import SOURCES
from .statements import DEADLINES, STATEMENTS
from .table import Column, ExportTable

__all__ = ["TABLES", "Cell", "Column", "ExportTable", "Row"]

#: All tables.
TABLES: tuple[ExportTable, ...] = (
    POLICIES,
    RULES,
    CRITERIA,
    PARAMETERS,
    STATEMENTS,
    DEADLINES,
    SOURCES,
    CONFLICTS,
)
