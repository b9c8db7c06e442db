"""Letters of three cases, as a clinic gets them: the text is golden, for a person has to judge it.

`python tests/letters/test_dossier.py` writes the golden texts anew: read each as a medical director would.
"""

from __future__ import annotations

import io
import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pyoxigraph as ox
import pypdf
import pytest
from command import run

import payergraph
from payergraph.chart.fields import LETTER
from payergraph.letters.render import ENDINGS, rendered

HERE = Path(__file__).resolve().parent
TEMPLATES = Path(payergraph.__path__[0]) / "letters" / "templates"
CASES = {
    "all-met": ("cigna-ip0243", None),
    "one-missing": ("uhc-dupixent-policyvault", None),
    "denied-for-step-therapy": ("cigna-ip0243", "step-therapy"),
}


def made(name: str) -> payergraph.Dossier:
    policy, denial = CASES[name]
    return payergraph.dossier(HERE / f"{name}.yaml", policy=policy, denial=denial)


def golden(found: payergraph.Dossier) -> str:
    """The text without the version of the graph, which changes with every fact."""
    return found.to_markdown().replace(found.content["graph"], "VERSION")


@pytest.fixture(scope="module", params=CASES)
def named(request: pytest.FixtureRequest) -> tuple[str, payergraph.Dossier]:
    return request.param, made(request.param)


@pytest.fixture(scope="module")
def appeal() -> payergraph.Dossier:
    return made("denied-for-step-therapy")


# --- what it says ---------------------------------------------------------------------------------------------------


def test_the_text_is_what_a_person_has_read(named: tuple[str, payergraph.Dossier]) -> None:
    name, found = named
    assert golden(found) == (HERE / f"{name}.md").read_text(encoding="utf-8")


def test_word_and_pdf_say_what_the_text_says(named: tuple[str, payergraph.Dossier]) -> None:
    told = named[1].content
    word = docx.Document(io.BytesIO(rendered(told, Path("a.docx"))))
    pdf = pypdf.PdfReader(io.BytesIO(rendered(told, Path("a.pdf"))))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    in_word = _letters(" ".join([*(paragraph.text for paragraph in word.paragraphs), *cells]))
    in_pdf = _letters(" ".join(page.extract_text() for page in pdf.pages))
    for text in _texts(told | {"title": "", "policy": {}, "denial": _said(told["denial"])}):
        assert _letters(text) in in_word
        # a page may end within a text, and its number stands between
        assert len(text) > 60 or _letters(text) in in_pdf


def _said(denial: dict[str, Any] | None) -> Any:
    """What of a denial a letter says."""
    return denial and {**denial, "meaning": ""}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for key, one in value.items() if key not in ("codes", "written") for text in _texts(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in _texts(one))


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def test_a_chart_that_falls_short_is_told_to_the_clinic_first() -> None:
    found = made("one-missing")
    assert not found.complete
    assert found.to_markdown().startswith("# To the clinic: not to be sent as it stands")
    assert [one["mark"] for one in found.content["checklist"]] == sorted(
        (one["mark"] for one in found.content["checklist"]), key=["missing", "check", "shown"].index
    )


def test_what_is_not_documented_is_argued_nowhere() -> None:
    [missing] = [one for one in made("one-missing").content["criteria"] if not one["met"]]
    assert missing["status"] == "Not documented"
    assert missing["facts"] == missing["by"] == []


def test_a_diagnosis_without_a_code_gets_none_and_the_clinic_a_choice() -> None:
    found = made("one-missing").content
    assert found["diagnoses"][0]["code"] == "(to fill in)"
    assert any("choose one of L20.0, L20.81" in one["text"] for one in found["checklist"])


def test_each_contested_point_is_answered_by_facts_with_their_pages(appeal: payergraph.Dossier) -> None:
    denial = appeal.content["denial"]
    assert [point["place"] for point in denial["points"]] == [
        "Medical Necessity Criteria, 3.A",
        "Medical Necessity Criteria, 3.C; Employer Group Plans table",
    ]
    assert all(fact["page"] for point in denial["points"] for fact in point["facts"])


def test_what_a_third_party_claims_is_checked_and_not_argued(appeal: payergraph.Dossier) -> None:
    claim = "TNF inhibitors tried outside California count"
    letter, checklist = json.dumps(appeal.content["denial"]), json.dumps(appeal.content["checklist"])
    assert claim not in letter
    assert f"Told by a third party, and not argued: {claim}" in checklist


def test_a_guideline_that_gives_no_recommendation_is_told_to_the_clinic_alone(appeal: payergraph.Dossier) -> None:
    assert "give none for Kineret" not in json.dumps(appeal.content["support"])
    assert "A guideline does not support the letter" in json.dumps(appeal.content["checklist"])


def told(case: str, policy: str, denial: str) -> tuple[list[str], list[str], list[str]]:
    """What an appeal for an example case argues, what it says of the label, and the clinic's checklist."""
    found = payergraph.dossier(f"data/cases/{case}.yaml", policy=policy, denial=denial).content
    lists = (found["denial"]["arguments"], found["support"], found["checklist"])
    arguments, support, checklist = ([one["text"] for one in some] for some in lists)
    return arguments, support, checklist


def test_what_the_label_asks_and_no_program_judges_is_not_claimed_and_told_to_the_clinic() -> None:
    arguments, support, checklist = told("polyps-after-surgery", "uhc-dupixent-policyvault", "experimental")
    far = "The chart meets the label's criteria, as far as they can be computed."
    assert arguments == [f"The use is labeled: chronic rhinosinusitis with nasal polyps. {far}"]
    assert [text for text in support if text.endswith(far)] == support
    assert (
        "Judge this yourself, for the label asks it too: That it is inadequately controlled, and Dupixent add-on "
        "maintenance treatment. [Dupixent (dupilumab), US label, Indications, 1.3, use]"
    ) in checklist


def test_a_label_of_which_a_part_is_not_computed_is_not_said_to_ask_nothing() -> None:
    arguments, _, _ = told("polyps-after-surgery", "uhc-dupixent-policyvault", "step therapy")
    assert not [text for text in arguments if "label" in text]


def test_all_that_the_label_asks_of_a_kind_is_one_sentence() -> None:
    arguments, _, _ = told("epclusa-course-begun-elsewhere", "cigna-epclusa", "laboratory bound not met")
    [said] = [text for text in arguments if "label" in text]
    assert said.startswith("Of this kind the label asks: genotype of hepatitis C virus genotype 1, ")
    assert "; cirrhosis status at most compensated cirrhosis OR (" in said
    assert said.endswith("Taken or to be started together with ribavirin). The chart shows it.")


def test_a_label_seen_in_part_is_told_as_seen_and_not_argued() -> None:
    case, policy = "hepatitis-c-never-treated", "minnesota-mhcp-hepatitis-c-2025"
    arguments, [support], _ = told(case, policy, "laboratory bound not met")
    assert not [text for text in arguments if "label" in text]
    assert "Of what was seen of it, it asks: " in support and "these patients" not in support
    whole, _, _ = told(case, policy, "experimental")
    assert "The use is labeled: chronic hepatitis C." in whole


# --- what is personal -----------------------------------------------------------------------------------------------


def test_names_and_identifiers_are_in_the_letter_alone(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        case = payergraph.read_case(HERE / "denied-for-step-therapy.yaml")
        found = payergraph.dossier(case, policy="cigna-ip0243", denial="step-therapy")
        text = found.to_markdown()
    said = [value for value in case.letter().values() if isinstance(value, str)]
    beside = [*said, "p. 3", "herpes zoster in the fifth week"]
    answers = payergraph.check(case, payers=["cigna"])
    elsewhere = [
        *(repr(case), repr(found), str(found), repr(answers), caplog.text),
        *(json.dumps(case.record(), default=str), case.to_jsonld(), case.to_turtle()),
        str(case.triples(ox.NamedNode(case.indication or ""))),
    ]
    assert case.letter()["patientName"] in text
    assert set(case.letter()) <= {field.key for field in LETTER.fields}
    assert not [value for value in beside if any(value in one for one in elsewhere)]


# --- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--policy", "uhc-dupixent-policyvault"], "is about"),
        (["--policy", "cigna-ip0244"], "is no policy of the graph; `payergraph query editions_of_policies` lists them"),
        (
            ["--policy", "cigna-ip0243", "--denial", "step"],
            "no reason for a denial; the nearest is step-therapy-not-com",
        ),
        (["--policy", "cigna-ip0243", "--denial", "bad luck"], "is no reason for a denial; expected crp-criterion-not"),
        (
            ["--policy", "cigna-ip0243", "--denial", ""],
            "--denial '' is no reason for a denial; expected crp-criterion-",
        ),
        (["--policy", "cigna-ip0243", "-o", "letter.odt"], "does not end in .docx or .pdf or .md"),
        (["--policy", "cigna-ip0243", "-o", "nowhere/letter.pdf"], "cannot be written"),
        (["--policy", "cigna-ip0243", "--template", "a.docx"], "--template goes with --output"),
        (["--policy", "cigna-ip0243", "-o", "a.pdf", "--template", "a.docx"], "that of a .pdf file ends in .typ"),
        (["--policy", "cigna-ip0243", "-o", "a.md", "--template", "a.docx"], "that of a .md file is not there"),
        (["--policy", "cigna-ip0243", "-o", "a.docx", "--template", "no.docx"], "cannot be read"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_written(
    words: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("dossier", str(HERE / "all-met.yaml"), *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_word_template_with_an_unknown_field_is_one_sentence(appeal: payergraph.Dossier, tmp_path: Path) -> None:
    template = docx.Document()
    template.add_paragraph("{{ letter.patientNam }}")
    template.save(str(tmp_path / "own.docx"))
    with pytest.raises(payergraph.DossierError, match=r"own\.docx names a field .* 'patientNam'"):
        appeal.write(tmp_path / "letter.docx", template=tmp_path / "own.docx")
    assert not (tmp_path / "letter.docx").exists()


@pytest.mark.parametrize("field", ["d.patient", "patient"])
def test_a_typst_template_with_an_unknown_field_is_one_sentence(
    appeal: payergraph.Dossier, tmp_path: Path, field: str
) -> None:
    own = tmp_path / "own.typ"
    own.write_text(f"#let d = json(bytes(sys.inputs.dossier))\n#{field}\n", encoding="utf-8")
    with pytest.raises(payergraph.DossierError, match=r"own\.typ names a field .*: patient"):
        appeal.write(tmp_path / "letter.pdf", template=own)
    assert not (tmp_path / "letter.pdf").exists()


def test_what_is_no_word_file_is_one_sentence(appeal: payergraph.Dossier, tmp_path: Path) -> None:
    (tmp_path / "own.docx").write_text("plain", encoding="utf-8")
    with pytest.raises(payergraph.DossierError, match=r"own\.docx is no Word file"):
        appeal.write(tmp_path / "letter.docx", template=tmp_path / "own.docx")


def test_a_template_reaches_nothing_but_the_fields(appeal: payergraph.Dossier, tmp_path: Path) -> None:
    template = docx.Document()
    template.add_paragraph("{{ title.__class__.__mro__ }}")
    template.save(str(tmp_path / "own.docx"))
    with pytest.raises(payergraph.DossierError):
        appeal.write(tmp_path / "letter.docx", template=tmp_path / "own.docx")


@pytest.mark.parametrize("ending", ENDINGS)
def test_text_with_signs_of_the_formats_is_shown_as_it_is(appeal: payergraph.Dossier, ending: str) -> None:
    told = dict(appeal.content) | {"monitoring": "<b> & {{ x }} #panic() *bold* $x$ \\ [link](x)"}
    assert rendered(told, Path(f"a{ending}"))


def test_a_clinic_can_change_a_copy_of_ours(appeal: payergraph.Dossier, tmp_path: Path) -> None:
    for ours, ending in (("letter.docx", ".docx"), ("letter.typ", ".pdf")):
        shutil.copy(TEMPLATES / ours, tmp_path / f"own{Path(ours).suffix}")
        appeal.write(tmp_path / f"letter{ending}", template=tmp_path / f"own{Path(ours).suffix}")
        assert (tmp_path / f"letter{ending}").stat().st_size > 10_000


if __name__ == "__main__":
    for one in CASES:
        (HERE / f"{one}.md").write_text(golden(made(one)), encoding="utf-8")
