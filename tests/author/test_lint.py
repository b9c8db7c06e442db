"""The house rules: each deliberate fault is found with its file and subject. `make lint` says that what ships has none.

All faults are made in one copy of the tree and found in one run; a last test says that nothing else was found, so no
fault can stand in for another.
"""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.plugins.sparql import prepareQuery

from payergraph import terms
from payergraph.author.lint import Fault, lint, things, unchecked
from payergraph.author.lint.files import files_of
from payergraph.author.lint.house import HouseRule, house_rules, violations
from payergraph.author.lint.whole import Whole
from payergraph.store import icd10
from payergraph.store.graph import Row

pytestmark = pytest.mark.xdist_group("lint")

SH = rdflib.SH
IP0243 = "data/policies/cigna-ip0243.ttl"
MOLINA = "data/policies/molina-kineret.ttl"
NORTH_CAROLINA = "data/guides/seed-cigna-ilaris-north-carolina-guide.ttl"
CALIFORNIA = "data/guides/seed-cigna-ilaris-california-guide.ttl"
KINERET = "data/guides/seed-cigna-kineret-california-guide.ttl"
CLINICAL = "data/concepts/clinical.ttl"
CONDITIONS = "data/concepts/conditions.ttl"
CONTEXT = "data/concepts/context.ttl"
THERAPIES = "data/concepts/therapies.ttl"
UNITS = "data/concepts/units.ttl"
MISSISSIPPI = "data/policies/bcbs-mississippi-il1.ttl"
WESTERN_HEALTH = "data/policies/western-health-advantage-kineret"
LABEL = "data/labels/fda-label-kineret.ttl"
NC = "statement/seed-cigna-ilaris-north-carolina-guide"


@dataclass(frozen=True)
class Edit:
    """A small edit, and the words in which each subject's fault is told. An empty ``old`` appends ``new``.

    ``told_in`` is the file of the fault, where it is not the file of the edit.
    """

    name: str
    file: str
    old: str
    new: str
    found: dict[str, str]
    told_in: str = ""


EDITS = [
    # --- what curators set aside
    Edit(
        "a disagreement set aside without a reason",
        "data/concepts/set-aside.ttl",
        '    pg:because "Both guides say',
        '    dcterms:description "Both guides say',
        {"set-aside/bcbs-washington-appeal-deadline": "does not say all of it"},
    ),
    # --- the vocabulary
    Edit(
        "a term without a label",
        "ontology/concepts.ttl",
        '    skos:prefLabel "specialty"@en ;\n',
        "",
        {"pg:Specialty": "no English skos:prefLabel"},
    ),
    Edit(
        "a term with two labels",
        "ontology/criteria.ttl",
        'skos:prefLabel "count by"@en ;',
        'skos:prefLabel "count by"@en , "counted by"@en ;',
        {"pg:countBy": "or several; give it exactly one"},
    ),
    Edit(
        "a term without a definition",
        "ontology/concepts.ttl",
        'skos:prefLabel "dosage form"@en ;\n    skos:definition "A form in which a drug is supplied."@en .',
        'skos:prefLabel "dosage form"@en .',
        {"pg:DosageForm": "no English skos:definition"},
    ),
    Edit(
        "a definition of two sentences",
        "ontology/concepts.ttl",
        "A human gene that is tested for pathogenic variants.",
        "A human gene. It is tested for pathogenic variants.",
        {"pg:Gene": "not one sentence"},
    ),
    Edit(
        "a misspelt class in the ontology",
        "ontology/case.ttl",
        "pg:weightKg a owl:DatatypeProperty ;\n    rdfs:domain pg:Case",
        "pg:weightKg a owl:DatatypeProperty ;\n    rdfs:domain pg:Kase",
        {"pg:weightKg": "names pg:Kase, which ontology/ does not declare"},
    ),
    Edit(
        "a kind of criterion that nothing judges and nothing words",
        "ontology/criteria.ttl",
        "",
        "pg:SpleenCriterion a owl:Class ; rdfs:subClassOf pg:Criterion ;\n"
        '    skos:prefLabel "spleen"@en ; skos:definition "A criterion on the spleen."@en .\n',
        {"pg:SpleenCriterion": "no shape judges"},
    ),
    # --- concepts and codes
    Edit(
        "a misspelt property of another vocabulary",
        CONDITIONS,
        'skos:altLabel "DIRA"@en',
        'skos:altlabel "DIRA"@en',
        {"condition/dira": "uses the property skos:altlabel"},
    ),
    Edit(
        "a concept without a label",
        CLINICAL,
        '    skos:prefLabel "cardiology"@en ;\n',
        "",
        {"specialty/cardiology": "no English skos:prefLabel"},
    ),
    Edit(
        "a concept without a class",
        CLINICAL,
        "specialty:internal-medicine a pg:Specialty ;\n    skos:prefLabel",
        "specialty:internal-medicine skos:prefLabel",
        {"specialty/internal-medicine": "has no class"},
    ),
    Edit(
        "a concept of a misspelt class",
        CONTEXT,
        "",
        # Made up: what names a concept without its class, as a ladder its states, has a fault too.
        'state:nowhere a pg:Staet ; skos:prefLabel "nowhere"@en .\n',
        {"state/nowhere": "names pg:Staet, which ontology/ does not declare"},
    ),
    Edit(
        "a concept of two classes that exclude each other",
        THERAPIES,
        "drug-class:barbiturate a pg:DrugClass ;",
        "drug-class:barbiturate a pg:DrugClass , pg:Drug ;",
        {"drug-class/barbiturate": "is both pg:Drug and pg:DrugClass"},
    ),
    Edit(
        "two concepts each broader than the other",
        CLINICAL,
        "specialty:primary-care a pg:Specialty ;",
        "specialty:primary-care a pg:Specialty ;\n    skos:broader specialty:family-medicine ;",
        {
            "specialty/primary-care": "broader than itself by way of specialty/family-medicine",
            "specialty/family-medicine": "broader than itself by way of specialty/primary-care",
        },
    ),
    Edit(
        "a broader concept that does not exist",
        CONDITIONS,
        'TNF receptor-associated periodic syndrome"@en ;\n    skos:broader condition:hereditary-periodic-fever',
        'TNF receptor-associated periodic syndrome"@en ;\n    skos:broader condition:hereditary-periodic-fevers',
        {"condition/traps": "names condition/hereditary-periodic-fevers, which nothing describes"},
    ),
    Edit(
        "a broader concept of another kind",
        CLINICAL,
        "specialty:neurology a pg:Specialty ;",
        "specialty:neurology a pg:Specialty ;\n    skos:broader lab:creatinine ;",
        {"specialty/neurology": "the broader concept lab/creatinine, which is of another kind"},
    ),
    Edit(
        "one label for two states",
        CONTEXT,
        'skos:prefLabel "Alabama"@en ;\n    skos:altLabel "AL"@en .',
        'skos:prefLabel "Alabama"@en ;\n    skos:altLabel "Ak"@en .',
        {"state/AL": "shares the label “ak” with state/AK", "state/AK": "shares the label “ak” with state/AL"},
    ),
    Edit(
        "a code of an unknown system",
        THERAPIES,
        '"L04AC04"^^pg:ATC',
        '"L04AC04"^^pg:ATCC',
        {"drug/rilonacept": "a datatype that ontology/ does not declare"},
    ),
    Edit(
        "a code of no system",
        THERAPIES,
        '"J2793"^^pg:HCPCS',
        '"J2793"',
        {"drug/rilonacept": "of no code system"},
    ),
    Edit(
        "a code that ICD-10-CM does not have",
        CONDITIONS,
        '"M06.1"^^pg:ICD10CM',
        '"M04.10"^^pg:ICD10CM',
        {"condition/aosd": "has the code M04.10, which ICD-10-CM does not have"},
    ),
    Edit(
        "a drug code of the wrong shape",
        THERAPIES,
        '"66658-234-28"^^pg:NDC',
        '"66658-234-2"^^pg:NDC',
        {"product/kineret": "has 66658-234-2, which is not how codes of that system are written"},
    ),
    Edit(
        "one code on two concepts",
        CONDITIONS,
        '"MONDO:0018088"^^pg:MONDO',
        '"MONDO:0018768"^^pg:MONDO',
        {
            "condition/fmf": "shares the code MONDO:0018768 with condition/fcas",
            "condition/fcas": "shares the code MONDO:0018768 with condition/fmf",
        },
    ),
    Edit(
        "a unit that measures nothing",
        UNITS,
        'skos:notation "{vial}"^^pg:UCUM ;\n    pg:dimension "count" .',
        'skos:notation "{vial}"^^pg:UCUM .',
        {"unit/vial": "no pg:dimension"},
    ),
    Edit(
        "a number with an exponent",
        UNITS,
        'skos:notation "ng/mL"^^pg:UCUM ;\n    pg:dimension "mass concentration" ;\n    pg:toBase 0.001 .',
        'skos:notation "ng/mL"^^pg:UCUM ;\n    pg:dimension "mass concentration" ;\n    pg:toBase 1e-3 .',
        {"unit/ng-per-ml": "a floating-point number"},
    ),
    Edit(
        "two values of a property that takes one",
        UNITS,
        'skos:notation "g/L"^^pg:UCUM ;\n    pg:dimension "mass concentration" ;\n    pg:toBase 1000.0 .',
        'skos:notation "g/L"^^pg:UCUM ;\n    pg:dimension "mass concentration" ;\n    pg:toBase 1000.0 , 100.0 .',
        {"unit/g-per-l": "several values of pg:toBase"},
    ),
    Edit(
        "a property on a thing of another class",
        CONTEXT,
        "state:NV a pg:State ;",
        'state:NV a pg:State ;\n    pg:dimension "desert" ;',
        {"state/NV": "has pg:dimension but is no pg:Unit"},
    ),
    Edit(
        "a value of another class",
        THERAPIES,
        "pg:manufacturer manufacturer:kiniksa .",
        "pg:manufacturer drug:rilonacept .",
        {"product/arcalyst": "has pg:manufacturer drug/rilonacept, which is no pg:Manufacturer"},
    ),
    # --- documents
    Edit(
        "a document without a publisher",
        IP0243,
        "    dcterms:publisher payer:cigna ;\n",
        "",
        {"source/cigna-ip0243": "needs exactly one dcterms:publisher"},
    ),
    Edit(
        "two sections at one position",
        IP0243,
        "sec:overview a pg:Section ; pg:sectionOf source:cigna-ip0243 ; pg:position 4",
        "sec:overview a pg:Section ; pg:sectionOf source:cigna-ip0243 ; pg:position 3",
        {
            "section/cigna-ip0243/overview": "the position of section/cigna-ip0243/instructions-for-use",
            "section/cigna-ip0243/instructions-for-use": "the position of section/cigna-ip0243/overview",
        },
    ),
    Edit(
        "a section of a document that stands elsewhere",
        IP0243,
        "",
        "sec:stray a pg:Section ; pg:sectionOf <https://w3id.org/payergraph/id/source/molina-kineret> ;\n"
        '    pg:position 99 ; skos:prefLabel "Stray"@en .\n',
        {"section/cigna-ip0243/stray": "stands in another document's file"},
    ),
    Edit(
        "a thing described in two documents",
        MOLINA,
        "",
        f'<https://w3id.org/payergraph/id/{NC}/guide-for-patients> pg:locator "elsewhere" .\n',
        {f"{NC}/guide-for-patients": "is described in two documents"},
        told_in=NORTH_CAROLINA,
    ),
    Edit(
        "a section without a position",
        IP0243,
        "",
        'sec:unnumbered a pg:Section ; pg:sectionOf source:cigna-ip0243 ; skos:prefLabel "Unnumbered"@en .\n',
        {"section/cigna-ip0243/unnumbered": "needs exactly one pg:position"},
    ),
    # --- statements
    Edit(
        "a statement about something that does not exist",
        NORTH_CAROLINA,
        "s:answer-box-pa-required a pg:Statement ;\n    pg:about drug:canakinumab ;",
        "s:answer-box-pa-required a pg:Statement ;\n    pg:about drug:canakinumabb ;",
        {f"{NC}/answer-box-pa-required": "names drug/canakinumabb, which nothing describes"},
    ),
    Edit(
        "a statement with two aspects",
        NORTH_CAROLINA,
        'pg:value "prescription by a specialist" ;',
        'pg:value "prescription by a specialist" ; pg:aspect aspect:step-therapy-rule ;',
        {f"{NC}/answer-box-criterion-specialist": "needs exactly one pg:aspect"},
    ),
    Edit(
        "a number without a unit",
        NORTH_CAROLINA,
        "pg:value 10.0 ; pg:unit unit:mg-per-l ;\n    pg:scope payer:cigna , lab:crp ;\n    pg:comparator",
        "pg:value 10.0 ;\n    pg:scope payer:cigna , lab:crp ;\n    pg:comparator",
        {f"{NC}/answer-box-criterion-crp": "the number 10 without a pg:unit"},
    ),
    Edit(
        "a bound as a hedge",
        NORTH_CAROLINA,
        "s:answer-box-pa-required a pg:Statement ;\n",
        's:answer-box-pa-required a pg:Statement ;\n    pg:hedge "up to" ;\n',
        {f"{NC}/answer-box-pa-required": "the pg:hedge “up to”, which is none of the words"},
    ),
    Edit(
        "a part of the plans as a hedge",
        NORTH_CAROLINA,
        "s:answer-box-pa-required a pg:Statement ;\n",
        's:answer-box-pa-required a pg:Statement ;\n    pg:hedge "most Cigna plans" ;\n',
        {f"{NC}/answer-box-pa-required": "the pg:hedge “most Cigna plans”, which is none of the words"},
    ),
    Edit(
        "two hedges",
        NORTH_CAROLINA,
        "s:answer-box-pa-required a pg:Statement ;\n",
        's:answer-box-pa-required a pg:Statement ;\n    pg:hedge "about" , "usually" ;\n',
        {f"{NC}/answer-box-pa-required": "several values of pg:hedge"},
    ),
    Edit(
        "a comparator that there is not",
        NORTH_CAROLINA,
        "s:answer-box-pa-required a pg:Statement ;\n",
        "s:answer-box-pa-required a pg:Statement ;\n    pg:comparator pg:Exactly ;\n",
        {f"{NC}/answer-box-pa-required": "names pg:Exactly, which ontology/ does not declare"},
    ),
    Edit(
        "a grade as an obligation",
        NORTH_CAROLINA,
        "s:answer-box-pa-required a pg:Statement ;\n",
        's:answer-box-pa-required a pg:Statement ;\n    pg:obligation "preferably" ;\n',
        {f"{NC}/answer-box-pa-required": "the pg:obligation “preferably”, which is none of the words"},
    ),
    Edit(
        "a joining word that there is not",
        NORTH_CAROLINA,
        "s:answer-box-pa-required a pg:Statement ;\n",
        "s:answer-box-pa-required a pg:Statement ;\n"
        '    pg:joinedBy "unless" ; pg:joinedTo s:answer-box-internal-appeal-deadline ;\n',
        {f"{NC}/answer-box-pa-required": "the pg:joinedBy “unless”, which is none of the words"},
    ),
    Edit(
        "a joining to nothing",
        NORTH_CAROLINA,
        "s:most-specific-code a pg:Statement ;\n",
        's:most-specific-code a pg:Statement ;\n    pg:joinedBy "or" ;\n',
        {f"{NC}/most-specific-code": "one of pg:joinedTo and pg:joinedBy without the other"},
    ),
    Edit(
        "the old name of the hedge",
        NORTH_CAROLINA,
        "s:answer-box-pa-required a pg:Statement ;\n",
        's:answer-box-pa-required a pg:Statement ;\n    pg:qualifier "about" ;\n',
        {f"{NC}/answer-box-pa-required": "uses pg:qualifier, which is a name no more; pg:hedge is one"},
    ),
    Edit(
        "a range upside down",
        NORTH_CAROLINA,
        "s:answer-box-internal-appeal-deadline a pg:Statement ;\n    pg:about payer:cigna ;\n"
        "    pg:aspect aspect:internal-appeal-filing-deadline ;\n    pg:value 180 ;",
        "s:answer-box-internal-appeal-deadline a pg:Statement ;\n    pg:about payer:cigna ;\n"
        "    pg:aspect aspect:internal-appeal-filing-deadline ;\n    pg:lowValue 180 ; pg:highValue 90 ;",
        {f"{NC}/answer-box-internal-appeal-deadline": "a pg:lowValue above its pg:highValue"},
    ),
    Edit(
        "an unknown unit",
        NORTH_CAROLINA,
        "s:answer-box-external-review-deadline a pg:Statement ;\n    pg:about program:nc-external-review ;\n"
        "    pg:aspect aspect:external-review-filing-deadline ;\n    pg:value 120 ; pg:unit unit:day ;",
        "s:answer-box-external-review-deadline a pg:Statement ;\n    pg:about program:nc-external-review ;\n"
        "    pg:aspect aspect:external-review-filing-deadline ;\n    pg:value 120 ; pg:unit unit:sunday ;",
        {f"{NC}/answer-box-external-review-deadline": "names unit/sunday, which nothing describes"},
    ),
    Edit(
        "a value and a range",
        NORTH_CAROLINA,
        'pg:value "prescription by a specialist" ;',
        'pg:value "prescription by a specialist" ; pg:lowValue 1 ; pg:highValue 2 ;',
        {f"{NC}/answer-box-criterion-specialist": "and not both"},
    ),
    Edit(
        "a unit of a text",
        NORTH_CAROLINA,
        'pg:value "documentation of the diagnosis" ;',
        'pg:value "documentation of the diagnosis" ; pg:unit unit:day ;',
        {f"{NC}/answer-box-document-diagnosis": "has a pg:unit, but “documentation of the diagnosis” is no number"},
    ),
    Edit(
        "a unit that is none",
        NORTH_CAROLINA,
        'pg:value "laboratory results" ;\n    pg:scope payer:cigna ;\n    dcterms:description "The fastest path',
        'pg:value 5 ; pg:unit lab:crp ;\n    pg:scope payer:cigna ;\n    dcterms:description "The fastest path',
        {f"{NC}/answer-box-document-labs": "has the unit lab/crp, which is no pg:Unit"},
    ),
    Edit(
        "a statement without a value",
        NORTH_CAROLINA,
        '    pg:value "documentation of the prior treatments" ;\n',
        "",
        {f"{NC}/answer-box-document-prior-treatments": "needs one pg:value, or a range"},
    ),
    Edit(
        "a statement without a description",
        NORTH_CAROLINA,
        """    dcterms:description "On the fastest path, Cigna's prior authorization form is submitted."@en ;\n""",
        "",
        {f"{NC}/answer-box-pa-form": "needs exactly one dcterms:description"},
    ),
    Edit(
        "a statement in a section of another document",
        NORTH_CAROLINA,
        'a detailed letter of medical necessity."@en ;\n    pg:section sec:answer-box ;',
        'a detailed letter of medical necessity."@en ;\n'
        "    pg:section <https://w3id.org/payergraph/id/section/cigna-ip0243/header> ;",
        {f"{NC}/answer-box-letter": "stands in section/cigna-ip0243/header, a section of another document"},
    ),
    Edit(
        "a source written by hand",
        NORTH_CAROLINA,
        'pg:value "keep close track of the deadlines" ;',
        'pg:value "keep close track of the deadlines" ; pg:source source:seed-cigna-ilaris-north-carolina-guide ;',
        {f"{NC}/answer-box-track-deadlines": "has pg:source, which is added at load"},
    ),
    Edit(
        "a date of another century",
        NORTH_CAROLINA,
        'pg:value "contact the prescribing specialist to compile the required clinical evidence" ;',
        'pg:value "1826-11-01"^^xsd:date ;',
        {f"{NC}/answer-box-contact-specialist": "has the date 1826-11-01"},
    ),
    Edit(
        "a phone number with a digit too few",
        NORTH_CAROLINA,
        'pg:value "1-800-244-6224" ;',
        'pg:value "1-800-244-622" ;',
        {f"{NC}/member-services-phone": "has the phone number “1-800-244-622”"},
    ),
    Edit(
        "a phone number of an organization with letters",
        CONTEXT,
        "state:WV a pg:State ;",
        'state:WV a pg:State ;\n    pg:phone "800-CALL-NOW" ;',
        {"state/WV": "has the phone number “800-CALL-NOW”"},
    ),
    Edit(
        "a number with two units",
        KINERET,
        "pg:value 2 ; pg:unit unit:appeal-level ;",
        "pg:value 2 ; pg:unit unit:appeal-level , unit:day ;",
        {"statement/seed-cigna-kineret-california-guide/appeals-levels": "several values of pg:unit"},
    ),
    # --- policies and rules
    Edit(
        "a misspelt property",
        IP0243,
        'pg:policyNumber "IP0243"',
        'pg:policynumber "IP0243"',
        {"policy/cigna-ip0243": "uses the property pg:policynumber, which ontology/ does not declare"},
    ),
    Edit(
        "a policy on a brand",
        MOLINA,
        "pg:payer payer:molina ; pg:drug drug:anakinra ;",
        "pg:payer payer:molina ; pg:drug <https://w3id.org/payergraph/id/product/kineret> ;",
        {"policy/molina-kineret": "is about product/kineret, which is no pg:Drug"},
    ),
    Edit(
        "a policy about nothing",
        IP0243,
        "",
        'policy:nothing a pg:CoveragePolicy ; skos:prefLabel "nothing"@en ; pg:payer payer:cigna ;\n'
        '    pg:authority pg:Primary ; pg:indicationsComplete true ; pg:section sec:header ; pg:locator "made up" .\n',
        {"policy/nothing": "is about no drug"},
    ),
    Edit(
        "a policy on a product of another drug",
        IP0243,
        "",
        'policy:other a pg:CoveragePolicy ; skos:prefLabel "other"@en ; pg:payer payer:cigna ;\n'
        "    pg:authority pg:Primary ; pg:drug drug:anakinra ; pg:product product:ilaris ;\n"
        "    pg:indicationsComplete true ; pg:coverageRule r:for-another-drug ;\n"
        "    pg:exclusion x:odd-member , x:odd-exception , x:nothing-left ;\n"
        '    pg:section sec:header ; pg:locator "made up" .\n',
        {"policy/other": "speaks of product/ilaris alone, which is no product of its drugs"},
    ),
    Edit(
        "a rule for a drug of which its policy does not speak",
        IP0243,
        "",
        "r:for-another-drug a pg:CoverageRule ; pg:indication condition:caps ; pg:completeness pg:Complete ;\n"
        '    pg:drug drug:canakinumab ; pg:section sec:header ; pg:locator "made up" .\n',
        {"rule/cigna-ip0243/for-another-drug": "is about drug/canakinumab, of which its policy does not speak"},
    ),
    *(
        Edit(
            f"a set of uses with {name.replace('-', ' ')}",
            IP0243,
            "",
            f'x:{name} a pg:Exclusion ; pg:indication set:{name} ; pg:reason "None."@en ;\n'
            '    pg:section sec:header ; pg:locator "made up" .\n'
            f'set:{name} a pg:ConceptSet ; skos:prefLabel "odd"@en ; {facts} .\n',
            {f"set/cigna-ip0243/{name}": words},
        )
        for name, facts, words in (
            (
                "odd-member",
                "pg:member condition:gout , drug:anakinra",
                "has pg:member drug/anakinra, which is no pg:Cond",
            ),
            (
                "odd-exception",
                "pg:member condition:gout ; pg:except condition:caps",
                "excepts condition/caps, which no mem",
            ),
            (
                "nothing-left",
                "pg:member condition:fcas ; pg:except condition:fcas",
                "has the member condition/fcas, of which the exception condition/fcas leaves nothing",
            ),
        )
    ),
    Edit(
        "a group that excepts a disease",
        IP0243,
        "",
        "group:xeljanz-employer-group pg:except condition:caps .\n",
        {"group/cigna-ip0243/xeljanz-employer-group": "excepts condition/caps, which is no therapy"},
    ),
    Edit(
        "exceptions in a set of therapies",
        IP0243,
        "",
        "set:csdmards pg:except drug:methotrexate .\n",
        {"set/cigna-ip0243/csdmards": "has exceptions, which nothing judges in the pg:therapyGroups of criterion/"},
    ),
    Edit(
        "a policy without a payer",
        CALIFORNIA,
        "    pg:payer payer:cigna ; pg:drug drug:canakinumab ; pg:policyNumber",
        "    pg:drug drug:canakinumab ; pg:policyNumber",
        {"policy/cigna-ilaris-california-guide": "needs exactly one pg:payer"},
    ),
    Edit(
        "a secondary document with a primary policy",
        KINERET,
        "pg:drug drug:anakinra ; pg:authority pg:Secondary ;",
        "pg:drug drug:anakinra ; pg:authority pg:Primary ;",
        {"policy/cigna-kineret-california-guide": "another pg:authority than its document"},
    ),
    Edit(
        "an effective date that is no date",
        NORTH_CAROLINA,
        'pg:policyNumber "IP0235" ;',
        'pg:policyNumber "IP0235" ; pg:effectiveDate "spring 2024" ;',
        {"policy/cigna-ilaris-north-carolina-guide": "has the effective date “spring 2024”"},
    ),
    Edit(
        "a label that does not say whether its uses were seen whole",
        "data/labels/fda-label-ilaris.ttl",
        "pg:authority pg:Primary ; pg:indicationsComplete true ;",
        "pg:authority pg:Primary ;",
        {"label/ilaris": "needs exactly one pg:indicationsComplete"},
    ),
    Edit(
        "a review date in words",
        LABEL,
        "label:kineret a pg:DrugLabel ;",
        'label:kineret a pg:DrugLabel ; pg:lastReviewDate "last year" ;',
        {"label/kineret": "has the review date “last year”"},
    ),
    Edit(
        "a label without a use",
        LABEL,
        "    pg:coverageRule r:ra , r:nomid , r:dira ;\n",
        "",
        {
            "label/kineret": "has no rule; add a pg:coverageRule for each labeled use",
            "rule/fda-label-kineret/ra": "a rule of no policy",
            "rule/fda-label-kineret/nomid": "a rule of no policy",
            "rule/fda-label-kineret/dira": "a rule of no policy",
        },
    ),
    Edit(
        "a policy whose uses are said to be complete, without one",
        MISSISSIPPI,
        "pg:drug drug:anakinra ;\n    pg:authority pg:Primary ;\n    pg:indicationsComplete false ;",
        "pg:drug drug:anakinra ;\n    pg:authority pg:Primary ;\n    pg:indicationsComplete true ;",
        {"policy/bcbs-mississippi-l-5-01-485-anakinra": "has no rule"},
    ),
    Edit(
        "an edition that supersedes itself",
        f"{WESTERN_HEALTH}-later.ttl",
        "pg:supersedes policy:western-health-advantage-kineret-2019 ;",
        "pg:supersedes policy:western-health-advantage-kineret-later ;",
        {"policy/western-health-advantage-kineret-later": "supersedes itself by way of"},
    ),
    Edit(
        "an edition that supersedes a policy for another drug",
        f"{WESTERN_HEALTH}-current.ttl",
        "pg:supersedes policy:western-health-advantage-kineret-later ;",
        "pg:supersedes policy:western-health-advantage-gl-150587 ;",
        {"policy/western-health-advantage-kineret-gl-161469": "a policy for another drug"},
    ),
    Edit(
        "a rule without an indication",
        IP0243,
        "r:dira a pg:CoverageRule ;\n    pg:indication condition:dira ; ",
        "r:dira a pg:CoverageRule ;\n    ",
        {"rule/cigna-ip0243/dira": "needs exactly one pg:indication"},
    ),
    Edit(
        "a rule without completeness",
        IP0243,
        "    pg:indication condition:stills-disease ; pg:completeness pg:Complete ;",
        "    pg:indication condition:stills-disease ;",
        {"rule/cigna-ip0243/stills-disease": "needs exactly one pg:completeness"},
    ),
    Edit(
        "a rule whose criteria are for another use",
        IP0243,
        "    pg:use condition:sjia ;",
        "    pg:use condition:stills-disease ;",
        {"rule/cigna-ip0243/sjia": "in which no pg:UseCriterion asks for its indication"},
    ),
    Edit(
        "a complete rule with a criterion that is not shown",
        IP0243,
        "( c:caps-use c:caps-diagnosis c:caps-prescriber c:no-concurrent ) ;",
        "( c:caps-use c:caps-diagnosis c:caps-prescriber c:no-concurrent c:gap ) ;",
        {"rule/cigna-ip0243/caps": "is pg:Complete, but criterion/cigna-ip0243/gap in its criteria is not shown"},
    ),
    Edit(
        "an excerpt that breaks off nowhere",
        IP0243,
        "r:ra-individual-and-family a pg:CoverageRule ;\n"
        "    pg:indication condition:rheumatoid-arthritis ; pg:completeness pg:Complete ;",
        "r:ra-individual-and-family a pg:CoverageRule ;\n"
        "    pg:indication condition:rheumatoid-arthritis ; pg:completeness pg:Excerpt ;",
        {"rule/cigna-ip0243/ra-individual-and-family": "a pg:Excerpt without a place where it breaks off"},
    ),
    Edit(
        "a rule for a plan of another payer",
        IP0243,
        "    pg:plan plan:cigna-employer-group ;\n",
        "    pg:plan plan:molina-marketplace ;\n",
        {"rule/cigna-ip0243/ra-employer-group": "applies to plan/molina-marketplace, a plan of another payer"},
    ),
    Edit(
        "an approval of no months",
        MOLINA,
        "pg:continuationCriteria c:pjia-continuation ;\n    pg:initialMonths 6",
        "pg:continuationCriteria c:pjia-continuation ;\n    pg:initialMonths 0",
        {"rule/molina-kineret/pjia": "approves for 0 months"},
    ),
    Edit(
        "lengths of approval that are none",
        MOLINA,
        "",
        "@prefix l: <https://w3id.org/payergraph/id/length/molina-kineret/> .\n"
        "r:dira pg:initialLength l:joints , l:none , l:less , l:least , l:itself , l:called .\n"
        'l:joints a pg:ApprovalLength ; pg:value 3 ; pg:unit unit:joint ; pg:scopeInWords "some" .\n'
        'l:none a pg:ApprovalLength ; pg:value 3 ; pg:scopeInWords "some" .\n'
        'l:less a pg:ApprovalLength ; pg:value 0 ; pg:unit unit:week ; pg:scopeInWords "some" .\n'
        "l:least a pg:ApprovalLength ; pg:value 3 ; pg:unit unit:week ; pg:comparator pg:AtLeast ;\n"
        '    pg:scopeInWords "some" .\n'
        'l:itself a pg:ApprovalLength ; pg:lesserOf l:itself , l:least ; pg:scopeInWords "some" .\n'
        'l:called a pg:ApprovalLength ; pg:value 3 ; pg:unit unit:week ; skos:prefLabel "a season"@en ;\n'
        '    pg:scopeInWords "some" .\n'
        "l:astray a pg:ApprovalLength ; pg:value 3 ; pg:unit unit:week .\n",
        {
            "length/molina-kineret/joints": "is in unit/joint, in which no approval is measured",
            "length/molina-kineret/none": "says no length",
            "length/molina-kineret/less": "has the pg:value 0; write a number above 0",
            "length/molina-kineret/least": "has the pg:comparator pg:AtLeast",
            "length/molina-kineret/itself": "is the lesser of length/molina-kineret/itself",
            "length/molina-kineret/called": "which is made at load of its number and unit",
            "length/molina-kineret/astray": "is the length of no rule",
        },
    ),
    Edit(
        "two lengths of one approval",
        MOLINA,
        "",
        "r:caps pg:initialLength <https://w3id.org/payergraph/id/length/molina-kineret/two> .\n"
        "<https://w3id.org/payergraph/id/length/molina-kineret/two> a pg:ApprovalLength ;\n"
        "    pg:value 3 ; pg:unit unit:week .\n",
        {"rule/molina-kineret/caps": "has several values of pg:initialLength for the same requests"},
    ),
    Edit(
        "a rule that sends requests nowhere",
        "data/policies/texas-medicaid-cytokine-cam.ttl",
        "",
        "r:dira pg:continuationCriteriaWhen c:dira-initial .\n",
        {"rule/texas-medicaid-cytokine-cam/dira": "has a pg:continuationCriteriaWhen that sends requests nowhere"},
    ),
    Edit(
        "an exclusion without a reason",
        IP0243,
        "    pg:indication condition:osteoarthritis ;\n    pg:reason ",
        "    pg:indication condition:osteoarthritis ;\n    pg:reading ",
        {"exclusion/cigna-ip0243/osteoarthritis": "has no pg:reason"},
    ),
    Edit(
        "an exclusion of no policy",
        IP0243,
        "x:osteoarthritis , x:reactive-arthritis ;",
        "x:osteoarthritis ;",
        {"exclusion/cigna-ip0243/reactive-arthritis": "an exclusion of no policy"},
    ),
    Edit(
        "a use that is covered and excluded",
        IP0243,
        "",
        'x:covered a pg:Exclusion ; pg:indication condition:rheumatoid-arthritis ; pg:reason "made up"@en ;\n'
        '    pg:section sec:header ; pg:locator "made up" .\n'
        "policy:cigna-ip0243 pg:exclusion x:covered .\n",
        {"exclusion/cigna-ip0243/covered": "excludes condition/rheumatoid-arthritis"},
    ),
    Edit(
        "a policy without a rule",
        IP0243,
        "",
        'policy:empty a pg:CoveragePolicy ; skos:prefLabel "Empty"@en ; pg:payer payer:cigna ;\n'
        "    pg:drug drug:anakinra ; pg:authority pg:Primary ; pg:indicationsComplete true .\n",
        {"policy/empty": "has no rule"},
    ),
    Edit(
        "a rule of no policy",
        IP0243,
        "",
        "r:astray a pg:CoverageRule ; pg:indication condition:caps ; pg:completeness pg:Complete ;\n"
        '    pg:initialCriteria c:caps-initial ; pg:section sec:header ; pg:locator "made up" .\n',
        {"rule/cigna-ip0243/astray": "is a rule of no policy"},
    ),
    Edit(
        "a rule without criteria",
        IP0243,
        "",
        "r:bare a pg:CoverageRule ; pg:indication condition:caps ; pg:completeness pg:Complete ;\n"
        '    pg:section sec:header ; pg:locator "made up" .\n',
        {"rule/cigna-ip0243/bare": "has no criteria"},
    ),
    Edit(
        "a rule with two initial roots",
        IP0243,
        "",
        "r:two-roots a pg:CoverageRule ; pg:indication condition:caps ; pg:completeness pg:Complete ;\n"
        "    pg:initialCriteria c:caps-initial , c:caps-continuation ;\n"
        '    pg:section sec:header ; pg:locator "made up" .\n',
        {"rule/cigna-ip0243/two-roots": "several values of pg:initialCriteria"},
    ),
    Edit(
        "a rule for a drug",
        IP0243,
        "",
        "r:for-a-drug a pg:CoverageRule ; pg:indication drug:anakinra ; pg:completeness pg:Complete ;\n"
        '    pg:section sec:header ; pg:locator "made up" .\n',
        {"rule/cigna-ip0243/for-a-drug": "covers drug/anakinra, which is no pg:Condition"},
    ),
    Edit(
        "an exclusion of nothing",
        IP0243,
        "",
        'x:nothing a pg:Exclusion ; pg:reason "None."@en ; pg:section sec:header ; pg:locator "made up" .\n',
        {"exclusion/cigna-ip0243/nothing": "names neither a use nor a criterion"},
    ),
    # --- criteria
    Edit(
        "a criterion without a kind",
        IP0243,
        "c:stills-prescriber a pg:PrescriberCriterion ;\n    ",
        "c:stills-prescriber a pg:PrescribersCriterion ;\n    ",
        {"criterion/cigna-ip0243/stills-prescriber": "has no kind"},
    ),
    Edit(
        "a criterion of two kinds",
        IP0243,
        "c:caps-prescriber a pg:PrescriberCriterion ;",
        "c:caps-prescriber a pg:PrescriberCriterion , pg:DiagnosisCriterion ;",
        {"criterion/cigna-ip0243/caps-prescriber": "is both pg:DiagnosisCriterion and pg:PrescriberCriterion"},
    ),
    Edit(
        "a criterion that is said to be a shape",
        IP0243,
        "c:sjia-prescriber a pg:PrescriberCriterion ;",
        "c:sjia-prescriber a pg:PrescriberCriterion , sh:NodeShape ;",
        {"criterion/cigna-ip0243/sjia-prescriber": "has sh:NodeShape, which is added at load"},
    ),
    Edit(
        "a criterion without its place in the document",
        IP0243,
        ' ; pg:locator "Medical Necessity Criteria, 3.B" .',
        " .",
        {"criterion/cigna-ip0243/ra-prescriber": "needs exactly one pg:locator"},
    ),
    Edit(
        "a criterion without a parameter that it needs",
        IP0243,
        "    pg:marker gene:IL1RN ;\n",
        "",
        {"criterion/cigna-ip0243/dira-genetic": "lacks pg:marker"},
    ),
    Edit(
        "a quantity without its period",
        IP0243,
        "",
        "c:quantity a pg:DoseCriterion ; pg:atMostDose 100.0 ; pg:doseUnit unit:mg ; pg:maximumQuantity 28.0 ;\n"
        '    pg:section sec:header ; pg:locator "made up" .\n',
        {"criterion/cigna-ip0243/quantity": "lacks pg:perDays"},
    ),
    Edit(
        "doses without a unit, in no unit of a dose, and for two periods",
        IP0243,
        "",
        "c:unitless a pg:PriorTherapyCriterion ; pg:therapyGroups drug:methotrexate ; pg:minimumDose 15.0 ;\n"
        '    pg:section sec:header ; pg:locator "made up" .\n'
        "c:a-day a pg:DoseCriterion ; pg:atMostDose 100.0 ; pg:doseUnit unit:mg-per-day ;\n"
        "    pg:dosePeriodDays 1 ; pg:dosePeriodMonths 1 ;\n"
        '    pg:section sec:header ; pg:locator "made up" .\n'
        "c:none-fits a pg:DoseCriterion ; pg:atLeastDose 200.0 ; pg:atMostDose 100.0 ; pg:doseUnit unit:mg ;\n"
        '    pg:section sec:header ; pg:locator "made up" .\n',
        {
            "criterion/cigna-ip0243/unitless": "has pg:minimumDose without pg:doseUnit",
            "criterion/cigna-ip0243/a-day": "which is no amount of a drug",
            "criterion/cigna-ip0243/none-fits": "has a pg:atLeastDose above its pg:atMostDose",
        },
    ),
    Edit(
        "bounds of what is measured: one where any is enough, in a unit without a base, and in none that is known",
        IP0243,
        "",
        "c:any-of-one a pg:MeasurementCriterion ; pg:measured <https://w3id.org/payergraph/id/lab/crp> ;\n"
        '    pg:aboveTimesUpper 1.0 ; pg:anyBound true ; pg:section sec:header ; pg:locator "made up" .\n'
        "c:no-base a pg:MeasurementCriterion ; pg:measured <https://w3id.org/payergraph/id/lab/anti-dsdna> ;\n"
        "    pg:atLeastValue 1.0 ; pg:valueUnit unit:mg-per-8-weeks ;\n"
        '    pg:section sec:header ; pg:locator "made up" .\n'
        "c:no-unit a pg:MeasurementCriterion ; pg:measured <https://w3id.org/payergraph/id/lab/anti-dsdna> ;\n"
        '    pg:atLeastValue 1.0 ; pg:section sec:header ; pg:locator "made up" .\n',
        {
            "criterion/cigna-ip0243/any-of-one": "has pg:anyBound and fewer than two bounds",
            "criterion/cigna-ip0243/no-base": "a unit without pg:toBase",
            "criterion/cigna-ip0243/no-unit": "nothing says in which lab/anti-dsdna is measured",
        },
    ),
    Edit(
        "a parameter with two values",
        IP0243,
        "set:preferred-products-individual-and-family ;\n    pg:minimumGroups 2 ;",
        "set:preferred-products-individual-and-family ;\n    pg:minimumGroups 2 , 3 ;",
        {"criterion/cigna-ip0243/ra-preferred-products-individual-and-family": "several values of pg:minimumGroups"},
    ),
    Edit(
        "a parameter of another kind",
        IP0243,
        "    pg:specialties set:dira-specialties ;",
        "    pg:specialties set:dira-specialties ; pg:minimumAge 18 ;",
        {"criterion/cigna-ip0243/dira-prescriber": "has pg:minimumAge, which its kind does not know"},
    ),
    Edit(
        "a number written as text",
        IP0243,
        "    pg:minimumMonths 3 ;",
        '    pg:minimumMonths "3" ;',
        {"criterion/cigna-ip0243/ra-csdmard-failed": "pg:minimumMonths “3”, which is not of the datatype xsd:integer"},
    ),
    Edit(
        "an outcome in the place of a set of outcomes",
        IP0243,
        "pg:acceptedOutcomes pg:IntoleranceOrContraindication ;",
        "pg:acceptedOutcomes pg:Intolerance ;",
        {"criterion/cigna-ip0243/ra-csdmards-ruled-out": "pg:Intolerance, which is no pg:OutcomeSet"},
    ),
    Edit(
        "an AllOf with sh:or",
        IP0243,
        "c:ra-prior-therapy a pg:AnyOf ;",
        "c:ra-prior-therapy a pg:AllOf ;",
        {"criterion/cigna-ip0243/ra-prior-therapy": "needs exactly one list of parts"},
    ),
    Edit(
        "an AllOf of nothing",
        IP0243,
        "",
        'c:gap a pg:NotShownCriterion ; pg:notShown "-" ; pg:section sec:header ; pg:locator "-" .\n'
        'c:nothing a pg:AllOf ; sh:and () ; pg:section sec:header ; pg:locator "made up" .\n',
        {"criterion/cigna-ip0243/nothing": "has no parts"},
    ),
    Edit(
        "a condition of which a part is not computed",
        IP0243,
        "",
        "c:by-age a pg:IfThen ; pg:premise c:grown ; pg:consequence c:no-concurrent ;\n"
        '    pg:section sec:header ; pg:locator "made up" .\n'
        'c:grown a pg:AgeCriterion ; pg:minimumAge 18 ; pg:notComputed "That it was checked." ;\n'
        '    pg:section sec:header ; pg:locator "made up" .\n',
        {
            "criterion/cigna-ip0243/by-age": "has the premise criterion/cigna-ip0243/grown with a pg:notComputed",
            "criterion/cigna-ip0243/grown": "hangs on no rule",
        },
    ),
    Edit(
        "numbers of parts that ask nothing, or too much",
        IP0243,
        "",
        "c:no-number a pg:AtLeastOf ; pg:parts ( c:no-concurrent ) ;\n"
        '    pg:section sec:header ; pg:locator "made up" .\n'
        "c:none-needed a pg:AtLeastOf ; pg:minimumParts 0 ; pg:parts ( c:no-concurrent ) ;\n"
        '    pg:section sec:header ; pg:locator "made up" .\n'
        "c:more-needed a pg:AtLeastOf ; pg:minimumParts 2 ; pg:parts ( c:no-concurrent ) ;\n"
        '    pg:section sec:header ; pg:locator "made up" .\n'
        "c:twice a pg:AtLeastOf ; pg:minimumParts 1 ; pg:parts ( c:no-concurrent c:no-concurrent ) ;\n"
        '    pg:section sec:header ; pg:locator "made up" .\n'
        'c:choices a pg:AtLeastOf ; pg:minimumParts 4 ; pg:section sec:header ; pg:locator "made up" ;\n'
        "    pg:parts ( c:no-concurrent c:beneficial-response c:caps-use c:caps-diagnosis c:caps-prescriber\n"
        "        c:dira-use c:dira-genetic c:dira-prescriber\n"
        "        c:ra-preferred-products-employer-group c:ra-preferred-products-individual-and-family\n"
        "        c:ra-use ) .\n",
        {
            "criterion/cigna-ip0243/no-number": "needs exactly one pg:minimumParts",
            "criterion/cigna-ip0243/none-needed": "asks for 0 of its parts",
            "criterion/cigna-ip0243/more-needed": "asks for 2 of fewer parts",
            "criterion/cigna-ip0243/twice": "names the part criterion/cigna-ip0243/no-concurrent twice",
            "criterion/cigna-ip0243/choices": "asks for 4 of so many parts",
        },
    ),
    Edit(
        "an if without a then",
        IP0243,
        "",
        'c:no-then a pg:IfThen ; pg:premise c:no-concurrent ;\n    pg:section sec:header ; pg:locator "made up" .\n',
        {"criterion/cigna-ip0243/no-then": "needs one pg:premise, one pg:consequence"},
    ),
    Edit(
        "a list that is cut off",
        IP0243,
        "",
        'c:cut-off a pg:AnyOf ; pg:section sec:header ; pg:locator "made up" ;\n'
        "    sh:or [ <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> c:no-concurrent ] .\n",
        {"criterion/cigna-ip0243/cut-off": "a broken list of parts"},
    ),
    Edit(
        "a part that is a text",
        IP0243,
        "",
        'c:text-part a pg:AllOf ; sh:and ( c:no-concurrent "text" ) ; pg:section sec:header ;\n'
        '    pg:locator "made up" .\n',
        {"criterion/cigna-ip0243/text-part": "has the part “text”, which is no criterion"},
    ),
    Edit(
        "a part without a name",
        IP0243,
        "",
        'c:unnamed-part a pg:AllOf ; pg:section sec:header ; pg:locator "made up" ;\n'
        "    sh:and ( [ a pg:AgeCriterion ; pg:minimumAge 18 ] ) .\n",
        {"criterion/cigna-ip0243/unnamed-part": "hangs on no rule", "a blank node": "has no name"},
    ),
    Edit(
        "a criterion that hangs on no rule",
        IP0243,
        "",
        'c:forgotten a pg:AgeCriterion ; pg:minimumAge 18 ;\n    pg:section sec:header ; pg:locator "made up" .\n',
        {"criterion/cigna-ip0243/forgotten": "hangs on no rule"},
    ),
    Edit(
        "the labeled dose of a label's rule, which hangs on it",
        LABEL,
        "",
        "r:ra pg:labeledDose c:ra-dose .\n"
        "c:ra-dose a pg:DoseCriterion ; pg:atMostDose 100.0 ; pg:doseUnit unit:mg ; pg:dosePeriodDays 1 ;\n"
        '    pg:section sec:indications ; pg:locator "made up" .\n',
        {},
    ),
    Edit(
        "criteria in a circle",
        IP0243,
        "",
        'c:egg a pg:AllOf ; sh:and ( c:hen ) ; pg:section sec:header ; pg:locator "made up" .\n'
        'c:hen a pg:AllOf ; sh:and ( c:egg ) ; pg:section sec:header ; pg:locator "made up" .\n',
        {"criterion/cigna-ip0243/egg": "holds itself", "criterion/cigna-ip0243/hen": "holds itself"},
    ),
    Edit(
        "a criterion borrowed from another document",
        MOLINA,
        "( c:dira-use c:no-active-infection c:no-concurrent",
        "( c:dira-use c:no-active-infection <https://w3id.org/payergraph/id/criterion/cigna-ip0243/no-concurrent>",
        {"criterion/molina-kineret/dira-initial": "criterion/cigna-ip0243/no-concurrent, which belongs to another"},
    ),
    Edit(
        "more groups asked for than there are",
        IP0243,
        "set:preferred-products-employer-group ;\n    pg:minimumGroups 2 ;",
        "set:preferred-products-employer-group ;\n    pg:minimumGroups 7 ;",
        {"criterion/cigna-ip0243/ra-preferred-products-employer-group": "asks for 7 of fewer members"},
    ),
    Edit(
        "more findings asked for than there are",
        MOLINA,
        "    pg:findings set:caps-signs ;\n    pg:minimumFindings 2 ;",
        "    pg:findings set:caps-signs ;\n    pg:minimumFindings 60 ;",
        {"criterion/molina-kineret/caps-signs": "asks for 60 of fewer members"},
    ),
    Edit(
        "more ingredients asked for than there are",
        IP0243,
        "",
        "c:ingredients a pg:PriorTherapyCriterion ; pg:countBy pg:ByIngredient ; pg:minimumGroups 50 ;\n"
        "    pg:therapyGroups set:preferred-products-employer-group ;\n"
        '    pg:section sec:header ; pg:locator "made up" .\n',
        {"criterion/cigna-ip0243/ingredients": "asks for 50 of fewer ingredients"},
    ),
    Edit(
        "no finding asked for",
        MOLINA,
        "    pg:findings set:dira-signs ;\n    pg:minimumFindings 1 ;",
        "    pg:findings set:dira-signs ;\n    pg:minimumFindings 0 ;",
        {"criterion/molina-kineret/dira-signs": "asks for 0, which every case meets"},
    ),
    Edit(
        "a therapy in two groups of one set",
        IP0243,
        "pg:member drug:methotrexate , drug:leflunomide , drug:hydroxychloroquine , drug:sulfasalazine .",
        "pg:member drug:methotrexate , drug:leflunomide , drug:hydroxychloroquine , drug-class:csdmard .",
        {"set/cigna-ip0243/csdmards": "so that one therapy would count twice"},
    ),
    Edit(
        "an empty set",
        IP0243,
        "    pg:member specialty:rheumatology , specialty:genetics , specialty:dermatology .",
        '    pg:reading "nobody" .',
        {"set/cigna-ip0243/caps-specialties": "has no member"},
    ),
    Edit(
        "a reading that says what is not computed",
        IP0243,
        'under Conditions Not Covered, 2; it names them as examples."',
        'under Conditions Not Covered, 2; how long each was taken is not checked."',
        {"criterion/cigna-ip0243/ra-csdmard-failed": "says in its pg:reading what is not computed"},
    ),
    Edit(
        "a misprint that no reading tells",
        IP0243,
        "",
        "c:stills-initial pg:asPrinted true .\n",
        {"criterion/cigna-ip0243/stills-initial": "is marked pg:asPrinted and has no pg:reading"},
    ),
    Edit(
        "a part that is not computed, of several criteria",
        IP0243,
        "",
        'c:stills-initial pg:notComputed "That it is early." .\n',
        {"criterion/cigna-ip0243/stills-initial": "is no single criterion"},
    ),
    Edit(
        "a set without a label",
        IP0243,
        'set:rheumatology a pg:ConceptSet ;\n    skos:prefLabel "rheumatologist"@en ;',
        "set:rheumatology a pg:ConceptSet ;",
        {"set/cigna-ip0243/rheumatology": "no English skos:prefLabel"},
    ),
    Edit(
        "a bound without a unit",
        NORTH_CAROLINA,
        "pg:measured lab:crp ; pg:atLeastValue 10.0 ; pg:valueUnit unit:mg-per-l ;",
        "pg:measured lab:crp ; pg:atLeastValue 10.0 ;",
        {"criterion/seed-cigna-ilaris-north-carolina-guide/crp": "while lab/crp is measured in unit/mg-per-l"},
    ),
    *(
        Edit(
            name,
            "data/policies/aetna-kineret-cpb-0595.ttl",
            f"c:ra-{lab}-tested a pg:MeasurementCriterion ;\n    pg:measured lab:{lab} ;\n"
            "    pg:occasion pg:AnyOccasion ;",
            f"c:ra-{lab}-tested a pg:MeasurementCriterion ; {asked} ;",
            {f"criterion/aetna-kineret-cpb-0595/ra-{lab}-tested": fault},
        )
        for name, lab, asked, fault in (
            (
                "a measurement in a unit of something else",
                "rheumatoid-factor",
                f"pg:measured <{terms.ID}observable/bmi> ; pg:atLeastValue 30.0 ; pg:valueUnit <{terms.ID}unit/kg>",
                "in which observable/bmi is not measured",
            ),
            (
                "a measurement without its unit",
                "anti-ccp",
                f"pg:measured <{terms.ID}observable/bmi> ; pg:atLeastValue 30.0",
                "has a bound without a unit",
            ),
            (
                "a grade of another scale",
                "crp",
                f"pg:measured <{terms.ID}observable/das28> ; pg:atLeastGrade <{terms.ID}grade/fibrosis-f2>",
                "which is no value of observable/das28",
            ),
            (
                "a number of what is graded",
                "esr",
                f"pg:measured <{terms.ID}observable/fibrosis-stage> ; pg:atLeastValue 2.0",
                "bounds a number, while the values of observable/fibrosis-stage are grades",
            ),
        )
    ),
    Edit(
        "bounds that leave nothing",
        "data/policies/bcbs-plans-arcalyst-prime-criteria.ttl",
        "c:caps-crp a pg:MeasurementCriterion ;\n    pg:measured lab:crp ;\n    pg:aboveTimesUpper 1.0 ;\n"
        "    pg:occasion pg:AnyOccasion ;\n    pg:beforeTreatment true ;",
        f"c:caps-crp a pg:MeasurementCriterion ; pg:measured <{terms.ID}observable/das28> ;"
        " pg:aboveValue 3.2 ; pg:atMostValue 3.2 ;",
        {"criterion/bcbs-plans-arcalyst-prime-criteria/caps-crp": "has a pg:aboveValue above its pg:atMostValue"},
    ),
    Edit(
        "an age range upside down",
        MOLINA,
        "    pg:maximumAge 17 ;",
        "    pg:maximumAge 17 ; pg:minimumAge 20 ;",
        {"criterion/molina-kineret/jia-pediatric": "a pg:minimumAge above its pg:maximumAge"},
    ),
    Edit(
        "a list of specialties that is left open",
        "data/policies/minnesota-mhcp-cgrp-2019.ttl",
        "pg:member specialty:neurology , specialty:pain-medicine .",
        "pg:member specialty:neurology , specialty:pain-medicine ;\n    pg:openEnded true .",
        {"criterion/minnesota-mhcp-cgrp-2019/specialist-named": "left open"},
    ),
    # --- the shapes of criteria
    Edit(
        "a bound without its counterpart",
        "shapes/criteria/adherence.ttl",
        "pg:bound pg:Possible ;",
        "pg:bound pg:Established ;",
        {
            "pg:AdherenceEstablishedConstraintComponent": "no counterpart of the other bound",
            "pg:AdherencePossibleConstraintComponent": "no counterpart of the other bound",
            "": "is not what the kind of criterion says",
        },
    ),
    Edit(
        "a component without a bound",
        "shapes/criteria/adherence.ttl",
        "",
        "pg:SpareConstraintComponent a sh:ConstraintComponent ; pg:componentOf pg:AdherenceCriterion .\n",
        {"pg:SpareConstraintComponent": "needs exactly one pg:bound", "": "is not what the kind of criterion says"},
    ),
    Edit(
        "a component of no kind",
        "shapes/criteria/response.ttl",
        "pg:componentOf pg:ResponseCriterion ; pg:bound pg:Established ;",
        "pg:componentOf pg:Response ; pg:bound pg:Established ;",
        {
            "pg:ResponseEstablishedConstraintComponent": "is a component of pg:Response, which is no kind of criterion",
            "pg:ResponsePossibleConstraintComponent": "no counterpart of the other bound",
            "": "is not what the kind of criterion says",
        },
    ),
    Edit(
        "a parameter that the ontology does not declare",
        "shapes/criteria/dose.ttl",
        "pg:bound pg:Possible ;\n    sh:parameter [ sh:path pg:maximumQuantity ;",
        "pg:bound pg:Possible ;\n    sh:parameter [ sh:path pg:maximumQuantty ;",
        {
            "pg:QuantityPossibleConstraintComponent": "has the parameter pg:maximumQuantty",
            "pg:QuantityEstablishedConstraintComponent": "no counterpart of the other bound",
            "": "is not what the kind of criterion says",
        },
    ),
    Edit(
        "a parameter of another datatype than in the ontology",
        "shapes/criteria/dose.ttl",
        "sh:parameter [ sh:path pg:perDays ; sh:datatype xsd:integer ] ;\n    sh:nodeValidator [\n"
        '        a sh:SPARQLSelectValidator ;\n        sh:message "The quantity is over',
        "sh:parameter [ sh:path pg:perDays ; sh:datatype xsd:decimal ] ;\n    sh:nodeValidator [\n"
        '        a sh:SPARQLSelectValidator ;\n        sh:message "The quantity is over',
        {
            "pg:QuantityPossibleConstraintComponent": "takes pg:perDays as xsd:decimal",
            "": "is not what the kind of criterion says",
        },
    ),
    Edit(
        "a misspelt term in a query",
        "shapes/criteria/document.ttl",
        "FILTER NOT EXISTS { $this pg:hasDocument ?hasDocument",
        "FILTER NOT EXISTS { $this pg:hasDocumnt ?hasDocument",
        {
            "pg:DocumentEstablishedConstraintComponent": "a query with pg:hasDocumnt",
            "": "is not what the kind of criterion says",
        },
    ),
    Edit(
        "a misspelt parameter in a query",
        "shapes/criteria/weight.ttl",
        "FILTER (?weightKg >= $minimumWeightKg)",
        "FILTER (?weightKg >= $minimumWeight)",
        {
            "pg:MinimumWeightEstablishedConstraintComponent": "a query with $minimumWeight, which is none of its",
            "": "is not what the kind of criterion says",
        },
    ),
    Edit(
        "a query that does not parse",
        "shapes/criteria/formulary.ttl",
        "FILTER NOT EXISTS { $this pg:formulary ?formulary . FILTER (?formulary = $formularyStatus) }",
        "FILTER NOT EXISTS { $this pg:formulary ?formulary . FILTER (?formulary = $formularyStatus) ",
        {
            "pg:FormularyEstablishedConstraintComponent": "a query that is not SPARQL",
            "": "is not what the kind of criterion says",
        },
    ),
]


@dataclass(frozen=True)
class Run:
    """The edited tree, what lint found in it, and the house rules that were broken."""

    root: Path
    faults: list[Fault]
    broken: set[HouseRule]

    def messages(self, subject: str) -> dict[str, str]:
        """What is said of a subject, joined, by file."""
        said: dict[str, str] = {}
        for fault in self.faults:
            if fault.subject == subject:
                file = Path(fault.file).relative_to(self.root).as_posix()
                said[file] = f"{said.get(file, '')}{fault.message}\n"
        return said


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Run:
    root = tmp_path_factory.mktemp("faulty")
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(checkout / name, root / name)
    for edit in EDITS:
        path = root / edit.file
        text = path.read_text(encoding="utf-8")
        if edit.old:
            assert text.count(edit.old) == 1, f"{edit.name}: the edit fits {text.count(edit.old)} places of {edit.file}"
        path.write_text(text.replace(edit.old, edit.new) if edit.old else text + edit.new, encoding="utf-8")
    broken: set[HouseRule] = set()

    def noted(graph: Whole) -> Iterator[tuple[HouseRule, Row]]:
        for rule, row in violations(graph):
            broken.add(rule)
            yield rule, row

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("payergraph.author.lint.violations", noted)
        return Run(root, lint([root]), broken)


@pytest.mark.parametrize("edit", EDITS, ids=[edit.name for edit in EDITS])
def test_a_deliberate_fault_is_found_in_its_file_and_on_its_subject(edit: Edit, run: Run) -> None:
    for subject, words in edit.found.items():
        assert words in run.messages(subject).get(edit.told_in or edit.file, ""), run.messages(subject)


def test_nothing_else_is_called_a_fault(run: Run) -> None:
    # Of what ships, these use what the edits of kinds spoil.
    spoiled = {"criterion/western-health-advantage-cgrp/quantity"}
    # The edits change rules, so that the stored order of strictness is not theirs.
    stale = {"graph/strictness", "graph/strictness/worked-out"}
    found = {fault.subject for fault in run.faults} - stale - spoiled

    assert found == {subject for edit in EDITS for subject in edit.found}


def test_every_house_rule_is_broken_by_some_edit(run: Run) -> None:
    """So that no rule stands there without a test."""
    assert [rule.message for rule in house_rules() if rule not in run.broken] == []


def test_a_fault_names_the_line_on_which_its_subject_begins(run: Run) -> None:
    fault = next(fault for fault in run.faults if fault.subject == "specialty/cardiology")

    assert fault.line is not None
    line = (run.root / CLINICAL).read_text(encoding="utf-8").splitlines()[fault.line - 1]
    assert line == "specialty:cardiology a pg:Specialty ;"
    assert str(fault).startswith(f"{run.root / CLINICAL}:{fault.line}: specialty/cardiology has no English")


def test_every_rule_says_what_to_do() -> None:
    for rule in house_rules():
        assert rule.message.endswith("."), rule.message
        assert ";" in rule.message or "needs" in rule.message, rule.message


# --- files of a curator ---------------------------------------------------------------------------------------

DOCUMENT = """
@prefix pg: <https://w3id.org/payergraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix id: <https://w3id.org/payergraph/id/> .

<https://w3id.org/payergraph/id/source/my-plan> a pg:SourceDocument ;
    dcterms:title "My plan"@en ; dcterms:publisher <https://w3id.org/payergraph/id/payer/cigna> ;
    pg:authority pg:Primary ; pg:completeness pg:Complete .

<https://w3id.org/payergraph/id/section/my-plan/all> a pg:Section ; skos:prefLabel "All"@en ;
    pg:sectionOf <https://w3id.org/payergraph/id/source/my-plan> ; pg:position 1 .

<https://w3id.org/payergraph/id/statement/my-plan/deadline> a pg:Statement ;
    pg:about <https://w3id.org/payergraph/id/payer/cigna> ;
    pg:aspect <https://w3id.org/payergraph/id/aspect/internal-appeal-filing-deadline> ;
    pg:value 180 ; pg:unit <https://w3id.org/payergraph/id/unit/day> ;
    dcterms:description "An appeal must be filed within 180 days."@en ;
    pg:section <https://w3id.org/payergraph/id/section/my-plan/all> ; pg:locator "All" .
"""


@pytest.mark.usefixtures("few_documents")
def test_a_sound_file_from_elsewhere_has_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "my-plan.ttl"
    path.write_text(DOCUMENT, encoding="utf-8")

    assert lint([path]) == []


@pytest.mark.usefixtures("few_documents")
def test_a_file_from_elsewhere_is_read_beside_the_shipped_concepts(tmp_path: Path) -> None:
    path = tmp_path / "my-plan.ttl"
    path.write_text(DOCUMENT.replace("unit/day", "unit/days"), encoding="utf-8")

    (fault,) = lint([tmp_path])

    assert (fault.file, fault.line, fault.subject) == (str(path), 14, "statement/my-plan/deadline")
    assert fault.message.startswith("names unit/days, which nothing describes; correct the name, or describe it")


USES = """
<https://w3id.org/payergraph/id/policy/my-plan> a pg:CoveragePolicy ; skos:prefLabel "My plan"@en ;
    pg:payer <https://w3id.org/payergraph/id/payer/cigna> ; pg:drug <https://w3id.org/payergraph/id/drug/anakinra> ;
    pg:authority pg:Primary ; pg:indicationsComplete true ;
    pg:coverageRule <https://w3id.org/payergraph/id/rule/my-plan/arthritis> ;
    pg:section <https://w3id.org/payergraph/id/section/my-plan/all> ; pg:locator "All" .

<https://w3id.org/payergraph/id/rule/my-plan/arthritis> a pg:CoverageRule ;
    pg:indication <https://w3id.org/payergraph/id/set/my-plan/arthritis> ; pg:completeness pg:Complete ;
    pg:initialCriteria <https://w3id.org/payergraph/id/criterion/my-plan/all> ;
    pg:section <https://w3id.org/payergraph/id/section/my-plan/all> ; pg:locator "All" .

<https://w3id.org/payergraph/id/criterion/my-plan/all> a pg:AllOf ;
    <http://www.w3.org/ns/shacl#and> ( <https://w3id.org/payergraph/id/criterion/my-plan/adult> ) ;
    pg:section <https://w3id.org/payergraph/id/section/my-plan/all> ; pg:locator "All" .

<https://w3id.org/payergraph/id/criterion/my-plan/adult> a pg:AgeCriterion ; pg:minimumAge 18 ;
    pg:section <https://w3id.org/payergraph/id/section/my-plan/all> ; pg:locator "All" .

<https://w3id.org/payergraph/id/set/my-plan/arthritis> a pg:ConceptSet ;
    skos:prefLabel "JIA other than systemic JIA"@en ;
    pg:member <https://w3id.org/payergraph/id/condition/jia> ;
    pg:except <https://w3id.org/payergraph/id/condition/sjia> .
"""


@pytest.mark.usefixtures("few_documents")
def test_a_set_of_uses_that_a_rule_names_may_have_exceptions(tmp_path: Path) -> None:
    path = tmp_path / "my-plan.ttl"
    path.write_text(DOCUMENT + USES, encoding="utf-8")

    assert [str(fault) for fault in lint([path]) if "strictness" not in fault.subject] == []


@pytest.mark.usefixtures("few_documents")
def test_a_name_of_nothing_is_told_with_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "my-plan.ttl"
    meant = {
        "unit/day": "unit/days",
        "section/my-plan/all> ; pg:locator": "section/my-plan/alls> ; pg:locator",
        "pg:Complete": "pg:Compleet",
        "pg:completeness": "pg:completenes",
    }
    text = DOCUMENT
    for name, written in meant.items():
        text = text.replace(name, written)
    path.write_text(text, encoding="utf-8")

    said = "\n".join(fault.message for fault in lint([path]))

    for name in meant:
        assert f". The nearest is {name.split('>')[0]}." in said


@pytest.mark.usefixtures("few_documents")
def test_a_name_that_is_like_no_other_is_told_without_a_nearest(tmp_path: Path) -> None:
    path = tmp_path / "my-plan.ttl"
    path.write_text(DOCUMENT.replace("unit/day", "unit/qqqqqqqqqqqq"), encoding="utf-8")

    (fault,) = lint([path])

    assert "names unit/qqqqqqqqqqqq" in fault.message and "nearest" not in fault.message


@pytest.mark.usefixtures("few_documents")
def test_two_things_under_one_name_are_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "my-plan.ttl"
    statement = DOCUMENT[DOCUMENT.index("<https://w3id.org/payergraph/id/statement") :]
    path.write_text(DOCUMENT + statement.replace("180", "90"), encoding="utf-8")

    said = {fault.line: fault.message for fault in lint([path]) if "already" in fault.message}

    assert said == {20: "is described on line 14 already; give one of the two another name, or join them."}


@pytest.mark.usefixtures("few_documents")
def test_only_the_faults_of_the_given_files_are_reported(run: Run) -> None:
    faults = lint([run.root / UNITS])

    assert {fault.file for fault in faults} == {str(run.root / UNITS)}
    assert {"unit/vial", "unit/ng-per-ml", "unit/g-per-l"} == {fault.subject for fault in faults}


@pytest.mark.usefixtures("few_documents")
def test_a_file_under_another_name_than_its_document_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "your-plan.ttl"
    path.write_text(DOCUMENT, encoding="utf-8")

    said = {fault.subject: fault.message for fault in lint([path])}

    assert said["source/my-plan"] == "is not the document of this file; call the file my-plan.ttl, or correct the IRI."


@pytest.mark.usefixtures("few_documents")
def test_a_file_of_facts_without_its_document_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "my-plan.ttl"
    path.write_text(DOCUMENT.replace("a pg:SourceDocument ;", ""), encoding="utf-8")

    said = [str(fault) for fault in lint([path])]

    assert f"{path}: source/my-plan is described nowhere in this file; add it as a pg:SourceDocument." in said


@pytest.mark.usefixtures("few_documents")
def test_a_thing_without_a_name_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "my-plan.ttl"
    path.write_text(DOCUMENT + 'id:x a pg:Vendor ; skos:prefLabel "X"@en ; pg:state [ a pg:State ] .', encoding="utf-8")

    messages = [fault.message for fault in lint([path]) if fault.subject == "x"]

    assert "has a pg:state without a name; give what stands in [ ] an IRI." in messages


@pytest.mark.usefixtures("few_documents")
def test_a_syntax_fault_names_file_and_line_and_hides_what_would_follow_from_it(tmp_path: Path) -> None:
    path = tmp_path / "my-plan.ttl"
    path.write_text(DOCUMENT.replace("pg:value 180 ;", "pg:value 180 ; ; ;;\n 7"), encoding="utf-8")

    (fault,) = lint([path])

    assert str(fault).startswith(f"{path}:18: this is not Turtle: ")


@pytest.mark.usefixtures("few_documents")
def test_bytes_that_are_no_text_are_a_syntax_fault(tmp_path: Path) -> None:
    path = tmp_path / "my-plan.ttl"
    path.write_bytes(b"\xff\xfe\x00")

    (fault,) = lint([path])

    assert str(fault).startswith(f"{path}:1: this is not Turtle: Invalid UTF-8")


@pytest.mark.usefixtures("few_documents")
def test_a_folder_without_turtle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no Turtle file"):
        lint([tmp_path])


@pytest.mark.usefixtures("few_documents")
def test_cases_are_left_to_the_reader_of_cases(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "me.ttl").write_text("no Turtle", encoding="utf-8")
    (tmp_path / "my-plan.ttl").write_text(DOCUMENT, encoding="utf-8")

    assert lint([tmp_path]) == []


@pytest.mark.usefixtures("few_documents")
def test_without_the_code_list_lint_says_what_it_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for place in (things, icd10):
        monkeypatch.setattr(place, "find_spec", lambda name: None)
    path = tmp_path / "concepts" / "mine.ttl"
    path.parent.mkdir()
    path.write_text(
        DOCUMENT[: DOCUMENT.index("<https://w3id.org/payergraph/id/source")]
        + '<https://w3id.org/payergraph/id/condition/z> a pg:Condition ; skos:prefLabel "z"@en ;\n'
        '    skos:notation "M04.10"^^pg:ICD10CM .',
        encoding="utf-8",
    )

    assert lint([path]) == []
    assert "install payergraph[codes]" in unchecked()[0]


# --- the rules as SHACL ---------------------------------------------------------------------------------------


def shapes(paths: Iterable[Path]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


def well_formed(graph: rdflib.Graph) -> tuple[bool, str]:
    """The verdict of SHACL-SHACL (SHACL, appendix C), which pySHACL brings along."""
    conforms, _, text = pyshacl.validate(
        rdflib.Graph(), shacl_graph=graph, meta_shacl=True, do_owl_imports=False, js=False
    )
    return conforms, text


@pytest.mark.parametrize("files", ["graph.ttl", "criteria/*.ttl"])
def test_the_shapes_are_well_formed_by_shacl_shacl(files: str, checkout: Path) -> None:
    conforms, text = well_formed(shapes((checkout / "shapes").glob(files)))

    assert conforms, text


def test_shacl_shacl_refuses_a_shape_that_is_none(checkout: Path) -> None:
    graph = shapes([checkout / "shapes" / "graph.ttl"])
    graph.add((rdflib.URIRef("https://example.org/shape"), SH.minCount, rdflib.Literal("many")))
    graph.add((rdflib.URIRef("https://example.org/shape"), rdflib.RDF.type, SH.NodeShape))

    with pytest.raises(pyshacl.errors.ReportableRuntimeError):
        well_formed(graph)


class Prepared(rdflib.Graph):
    """A graph that parses each query once; pySHACL sends the same few for every node."""

    def query(self, query_object: Any, *options: Any, **named: Any) -> rdflib.query.Result:
        return super().query(prepared(query_object), *options, **named)


@cache
def prepared(query: str) -> rdflib.plugins.sparql.sparql.Query:
    return prepareQuery(query)


def test_pyshacl_finds_what_lint_finds(run: Run, checkout: Path) -> None:
    """Node by node, as the standard has it: pySHACL on a faulty node of each fault and ten sound ones.

    Of the documents only those with deliberate faults: pySHACL's time grows with the graph, node by node.
    """
    edited = {str(run.root / edit.file) for edit in EDITS}
    shared = ("ontology", "criteria", "shapes", "concepts", "payers")
    whole = Whole([file for file in files_of([run.root]) if file.place in shared or file.shown in edited])
    broken = [(rule, row["this"].value) for rule, row in violations(whole) if isinstance(row["this"], ox.NamedNode)]
    expected = {(node, rule.message) for rule, node in broken}
    faulty = {node for node, _ in expected}
    typed = sorted({row["s"].value for row in whole.rows("SELECT ?s WHERE { ?s a ?t FILTER (isIRI(?s)) }")} - faulty)
    of_each = {(rule.message, rule.select): node for rule, node in broken}
    nodes = sorted(set(of_each.values())) + typed[:: len(typed) // 10]
    data = Prepared().parse(whole.store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()), "nt")
    rules = shapes([checkout / "shapes" / "graph.ttl"])

    _, report, _ = pyshacl.validate(
        data, shacl_graph=rules, focus_nodes=nodes, do_owl_imports=False, js=False, inplace=True
    )

    found = {
        (
            str(report.value(result, SH.focusNode)),
            str(rules.value(report.value(result, SH.sourceConstraint), SH.message)),
        )
        for result in report.subjects(rdflib.RDF.type, SH.ValidationResult)
    }
    assert found == {(node, message) for node, message in expected if node in nodes}
