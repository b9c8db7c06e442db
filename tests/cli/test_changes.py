"""``payergraph changes`` as a user meets it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from command import run


def test_what_changed_is_told_with_its_places_and_the_counts() -> None:
    done = run("changes", "--payer", "western health advantage")
    said = " ".join(done.stdout.split())
    assert (done.returncode, done.stderr) == (0, "")
    assert "replaces Western Health Advantage, Kineret, January 2019 (undated, last reviewed 22 January 2019)" in said
    assert "- dropped, as far as shown: Age 12 years or older [Opening, Diagnoses considered]" in said
    assert "> tightened: Diagnosis of moderate to severe rheumatoid arthritis → Diagnosis of moderate to severe" in said
    assert "no date 5" in said and "19 of 19 documents in scope have no date." in said


def test_it_is_written_into_a_file(tmp_path: Path) -> None:
    options = ("changes", "--payer", "oklahoma-soonercare", "--drug", "Kineret", "-o", tmp_path / "out")
    assert run(*options, "--format", "json").stdout == ""
    assert len(json.loads((tmp_path / "out").read_text(encoding="utf-8"))["changes"]) == 2
    assert run(*options, "--format", "atom").returncode == 0
    assert ET.parse(tmp_path / "out").getroot().tag.endswith("feed")
    assert run(*options, "--format", "csv").returncode == 0
    assert (tmp_path / "out").read_text(encoding="utf-8").startswith("older,newer,effective,payer,")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--since", "yesterday"), 2, "--since 'yesterday' is no day; expected a date"),
        (("--payer", "cigan"), 2, "--payer: 'cigan' is no payer in the graph; the nearest is cigna"),
        (("--drug", "Kinret"), 2, "--drug: 'Kinret' is no drug or product in the graph; the nearest is kineret"),
        (("--payer", "oklahoma-soonercare", "-o", "/"), 2, "--output / cannot be written"),
        (("--payer", "cigna"), 0, "no edition in scope replaces another; --authority all reads retellings too"),
        (("--payer", "cigna", "--authority", "all"), 0, "no edition in scope replaces another\n"),
    ],
)
def test_what_is_wrong_or_empty_is_one_sentence(words: tuple[str, ...], code: int, said: str) -> None:
    done = run("changes", *words)
    assert (done.returncode, done.stderr.count("\n")) == (code, 1) and said in done.stderr
