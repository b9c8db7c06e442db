"""A curator's way in: the skeleton of a policy, and the page that leads from a document to a file without faults.

The page is run as it stands: its commands in a copy of the data, its output held against what they print, its Turtle
against the finished file beside it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest

from payergraph import terms
from payergraph.author.lint import Fault, lint
from payergraph.author.prefixes import OWNED, SHARED
from payergraph.author.skeleton import create
from payergraph.errors import NewPolicyError
from payergraph.locate import VARIABLE
from payergraph.policies.library import Policies
from payergraph.store import graph as store
from payergraph.store.graph import shipped

pytestmark = pytest.mark.xdist_group("lint")

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "add-a-policy.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "docs" / "example"
FINISHED = (EXAMPLE / "fictional-health-kineret.ttl").read_text(encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path, few_documents: Path) -> Path:
    """A copy of some facts to write into; lint reads the same beside what is written."""
    return Path(shutil.copytree(few_documents, tmp_path / "data"))


def write(data: Path, slug: str = "my-policy", **options: object) -> Path:
    known: dict[str, object] = {"payer": "Molina", "drugs": ["Kineret"], "indications": ["rheumatoid arthritis"]}
    return create(slug, data, shipped(), **(known | options))  # type: ignore[arg-type]


def refusal(data: Path, slug: str = "my-policy", **options: object) -> str:
    """The sentence of a refusal, after which nothing was written."""
    before = sorted(data.rglob("*"))
    with pytest.raises(NewPolicyError) as caught:
        write(data, slug, **options)
    assert sorted(data.rglob("*")) == before
    return str(caught.value)


def facts(path: Path) -> set[tuple[str, str, str]]:
    """The triples of a file, by the short names of things and terms."""
    quads = ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE)
    return {tuple(terms.local(term.value) for term in (q.subject, q.predicate, q.object)) for q in quads}  # type: ignore[misc]


# --- the skeleton ---------------------------------------------------------------------------------------------


def test_what_is_known_is_filled_in(data: Path) -> None:
    options = {"title": 'A "title" \\ of\ntwo lines', "effective": "2026-01", "complete": True}
    path = write(data, indications=["RA", "M04.2", "rheumatoid arthritis"], **options)

    found = facts(path)

    assert path == data / "policies" / "my-policy.ttl"
    assert {
        ("source/my-policy", "http://purl.org/dc/terms/title", 'A "title" \\ of\ntwo lines'),
        ("source/my-policy", "http://purl.org/dc/terms/publisher", "payer/molina"),
        ("source/my-policy", "completeness", "Complete"),
        ("policy/my-policy", "payer", "payer/molina"),
        ("policy/my-policy", "drug", "drug/anakinra"),
        ("policy/my-policy", "authority", "Primary"),
        ("policy/my-policy", "effectiveDate", "2026-01"),
        ("policy/my-policy", "indicationsComplete", "true"),
        ("rule/my-policy/caps", "indication", "condition/caps"),
        ("rule/my-policy/caps", "completeness", "Complete"),
    } <= found
    rules = {value for _, name, value in found if name == "coverageRule"}
    assert rules == {"rule/my-policy/caps", "rule/my-policy/rheumatoid-arthritis"}


def test_without_being_told_the_document_counts_as_seen_in_part(data: Path) -> None:
    found = facts(write(data))

    assert ("policy/my-policy", "indicationsComplete", "false") in found
    assert ("rule/my-policy/rheumatoid-arthritis", "completeness", "Excerpt") in found
    assert "NotShownCriterion" in {value for _, _, value in found}


@pytest.mark.parametrize("secondary", [False, True])
@pytest.mark.parametrize("complete", [False, True])
def test_the_only_faults_of_a_skeleton_are_what_is_still_to_be_written(
    data: Path, secondary: bool, complete: bool
) -> None:
    path = write(data, indications=["RA", "CAPS"], secondary=secondary, complete=complete)

    faults = lint([path])

    assert all(fault.line for fault in faults)
    others = {fault.message for fault in faults if "is unfinished (TODO: " not in fault.message}
    assert others == ({"needs exactly one dcterms:publisher."} if secondary else set())
    assert len(faults) - len(others) == path.read_text(encoding="utf-8").count("TODO")


def test_each_fault_names_its_line_its_subject_and_what_to_do(data: Path) -> None:
    path = write(data, complete=True)
    lines = path.read_text(encoding="utf-8").splitlines()

    said = {lines[fault.line - 1].strip(): fault for fault in lint([path]) if fault.line}

    def fault(line: str) -> tuple[str, str]:
        return said[line].subject, said[line].message

    assert fault('skos:prefLabel "TODO: the heading, as printed"@en .') == (
        "section/my-policy/criteria",
        "is unfinished (TODO: the heading, as printed); write it in the place of the TODO.",
    )
    assert fault("# TODO: what of this the document gives:") == (
        "policy/my-policy",
        "is unfinished (TODO: what of this the document gives); write it, or take the lines away.",
    )
    subject, _ = fault(
        "# TODO: the uses that are not covered, and a statement for each fact that is no criterion, like these:"
    )
    assert subject == "source/my-policy"


def test_a_skeleton_can_be_loaded_and_checked_before_it_is_finished(data: Path) -> None:
    write(data, complete=True)

    policy = Policies(store.load(data=data))["my-policy"]

    assert [terms.slug(rule.indication) for rule in policy.rules] == ["rheumatoid-arthritis"]


@pytest.mark.parametrize("left", ['pg:locator "TODO" .', 'pg:locator "1" . # TODO ask the payer'])
@pytest.mark.usefixtures("few_documents")
def test_no_todo_passes_even_in_a_finished_file(left: str, tmp_path: Path) -> None:
    path = tmp_path / "policies" / "fictional-health-kineret.ttl"
    path.parent.mkdir()
    whole = FINISHED.replace("payer:fictional-health-plan", "payer:molina")
    path.write_text(whole.replace('pg:locator "1.B" .', left), encoding="utf-8")

    (fault,) = lint([path])

    assert (fault.subject, "is unfinished" in fault.message) == ("criterion/fictional-health-kineret/prescriber", True)


# --- what is refused -------------------------------------------------------------------------------------------


def test_a_slug_of_other_signs_is_refused_with_one_that_would_do(data: Path) -> None:
    assert "'My Policy' is no slug" in refusal(data, "My Policy") and "such as my-policy" in refusal(data, "My Policy")
    assert refusal(data, "../my-policy").endswith("such as my-policy")
    assert refusal(data, "--").endswith("single hyphens")


def test_a_file_that_is_there_is_never_overwritten(data: Path) -> None:
    path = write(data)
    path.write_text("mine", encoding="utf-8")

    assert "policies/my-policy.ttl is there already" in refusal(data)
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_document_of_another_folder_has_its_slug_for_itself(data: Path) -> None:
    assert "labels/fda-label-kineret.ttl is there already" in refusal(data, "fda-label-kineret")


def test_a_policy_inside_another_document_has_its_slug_for_itself(data: Path) -> None:
    assert "described in the document seed-cigna-" in refusal(data, "cigna-kineret-california-guide")


@pytest.mark.parametrize(
    ("options", "nearest", "line"),
    [
        (
            {"payer": "Molena Health's"},
            '--payer: "Molena Health\'s" is no payer in the graph; `payergraph query names --param kind=payer`',
            'payers/payers.ttl the line payer:molena-healths a pg:Payer ; skos:prefLabel "Molena Health\'s"@en .',
        ),
        (
            {"drugs": ["anakinro"]},
            "--drug: 'anakinro' is no drug or product in the graph; the nearest is anakinra; if it is none of these",
            'concepts/therapies.ttl the line drug:anakinro a pg:Drug ; skos:prefLabel "anakinro"@en .',
        ),
        (
            {"drugs": ["Imcivree"]},
            "--drug: 'Imcivree' is no drug or product in the graph",
            'concepts/therapies.ttl the line product:imcivree a pg:Product ; skos:prefLabel "Imcivree"@en ; '
            "skos:broader drug:its-nonproprietary-name . drug:its-nonproprietary-name a pg:Drug ; "
            'skos:prefLabel "its nonproprietary name"@en .',
        ),
        (
            {"indications": ["RA", "gout flarre"]},
            "--indication: 'gout flarre' is no condition in the graph; the nearest is gout-flare; if it is none",
            'concepts/conditions.ttl the line condition:gout-flarre a pg:Condition ; skos:prefLabel "gout flarre"@en .',
        ),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest_and_with_the_line_that_adds_it(
    data: Path, options: dict[str, object], nearest: str, line: str
) -> None:
    sentence = refusal(data, **options)
    assert sentence.startswith(nearest)
    assert sentence.endswith(line)


def test_the_line_that_adds_a_payer_does_add_it(data: Path) -> None:
    line = refusal(data, payer="Acme Health").split(" the line ")[1]
    payers = data / "payers" / "payers.ttl"
    payers.write_text(f"{payers.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")

    path = create("acme", data, store.load(data=data), payer="Acme Health", drugs=["anakinra"], indications=["RA"])

    assert ("policy/acme", "payer", "payer/acme-health") in facts(path)
    assert [fault for fault in lint([data]) if "unfinished" not in fault.message] == []


def test_all_unknown_names_are_told_at_once_a_line_each(data: Path) -> None:
    lines = refusal(data, payer="Acme", indications=["gout flair", "RA", "bar fight"]).splitlines()
    assert [line.split(" is no ")[0] for line in lines] == [
        "--payer: 'Acme'",
        "--indication: 'gout flair'",
        "--indication: 'bar fight'",
    ]


def test_a_thing_of_another_kind_is_not_offered_as_a_new_one(data: Path) -> None:
    sentence = refusal(data, indications=["Kineret"])
    assert "is a product, not a condition" in sentence and "the line" not in sentence


@pytest.mark.parametrize("text", ["June", "2026-13", "2026-02-30", "20260101", "2026-W01", ""])
def test_an_effective_date_that_is_none_is_refused(text: str, data: Path) -> None:
    assert refusal(data, effective=text).startswith(f"--effective {text!r} is no day, month or year; write 2026-01-31")


@pytest.mark.parametrize(("text", "datatype"), [("2026-01-31", "date"), ("2026-01", "gYearMonth"), ("2026", "gYear")])
def test_a_date_is_as_exact_as_it_was_given(text: str, datatype: str, data: Path) -> None:
    assert f'pg:effectiveDate "{text}"^^xsd:{datatype} ;' in write(data, effective=text).read_text(encoding="utf-8")


def test_several_drugs_are_all_in_the_policy_and_a_brand_among_others_is_asked_for(data: Path) -> None:
    path = write(data, drugs=["Kineret", "canakinumab", "Humira", "adalimumab"])
    text = path.read_text()
    assert "pg:drug drug:anakinra , drug:canakinumab , drug:adalimumab ;" in text
    assert "anakinra, canakinumab and adalimumab" in text
    # Kineret is the only product of its drug; Humira is one of several.
    [line] = [line for line in text.splitlines() if "pg:product" in line]
    assert line == "    # pg:product product:humira ;"
    assert "# TODO: if the document speaks of these products alone" in text
    assert "pg:product" not in write(data, "another").read_text()


def test_the_facts_inside_the_installed_package_are_left_alone(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payergraph.locate._PACKAGE", data.parent)
    assert refusal(data).endswith(f"copy that folder, and name the copy in {VARIABLE}")


def test_a_write_that_fails_leaves_nothing_behind(data: Path) -> None:
    shutil.rmtree(data / "policies")
    (data / "policies").write_text("in the way", encoding="utf-8")
    assert "my-policy.ttl cannot be written" in refusal(data)


def test_every_prefix_of_a_skeleton_is_a_kind_of_thing_that_the_facts_use() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "data").rglob("*.ttl"))
    used = set(re.findall(r"^@prefix \S+ <https://w3id.org/payergraph/id/([\w-]+)/", text, flags=re.M))

    assert {*SHARED, *OWNED} <= used


# --- the page --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A block of commands of the page, what the page says they print, and what they did."""

    commands: str
    shown: str | None
    printed: str
    code: int


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the data and the example, as in a checkout, and the command payergraph."""
    desk = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "data", desk / "data")
    shutil.copytree(EXAMPLE, desk / "docs" / "example")
    command = desk / "bin" / "payergraph"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m payergraph "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return desk


@pytest.fixture(scope="module")
def steps(desk: Path) -> list[Step]:
    """The page's blocks of commands, run one after the other in one shell's surroundings."""
    path = os.pathsep.join([str(desk / "bin"), os.environ["PATH"]])
    surroundings = {**os.environ, "PATH": path, "COLUMNS": "110"}
    blocks = [*re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, flags=re.M | re.S), ("", "")]
    found, exports = [], ""
    for (language, text), (following, output) in pairwise(blocks):
        if language != "sh":
            continue
        result = subprocess.run(
            ["bash", "-c", exports + text], cwd=desk, env=surroundings, capture_output=True, text=True, check=False
        )
        found.append(
            Step(text, output if following == "text" else None, result.stdout + result.stderr, result.returncode)
        )
        exports += "".join(f"{line}\n" for line in text.splitlines() if line.startswith("export "))
    return found


def test_the_commands_of_the_page_end_as_it_says(steps: list[Step]) -> None:
    assert [(step.commands.split()[0], step.code) for step in steps] == [
        ("cp", 0),
        ("cp", 2),  # the payer is unknown to the draft
        ("echo", 0),
        ("payergraph", 0),
        ("cp", 0),
        ("payergraph", 0),
        ("payergraph", 0),
    ]


def test_the_commands_of_the_page_print_what_it_shows(steps: list[Step]) -> None:
    shown = [step for step in steps if step.shown is not None]
    assert len(shown) == 4
    for step in shown:
        assert step.shown is not None
        parts = (re.escape(part) for part in step.shown.strip().split("…"))
        printed = "\n".join(line.rstrip() for line in step.printed.splitlines())
        assert re.fullmatch(r"[\s\S]+".join(parts), printed), printed


def test_the_page_shows_the_determination_of_its_case(steps: list[Step]) -> None:
    [check] = [step for step in steps if "payergraph check" in step.commands]
    assert "rheumatoid arthritis: not documented" in check.printed
    assert "? not documented  Prescribed by or in consultation with a specialist" in check.printed


def test_the_finished_file_has_the_prefixes_of_a_skeleton(data: Path) -> None:
    skeleton = create(
        "fictional-health-kineret",
        data,
        shipped(),
        payer="Molina",
        drugs=["Kineret"],
        indications=["RA"],
        complete=True,
    )
    given = {line for line in skeleton.read_text(encoding="utf-8").splitlines() if line.startswith("@prefix")}
    assert given == {line for line in FINISHED.splitlines() if line.startswith("@prefix")}


def turtle() -> Iterator[str]:
    yield from re.findall(r"^```turtle\n(.*?)^```$", PAGE, flags=re.M | re.S)


@pytest.mark.parametrize("block", turtle())
def test_the_turtle_of_the_page_stands_in_the_finished_file(block: str) -> None:
    assert block in FINISHED


def test_every_kind_of_criterion_is_on_the_page() -> None:
    rows = shipped().rows("SELECT ?kind WHERE { ?kind rdfs:subClassOf pg:Criterion }")
    assert {f"pg:{terms.local(row['kind'].value)}" for row in rows} - set(re.findall(r"pg:\w+", PAGE)) == set()


def test_every_term_on_the_page_is_one() -> None:
    declared = {f"pg:{terms.local(row['t'].value)}" for row in shipped().rows("SELECT ?t WHERE { ?t a ?c }")}
    assert set(re.findall(r"pg:\w+", PAGE)) - declared == set()


def test_the_fictional_document_says_that_it_is_and_is_not_in_the_graph() -> None:
    document = (EXAMPLE / "fictional-health-kineret.md").read_text(encoding="utf-8")
    assert document.startswith("> This document is fictional.")
    assert not shipped().rows("SELECT ?s WHERE { ?s ?p ?o FILTER (CONTAINS(LCASE(STR(?s)), 'fictional')) }")


# --- the folder that is named ----------------------------------------------------------------------------------


def command(*words: str, folder: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, VARIABLE: folder}
    line = [sys.executable, "-m", "payergraph", *words]
    return subprocess.run(line, capture_output=True, text=True, check=False, env=surroundings)


def test_lint_of_everything_reads_the_named_folder_and_names_its_files(data: Path) -> None:
    path = write(data)

    result = command("lint", folder=str(data))

    assert result.returncode == 1
    assert all(line.startswith(f"{path}:") for line in result.stdout.splitlines()) and result.stdout


def test_a_named_folder_that_is_no_copy_of_the_data_is_refused_in_one_sentence(tmp_path: Path) -> None:
    result = command("query", "--list", folder=str(tmp_path))

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"payergraph: {VARIABLE} names {tmp_path}, which is no copy of payergraph's folder data\n"


def test_the_example_is_at_fault_where_its_payer_was_not_added(data: Path) -> None:
    """So that a lint that finds nothing on the page cannot be one that looks at nothing."""
    path = data / "policies" / "fictional-health-kineret.ttl"
    path.write_text(FINISHED, encoding="utf-8")

    faults: set[Fault] = set(lint([path]))

    assert faults and all("names payer/fictional-health-plan, which nothing describes" in f.message for f in faults)


@pytest.mark.parametrize("secondary", [True, False])
@pytest.mark.parametrize("complete", [True, False])
def test_a_pattern_is_turtle_once_it_is_uncommented(data: Path, secondary: bool, complete: bool) -> None:
    text = write(data, secondary=secondary, complete=complete).read_text(encoding="utf-8")
    # What ends as Turtle does, apart from a remark behind it, is a pattern; the rest tells people something.
    pattern = re.compile(r"^( *)# (?=(.*[^ ] [.;])(?: +#.*)?$|.*pg:member .* ,$)", flags=re.MULTILINE)
    taken = pattern.sub(r"\1", text)
    before, after = (set(ox.parse(found, ox.RdfFormat.TURTLE)) for found in (text, taken))
    added = {terms.local(quad.object.value) for quad in after if quad.predicate.value == terms.RDF + "type"}
    assert added >= {"AnyOf", "PrescriberCriterion", "PriorTherapyCriterion", "TherapyGroup", "Exclusion", "Statement"}
    assert len(after) > len(before) + 40
    left = [line for line in taken.splitlines() if re.match(r" *# .*(?:pg|sh|skos|dcterms):", line)]
    assert [line for line in left if "TODO" not in line and "pg:exclusion" not in line] == []
