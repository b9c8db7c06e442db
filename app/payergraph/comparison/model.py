"""A comparison of payers: columns are documents, lines are dimensions, and a cell is what the one says on the other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from .. import terms
from ..choice import Authority, Request
from ..extras import needed
from ..markup import in_markdown
from ..policies.editions import editions
from ..policies.lengths import Length
from ..policies.model import Criterion, Policy, Rule
from ..policies.silence import Unanswered
from ..table import tidy_csv

if TYPE_CHECKING:
    import pandas

#: What a cell can say beside a requirement.
NOT_REQUIRED, NOT_SHOWN, NOT_COVERED, NOT_STATED = "not required", "not shown", "not covered", "not stated"
#: What a label's cell says of a use that the label does not have; a label covers nothing.
NOT_LABELED = "not labeled"

#: The one dimension of a use that no document covers.
COVERAGE = "coverage"
#: Dimensions of what a rule or a policy states beside its criteria.
INITIAL, RENEWAL, LIMITS = "initial approval", "renewed approval", "quantity and dose"
#: The stage of a request after which each approval is given.
APPROVALS = {INITIAL: Request.INITIAL, RENEWAL: Request.CONTINUATION}


@dataclass(frozen=True)
class Requirement:
    """One requirement of a cell, with its place in the document.

    Attributes:
        fact: the IRI of the criterion, the statement or the rule that says so.
        criterion: what it puts in words; None where it is a duration or a limit.
        reading: how a vague wording of the source was read.
        stands_under: the dimension under which the criterion stands whole, where this only points there.
        length: the approval that it puts in words; None where it is none.
    """

    text: str
    source: str
    locator: str
    fact: str = ""
    criterion: Criterion | None = None
    reading: str = ""
    stands_under: str = ""
    length: Length | None = None


@dataclass(frozen=True)
class Cell:
    """What one policy says on one dimension: ``required``, or one of the other states, never mixed up."""

    state: str
    entries: tuple[Requirement, ...] = ()

    @property
    def text(self) -> str:
        """The requirements in one line, or the state."""
        return ". ".join(entry.text for entry in self.entries) if self.entries else self.state

    @property
    def locator(self) -> str:
        """The places of all entries."""
        return "; ".join(dict.fromkeys(entry.locator for entry in self.entries))


@dataclass(frozen=True)
class Column:
    """One policy, for one set of plans where its rules differ by plan; or the drug's label.

    Attributes:
        plan_names: what the plans are called.
        apart: what tells the column from the policy's others: its rule's use, its plans.
        excluded: whether the policy names the use as not covered.
    """

    policy: Policy
    rule: Rule | None
    payer: str
    plans: tuple[str, ...]
    plan_names: tuple[str, ...] = ()
    apart: str = ""
    excluded: bool = False

    @property
    def title(self) -> str:
        """How the column is headed."""
        return f"{self.policy.label}: {self.apart}" if self.apart else self.policy.label

    @property
    def seen(self) -> str:
        """How much of what the document asks for this use was seen: ``whole``, ``part`` or ``nothing``."""
        if self.rule is None:
            return "whole" if self.excluded or self.policy.indications_complete else "nothing"
        return "whole" if self.rule.complete else "part"

    def lengths(self, dimension: str) -> tuple[Length, ...]:
        """For how long is approved, where the dimension is the one or the other approval."""
        return self.rule.lengths(APPROVALS[dimension]) if self.rule and dimension in APPROVALS else ()

    @property
    def order(self) -> tuple[bool, bool, int, str, str]:
        """The label, then policies with criteria, those seen whole first; then those without, and by payer."""
        seen = ("whole", "part", "nothing").index(self.seen)
        return bool(self.policy.payer), self.rule is None, seen, self.payer.casefold(), self.policy.id


@dataclass(frozen=True)
class Line:
    """One dimension across all columns.

    Attributes:
        groups: a number for each cell; cells of equal number ask the same, and None is what was not shown.
    """

    dimension: str
    cells: tuple[Cell, ...]
    groups: tuple[int | None, ...]

    @property
    def differs(self) -> bool:
        """Whether what was shown differs among those that cover the use: who does not cover it asks for nothing."""
        asked = {
            group
            for cell, group in zip(self.cells, self.groups, strict=True)
            if cell.state not in (NOT_COVERED, NOT_LABELED)
        }
        return len(asked - {None}) > 1


@dataclass(frozen=True)
class Comparison:
    """Columns are policies, lines are dimensions.

    Columns that were seen whole come first, and lines in which what was seen differs.

    Attributes:
        subject: drug and indication in words.
        as_of: the day whose editions are compared.
        unanswered: why nothing of the payers is compared, or which retellings were not read.
        graph_version: the version of the graph that was read.
    """

    drug: str
    indication: str
    request: Request
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    subject: str = ""
    authority: Authority = Authority.PRIMARY
    as_of: date | None = None
    graph_version: str = ""
    unanswered: tuple[Unanswered, ...] = ()

    @property
    def title(self) -> str:
        """What is compared, in words."""
        return f"What payers ask for {self.subject}"

    @property
    def scope(self) -> str:
        """The request, the documents that show something and their editions, in words."""
        retold = "" if self.authority is Authority.PRIMARY else " and retellings"
        shown = (self.columns[place].policy for place in self.shown)
        day = f"; {editions(shown, self.as_of)}" if self.as_of else ""
        return f"{self.request.words}; payers' own documents{retold}{day}"

    @cached_property
    def shown(self) -> tuple[int, ...]:
        """The places of the columns that show something on this use."""
        return tuple(
            place
            for place in range(len(self.columns))
            if any(line.cells[place].state != NOT_SHOWN for line in self.lines)
        )

    def records(self) -> list[dict[str, str]]:
        """One record per cell, tidy; ``indication`` is that of the policy's rule, which may be wider or narrower."""
        return [
            {
                "dimension": line.dimension,
                "differs": "yes" if line.differs else "no",
                "payer": column.payer,
                "policy": column.policy.id,
                "indication": terms.slug(column.rule.indication) if column.rule else "",
                "plans": " ".join(terms.slug(plan) for plan in column.plans),
                "authority": column.policy.authority,
                "state": cell.state,
                "requirement": cell.text if cell.entries else "",
                "locator": cell.locator,
                "source": terms.slug(column.policy.source),
            }
            for line in self.lines
            for column, cell in zip(self.columns, line.cells, strict=True)
        ]

    def to_dataframe(self) -> pandas.DataFrame:
        """Dimensions as rows, policies as columns, the requirement in each cell.

        Raises:
            MissingExtra: pandas is not installed.
        """
        pd = needed("pandas")
        found: pandas.DataFrame = pd.DataFrame(
            {column.title: [line.cells[i].text for line in self.lines] for i, column in enumerate(self.columns)},
            index=pd.Index([line.dimension for line in self.lines], name="dimension"),
        )
        return found

    def to_csv(self) -> str:
        """The tidy records as CSV."""
        records = self.records()
        return tidy_csv(list(records[0]) if records else ["dimension"], records)

    def to_json(self) -> str:
        """The records, with what was compared."""
        head = {
            "drug": self.drug,
            "indication": self.indication,
            "request": self.request,
            "authority": self.authority,
            "asOf": self.as_of.isoformat() if self.as_of else None,
            "graphVersion": self.graph_version,
        }
        unanswered = [item.record() for item in self.unanswered]
        return json.dumps(head | {"cells": self.records(), "unanswered": unanswered}, indent=2, ensure_ascii=False)

    def to_html(self) -> str:
        """A table for a paper: it keeps its rows and columns when it is pasted into a text or a sheet."""
        from ..present.notebook import of_comparison

        return str(of_comparison(self))

    def __repr__(self) -> str:
        sizes = f"{len(self.columns)} documents, {len(self.lines)} dimensions"
        return f"<Comparison: {self.subject}, {self.request.words}: {sizes}>"

    def _repr_html_(self) -> str:
        return self.to_html()

    @property
    def documents(self) -> str:
        """The document of each column, in one sentence."""
        return f"Sources: {'; '.join(f'{c.title}: {terms.slug(c.policy.source)}' for c in self.columns)}."

    def to_markdown(self) -> str:
        """A table with the place in the document in brackets after each requirement, and the documents below."""
        heads = ["Dimension", *(in_markdown(column.title) for column in self.columns)]
        rows = [heads, ["---"] * len(heads)]
        for line in self.lines:
            mark = "**" if line.differs else ""
            cells = (
                f"{in_markdown(c.text)} [{in_markdown(c.locator)}]" if c.entries else f"*{c.state}*" for c in line.cells
            )
            rows.append([f"{mark}{in_markdown(line.dimension)}{mark}", *cells])
        table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        return f"{table}\n\n{in_markdown(self.documents)}\n"
