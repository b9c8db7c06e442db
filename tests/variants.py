"""Variants of the example cases that stand on either side of each bound of the two founding policies.

A variant is a case of data/cases/ with some fields replaced; None takes a field away.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Changes = dict[str, Any]

GENERALIST: Changes = {"prescriber": {"specialties": ["family-medicine"]}}
ALONE: Changes = {**GENERALIST, "consultations": None, "consultationsComplete": True}
CSDMARDS = ("methotrexate", "leflunomide", "hydroxychloroquine", "sulfasalazine")
ADALIMUMAB = (*("Humira", "Hyrimoz", "adalimumab-adaz", "Cyltezo", "adalimumab-adbm", "Simlandi", "adalimumab-ryvk"),)
CAPS_SIGNS = (
    *("cold-triggered-episodes", "sensorineural-hearing-loss", "musculoskeletal-symptoms"),
    *("chronic-aseptic-meningitis", "skeletal-abnormalities"),
)
DIRA_SIGNS = (
    *("sterile-multifocal-osteomyelitis", "periostitis", "pustular-rash", "marked-osteopenia"),
    *("lytic-bone-lesions", "respiratory-insufficiency", "thrombosis"),
)


def took(product: str, start: str, end: str | None = None, outcome: str = "failure", **more: object) -> Changes:
    dates = {"start": start} if end is None else {"start": start, "end": end}
    return {"product": product, **dates, "outcome": outcome, **more}


def barred(*products: str) -> list[Changes]:
    return [{"product": product, "outcome": "contraindication"} for product in products]


#: Two preferred products of Cigna's that were never taken, so that no biologic was tried.
TWO_BARRED = barred("Actemra SC", "Cimzia")


def cigna_rheumatoid_arthritis() -> Iterator[tuple[str, Changes]]:
    for drug in CSDMARDS:
        yield f"three-months-of-{drug}", {"therapies": [took(drug, "2026-01-01", "2026-04-01"), *TWO_BARRED]}
        rest = [other for other in CSDMARDS if other != drug]
        yield f"{drug}-not-ruled-out", {"therapies": [*barred(*rest), *TWO_BARRED]}
    short = took("methotrexate", "2026-01-01", "2026-03-31")
    yield "less-than-three-months", {"therapies": [short, *TWO_BARRED]}
    sample = took("methotrexate", "2026-01-01", "2026-05-01", sample=True)
    yield "a-sample-of-methotrexate", {"therapies": [sample, *TWO_BARRED]}
    unwell = took("methotrexate", "2026-01-01", "2026-05-01", outcome="intolerance")
    yield "one-csdmard-not-tolerated", {"therapies": [unwell, *TWO_BARRED]}
    brief = took("sulfasalazine", "2026-01-01", "2026-01-20")
    yield "three-ruled-out-one-failed", {"therapies": [*barred(*CSDMARDS[:3]), brief, *TWO_BARRED]}
    tasted = took("sulfasalazine", "2026-01-01", "2026-01-20", outcome="intolerance", sample=True)
    yield "three-ruled-out-one-sample", {"therapies": [*barred(*CSDMARDS[:3]), tasted, *TWO_BARRED]}
    for product in ("Kevzara", "Olumiant"):
        tried = took(product, "2026-01-01", "2026-01-20")
        yield f"tried-{product}", {"therapies": [tried, *TWO_BARRED]}
        yield f"tried-a-sample-of-{product}", {"therapies": [{**tried, "sample": True}, *TWO_BARRED]}
        yield f"still-on-{product}", {"therapies": [*barred(*CSDMARDS), took(product, "2026-01-01"), *TWO_BARRED]}
    for product in (*ADALIMUMAB, "Xeljanz"):
        failed = took(product, "2025-01-01", "2025-02-01")
        yield f"{product}-and-one-more", {"therapies": [*barred(*CSDMARDS, "Cimzia"), failed]}
    sample = took("Enbrel", "2025-01-01", "2025-02-01", sample=True)
    yield "a-sample-of-a-preferred-product", {"therapies": [*barred(*CSDMARDS, "Cimzia"), sample]}
    yield "without-a-rheumatologist", ALONE
    other = {"diagnoses": [{"condition": "osteoarthritis"}], "diagnosesComplete": True}
    yield "another-diagnosis", other


def molina_rheumatoid_arthritis() -> Iterator[tuple[str, Changes]]:
    methotrexate = {"start": "2026-05-01", "maximallyTolerated": True}
    yield "seventeen", {"birthDate": "2008-10-02"}
    yield "mild", {"diagnoses": [{"condition": "rheumatoid-arthritis", "severity": "mild"}]}
    yield "not-at-the-tolerated-dose", {"therapies": [took("methotrexate", "2026-05-01", maximallyTolerated=False)]}
    unwell = {"product": "methotrexate", "outcome": "intolerance", **methotrexate}
    yield "methotrexate-not-tolerated-and-taken", {"therapies": [unwell]}
    for months, end in (("three", "2026-04-01"), ("less-than-three", "2026-03-31")):
        for product in ("leflunomide", "Enbrel"):
            step = took(product, "2026-01-01", end)
            yield f"{months}-months-of-{product}", {"therapies": [*barred("methotrexate"), step]}
    for product in ("Olumiant", "Otezla", "Enbrel", "Orencia"):
        taken = [took("methotrexate", "2026-05-01", maximallyTolerated=True), took(product, "2026-06-01")]
        yield f"together-with-{product}", {"therapies": taken}
    for specialty in ("rheumatology", "genetics", "dermatology"):
        advice: Changes = {**GENERALIST, "consultations": [{"specialty": specialty}]}
        yield (
            f"advice-with-notes-{specialty}",
            {
                **advice,
                "documents": ["baseline-disease-activity", "consultation-notes"],
            },
        )
        yield f"advice-without-notes-{specialty}", advice
    yield "notes-without-advice", {**GENERALIST, "documents": ["baseline-disease-activity", "consultation-notes"]}


def caps() -> Iterator[tuple[str, Changes]]:
    for sign in CAPS_SIGNS:
        yield f"rash-and-{sign}", {"findings": [{"finding": f, "present": True} for f in ("urticaria-like-rash", sign)]}
    rash = [{"finding": "urticaria-like-rash", "present": True}]
    yield "rash-alone", {"findings": rash, "findingsComplete": True}
    yield "fcas", {"indication": "fcas", "diagnoses": [{"condition": "fcas"}]}
    amyloid = {"test": "serum-amyloid-a", "value": 42, "unit": "mg/L", "upperLimit": 6.4}
    normal = {"test": "crp", "value": 0.4, "unit": "mg/dL", "upperLimit": 0.5}
    yield "normal-crp", {"labs": [normal, amyloid], "labsComplete": True}
    yield "crp-a-little-raised", {"labs": [{**normal, "value": 0.6}, amyloid], "labsComplete": True}
    yield "amyloid-a-little-raised", {"labs": [{**normal, "value": 5}, {**amyloid, "value": 7}], "labsComplete": True}
    yield "no-impairment", {"attestations": ["no-active-infection"]}
    yield "no-word-on-infection", {"attestations": ["functional-impairment"]}
    yield "advice", {**GENERALIST, "consultations": [{"specialty": "genetics"}]}


def stills() -> Iterator[tuple[str, Changes]]:
    yield "advice", {**GENERALIST, "consultations": [{"specialty": "rheumatology"}]}


def dira() -> Iterator[tuple[str, Changes]]:
    for sign in DIRA_SIGNS:
        yield f"{sign}-alone", {"findings": [{"finding": sign, "present": True}]}
    none: Changes = {"findings": None, "findingsComplete": True}
    yield "no-sign", {**none, "genetics": [{"gene": "IL1RN", "result": "negative"}]}
    for specialty in ("rheumatology", "genetics", "dermatology"):
        gene: Changes = {**none, "genetics": [{"gene": "IL1RN", "result": "pathogenic"}]}
        yield f"gene-{specialty}", {**gene, "prescriber": {"specialties": [specialty]}}
        yield f"gene-advice-{specialty}", {**gene, **GENERALIST, "consultations": [{"specialty": specialty}]}


def juvenile(drugs: tuple[str, ...]) -> Iterator[tuple[str, Changes]]:
    for drug in drugs:
        yield f"twelve-weeks-of-{drug}", {"therapies": [took(drug, "2026-01-01", "2026-03-26")]}
    yield "less-than-twelve-weeks", {"therapies": [took(drugs[0], "2026-01-01", "2026-03-25")]}
    yield "ruled-out", {"therapies": barred(drugs[0])}
    yield "nothing-tried", {"therapies": None}
    both = [took(drugs[0], "2026-01-01", "2026-05-01"), took("Orencia SC", "2026-06-01")]
    yield "together-with-Orencia", {"therapies": both}
    for age in (1, 2, 17, 18):
        yield f"age-{age}", {"birthDate": None, "age": age}
    yield "advice", {**GENERALIST, "consultations": [{"specialty": "rheumatology"}]}


def each_without(base: str, broader: str, condition: str) -> Iterator[tuple[str, tuple[str, Changes]]]:
    """A case that is met, with one thing taken away at a time, at the first request and on going on."""
    going_on: Changes = {
        "request": "continuation",
        "attestations": ["no-intolerable-adverse-effects", "infection-monitoring"],
        "response": {"positive": True, "adherencePercent": 92},
    }
    known = {"condition": condition, "active": True, "severity": "moderate-to-severe"}
    taken_away: dict[str, Changes] = {
        "a-narrower-indication": {"indication": broader, "diagnoses": [known]},
        "attestations": {"attestations": None},
        "the-step-and-on-a-biologic": {"therapies": [took("Orencia SC", "2026-06-01")]},
        "formulary": {"formulary": None},
        "a-preferred-place": {"formulary": "non-preferred"},
        "diagnoses": {"diagnoses": None},
        "activity": {"diagnoses": [{"condition": condition}]},
        "documents": {"documents": None},
        "a-specialist": ALONE,
        "age": {"birthDate": None, "age": None},
    }
    for name, changes in taken_away.items():
        yield f"{base}-without-{name}", (base, changes)
        yield f"{base}-going-on-without-{name}", (base, {**going_on, **changes})
    yield f"{base}-going-on", (base, going_on)
    yield f"{base}-going-on-without-response", (base, {**going_on, "response": None})
    nothing: Changes = {"request": "continuation", "attestations": None, "response": None}
    yield f"{base}-going-on-without-anything", (base, nothing)
    for name, response in {
        "85-percent": {"positive": True, "adherencePercent": 85, "interruption": "none"},
        "84-percent": {"positive": True, "adherencePercent": 84, "interruption": "none"},
        "infection": {"positive": True, "adherencePercent": 60, "interruption": "infection"},
        "no-benefit": {"positive": False, "adherencePercent": 92},
        "adherence-not-recorded": {"positive": True},
    }.items():
        yield f"{base}-going-on-{name}", (base, {**going_on, "response": response})
    for kept in ("no-intolerable-adverse-effects", "infection-monitoring"):
        yield f"{base}-going-on-with-{kept}", (base, {**going_on, "attestations": [kept]})


def variants() -> Iterator[tuple[str, tuple[str, Changes]]]:
    for base, found in (
        ("no-csdmard-possible", cigna_rheumatoid_arthritis()),
        ("eighteen-today", molina_rheumatoid_arthritis()),
        ("muckle-wells-without-a-gene-test", caps()),
        ("dira-by-a-sign", dira()),
        ("stills-disease-in-an-adult", stills()),
        ("child-with-sjia", juvenile(("naproxen", "prednisone"))),
        ("teenager-with-pjia", juvenile(CSDMARDS)),
    ):
        yield from ((f"{base}-{name}", (base, changes)) for name, changes in found)
    yield from each_without("eighteen-today", "autoimmune-disease", "rheumatoid-arthritis")
    yield from each_without("maria", "autoimmune-disease", "rheumatoid-arthritis")
    yield from each_without("muckle-wells-without-a-gene-test", "periodic-fever-syndrome", "muckle-wells-syndrome")
    yield from each_without("dira-by-a-sign", "autoinflammatory-disease", "dira")
    yield from each_without("dira-by-gene", "autoinflammatory-disease", "dira")
    yield from each_without("child-with-sjia", "jia", "sjia")
    yield from each_without("teenager-with-pjia", "jia", "pjia")
    yield from each_without("stills-disease-in-an-adult", "autoinflammatory-disease", "stills-disease")


VARIANTS: dict[str, tuple[str, Changes]] = dict(variants())
