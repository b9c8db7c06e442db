"""The schema of a case and the template to fill in: made from the table of fields, true to what the reader takes."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from command import run
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

import payergraph
from payergraph.chart.fields import BESIDE, FIELDS, LETTER, PATHS, Field
from payergraph.chart.schema import ADDRESS, schema, template

ROOT = Path(__file__).resolve().parents[2]
CASES = sorted((ROOT / "data" / "cases").glob("*.yaml"))


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(schema())
    return Draft202012Validator(schema())


def read(text: str) -> Any:
    """A YAML file as an editor reads it: days are texts, as in YAML 1.2."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda self, node: node.value)
    return yaml.load(text)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_example_holds_to_the_schema_and_names_it(path: Path, validator: Draft202012Validator) -> None:
    text = path.read_text(encoding="utf-8")
    validator.validate(read(text))
    [named] = re.findall(r"^# yaml-language-server: \$schema=(.*)$", text, flags=re.MULTILINE)
    held = json.loads((path.parent / named).resolve().read_text(encoding="utf-8"))
    assert held == schema() and held["$id"] == ADDRESS


WHOLE: dict[str, Any] = {
    "drug": "Kineret",
    "requestDate": "2026-10-01",
    "age": 42,
    "weightKg": 71.5,
    "therapies": [{"product": "methotrexate", "start": 2025, "end": "2025-06", "outcome": "failure", "sample": False}],
    "labs": [{"test": "crp", "value": 18.2, "unit": "mg/L", "date": "2026-09-20"}],
    "attestations": ["no-active-infection"],
    "flares": {"perYear": 8},
}


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (["drug"], None),
        (["drug"], ""),
        (["durg"], "Kineret"),
        (["requestDate"], "2026-10"),
        (["requestDate"], "1.10.2026"),
        (["age"], 131),
        (["age"], -1),
        (["age"], 4.5),
        (["age"], "old"),
        (["weightKg"], 0),
        (["request"], "again"),
        (["therapies"], {"product": "methotrexate"}),
        (["therapies", 0, "product"], None),
        (["therapies", 0, "outcome"], "stopped"),
        (["therapies", 0, "sample"], "no"),
        (["therapies", 0, "start"], "June 2025"),
        (["therapies", 0, "dose"], 20),
        (["labs", 0, "unit"], None),
        (["attestations"], "no-active-infection"),
        (["flares"], [{"perYear": 8}]),
        (["flares", "perYear"], 367),
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(
    path: list[Any], wrong: Any, validator: Draft202012Validator
) -> None:
    validator.validate(WHOLE)
    payergraph.parse_case(WHOLE)
    case = copy.deepcopy(WHOLE)
    place: Any = case
    for step in path[:-1]:
        place = place[step]
    if wrong is None:
        del place[path[-1]]
    else:
        place[path[-1]] = wrong
    assert not validator.is_valid(case)
    with pytest.raises(payergraph.CaseError):
        payergraph.parse_case(case)


@pytest.mark.parametrize("age", [0, 130])
def test_a_bound_is_itself_taken(age: int, validator: Draft202012Validator) -> None:
    case = {"drug": "Kineret", "age": age}
    assert validator.is_valid(case) and payergraph.parse_case(case)


# --- the template ---------------------------------------------------------------------------------------------------


def filled(text: str) -> str:
    """The template with every line taken in, and the first of its examples written on it."""
    heads = {one.help for one in (*PATHS.values(), LETTER) if one.fields}
    lines = []
    for line in text.splitlines():
        line = line.removeprefix("# ")
        match = re.fullmatch(r"( *(?:- )?)(\w+):  # (?:for example (.+?)|(\S+?)(?:,| or) .*?)\. .*", line)
        if line.startswith("##") or line.partition("  # ")[2] in heads:
            lines.append(line)
        else:
            assert match is not None, line
            lines.append(f"{match[1]}{match[2]}: {match[3] or match[4]}")
    return "\n".join(lines) + "\n"


def test_a_template_filled_with_its_examples_is_a_case(validator: Draft202012Validator) -> None:
    text = filled(template())
    case = payergraph.parse_case(text)
    validator.validate(read(text))
    assert set(case.record()) == {field.key for field in FIELDS}


def test_every_field_has_a_line_in_the_template() -> None:
    def paths(fields: tuple[Field, ...]) -> list[str]:
        return [key for field in fields for key in (field.key, *paths(field.fields), *beside(field))]

    def beside(field: Field) -> list[str]:
        return [one.key for one in BESIDE] if field.many and field.fields else []

    assert re.findall(r"^#? *(?:- )?(\w+):  #", template(), flags=re.MULTILINE) == paths((*FIELDS, LETTER))


def test_a_template_that_is_not_filled_is_refused_and_never_judged() -> None:
    with pytest.raises(payergraph.CaseError, match="drug is missing"):
        payergraph.parse_case(template())
    with pytest.raises(payergraph.CaseError, match="is missing"):
        payergraph.parse_case(re.sub(r"^# ", "", template().replace("drug: ", "drug: Kineret"), flags=re.MULTILINE))


def test_the_command_prints_them() -> None:
    assert json.loads(run("case", "--schema").stdout) == schema()
    assert run("case", "--template").stdout == template()
    for words in ((), ("--schema", "--template")):
        done = run("case", *words)
        assert done.returncode == 2 and done.stderr.count("\n") == 1 and not done.stdout
