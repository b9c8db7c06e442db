"""What a chart says, as the tables of a letter have it: the request, diagnoses, therapies, results, enclosures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .. import terms
from ..chart.case import Case
from ..errors import UnknownName
from ..present.sentences import approval_sentences
from ..store import icd10
from ..store.graph import LocalGraph
from ..store.names import Names, names
from ..verdict.answers import Determination
from ..wording import counted, numeral, sentence

#: What stands where the clinic has to fill something in.
BLANK = "(to fill in)"
_CODES = ("NDC", "HCPCS", "RxNorm")
#: Lists of a chart that a letter tells beside its tables.
_OTHERS = ("consultations", "findings", "genetics", "biomarkers", "events", "coverage")


@dataclass(frozen=True, repr=False)
class Tables:
    """The tables of one letter."""

    graph: LocalGraph
    case: Case
    item: Determination

    @property
    def names(self) -> Names:
        """The names of the graph."""
        return names(self.graph)

    def drug(self) -> str:
        """The drug as the case names it, with its generic name."""
        said, drug = self.case.words.said, self.names.label(self.case.drug)
        named = (said("product") or said("drug"))[0].words
        return drug if named == drug else f"{named} ({drug})"

    def request(self) -> Iterator[dict[str, str]]:
        """What is asked for, a line each; what the chart does not say is left to fill in, or out."""
        said = self.case.words.said

        def words(*keys: str) -> str:
            return "; ".join(one.words for key in keys for one in said(key))

        yield _row("Drug", self.drug())
        if codes := ", ".join(self._codes()):
            yield _row("Codes of the drug", codes)
        yield _row("Kind of request", sentence(self.item.request.words))
        yield _row("Dose", words("dose") or BLANK)
        yield _row("Quantity", self._quantity() or BLANK)
        yield _row("Asked for", words("requestedMonths") or BLANK)
        if lengths := [text for text in approval_sentences(self.item) if not text.startswith("Asked for")]:
            yield _row("Approval under the policy", "; ".join(lengths))
        yield _row("Site of care", words("site").removeprefix("to be given at: ") or BLANK)
        for label, key in (("Body weight", "weightKg"), ("State", "state"), ("Plan", "plan")):
            if found := words(key).removeprefix(f"{key}: "):
                yield _row(label, found)
        if prescriber := words("prescriber.specialties"):
            yield _row("Prescriber", sentence(prescriber.removeprefix("prescriber ")))

    def _quantity(self) -> str:
        said = self.case.record().get("quantity")
        if not said:
            return ""
        unit = self.names.label(self.names.resolve(said["unit"], ["Unit"])) if "unit" in said else "unit"
        days = f" in {counted(said['perDays'], 'day')}" if "perDays" in said else ""
        return f"{counted(numeral(said['value']), unit)}{days}"

    def _codes(self) -> Iterator[str]:
        """The codes of the product that is asked for, or of the drug's only one."""
        of_drug = self.names.narrower(self.case.drug, "Product")
        product = self.case.asked_as or (of_drug[0] if len(of_drug) == 1 else self.case.drug)
        things = dict.fromkeys((product, self.case.drug))
        listed = " ".join(f"<{thing}>" for thing in things)
        query = f"""SELECT ?kind ?code WHERE {{
            VALUES ?s {{ {listed} }} ?s skos:notation ?code . BIND (DATATYPE(?code) AS ?kind) }}"""
        found = {(terms.local(row["kind"].value), row["code"].value) for row in self.graph.rows(query)}
        for kind in _CODES:
            if some := sorted(code for of, code in found if of == kind):
                yield f"{kind} {' or '.join(some)}"

    def diagnoses(self) -> Iterator[dict[str, Any]]:
        """Each diagnosis with the code of the chart; where it has none, those that the graph has for it."""
        rows = self.case.record().get("diagnoses", ())
        for one, row in zip(self.case.words.said("diagnoses"), rows, strict=True):
            cell = self.case.words.cell
            condition = self._condition(row)
            written_so = [row["icd10"]] if "icd10" in row else self.names.fitting_codes(condition) if condition else []
            exact = [code for one in written_so for code in icd10.exact(icd10.compact(one)) or (icd10.dotted(one),)]
            yield {
                "name": sentence(self.names.label(condition) if condition else row.get("condition", row.get("icd10"))),
                "code": exact[0] if len(exact) == 1 else BLANK,
                "written": row.get("icd10", ""),
                "codes": exact,
                "words": sentence(cell(one.path, *(key for key in row if key not in ("condition", "icd10")))),
                **self._beside(one.path),
            }

    def _condition(self, row: dict[str, Any]) -> str | None:
        try:
            return self.names.resolve(row.get("condition") or row["icd10"], ["Condition"])
        except UnknownName:
            return None

    def _beside(self, path: str) -> dict[str, str]:
        beside = self.case.beside(path) or {}
        return {"page": beside.get("page", ""), "note": sentence(beside.get("note", ""))}

    def therapies(self) -> Iterator[dict[str, str]]:
        """Each therapy with its dates, dose and outcome."""
        cell = self.case.words.cell
        for one in self.case.words.said("therapies"):
            yield {
                "therapy": sentence(cell(one.path, "product", "together")),
                "forWhat": cell(one.path, "for"),
                "dates": cell(one.path, "start", "end", "durationMonths", "planned"),
                "dose": cell(one.path, "dose", "weeklyDoseMg", "maximallyTolerated", "sample"),
                "outcome": sentence(cell(one.path, "outcome")),
                **self._beside(one.path),
            }

    def labs(self) -> Iterator[dict[str, str]]:
        """What was measured, in a laboratory or elsewhere, with its limits of normal."""
        cell = self.case.words.cell
        for key, of in (("labs", "test"), ("measurements", "of")):
            for one in self.case.words.said(key):
                yield {
                    "test": sentence(cell(one.path, of)),
                    "value": cell(one.path, "value", "unit"),
                    "limits": cell(one.path, "upperLimit", "lowerLimit"),
                    "date": cell(one.path, "date", "phase"),
                    **self._beside(one.path),
                }

    def screenings(self) -> Iterator[dict[str, str]]:
        """What was screened for."""
        cell = self.case.words.cell
        for one in self.case.words.said("screenings"):
            yield {
                "infection": sentence(cell(one.path, "for")),
                "result": cell(one.path, "result"),
                "date": cell(one.path, "date"),
                **self._beside(one.path),
            }

    def others(self) -> Iterator[dict[str, str]]:
        """What else is on record and has no table."""
        for key in _OTHERS:
            for one in self.case.words.said(key):
                yield {"words": sentence(one.words), **self._beside(one.path)}
        for key in ("attestations", "flares", "response"):
            for one in self.case.words.said(key):
                yield {"words": sentence(one.words), "page": "", "note": ""}

    def enclosures(self, letter: dict[str, Any]) -> Iterator[str]:
        """What the clinic says to be enclosed, and the documents of the chart beside it."""
        said = letter.get("enclosures", [])
        yield from said
        for one in self.case.words.said("documents"):
            if not any(one.words.casefold() in other.casefold() for other in said):
                yield sentence(one.words)


def _row(label: str, text: str) -> dict[str, str]:
    return {"label": label, "text": text}
