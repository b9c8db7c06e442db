"""Write the Word template of the dossier, app/payergraph/letters/templates/letter.docx. `python docs/letter.py`

A clinic changes the template in Word. This is only how ours is made, so that a change of it can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as Doc
from docx.oxml import OxmlElement
from docx.shared import Cm, Pt

OUT = Path(__file__).resolve().parent.parent / "app/payergraph/letters/templates/letter.docx"


def lines(doc: Doc, *texts: str, style: str | None = None) -> None:
    for text in texts:
        doc.add_paragraph(text, style)


def table(doc: Doc, title: str, of: str, columns: Sequence[tuple[str, str, float]]) -> None:
    """A heading and a table with a row for each entry of a list; neither where it is empty."""
    lines(doc, f"{{%p if {of} %}}")
    doc.add_heading(title, 2)
    grid = doc.add_table(rows=4, cols=len(columns), style="Table Grid")
    grid.autofit = False
    texts = [[head for head, _, _ in columns], [f"{{%tr for one in {of} %}}"], [cell for _, cell, _ in columns]]
    for row, cells in zip(grid.rows, [*texts, ["{%tr endfor %}"]], strict=True):
        for place, (_, _, width) in enumerate(columns):
            cell = row.cells[place]
            cell.width = Cm(width)
            cell.text = cells[place] if place < len(cells) else ""
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(8.5)
                run.font.bold = row is grid.rows[0] or cells is texts[0]
    repeated = OxmlElement("w:tblHeader")
    grid.rows[0]._tr.get_or_add_trPr().append(repeated)
    lines(doc, "{%p endif %}")


def each(doc: Doc, of: str, text: str, style: str = "List Bullet") -> None:
    lines(doc, f"{{%p for one in {of} %}}")
    lines(doc, text, style=style)
    lines(doc, "{%p endfor %}")


def letter() -> Doc:
    doc = Document()
    section = doc.sections[0]
    section.page_width, section.page_height = Cm(21.59), Cm(27.94)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    doc.styles["Normal"].font.name, doc.styles["Normal"].font.size = "Calibri", Pt(10.5)
    doc.styles["Normal"].paragraph_format.space_after = Pt(4)

    lines(doc, "{%p if toClinic %}")
    doc.add_heading("To the clinic: not to be sent as it stands", 1)
    lines(doc, "{{ toClinic[0] }}")
    each(doc, "toClinic[1:]", "{{ one }}")
    doc.add_page_break()
    lines(doc, "{%p endif %}")

    at = "letter."
    lines(doc, f"{{{{ {at}prescriberName }}}}{{% if {at}credentials %}}, {{{{ {at}credentials }}}}{{% endif %}}")
    lines(doc, "{%p if letter.clinic %}", "{{ letter.clinic }}", "{%p endif %}")
    lines(doc, "{%p if letter.address %}", "{{ letter.address }}", "{%p endif %}")
    lines(doc, "To: {{ letter.payer }}", "{{ letter.payerAddress }}")
    doc.add_heading("{{ title }}: {{ drug }} for {{ use }}", 1)
    lines(doc, "Patient: {{ letter.patientName }}, born {{ letter.born }}")
    lines(
        doc,
        "Member number: {{ letter.memberId }}{% if letter.groupNumber %}; group number: {{ letter.groupNumber }}"
        "{% endif %}{% if letter.claimNumber %}; claim or request: {{ letter.claimNumber }}{% endif %}",
        "Policy: {{ policy.name }}, {{ policy.dated }}",
    )
    each(doc, "request", "{{ one.label }}: {{ one.text }}", "Normal")
    each(doc, "opening", "{{ one }}", "Normal")

    lines(doc, "{%p if denial %}")
    doc.add_heading("The reason for the denial: {{ denial.reason }}", 2)
    lines(doc, "{%p for point in denial.points %}")
    lines(doc, "The policy asks: {{ point.criterion }} [{{ point.place }}]. The chart shows:")
    each(
        doc,
        "point.facts",
        "{{ one.words }}{% if one.note %}. {{ one.note }}{% endif %}{% if one.page %} ({{ one.page }}){% endif %}",
    )
    lines(doc, "{%p endfor %}")
    each(doc, "denial.arguments", "{{ one.text }} [{{ one.cited }}]")
    lines(doc, "{%p if denial.others.sentence %}", "{{ denial.others.sentence }}")
    each(doc, "denial.others.documents", "{{ one.name }}: {{ one.says }} [{{ one.place }}]")
    lines(doc, "{%p endif %}", "{%p endif %}")

    note = "{% if one.note %}{% if one.words %}. {% endif %}{{ one.note }}{% endif %}"
    table(
        doc,
        "Diagnosis",
        "diagnoses",
        [
            ("Diagnosis", "{{ one.name }}", 5.5),
            ("ICD-10-CM", "{{ one.code }}", 2.6),
            ("On record", "{{ one.words }}" + note, 7.5),
            ("Page", "{{ one.page }}", 2),
        ],
    )
    ways = "{% for way in one.by %}; by: {{ way }}{% endfor %}"
    ways += "{% for left in one.notComputed %}; not judged here: {{ left }}{% endfor %}"
    table(
        doc,
        "The criteria of the policy",
        "criteria",
        [
            ("Criterion", "{{ one.criterion }}", 5),
            ("Place in the policy", "{{ one.place }}", 2.6),
            ("How it stands", "{{ one.status }}" + ways, 3.6),
            ("Fact, with its date", "{{ one.facts | map(attribute='words') | join('; ') }}", 4.9),
            ("Page", "{{ one.facts | map(attribute='page') | select | unique | join(', ') }}", 1.5),
        ],
    )
    reason = "{{ one.forWhat }}{% if one.note %}{% if one.forWhat %}. {% endif %}{{ one.note }}{% endif %}"
    table(
        doc,
        "Therapies",
        "therapies",
        [
            ("Therapy", "{{ one.therapy }}", 3.2),
            ("Dates", "{{ one.dates }}", 3.4),
            ("Dose", "{{ one.dose }}", 3),
            ("Outcome", "{{ one.outcome }}", 2.2),
            ("For what, reason", reason, 4.3),
            ("Page", "{{ one.page }}", 1.5),
        ],
    )
    table(
        doc,
        "Laboratory and measurements",
        "labs",
        [
            ("Test", "{{ one.test }}", 6),
            ("Value", "{{ one.value }}", 3.5),
            ("Limits of normal", "{{ one.limits }}", 3.6),
            ("Date", "{{ one.date }}", 3),
            ("Page", "{{ one.page }}", 1.5),
        ],
    )
    table(
        doc,
        "Screening",
        "screenings",
        [
            ("Infection", "{{ one.infection }}", 7),
            ("Result", "{{ one.result }}", 5),
            ("Date", "{{ one.date }}", 4.1),
            ("Page", "{{ one.page }}", 1.5),
        ],
    )
    lines(doc, "{%p if others %}")
    doc.add_heading("Also on record", 2)
    each(doc, "others", "{{ one.words }}" + note + "{% if one.page %} ({{ one.page }}){% endif %}")
    lines(doc, "{%p endif %}", "{%p if support %}")
    doc.add_heading("Label and guidelines", 2)
    each(doc, "support", "{{ one.text }} [{{ one.cited }}]")
    lines(doc, "{%p endif %}")
    doc.add_heading("Monitoring and follow-up", 2)
    lines(doc, "{{ monitoring or '(to fill in)' }}", "{{ followUp or '(to fill in)' }}", "{%p if enclosures %}")
    doc.add_heading("Enclosures", 2)
    each(doc, "enclosures", "{{ one }}")
    lines(doc, "{%p endif %}", "", "Signature: ______________________________    Date: ______________")
    lines(doc, f"{{{{ {at}prescriberName }}}}{{% if {at}credentials %}}, {{{{ {at}credentials }}}}{{% endif %}}")
    lines(
        doc,
        "telephone {{ letter.telephone }}{% if letter.fax %}, fax {{ letter.fax }}{% endif %}, NPI {{ letter.npi }}",
    )
    doc.add_page_break()
    doc.add_heading("Checklist for the clinic", 1)
    lines(doc, "No part of the letter.")
    each(doc, "checklist", "{{ '☑' if one.mark == 'shown' else '☐' }} {{ one.mark }}: {{ one.text }}", "Normal")
    lines(doc, "Made by payergraph from graph {{ graph }}.")
    return doc


if __name__ == "__main__":
    letter().save(str(OUT))
