"""Which documents are asked, by drug, payer, plan, policy, authority and day; and what is said of the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import mini
import pytest
from command import run

import payergraph
from payergraph import terms
from payergraph.choice import Authority, Choice, Request
from payergraph.comparison.covered import coverage
from payergraph.criteria import KINDS
from payergraph.criteria._kind import UndeclaredParameter
from payergraph.criteria.shapes import components_of
from payergraph.errors import CallError, CaseError
from payergraph.locate import folder
from payergraph.policies.editions import in_scope
from payergraph.policies.library import policies
from payergraph.policies.model import Criterion
from payergraph.policies.silence import Silence
from payergraph.store.graph import shipped
from payergraph.store.names import names
from payergraph.verdict.answers import Outcome
from payergraph.verdict.asked import asked

MARIA = folder("data") / "cases" / "maria.yaml"
ANAKINRA = terms.thing("drug", "anakinra").value
RA = {"indication": "rheumatoid-arthritis"}


def payer(slug: str) -> str:
    return terms.thing("payer", slug).value


def plan(slug: str) -> str:
    return terms.thing("plan", slug).value


def said(case: dict[str, Any], **options: Any) -> dict[str, str]:
    """The outcomes of the policies that ship, by policy."""
    return {item.policy.id: item.outcome for item in mini.answers(shipped(), case, **options)}


def written(tmp_path: Path, **fields: str) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text("".join(f"{key}: {value}\n" for key, value in {"requestDate": "2026-10-01", **fields}.items()))
    return path


# --- what is not answered -------------------------------------------------------------------------------------------


def test_a_case_without_a_use_hears_how_many_policies_wait_for_one(tmp_path: Path) -> None:
    found = mini.answers(shipped(), {})
    waiting = in_scope(shipped(), ANAKINRA, as_of="2026-10-01")
    first = found.unanswered[0]
    assert (list(found), first.silence, first.policies) == ([], Silence.NO_USE, waiting)
    assert first.text == (
        f"no indication or diagnosis is given; with one, {len(waiting)} policies for anakinra can be checked"
    )
    assert first.text in repr(found)
    path = written(tmp_path, drug="anakinra")
    for format in ("table", "markdown"):
        shown = run("check", path, "--format", format)
        assert "no indication or diagnosis is given" in shown.stdout and "Outcome" not in shown.stdout
        assert "no policy" not in shown.stdout + shown.stderr


def test_a_payer_whose_own_document_is_missing_has_its_retelling_offered_by_name(tmp_path: Path) -> None:
    found = mini.answers(shipped(), {**RA, "payer": "UHC"})
    [silent] = found.unanswered
    assert (list(found), silent.silence) == ([], Silence.ONLY_RETELLINGS)
    assert [policy.id for policy in silent.policies] == ["uhc-kineret"]
    path = written(tmp_path, drug="Kineret", indication="RA", payer="UHC")
    for format in ("table", "markdown", "turtle"):
        shown = " ".join(run("check", path, "--format", format).stdout.split())
        assert "for anakinra at UnitedHealthcare there are only retellings" in shown and "uhc-kineret" in shown
    told = json.loads(run("check", path, "--format", "json").stdout)
    assert [item["policies"] for item in told["unanswered"]] == [["uhc-kineret"]]
    assert "--authority all reads them" in run("check", path).stderr
    whole = run("check", path, "--authority", "all")
    assert "UnitedHealthcare" in whole.stdout and "only retellings" not in whole.stdout + whole.stderr
    assert run("check", path, "--require-met").returncode == 1


def test_of_payers_that_answer_nothing_is_said_and_of_the_others_their_retellings() -> None:
    found = mini.answers(shipped(), RA)
    [silent] = found.unanswered
    answered = {item.policy.payer for item in found}
    assert silent.silence is Silence.ONLY_RETELLINGS
    assert not answered & {policy.payer for policy in silent.policies}
    assert {policy.authority for policy in silent.policies} == {"secondary"}
    whole = mini.answers(shipped(), RA, authority="all")
    assert whole.unanswered == ()
    assert {item.policy.id for item in whole} >= {policy.id for policy in silent.policies}
    assert mini.answers(shipped(), {**RA, "payer": "cigna"}).unanswered == ()


def test_a_drug_without_policies_and_a_day_before_them_are_told_apart(tmp_path: Path) -> None:
    [silent] = mini.answers(shipped(), {**RA, "drug": "methotrexate"}).unanswered
    assert (silent.silence, silent.text) == (Silence.NO_POLICY, "the graph has no policy for methotrexate")
    day = '"2025-01-01"^^<http://www.w3.org/2001/XMLSchema#date>'
    begins = f"<https://w3id.org/payergraph/id/policy/test> pg:effectiveDate {day} ."
    of = mini.graph(tmp_path, mini.policy("caps", more=begins))
    assert mini.answers(of, {"indication": "caps"}, as_of="2025-01-01").unanswered == ()
    [silent] = mini.answers(of, {"indication": "caps"}, as_of="2024-12-31").unanswered
    assert silent.silence is Silence.NOT_IN_FORCE and silent.text.endswith("is in force on 31 December 2024")
    [silent] = mini.answers(of, {"indication": "caps", "payer": "molina"}).unanswered
    assert (silent.silence, silent.text) == (
        Silence.NO_POLICY,
        "the graph has no policy for anakinra at Molina Healthcare",
    )


def test_a_comparison_offers_retellings_by_name_too() -> None:
    found = payergraph.compare(drug="Kineret", indication="RA", payers=["UHC", "cigna"])
    assert [policy.id for item in found.unanswered for policy in item.policies] == ["uhc-kineret"]
    assert [item["policies"] for item in json.loads(found.to_json())["unanswered"]] == [["uhc-kineret"]]
    shown = run("compare", "--drug", "Kineret", "--indication", "RA", "--payer", "UHC")
    assert shown.stdout == "" and "uhc-kineret; --authority all reads them" in shown.stderr


# --- what the criteria that were seen are for -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "of"), [("unicare-drug-00078-2017", "alirocumab"), ("new-hampshire-medicaid-pcsk9-2021", "Praluent")]
)
def test_a_document_of_which_another_drugs_criteria_were_seen_says_so(policy: str, of: str) -> None:
    case = {"drug": "Repatha", "indication": "hefh", "birthDate": "2009-03-01"}
    [item] = mini.answers(shipped(), case, policy=policy)
    assert item.outcome is Outcome.UNKNOWN and item.root is None and item.reason is not None
    assert item.reason.text == (
        f"The criteria that were seen of the document are for {of}; those for evolocumab were not seen."
    )
    [other] = mini.answers(shipped(), {**case, "drug": "Praluent"}, policy=policy)
    assert other.outcome is Outcome.NOT_MET


def test_a_document_without_criteria_says_only_that_the_use_was_not_seen() -> None:
    [item] = mini.answers(shipped(), {"drug": "Repatha", "indication": "hefh"}, policy="wellmark-pcsk9")
    assert item.outcome is Outcome.UNKNOWN
    assert item.reason is not None and item.reason.text.startswith("The document was not seen to say")


# --- plans ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["cigna-ppo-california", "cigna-commercial", "cigna-medicare-advantage"])
def test_a_plan_that_no_rule_names_makes_no_use_unlisted(slug: str) -> None:
    [item] = mini.answers(shipped(), {**RA, "plan": slug}, policy="cigna-ip0243")
    assert item.outcome is Outcome.UNKNOWN
    assert item.reason is not None and "Cigna employer group plans" in item.reason.text


def test_no_plan_of_the_graph_changes_whether_a_use_is_listed() -> None:
    read, known = policies(shipped()), names(shipped())
    for one in known.of_kinds(["Plan"]):
        for item in mini.answers(shipped(), RA, plan=one, authority="all"):
            listed = bool(read.uses.rules_for(item.policy, item.indication, Request.INITIAL))
            assert not (listed and item.outcome is Outcome.NOT_LISTED), (one, item.policy.id)
            assert item.policy.payer == known.payer(one)


def test_a_plan_gets_its_own_rules_and_those_for_all_plans(tmp_path: Path) -> None:
    age = "c:age a pg:AgeCriterion ; pg:minimumAge 90 ; @@ ."
    of = mini.graph(
        tmp_path,
        mini.policy(
            "caps c:age cigna-employer-group", "dira", "gout-flare c:age cigna-employer-group", "gout-flare", more=age
        ),
    )

    def outcomes(use: str, plan: str) -> list[str]:
        found = mini.answers(of, {"indication": use, "plan": plan, "birthDate": "1980-01-01"})
        return sorted(item.outcome for item in found)

    assert outcomes("caps", "cigna-employer-group") == ["not-met"]
    assert outcomes("caps", "cigna-commercial") == ["unknown"]
    assert outcomes("dira", "cigna-commercial") == ["met"]
    assert outcomes("gout-flare", "cigna-commercial") == ["met"]
    assert outcomes("gout-flare", "cigna-employer-group") == ["met", "not-met"]
    assert outcomes("rheumatoid-arthritis", "cigna-commercial") == ["not-listed"]


@pytest.mark.parametrize(
    ("case", "options", "sentence"),
    [
        (RA, {"payer": payer("cigna"), "plan": plan("molina-texas-marketplace")}, "of molina, not of cigna"),
        ({**RA, "payer": "cigna"}, {"plan": plan("molina-texas-marketplace")}, "of molina, not of cigna"),
        ({**RA, "plan": "molina-texas-marketplace"}, {"payer": payer("cigna")}, "of molina, not of cigna"),
        ({**RA, "plan": "molina-texas-marketplace"}, {"policy": "cigna-ip0243"}, "of molina, not of cigna"),
        (RA, {"payer": payer("molina"), "policy": "cigna-ip0243"}, "cigna-ip0243 is of cigna, not of molina"),
    ],
)
def test_a_plan_or_a_policy_of_another_payer_is_an_error(
    case: dict[str, Any], options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(CallError, match=sentence):
        mini.answers(shipped(), case, **options)


def test_a_plan_of_another_payer_is_an_error_on_the_command_line_and_in_a_file(tmp_path: Path) -> None:
    shown = run("check", MARIA, "--payer", "cigna", "--plan", "molina-texas-marketplace")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr == "payergraph: maria: --plan molina-texas-marketplace is a plan of molina, not of cigna\n"
    path = written(tmp_path, drug="anakinra", indication="RA", payer="cigna", plan="molina-texas-marketplace")
    assert run("check", path).returncode == 2
    with pytest.raises(CaseError, match="a plan of molina and not of cigna"):
        payergraph.check(path)


def test_a_plan_alone_chooses_its_payer() -> None:
    assert set(said({**RA, "plan": "molina-texas-marketplace"})) == {"molina-kineret"}
    assert set(said(RA, plan=plan("molina-texas-marketplace"))) == {"molina-kineret"}


# --- one policy -----------------------------------------------------------------------------------------------------


def test_a_policy_for_another_drug_is_never_asked(tmp_path: Path) -> None:
    path = written(tmp_path, drug="methotrexate", indication="RA")
    shown = run("check", path, "--policy", "cigna-ip0243", "--require-met")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "--policy cigna-ip0243 is about anakinra, and the case asks for methotrexate" in shown.stderr
    brand = written(tmp_path, drug="Kineret", indication="RA")
    assert run("check", brand, "--policy", "cigna-ip0243").returncode == 0


def test_a_retelling_and_an_old_edition_are_asked_by_their_names() -> None:
    assert set(said(RA, policy="uhc-kineret")) == {"uhc-kineret"}
    assert set(said(RA, policy="western-health-advantage-kineret-2019")) == {"western-health-advantage-kineret-2019"}


def test_an_unknown_policy_is_answered_with_the_nearest() -> None:
    with pytest.raises(CallError, match=r"'ip0243' is no policy of the graph; the nearest is cigna-ip0243$"):
        mini.answers(shipped(), RA, policy="ip0243")
    with pytest.raises(CallError, match="'nothing' is no policy of the graph; `payergraph query editions_of_policies`"):
        mini.answers(shipped(), RA, policy="nothing")


# --- closed lists ---------------------------------------------------------------------------------------------------


def anakinra(**options: Any) -> Any:
    return payergraph.compare(drug="anakinra", indication="RA", **options)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: anakinra(request="Initial"), "request 'Initial' is not known; expected initial or continuation"),
        (lambda: anakinra(request="renewal"), "request 'renewal' is not known"),
        (lambda: anakinra(authority="primray"), "authority 'primray' is not known; expected primary or all"),
        (lambda: anakinra(authority="secondary"), "authority 'secondary' is not known"),
        (lambda: anakinra(payers="cigna"), r"payers 'cigna' is one text; expected a list, such as \['cigna'\]"),
        (lambda: anakinra(as_of="June"), "as_of 'June' is no day; expected a date, or text like '2026-10-01'"),
        (lambda: anakinra(as_of=20200101), "as_of 20200101 is no day"),
        (lambda: anakinra(as_of=datetime(2020, 1, 1)), "as_of datetime.datetime"),
        (lambda: payergraph.compare(drug="orencia", indication="RA"), "drug 'abatacept' has no policy .* anakinra"),
        (lambda: payergraph.check(MARIA, request="first"), "request 'first' is not known"),
        (lambda: payergraph.check(MARIA, authority="primray"), "authority 'primray' is not known"),
        (lambda: mini.answers(shipped(), RA, as_of="soon"), "as_of 'soon' is no day"),
        (lambda: in_scope(shipped(), ANAKINRA, None, "retellings"), "authority 'retellings' is not known"),
        (lambda: in_scope(shipped(), ANAKINRA, as_of="x"), "as_of 'x' is no day"),
        (lambda: coverage(shipped(), authority="each"), "authority 'each' is not known"),
        (lambda: asked({**RA, "drug": "anakinra"}, shipped(), authority="each"), "authority 'each' is not known"),
        (lambda: policies(shipped()).all[0].rules[0].criteria("Initial"), "request 'Initial' is not known"),
    ],
)
def test_what_is_no_word_of_a_list_raises_one_sentence(call: Callable[[], object], sentence: str) -> None:
    with pytest.raises(CallError, match=sentence) as caught:
        call()
    assert isinstance(caught.value, ValueError) and "\n" not in str(caught.value)


def test_a_word_and_its_text_are_one() -> None:
    first, again = (
        anakinra(request="continuation", as_of="2026-10-01"),
        anakinra(request=Request.CONTINUATION, as_of=date(2026, 10, 1), authority=Authority.PRIMARY),
    )
    assert first.records() == again.records()
    assert (first.request, first.authority, first.as_of) == (Request.CONTINUATION, Authority.PRIMARY, date(2026, 10, 1))
    for item in payergraph.check(MARIA):
        assert isinstance(item.outcome, Outcome) and isinstance(item.request, Request)


def test_every_list_names_its_words_where_one_is_wrong() -> None:
    for choice in Choice.__subclasses__():
        with pytest.raises(CallError) as caught:
            choice("no such word")
        assert all(word in str(caught.value) for word in choice)


# --- parameters -----------------------------------------------------------------------------------------------------


def prior_therapy() -> Criterion:
    found = policies(shipped())["cigna-ip0243"].rules
    return next(
        leaf for rule in found if rule.initial for leaf in rule.initial.leaves if "minimumMonths" in leaf.parameters
    )


def test_a_parameter_that_no_shape_declares_cannot_be_asked_for() -> None:
    leaf = prior_therapy()
    for ask in (
        lambda: "minimumWeight" in leaf.parameters,
        lambda: leaf.parameters["minimumWeight"],
        lambda: leaf.parameters.get("minimumWeight"),
        lambda: leaf.parameters.number("minimumWeight"),
        lambda: leaf.parameters.true("minimumWeight"),
        lambda: leaf.parameters.local("minimumWeight"),
        lambda: leaf.parameters.count("minimumWeight"),
    ):
        with pytest.raises(UndeclaredParameter, match="minimumWeight is a parameter of no kind"):
            ask()
    assert "minimumWeightKg" not in leaf.parameters and leaf.parameters.number("minimumWeightKg") is None
    assert leaf.parameters.number("minimumMonths") == 3 and leaf.parameters.count("minimumGroups") == 1
    assert leaf.parameters.local("acceptedOutcomes") == "FailureOnly" and not leaf.parameters.true("everyMember")


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_reads_by_parameters_that_its_own_shape_declares(kind: str) -> None:
    declared = {p.name for component in components_of().get(kind, ()) for p in component.parameters}
    named = {name for read in KINDS[kind].reads for name in (*read.when, read.of) if name and ":" not in name}
    assert named <= declared
