"""A dossier as an answer: its content, and the same as text or as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..chart.case import Case
from ..choice import Request
from ..files import write
from ..store.graph import LocalGraph
from .content import content
from .markdown import to_markdown
from .render import rendered


@dataclass(frozen=True, eq=False, repr=False)
class Dossier:
    """A letter of medical necessity or an appeal, from chart and graph. It has no ``repr``, so that no log shows it.

    Attributes:
        content: all that it says, as plain data: the fields that a template may name (docs/dossier.md).
    """

    content: Mapping[str, Any]

    @property
    def complete(self) -> bool:
        """Whether the chart meets the policy, so that no page to the clinic comes first."""
        return not self.content["toClinic"]

    def to_markdown(self) -> str:
        """The letter with its checklist, as Markdown."""
        return to_markdown(self.content)

    def write(self, path: Path | str, *, template: Path | str | None = None) -> None:
        """Write it to a file whose name ends in .docx, .pdf or .md.

        Args:
            template: a Word file (.docx) or a typst file (.typ, for a PDF) in the place of ours.

        Raises:
            CallError: the name ends otherwise, or the template goes with another ending.
            DossierError: the template names a field that there is not, or is none.
            FileError: the template cannot be read, or the file not be written; an earlier one is as it was.
            MissingExtra: docxtpl or typst is not installed.
        """
        write(Path(path), rendered(self.content, Path(path), Path(template) if template is not None else None))


def dossier_of(
    graph: LocalGraph, case: Case, *, policy: str, denial: str | None = None, request: Request | str | None = None
) -> Dossier:
    """The dossier of a case under a policy; an appeal where a reason for a denial is named.

    Raises:
        CallError: as for ``content``.
    """
    return Dossier(content(graph, case, policy=policy, denial=denial, request=request))
