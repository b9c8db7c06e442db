"""Outlines: a policy, printed and drafted anew, asks the same; and what is wrong with an outline is told whole."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import tables
from command import run
from conftest import FEW

from payergraph import terms
from payergraph.author.lint import lint
from payergraph.author.outline import draft, outline
from payergraph.errors import OutlineError
from payergraph.policies.library import Policies
from payergraph.policies.model import Criterion, Exclusion, Note, Policy, Rule
from payergraph.store import graph as store
from payergraph.store.graph import LocalGraph, shipped

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
EXAMPLE = ROOT / "docs" / "example" / "fictional-health-kineret.yaml"
PAGE = (ROOT / "docs" / "outline.md").read_text(encoding="utf-8")


# --- what a policy asks, without the names of what asks it ------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """A graph, and what its policies and labels say."""

    graph: LocalGraph

    def __post_init__(self) -> None:
        policies = Policies(self.graph)
        object.__setattr__(self, "policies", policies)
        found = self.graph.rows("SELECT ?s ?p WHERE { ?s a pg:Section ; pg:position ?p }")
        object.__setattr__(self, "position", {row["s"].value: row["p"].value for row in found})
        object.__setattr__(self, "all", {one.iri: one for one in (*policies.all, *policies.labels)})

    policies: Policies = None  # type: ignore[assignment]
    position: dict[str, str] = None  # type: ignore[assignment]
    all: dict[str, Policy] = None  # type: ignore[assignment]

    def policy(self, iri: str) -> dict[str, Any]:
        policy = self.all[iri]
        return {
            **{name: getattr(policy, name) for name in PLAIN},
            "rules": {rule.id: self.rule(rule) for rule in policy.rules},
            "exclusions": sorted(map(self.exclusion, (*policy.exclusions, *policy.faulty_exclusions))),
            "catch all": policy.catch_all and note(policy.catch_all),
            "notes": [sorted(map(note, notes)) for notes in (policy.limits, policy.cautions)],
        }

    def rule(self, rule: Rule) -> dict[str, Any]:
        lengths = [[length.told for length in found] for found in (rule.initial_lengths, rule.continuation_lengths)]
        trees = (rule.initial, rule.continuation, rule.initial_when, rule.continuation_when)
        return {
            **{name: getattr(rule, name) for name in RULED},
            "lengths": lengths,
            "notes": [sorted(map(note, notes)) for notes in (rule.limits, rule.cautions)],
            "trees": [tree and self.tree(tree) for tree in trees],
        }

    def tree(self, tree: Criterion) -> Any:
        """What it asks, and what stands at each of its criteria."""
        return self.policies.signature(tree), [
            (
                one.kind,
                one.summary,
                self.position.get(one.section),
                one.locator,
                one.reading,
                one.not_computed,
                one.documentation_required,
                one.discretionary,
            )
            for one in tree.walk()
        ]

    def exclusion(self, exclusion: Exclusion) -> tuple[Any, ...]:
        return exclusion.locator, exclusion.uses, exclusion.reason


PLAIN = (
    *("label", "payer", "drugs", "drug_class", "products", "number", "edition", "reviewed", "not_before", "authority"),
    *("indications_complete", "source", "supersedes", "restates", "reading"),
)
RULED = ("uses", "plans", "drugs", "products", "complete", "locator", "reading")


def note(of: Note) -> tuple[str, str, str]:
    return of.text, of.locator, of.reading


def drafted(data: Path, folder: Path, graph: LocalGraph) -> list[Path]:
    """The documents with criteria of a copy of a data folder, each written anew from its outline."""
    written = []
    for path in store.data_files(folder):
        if path.parent.name not in ("policies", "labels", "guides"):
            continue
        try:
            text = outline(path.stem, data, graph)
        except OutlineError as error:
            assert "has no policy and no label" in str(error)
            continue
        path.write_text(draft(text, path.stem, graph), encoding="utf-8")
        written.append(path)
    return written


@pytest.fixture(scope="module")
def few_drafted(few: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Said, Said]:
    """The few documents as they stand, and drafted, in which nothing is at fault."""
    folder = Path(shutil.copytree(few, tmp_path_factory.mktemp("drafted") / "data"))
    written = drafted(few, folder, shipped())
    assert len(written) == len(FEW)
    assert [str(fault) for fault in lint(written)] == []
    return Said(store.load(data=few)), Said(store.load(data=folder))


@pytest.mark.xdist_group("lint")
@pytest.mark.parametrize(
    "name", ["policy/cigna-ip0243", "policy/molina-kineret", "label/kineret", "policy/cigna-kineret-california-guide"]
)
def test_a_policy_drafted_from_its_outline_asks_the_same(name: str, few_drafted: tuple[Said, Said]) -> None:
    before, after = few_drafted
    assert after.policy(terms.ID + name) == before.policy(terms.ID + name)


@pytest.mark.slow
@pytest.mark.xdist_group("lint")
def test_every_policy_drafted_from_its_outline_asks_the_same(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    written = drafted(DATA, folder, shipped())

    before, after = Said(shipped()), Said(store.load(data=folder))

    assert len(written) > 50
    assert sorted(after.all) == sorted(before.all)
    for iri in before.all:
        assert after.policy(iri) == before.policy(iri), iri


def spec(folder: Path) -> LocalGraph:
    """All criteria of the specification tables as a document of its own, and whatever documents share."""
    for known in ("concepts", "payers"):
        shutil.copytree(DATA / known, folder / known)
    (folder / "policies").mkdir()
    section = f"<{terms.ID}section/spec/all>"
    text = "\n".join(tables.policy()).replace('pg:locator "nowhere"', f'pg:section {section} ; pg:locator "nowhere"')
    text += (
        f"\n<{terms.ID}source/spec> a pg:SourceDocument ; <{terms.DCTERMS}title> 'Tables'@en ;"
        f" pg:authority pg:Primary ; pg:completeness pg:Complete ; <{terms.DCTERMS}publisher> <{terms.ID}payer/cigna> ."
        f"\n{section} a pg:Section ; pg:sectionOf <{terms.ID}source/spec> ; pg:position 1 ; skos:prefLabel 'All'@en ."
    )
    (folder / "policies" / "spec.ttl").write_text(text, encoding="utf-8")
    return store.load(data=folder)


def test_every_kind_and_parameter_of_the_tables_has_a_form_and_comes_back(tmp_path: Path) -> None:
    graph = spec(tmp_path)
    text = outline("spec", tmp_path, graph)
    before = Said(graph)

    (tmp_path / "policies" / "spec.ttl").write_text(draft(text, "spec.yaml", graph), encoding="utf-8")

    after = Said(store.load(data=tmp_path))
    iri = f"{terms.ID}policy/spec"
    assert len(before.policy(iri)["rules"]) > 100
    assert after.policy(iri) == before.policy(iri)


# --- the text ---------------------------------------------------------------------------------------------------


def test_a_criterion_takes_a_line_with_its_place_at_the_end(few: Path) -> None:
    lines = [line.strip() for line in outline("molina-kineret", few, shipped()).splitlines()]
    assert "age: 2+ @13 Age Restrictions, Juvenile idiopathic arthritis" in lines
    assert "- measured: C-reactive protein > 1 x upper" in lines
    assert "- biomarker: NLRP3 = pathogenic @ B.2(b)" in lines
    assert "- any of @ A.3:" in lines
    assert lines.count("- no-concurrent") == 5  # it stands in every tree, and is told once
    assert [line for line in lines if line.startswith("- kind:")] == []


def test_a_renewal_names_the_criteria_of_its_first_request(few: Path) -> None:
    text = outline("cigna-ip0243", few, shipped())
    assert text.count("- first criteria\n") == 6


def test_of_a_document_with_several_policies_one_is_printed_where_it_is_named() -> None:
    whole, one = (outline(name, DATA, shipped()) for name in ("evicore-ilaris", "evicore-ilaris-70858a47"))
    assert whole.count("\npolicy: ") == 5
    assert one.count("\npolicy: ") == 1
    assert "policy: evicore-ilaris-70858a47" in one


def prefixes(path: Path) -> set[str]:
    return {line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("@prefix")}


def test_the_example_drafts_what_its_finished_file_says(few: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(few, tmp_path / "data"))
    payers = folder / "payers" / "payers.ttl"
    payer = 'payer:fictional-health-plan a pg:Payer ; skos:prefLabel "Fictional Health Plan"@en .'
    payers.write_text(f"{payers.read_text(encoding='utf-8')}\n{payer}\n", encoding="utf-8")
    target = folder / "policies" / "fictional-health-kineret.ttl"
    shutil.copy(ROOT / "docs" / "example" / target.name, target)
    before = Said(store.load(data=folder))

    finished = prefixes(target)

    target.write_text(draft(EXAMPLE.read_text(encoding="utf-8"), "example", before.graph), encoding="utf-8")

    assert finished <= prefixes(target)  # statements are written into the draft, whatever they name
    after = Said(store.load(data=folder))
    assert after.policy(f"{terms.ID}policy/{target.stem}") == before.policy(f"{terms.ID}policy/{target.stem}")
    assert outline(target.stem, folder, after.graph).startswith("document: fictional-health-kineret\n")


WEGOVY = """
  - use: {use} @2 Weight reduction
    approved: up to 7 months
    renewed: up to 12 months
    first:
      - asked: That a reduced-calorie diet and more physical activity go with the drug. @ 1
      - tried: weight management programme @ 2
        for: 6 months
      - if @ 3: {{age: 18+}}
        then:
          any of:
            - measured: bmi >= 30 kg/m2 @ 3, first
              when: baseline
            - all of @ 3, second:
                - measured: bmi >= 27 kg/m2
                  when: baseline
                - diagnosis: rheumatoid arthritis, gout
      - if @ 4: {{age: 12 to 17}}
        then:
          measured: bmi >= 25 kg/m2
          when: baseline
    renewal @ Reauthorization:
      - established: 3 months, gap 30 days
      - any of:
          - changed: body weight loss >= 5 %
            counted: from baseline
            is: kept
"""


def test_the_first_rule_of_a_policy_of_weight_takes_thirty_lines(few: Path) -> None:
    rule = WEGOVY.format(use="gout")
    assert len(rule.strip().splitlines()) <= 30
    assert len(rule.split()) <= 150
    text = draft(HEAD + rule, "weight.yaml", shipped())
    assert "pg:ChangeCriterion" in text and "pg:TimeOnDrugCriterion" in text
    assert len(text.partition("r:gout a ")[2].splitlines()) > 100


# --- what is wrong ----------------------------------------------------------------------------------------------

HEAD = """document: my-policy
title: My policy
sections: {1: Front matter, 2: Criteria}
---
policy: my-policy
payer: Molina
drug: anakinra
uses seen: all
at: Title
rules:
"""
RULE = "  - use: gout @2 A\n    first:\n"


def refused(criteria: str, head: str = HEAD + RULE) -> list[str]:
    with pytest.raises(OutlineError) as caught:
        draft(head + criteria, "my.yaml", shipped())
    return list(caught.value.faults)


def test_all_unknown_names_are_told_once_with_their_lines_and_the_nearest() -> None:
    faults = refused(
        "      - tried: methotrexat, Imcivree @ 1\n"
        "      - not with: Imcivree @ 2\n"
        "      - specialist: rheumatologie @ 3\n"
        "      - attested: no infection @ 4\n"
    )
    assert faults == [
        "my.yaml:13: 'methotrexat' is no therapy; the nearest is drug/methotrexate",
        "my.yaml:13, 14: 'Imcivree' is no therapy; nothing in the graph has a name like it",
        "my.yaml:15: 'rheumatologie' is no specialty; the nearest is specialty/rheumatology",
        "my.yaml:16: 'no infection' is no attestation; the nearest are attestation/no-active-infection, "
        "attestation/infection-monitoring",
    ]


@pytest.mark.parametrize(
    ("criteria", "fault"),
    [
        ("      - agee: 18+", "13: 'agee' is no key of a criterion; the nearest is age"),
        ("      - age: adult", "13: 'adult' says nothing after 'age'; write 18+, 2 to 17 or up to 17"),
        ("      - tried: methotrexate\n        for: long", "14: 'long' is no length after 'for'; write a number of"),
        ("      - tried: methotrexate\n        fro: 3 months", "14: 'fro' is no key of a criterion of 'tried'"),
        ("      - tried: methotrexate\n        no samples: maybe", "14: 'maybe' is no yes or no of samplesExcluded"),
        ("      - measured: crp = 3 mg/L", "13: 'crp = 3 mg/L' is no observable"),
        ("      - any of: []", "13: needs a list of criteria"),
        ("      - if: {age: 18+}", "13: has 'if' and no 'then'"),
        ("      - no-such", "13: 'no-such' is no key of common, where criteria with a name stand"),
        ("      - age: 18+ @7 A", "13: stands in section 7, which 'sections' does not list"),
        ("      - age: 18+\n        age: 19+", "14: 'age' is given a second time; keep one of the two"),
        ("      - kind: Age", "13: 'Age' is no key of the kinds"),
        ("      - kind: AgeCriterion\n        minimumAge: old", "14: 'old' is no xsd:integer of minimumAge"),
        ("      - [age]", "13: is a list in a list; say 'all of' or 'any of'"),
        ("      - dose: much", "13: 'much' says nothing after 'dose'; write at most 8 mg per kg a day"),
        (
            "      - tried:\n          - {a: [methotrexate], b: [leflunomide]}",
            "14: is no group; write what it is called",
        ),
    ],
)
def test_a_fault_is_told_with_its_line_and_what_to_write(criteria: str, fault: str) -> None:
    faults = refused(criteria + "\n")
    assert [one for one in faults if one.startswith(f"my.yaml:{fault}")], faults


def test_what_a_head_a_policy_and_a_rule_lack_is_told_in_one_run() -> None:
    faults = refused("", "document: My Policy\n---\npolicy: x\ndrug: anakinra\nrules:\n  - first: [{age: 18+}]\n")
    assert [fault.partition(": ")[2].partition("; ")[0].partition(", ")[0] for fault in faults] == [
        "'My Policy' is no name of a document",
        "has no 'sections': the headings that hold facts",
        "has no 'title'",
        "does not say which uses were seen",
        "has no place",
        "names no 'use'",
        "stands in a document without sections",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: [1, 2", "my.yaml:1: is not YAML, because"),
        ("a: 1\nb: {c: 2\n", "my.yaml:3: is not YAML, because"),
        ("", "my.yaml is empty"),
        ("- a\n", "my.yaml:1: is no outline"),
        ("a: &x 1\nb: *x\n", "my.yaml:1: is named a second time by a YAML alias"),
        ("a: " + "[" * 60 + "]" * 60, "my.yaml:1: is nested more than"),
    ],
)
def test_what_is_no_outline_is_refused_in_a_sentence(text: str, fault: str) -> None:
    [said] = refused(text, "")
    assert said.startswith(fault)


def without_a_line() -> Iterator[str]:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    for number in range(len(lines)):
        yield "".join([*lines[:number], *lines[number + 1 :]])
        yield "".join([*lines[:number], re.sub(r":.*", ":", lines[number]), *lines[number + 1 :]])


@pytest.mark.parametrize("text", without_a_line())
def test_no_line_that_is_missing_or_empty_breaks_more_than_a_sentence_says(text: str) -> None:
    try:
        assert draft(text, "my.yaml", shipped()).startswith("# ")
    except OutlineError as error:
        assert error.faults and all(re.match(r"my\.yaml(:[\d, ]+)?(:| is)", fault) for fault in error.faults)


# --- the commands, and the page ---------------------------------------------------------------------------------


def test_the_commands_print_write_and_refuse(few_documents: Path, tmp_path: Path) -> None:
    printed = run("outline", "molina-kineret")
    path = tmp_path / "molina-kineret.yaml"
    path.write_text(printed.stdout, encoding="utf-8")
    target = tmp_path / "molina-kineret.ttl"

    done = run("draft", path, "-o", target)

    assert (printed.returncode, done.returncode, done.stdout) == (0, 0, "")
    assert done.stderr == f"payergraph: payergraph lint {target} tells what is left and what is wrong\n"
    assert run("draft", path).stdout == target.read_text(encoding="utf-8")

    assert run("draft", path, "-o", target).returncode == 0  # a draft that nobody touched is written anew
    target.write_text(f"{target.read_text(encoding='utf-8')}# mine\n", encoding="utf-8")
    refusal = run("draft", path, "-o", target)
    assert (refusal.returncode, target.read_text(encoding="utf-8").endswith("# mine\n")) == (2, True)
    assert "was changed since it was drafted" in refusal.stderr

    target.unlink()
    path.write_text(printed.stdout.replace("age: 18+", "age: old"), encoding="utf-8")
    refusal = run("draft", path, "-o", target)
    assert (refusal.returncode, target.exists()) == (2, False)
    assert "'old' says nothing after 'age'" in refusal.stderr
    assert run("draft", tmp_path / "none.yaml").stderr.endswith("none.yaml cannot be read: no such file or directory\n")


def test_an_outline_of_nothing_is_refused_with_the_nearest() -> None:
    refusal = run("outline", "molina-kinerett")
    assert refusal.returncode == 2
    assert refusal.stderr == (
        "payergraph: 'molina-kinerett' is no document and no policy in the graph; the nearest is molina-kineret\n"
    )


def blocks() -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```$", PAGE, flags=re.M | re.S)


def test_the_page_is_faulted_for_nothing_but_names_that_the_graph_does_not_know() -> None:
    policy, group = blocks()
    criteria = "".join(f"      {line}\n" for line in group.splitlines())
    faults = [*refused("", policy), *refused(criteria + "      - age: of a name\n")[:-1]]
    assert [fault for fault in faults if not re.search(r"' is no |says nothing", fault)] == []


def test_every_word_of_the_format_is_on_the_page() -> None:
    from payergraph.author.outline.words import CONNECTIVES, DETAILS, FORMS, NOTES, OF_SETS, ROLES, SPANS

    said = {*(form.word for form in FORMS), *CONNECTIVES, *DETAILS.values(), *NOTES, *OF_SETS, *ROLES, *SPANS}
    assert {word for word in said if not re.search(rf"`[^`]*\b{word}\b[^`]*`|\b{word}: ", PAGE)} == set()
