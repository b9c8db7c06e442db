"""A hint never changes the meaning: what a chart says is taken as what it is, or refused without its contrary.

The tables below were written by hand, without a look at the synonyms of ``chart.options``: what each word truly says of
each field. What stands in none of them says nothing of that field, so that nothing may be offered or taken for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from payergraph import terms
from payergraph.chart.dates import readings
from payergraph.chart.fields import FIELDS, PATHS, Field
from payergraph.chart.options import NOT_KNOWN, spoken
from payergraph.chart.record import check
from payergraph.chart.text import Place, parse_json, tree_of_json
from payergraph.errors import CaseError, QueryError, UnknownName
from payergraph.near import letters, slips
from payergraph.sparql.questions import ask, library, question
from payergraph.store.graph import shipped
from payergraph.store.names import CONCEPT_KINDS, names

TODAY = date(2026, 10, 1)

#: By field, each value with the words of charts that truly say it. A word that is its value need not stand here.
SAYS: dict[str, dict[str, str]] = {
    "request": {
        "initial": "Initial, INITIAL, initial request, first request, new start, initiation, intial, initail",
        "continuation": "renewal, Renewal, renew, reauthorization, re-authorization, reauth, continued, "
        "continuation of therapy, continued therapy, recertification, renewal request, continuation request, "
        "continuaton",
    },
    "formulary": {
        "preferred": "Preferred, preferred drug, preferred brand, prefered",
        "non-preferred": "nonpreferred, not preferred, Non-Preferred, non preferred, non_preferred, non-prefered, "
        "non-preferred drug",
        "non-formulary": "nonformulary, not on formulary, not on the formulary, not formulary, off formulary, "
        "NON FORMULARY, non-formulery",
    },
    "sex": {"female": "f, Female, woman, girl, femal", "male": "m, Male, man, boy"},
    "pregnant": {"true": "pregnant", "false": "not pregnant, nonpregnant, non-pregnant"},
    "menopausal": {
        "true": "menopausal, postmenopausal, post-menopausal",
        "false": "premenopausal, pre-menopausal, not menopausal",
    },
    "smoker": {
        "true": "smoker, smokes, smoking, current smoker, current",
        "false": "never smoker, never, nonsmoker, non-smoker, not a smoker",
    },
    "diagnoses.severity": {
        "mild": "Mild, miild",
        "moderate": "MODERATE, moderat",
        "severe": "Severe, sevre, sever",
        "moderate-to-severe": "moderate to severe, moderate or severe, moderate/severe, Moderate-to-Severe",
    },
    "diagnoses.active": {"true": "active", "false": "inactive, not active"},
    "therapies.outcome": {
        "failure": "failed, failure, treatment failure, therapeutic failure, failure of therapy, primary failure, "
        "secondary failure, inadequate response, insufficient response, no response, lack of response, non-response, "
        "nonresponse, non-responder, nonresponder, lost response, loss of response, loss of efficacy, "
        "lack of efficacy, inefficacy, ineffective, not effective, did not work, refractory, failur, Falure",
        "intolerance": "intolerant, not tolerated, intolerable side effects, intolerable adverse effects, intolerence",
        "contraindication": "contraindicated, contra-indication, contraindicaton",
        "response": "responded, responder, effective, worked, good response, Response, respones",
        "unknown": "unk, not known, not recorded, not documented, unclear, Unknown, unkown",
    },
    "measurements.phase": {
        "baseline": "at baseline, before treatment, pretreatment, pre-treatment, Baseline, basline",
        "on-therapy": "on treatment, during treatment, during therapy, on therapy, on-therpy",
        "current": "currently, now, at present, Current, curent",
    },
    "findings.present": {
        "true": "present, positive, detected, observed",
        "false": "absent, not present, negative, not detected, denies, denied, ruled out",
    },
    "genetics.result": {
        "pathogenic": "pathogenic variant, pathogenic mutation, Pathogenic, pathogenc",
        "bi-allelic-pathogenic": "biallelic pathogenic, biallelic pathogenic variants, bi-allelic pathogenic variants, "
        "bi-allelic pathogenc",
        "negative": "neg, no variant, no variant found, no variant detected, no pathogenic variant, no mutation, "
        "no mutation found, no mutation detected, wild type, wild-type, wildtype, negtive",
        "uncertain": "VUS, vus, VOUS, uncertain significance, unknown significance, variant of uncertain significance, "
        "variant of unknown significance, uncertian",
    },
    "screenings.result": {
        "negative": "neg, not detected, non-reactive, nonreactive, Negative, negtive",
        "treated": "treatment completed, completed treatment, Treated, traeted",
        "under-treatment": "on treatment, under treatment, being treated, in treatment, under-treatement",
        "positive": "positive untreated, Positive, positve",
    },
    "response.positive": {"true": "positive", "false": "negative, not positive"},
    "biomarkers.result": {
        "positive": "Positive, pos, overexpressed, amplified, positve",
        "negative": "neg, no variant, no variant found, no variant detected, no pathogenic variant, no mutation, "
        "no mutation found, no mutation detected, wild type, wild-type, wildtype, negtive, not detected, "
        "not overexpressed, not amplified",
        "pathogenic": "pathogenic variant, pathogenic mutation, Pathogenic, pathogenc",
        "bi-allelic-pathogenic": "biallelic pathogenic, biallelic pathogenic variants, bi-allelic pathogenic variants, "
        "bi-allelic pathogenc",
        "uncertain": "VUS, vus, VOUS, uncertain significance, unknown significance, variant of uncertain significance, "
        "variant of unknown significance, uncertian",
        "equivocal": "borderline, Equivocal",
    },
    "biomarkers.origin": {
        "germline": "Germline, germ line, germ-line, inherited",
        "somatic": "Somatic, tumor, tumour",
    },
    **{
        path: {
            "day": "daily, once daily, once a day, per day, a day, qd, every day",
            "week": "weekly, once weekly, once a week, per week, a week, qw, every week",
            "month": "monthly, once monthly, once a month, per month, a month",
            "year": "yearly, annually, once a year, per year, a year",
        }
        for path in ("dose.per", "therapies.dose.per")
    },
    "coverage.kind": {
        "approval": "approved, authorization, prior authorization, Approval, aproval",
        "claim": "paid claim, paid, claim paid, Claim, clam",
    },
    "events.phase": {
        "baseline": "at baseline, before treatment, pretreatment, pre-treatment, Baseline, basline",
        "on-therapy": "on treatment, during treatment, during therapy, on therapy, on-therpy",
        "current": "currently, now, at present, Current, curent",
    },
    **{
        key: {"true": "complete", "false": "incomplete, not complete"}
        for key in (
            *(field.key for field in FIELDS if field.key.endswith("Complete")),
            *("diagnoses.statusComplete", "diagnoses.confirmedHowComplete"),
        )
    },
}
#: What says yes or no in every field that is one or the other.
YES_OR_NO = {"true": "yes, Yes, YES, y, Y, on, 1, ture, treu", "false": "no, No, NO, n, off, 0, flase, fasle"}

#: What says nothing of any field, or what only a person can take for one of its words.
SAYS_NOTHING = """
pending; unknown result; n/a; N/A; na; tbd; awaiting results; not done; not tested; not assessed; ordered; maybe;
possible; probable; suspected; equivocal; indeterminate; inconclusive; borderline; invalid; ?; -; --; +; ++; x; ok;
none; nil; other; see note; see chart; per chart; as above; positive?; failure?; negative?; ?negative; active?; not
failure; not positive for; no failure; without response; never failed; not contraindicated; not intolerant; no
intolerance; no contraindication; uncontraindicated; tolerated; well tolerated; tolerable; not refractory; not
ineffective; not non-preferred; non-non-preferred; unfailure; discontinued; stopped; ended; completed; withdrawn;
switched; d/c; held; paused; restarted; ongoing; current; continuing; still taking; tapered; tapering; stable;
partial; partial response; suboptimal response; improved; improvement; some improvement; worse; worsening; unchanged;
remission; in remission; complete remission; clinical remission; quiescent; controlled; uncontrolled; well controlled;
resolved; history; history of; h/o; relapse; relapsed; flare; flaring; side effects; side effect; adverse event;
adverse reaction; toxicity; allergy; allergic; hypersensitivity; anaphylaxis; rash; nausea; cytopenia; cost;
insurance; patient choice; noncompliance; non-adherence; nonadherent; lost to follow-up; heterozygous; het;
homozygous; compound heterozygous; hemizygous; carrier; variant; variant found; variant detected; mutation; mutated;
mutation found; abnormal; normal; benign; likely benign; likely pathogenic; non-pathogenic; nonpathogenic; not
pathogenic; polymorphism; mosaic; somatic; germline; low penetrance; Q703K; p.Val198Met; reactive; latent; latent tb;
ltbi; infected; exposed; untreated; not treated; no treatment; retreated; mistreated; immune; vaccinated; clear;
cleared; high; low; raised; elevated; decreased; formulary; on formulary; on the formulary; listed; covered; not
covered; excluded; tier 1; tier 2; tier 3; specialty tier; generic; brand; appeal; urgent; expedited; standard;
restart; reinitiation; resumption; new; refill; extension; transfer; trial; step therapy; mild to moderate; moderately
severe; very severe; serious; life-threatening; critical; trivial; light; minor; major; acute; chronic; subacute;
persistent; intermittent; early; late; primary; secondary; asymptomatic; symptomatic; atypical; typical; unresponsive;
responsive; irresponsible; reasons; serve; several; severance; milk; mile; mold; wild; milled; moderator;
deferred; preferably; referred; unpreferred; failsafe; fare; future; feature; tolerance; tolerant; tolerable;
indication; indicated; correspondence; respond; respite; initialed; official; infection; inflation;
discontinuation; contamination; contagion; positivity; position; posit; passive; native; relative; naive; treat;
treaty; threat; trade; pathogen; pathologic; pathological; pathognomonic; certain; certainly; curtain; truth; true
negative; false positive; false negative; true positive; falsetto; trueish; t; f; yep; nope; yes and no; not
applicable here; both; either; neither; left; right; male; female; smoker; never; always; sometimes; often; rarely;
daily; weekly; monthly; before; after; since; 5; 12; 3.5; 100 %; III; stage II; grade 3; 2024; 8 months; two weeks; a
year; ten; <5; >10; 1:160; 4+; trace; ++/+++
"""


def words() -> list[str]:
    """Every word of the tables."""
    listed = [word for says in (*SAYS.values(), YES_OR_NO) for said in says.values() for word in said.split(",")]
    return sorted({word.strip() for word in (*listed, *SAYS_NOTHING.replace("\n", " ").split(";"))})


def fields_of(types: tuple[str, ...]) -> dict[str, Field]:
    """The fields of some types by their paths."""

    def walk(fields: tuple[Field, ...], under: str) -> Iterator[tuple[str, Field]]:
        for field in fields:
            if field.type in types:
                yield under + field.key, field
            yield from walk(field.fields, f"{under}{field.key}.")

    return dict(walk(FIELDS, ""))


#: What else an entry must have to be one.
REST = {
    "consultations": {"specialty": "rheumatology"},
    "therapies": {"product": "methotrexate"},
    "labs": {"test": "crp", "value": "1", "unit": "mg/L"},
    "measurements": {"of": "bmi", "value": "1", "unit": "kg/m2"},
    "findings": {"finding": "fever", "present": "true"},
    "genetics": {"gene": "NLRP3", "result": "negative"},
    "screenings": {"for": "tuberculosis", "result": "negative"},
    "events": {"event": "migraine-day"},
    "biomarkers": {"marker": "HER2"},
    "coverage": {"payer": "cigna", "kind": "claim"},
    "therapies.dose": {"value": "1", "unit": "mg"},
    "dose.loading": {"value": "1", "unit": "mg"},
    "quantity": {"value": "1"},
}


def read(path: str, text: str) -> tuple[Any, tuple[str, ...], str]:
    """What a field takes a text for, as the format puts it; else None, what is offered instead, and the sentence."""
    keys = path.split(".")
    inside: Any = text
    for depth in range(len(keys), 0, -1):
        under, key = ".".join(keys[: depth - 1]), keys[depth - 1]
        one = PATHS.get(f"{under}.{key}" if under else key)
        inside = {**REST.get(under, {}), key: [inside] if one is not None and one.many and one.fields else inside}
    case = {"drug": "anakinra", "requestDate": str(TODAY), **inside}
    place = Place("maria.yaml")
    try:
        tree = tree_of_json(parse_json(json.dumps(case), place.file), place)
        assert tree is not None
        entry = check(tree, names(shipped()), TODAY)
    except CaseError as error:
        return None, error.nearest, str(error)
    value: Any = entry
    for key in keys:
        value = value.values[key]
        value = value[0] if isinstance(value, list) else value
    return value, (), ""


def plainly(value: Any, field: Field) -> str | None:
    """What a closed list or a yes or no was taken for."""
    if isinstance(value, bool):
        return str(value).lower()
    return next((word for word, term in field.choices.items() if term == value), None)


CLOSED = fields_of(("choice", "flag"))


def _folded(listed: str) -> set[str]:
    return {word.strip().casefold() for word in listed.split(",")}


def truth(path: str, field: Field, word: str) -> set[str]:
    """What a word says of a field."""
    values = list(field.choices) or ["true", "false"]
    says = [SAYS.get(path, {})] + ([YES_OR_NO] if field.type == "flag" else [])
    found = {value for said in says for value, listed in said.items() if word.casefold() in _folded(listed)}
    spelled = {word, word.lower(), word.upper()} if field.type == "choice" else {word}
    return found | {value for value in values if value in spelled}


def test_the_tables_of_words_speak_of_closed_fields_alone() -> None:
    assert set(SAYS) <= set(CLOSED)
    for path, says in SAYS.items():
        assert set(says) <= set(CLOSED[path].choices or ("true", "false"))
    assert len(words()) > 400


@pytest.mark.parametrize("path", CLOSED)
def test_no_word_of_a_chart_is_taken_or_offered_for_what_it_does_not_say(path: str) -> None:
    field, wrong = CLOSED[path], []
    for word in words():
        value, offered, _ = read(path, word)
        found = {plainly(value, field), *offered} - {None}
        if found != truth(path, field, word):
            wrong.append((word, found, truth(path, field, word)))
        for hint in offered:
            assert plainly(read(path, hint)[0], field) == hint
    assert not wrong


@pytest.mark.parametrize("path", [path for path, field in CLOSED.items() if field.type == "choice"])
def test_what_is_neither_taken_nor_a_slip_is_answered_with_the_whole_list_and_what_each_word_means(path: str) -> None:
    field = CLOSED[path]
    for word in ("zebra", *field.asks):
        value, offered, sentence = read(path, word)
        assert value is None and not offered
        for choice, meaning in field.meanings.items():
            assert f"{choice} ({meaning})" in sentence
        assert field.asks.get(word, "not one of") in sentence


@pytest.mark.parametrize("path", CLOSED)
def test_what_is_not_known_is_left_out_and_taken_for_nothing(path: str) -> None:
    field = CLOSED[path]
    for word in NOT_KNOWN - set(field.synonyms) - set(field.asks):
        value, offered, sentence = read(path, word)
        assert value is None and not offered
        assert f"leave the {'entry' if field.required else 'field'} out while it is not known" in sentence


def test_no_word_stands_twice_in_the_table_of_a_field() -> None:
    for path, field in CLOSED.items():
        assert not set(field.synonyms) & set(field.asks), path
        assert set(field.synonyms.values()) <= set(field.choices or ("true", "false")), path
        assert set(field.choices) == set(field.meanings), path
        for said in (*field.synonyms, *field.asks):
            assert spoken(said) == said, (path, said)


@st.composite
def near_misses(draw: st.DrawFn) -> tuple[str, str]:
    """A closed field and a text that resembles one of the words of some field."""
    every = sorted({word for field in CLOSED.values() for word in (*field.choices, *field.synonyms, *field.asks)})
    text = draw(st.sampled_from(every))
    for _ in range(draw(st.integers(0, 3))):
        at, letter = (
            draw(st.integers(0, len(text))),
            draw(st.sampled_from(["", "a", "n", "e", "o", "-", " ", "i", "un"])),
        )
        text = text[:at] + letter + text[at + draw(st.integers(0, 2)) :]
    assume(text.strip())
    return draw(st.sampled_from(list(CLOSED))), " ".join(text.split())


@given(near_misses())
@example(("therapies.outcome", "non-response"))
@example(("diagnoses.active", "inactive"))
def test_a_hint_is_near_by_letters_or_in_the_table(drawn: tuple[str, str]) -> None:
    path, text = drawn
    field = CLOSED[path]
    value, offered, _ = read(path, text)
    for word in {plainly(value, field), *offered} - {None}:
        assert word is not None
        distance = OSA.distance(spoken(word).replace(" ", ""), spoken(text).replace(" ", ""))
        near = distance <= letters(max(len(word), len(text))) and text[0].casefold() == word[0]
        assert field.synonyms.get(spoken(text)) == word or near or text in ("True", "TRUE", "False", "FALSE")
        assert value is None or field.synonyms.get(spoken(text), text.lower()) == word


# --- numbers and dates --------------------------------------------------------------------------------------

NUMBERS = fields_of(("number", "count"))
#: What a text says of the fields whose unit it names; "*" is any field that can have the number.
MEASURED: dict[str, dict[str, str]] = {
    "8 months": {"therapies.durationMonths": "8", "ageMonths": "8", "requestedMonths": "8"},
    "8 mo": {"therapies.durationMonths": "8", "ageMonths": "8", "requestedMonths": "8"},
    "1 month": {"therapies.durationMonths": "1", "ageMonths": "1", "requestedMonths": "1"},
    "8 weeks": {},
    "2 years": {"age": "2"},
    "42 yo": {"age": "42"},
    "42-year-old": {"age": "42"},
    "71 kg": {"weightKg": "71"},
    "71kg": {"weightKg": "71"},
    "156 lb": {},
    "71.5 kilograms": {"weightKg": "71.5"},
    "100 mg/day": {"dose.mgPerDay": "100"},
    "1,200 mg daily": {"dose.mgPerDay": "1200"},
    "100 mg": {},
    "100 mcg/day": {},
    "100 g/day": {},
    "2 mg/kg/day": {"dose.mgPerKgPerDay": "2"},
    "2 mg/kg": {},
    "15 mg weekly": {"therapies.weeklyDoseMg": "15"},
    "15 mg/week": {"therapies.weeklyDoseMg": "15"},
    "15 mg": {},
    "28 days": dict.fromkeys(
        ("dose.days", "events.days", "events.perDays", "dose.perDays", "quantity.perDays", "therapies.dose.perDays"),
        "28",
    ),
    "4 weeks": {},
    "92 %": {"response.adherencePercent": "92", "biomarkers.expressionPercent": "92"},
    "92%": {"response.adherencePercent": "92", "biomarkers.expressionPercent": "92"},
    "8 per year": {"flares.perYear": "8"},
    "8/year": {"flares.perYear": "8"},
    "5,000": {"*": "5000"},
    "12,500.5": {"*": "12500.5"},
    "1,234,567": {"*": "1234567"},
    "0,500": {},
    "17,5": {},
    "1.200,5": {},
    "5,00": {},
    "5-6": {},
    "5 to 6": {},
    "~5": {},
    ">5": {},
    "<0.5": {},
    "5+": {},
    "1/2": {},
    "five": {},
    "unknown": {},
    "8 months ago": {},
    "less than 8 months": {},
    "8 months 2 weeks": {},
    "3 x 5": {},
    "18.2 mg/L": {},
    "-3": {},
    "131": {"labs.value": "131"},
}


@pytest.mark.parametrize("path", NUMBERS)
def test_a_number_is_never_offered_in_another_unit_or_size(path: str) -> None:
    field = NUMBERS[path]
    for text, says in MEASURED.items():
        value, offered, sentence = read(path, text)
        if value is not None:
            assert Decimal(text) == value
            continue
        number = says.get(path, says.get("*", ""))
        fits = number and field.low <= Decimal(number) <= field.high and (field.type == "number" or "." not in number)
        assert offered == ((number,) if fits else ()), (path, text, sentence)
        for hint in offered:
            assert read(path, hint)[0] == Decimal(hint)


#: What a date in another notation says; nothing where day and month could each be the other, or where it is no date.
DATED = {
    "01/2024": "2024-01",
    "1/2024": "2024-01",
    "01-2024": "2024-01",
    "2024/01": "2024-01",
    "2024-1": "2024-01",
    "March 2024": "2024-03",
    "Mar 2024": "2024-03",
    "Sept. 2024": "2024-09",
    "03/15/2024": "2024-03-15",
    "15/03/2024": "2024-03-15",
    "15.3.2024": "2024-03-15",
    "3-15-2024": "2024-03-15",
    "03/03/2024": "2024-03-03",
    "March 15, 2024": "2024-03-15",
    "15 Mar 2024": "2024-03-15",
    "2024/03/15": "2024-03-15",
    "2024-3-15": "2024-03-15",
    "20240315": "2024-03-15",
    "2024-03-15T00:00:00Z": "2024-03-15",
    "03/04/2024": "",
    "4-3-2024": "",
    "3/15/24": "",
    "13/2024": "",
    "02/30/2024": "",
    "2024-02-30": "",
    "2024-13-01": "",
    "202403": "",
    "early 2024": "",
    "2024?": "",
    "~2024": "",
    "before 2024": "",
    "2023-2024": "",
    "Q1 2024": "",
    "spring 2024": "",
    "last year": "",
    "6 months ago": "",
    "unknown": "",
    "15": "",
    "1/15": "",
    "11/2026": "",
    "2031/01/01": "",
    "01/1850": "",
    "Mars 2024": "",
    "Ma 2024": "",
    "15 March 16, 2024": "",
}


@pytest.mark.parametrize("path", fields_of(("day", "date")))
def test_a_date_stays_as_exact_as_it_is_and_is_told_only_where_it_is_plain(path: str) -> None:
    day = fields_of(("day",))
    for text, says in DATED.items():
        if path in ("requestDate", "coverage.to") and text in ("11/2026", "2031/01/01"):
            continue
        value, offered, sentence = read(path, text)
        assert value is None
        assert offered == ((says,) if says and (path not in day or len(says) == 10) else ()), (path, text, sentence)
        for hint in offered:
            assert read(path, hint)[0] is not None


def test_a_date_that_may_be_two_days_is_answered_with_both() -> None:
    assert "may be 2024-03-04 or 2024-04-03; write the one that is meant" in read("therapies.start", "03/04/2024")[2]


@given(
    st.dates(date(1990, 1, 1), date(2026, 9, 30)), st.sampled_from(["%m/%d/%Y", "%d.%m.%Y", "%B %d, %Y", "%Y/%m/%d"])
)
def test_a_date_in_another_notation_is_read_as_the_day_that_it_is(day: date, notation: str) -> None:
    found = readings(day.strftime(notation))
    assert str(day) in found
    assert len(found) == (2 if notation in ("%m/%d/%Y", "%d.%m.%Y") and day.day <= 12 and day.day != day.month else 1)


# --- names --------------------------------------------------------------------------------------------------

#: Real drugs, diseases, tests … that the graph may or may not have. Each is itself, and never a slip of another.
OTHERS = """
Wegovy; Zepbound; Ozempic; Botox; Blincyto; Repatha; Kymriah; Dupixent; cycloserine; cyclophosphamide; prednisone;
prednisolone; hydroxyzine; hydralazine; hydrocortisone; cortisone; chloroquine; quinine; quinidine; penicillin;
ampicillin; penicillamine; fenoprofen; flurbiprofen; ketoprofen; sulfadiazine; sulfasalazine; mesalamine;
mercaptopurine; azacitidine; emapalumab; siltuximab; satralizumab; rituximab; infliximab; tofacitinib; baricitinib;
nivolumab; omalizumab; dupilumab; benralizumab; mepolizumab; risankizumab; mirikizumab; tildrakizumab; clonidine;
clonazepam; metformin; metronidazole; methadone; methimazole; methyldopa; tramadol; trazodone; lamotrigine;
lamivudine; losartan; lovastatin; allopurinol; febuxostat; probenecid; colesevelam; aspirin; acetaminophen; B-ALL;
T-ALL; DITRA; FCAS2; PAPA; PFAPA; HIDS; hypothyroidism; hyperthyroidism; hypotension; hypertension; osteoporosis;
osteopenia; osteomyelitis; psoriasis; gouty; giant cell arteritis; temporal arteritis; arteritis;
vasculitis; septic arthritis; spondylosis; spondylolisthesis; pseudogout; lupus nephritis; discoid lupus;
polymyositis; polymyalgia rheumatica; type 1 diabetes; type 2 diabetes; diabetes insipidus; asthma; COPD; migraine;
obesity; depression; hepatitis A; hepatitis E; COVID-20; syphilis; influenza; chronic septic meningitis; septic
meningitis; no fever; afebrile; hearing gain; no urticaria; myocarditis; endocarditis; D-dimer; transferrin; troponin;
creatinine; creatine; procalcitonin; C-peptide; serum amyloid P; IL-6; IL-1; mcg/L; mg/mL; g/L; ng/mL; mmol/L; NLRP1;
NLRP12; NLRC4; IL1RA; IL36RN; MEFV; TNFRSF1A; Aetna Better Health; Humana Gold; Oscar; Kaiser; Tricare; Medicare;
Medicaid; Signa; U; X; a; 1; -; North Virginia; East Carolina; Guam; Washington DC; urology; neurology;
nephrology; neonatology; hematology; hepatology; oncology; gerontology; podiatry; pediatrics; no active infection
ruled in; active infection; functional improvement; infection; concurrent therapy; chart; clinical decline;
intolerable adverse effects; surgical; none of these; M06.90; M05.x; M08.3; M99; Z99
"""
#: A slip of the pen in each, with what was meant.
SLIPS = {
    "Drug Product": {
        "Methotrexat": "methotrexate",
        "anakinraa": "anakinra",
        "kinret": "kineret",
        "colchicin": "colchicine",
        "ibuprofin": "ibuprofen",
        "Hydroxychlorquine": "hydroxychloroquine",
        "celecoxb": "celecoxib",
        "actemra-scc": "",
    },
    "Condition": {
        "rheumatoid artritis": "rheumatoid-arthritis",
        "gout flarre": "gout-flare",
        "recurrent pericardits": "recurrent-pericarditis",
        "Stills diseese": "stills-disease",
    },
    "Specialty": {"rheumatolgy": "rheumatology", "dermatoligy": "dermatology"},
    "Payer": {"Cigan": "cigna", "Molina Helthcare": "molina"},
    "State": {"Califronia": "CA"},
}


@pytest.mark.parametrize(
    "kinds", [("Drug", "Product"), *((kind,) for kind in CONCEPT_KINDS if kind not in ("Drug", "Product"))]
)
def test_no_name_is_offered_for_another(kinds: tuple[str, ...]) -> None:
    known, wrong = names(shipped()), []
    for text in {" ".join(text.split()) for text in OTHERS.split(";")}:
        try:
            known.resolve(text, kinds)
        except UnknownName as error:
            if "may mean several things" in error.problem:
                assert len(error.nearest) > 1
            elif error.nearest:
                wrong.append((text, error.nearest, error.problem))
            else:
                assert any(
                    word in error.hint for word in ("payergraph query ", "it has ", "such as ", "the nearest is M")
                )
    assert not wrong


@pytest.mark.parametrize("kinds", SLIPS)
def test_a_slip_of_the_pen_is_told_what_was_meant(kinds: str) -> None:
    known = names(shipped())
    for text, meant in SLIPS[kinds].items():
        with pytest.raises(UnknownName) as caught:
            known.resolve(text, kinds.split())
        assert caught.value.nearest == ((meant,) if meant else ())
        assert all(terms.slug(known.resolve(near, kinds.split())) == near for near in caught.value.nearest)


@given(st.data(), st.sampled_from([("Drug", "Product"), ("Condition",), ("Payer",), ("LabTest",), ("Unit",)]))
def test_what_is_offered_for_a_name_differs_by_a_slip_in_one_word(data: st.DataObject, kinds: tuple[str, ...]) -> None:
    known = names(shipped())
    spellings = sorted(name for kind in kinds for name in known._spellings.of_kind(kind))
    text = data.draw(st.sampled_from(spellings))
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(st.text("aeinostr -", max_size=2)) + text[at + data.draw(st.integers(0, 2)) :]
    try:
        known.resolve(text, kinds)
    except UnknownName as error:
        for slug in error.nearest:
            iri = known.resolve(slug, kinds)
            called = [name for kind in kinds for name, iris in known._spellings.of_kind(kind).items() if iri in iris]
            ours, *theirs = (re.sub(r"[\W_]", "", name.casefold()) for name in (text, *called))
            near = any(OSA.distance(ours, name) <= letters(max(len(ours), len(name))) for name in theirs)
            assert near or "may mean several things" in error.problem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("asymptomatic", "symptomatic"),
        ("hypothyroidism test", "hyperthyroidism test"),
        ("intraarticular", "interarticular"),
        ("chronic septic meningitis", "chronic aseptic meningitis"),
        ("type 1 diabetes", "type 2 diabetes"),
        ("mcgPerDay", "mgPerDay"),
        ("stage ii", "stage iii"),
        ("on response", "no response"),
        ("NLRP1", "NLRP3"),
        ("age", "ago"),
    ],
)
def test_what_a_letter_turns_into_something_else_is_no_slip(one: str, other: str) -> None:
    assert slips(one, [other]) == slips(other, [one]) == []


@pytest.mark.parametrize(("longer", "bound"), [(0, 0), (3, 0), (4, 1), (13, 1), (14, 2), (60, 2)])
def test_the_bound_of_a_slip_grows_with_the_word(longer: int, bound: int) -> None:
    assert letters(longer) == bound
    if bound:
        near, far = "a" * (longer - bound), "a" * (longer - bound - 1)
        assert slips(near + "z" * bound, [near]) == [near]
        assert slips(far + "z" * (bound + 1), [far]) == []


# --- keys and questions ----------------------------------------------------------------------------------

#: Keys that people write and that no case has, each with what it is a slip of.
KEYS: dict[str, dict[str, str]] = {
    "": {
        "drugg": "drug", "requestdate": "requestDate", "request_date": "requestDate", "diagnosis": "diagnoses",
        "therapiescomplete": "therapiesComplete", "gender": "", "height": "", "weightLb": "", "weightLbs": "",
        "heightKg": "", "ageWeeks": "", "pregnancy": "", "urgent": "", "medications": "", "allergies": "", "name": "",
        "deathDate": "", "birthPlace": "", "icd10": "", "stage": "", "x": "",
    },
    "therapies": {
        "strat": "start", "outcom": "outcome", "weeklyDoseMcg": "", "dailyDoseMg": "", "durationWeeks": "",
        "durationDays": "", "stop": "", "doses": "dose", "drug": "", "regimen": "", "from": "", "fro": "",
        "notes": "note", "minimallyTolerated": "",
    },
    "labs": {"lowerLimit": "", "upperlimit": "upperLimit", "vlaue": "value", "low": "", "dates": "date"},
    "dose": {"mcgPerDay": "", "mgPerWeek": "", "mgPerDose": "", "mgPerKgPerDose": "", "mgPerM2PerDay": "",
        "mgperday": "mgPerDay",
    },
    "findings": {"absent": "", "presnt": "present"},
}  # fmt: skip


@pytest.mark.parametrize(("entry", "key"), [(entry, key) for entry, keys in KEYS.items() for key in keys])
def test_a_key_is_told_what_was_meant_or_which_there_are(entry: str, key: str) -> None:
    meant = KEYS[entry][key]
    value, offered, sentence = read(f"{entry}.{key}" if entry else key, "1")
    assert value is None and offered == ((meant,) if meant else ())
    assert "is no field of a case; " in sentence
    assert meant or " has " in sentence
    assert len(sentence) < 500


def test_no_question_and_no_parameter_is_taken_for_another() -> None:
    known = [found.name for found in library()]
    for name in known:
        assert slips(name, [other for other in known if other != name]) == []
        with pytest.raises(QueryError, match=rf"the nearest is {name}$"):
            question(f"{name[:2]}x{name[2:]}")
    with pytest.raises(QueryError, match="it has drug, payer"):
        ask("exclusions", shipped(), drugs="anakinra")


def test_the_question_that_lists_names_knows_every_kind_that_a_case_can_name() -> None:
    [kind] = question("names").parameters
    assert set(kind.choices) == {names(shipped()).label(terms.PG + name) for name in CONCEPT_KINDS}
    listed = ask("names", shipped()).records()
    assert {(row["kind"], row["slug"]) for row in listed} == {
        (names(shipped()).label(terms.PG + name), terms.slug(iri))
        for name in CONCEPT_KINDS
        for iri in names(shipped()).of_kinds([name])
    }
