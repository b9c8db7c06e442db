"""What charts say for the words of the format, and in which words a closed list is filled in.

Where a word of a chart surely means one of a closed list, it is taken as that one (``renewal`` is ``continuation``).
Where it could mean several, it is refused with what each of them means (``discontinued`` does not tell why). What says
that nothing is known (``pending``) is refused: the field is left out. Of a yes or no, only ``true`` and ``false`` are
taken; other words that surely mean one of them are told which.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


def spoken(text: str) -> str:
    """A word without regard to case, and to whether hyphens, strokes or spaces part it."""
    return re.sub(r"[\s_/-]+", " ", text.casefold())


def listed(words: str) -> tuple[str, ...]:
    """Words parted by semicolons, as ``spoken`` gives each."""
    return tuple(spoken(word).strip() for word in words.split(";") if word.strip())


def unit(text: str) -> str:
    """What follows a number, without regard to case, spaces and a last point."""
    return re.sub(r"[\s_-]+", " ", text.casefold()).strip().removesuffix(".")


def units(words: str) -> tuple[str, ...]:
    """Units parted by semicolons, as ``unit`` gives each."""
    return tuple(unit(word) for word in words.split(";") if word.strip())


@dataclass(frozen=True)
class Option:
    """A word of a closed list.

    Attributes:
        term: the local name of its term.
        meaning: what it means, in one short phrase.
        synonyms: what surely means the same, parted by semicolons; it is taken as the word.
    """

    word: str
    term: str
    meaning: str
    synonyms: str = ""


@dataclass(frozen=True)
class Options:
    """A closed list.

    Attributes:
        asks: what could mean several of the words, parted by semicolons, with why it is no answer.
    """

    options: tuple[Option, ...]
    asks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class YesOrNo:
    """A yes or no.

    Attributes:
        true, false: what surely means the one or the other in this field alone, parted by semicolons.
        asks: what could mean either, parted by semicolons, with why it is no answer.
    """

    true: str = ""
    false: str = ""
    asks: Mapping[str, str] = field(default_factory=dict)


#: What says of a field that its value is not known.
NOT_KNOWN = frozenset(
    listed(
        "unknown; unk; not known; n/a; na; nr; tbd; not available; not applicable; not documented; not recorded;"
        "not reported; not stated; not assessed; not evaluated; not examined; not tested; not done; not performed;"
        "pending; ordered; awaiting; awaited; awaiting result; awaiting results; result pending; results pending;"
        "unclear; unsure; undetermined; maybe; perhaps; possible; possibly; probable; probably; suspected; ?"
    )
)
#: What surely means yes or no in any field that is one or the other.
YES_NO = dict.fromkeys(listed("yes; y; on; 1"), "true") | dict.fromkeys(listed("no; n; off; 0"), "false")

#: A yes or no of which a chart says no more than that.
PLAIN = YesOrNo()
COMPLETE = YesOrNo(true="complete", false="incomplete; not complete")

REQUEST = Options(
    (
        Option("initial", "Initial", "a first request", "initial request; first request; new start; initiation"),
        Option(
            "continuation",
            "Continuation",
            "a request to go on",
            "continuation request; continuation of therapy; continued; continued therapy; renewal; renewal request;"
            "renew; reauthorization; re-authorization; reauth; recertification; re-certification",
        ),
    ),
    asks={
        "restart; re-start; resumption; re-initiation; reinitiation": (
            "which is a first request at some payers and not at others"
        )
    },
)
FORMULARY = Options(
    (
        Option("preferred", "Preferred", "on the formulary as preferred", "preferred drug; preferred brand"),
        Option(
            "non-preferred", "NonPreferred", "on it as non-preferred", "nonpreferred; not preferred; non-preferred drug"
        ),
        Option(
            "non-formulary",
            "NonFormulary",
            "not on it",
            "nonformulary; not on formulary; not on the formulary; not formulary; off formulary",
        ),
    ),
    asks={
        "formulary; on formulary; on the formulary; listed; covered": (
            "which says that it is on the formulary and not whether as preferred"
        )
    },
)
PERIOD = Options(
    (
        Option("day", "PerDay", "a day", "daily; once daily; once a day; per day; a day; qd; every day"),
        Option("week", "PerWeek", "a week", "weekly; once weekly; once a week; per week; a week; qw; every week"),
        Option("month", "PerMonth", "a calendar month", "monthly; once monthly; once a month; per month; a month"),
        Option("year", "PerYear", "a calendar year", "yearly; annually; once a year; per year; a year"),
    ),
    asks={
        "biweekly; bi-weekly": "which may be twice a week or every two weeks",
        "every other week; every two weeks; every 2 weeks; fortnightly; q2w": "which perDays says as 14",
        "every four weeks; every 4 weeks; q4w": "which perDays says as 28",
        "twice daily; bid; b.i.d.": "which tells how often and not how much a day",
    },
)
SEX = Options(
    (
        Option("female", "Female", "a woman or a girl", "f; woman; girl"),
        Option("male", "Male", "a man or a boy", "m; man; boy"),
    ),
    asks={
        "transgender; trans; nonbinary; non-binary; other; x; intersex": (
            "which does not say which of the two the record has as sex"
        )
    },
)
PREGNANT = YesOrNo(
    true="pregnant",
    false="not pregnant; nonpregnant; non-pregnant",
    asks={
        "trying to conceive; planning; breastfeeding; lactating; postpartum; childbearing potential": (
            "which does not tell whether the patient is pregnant"
        )
    },
)
MENOPAUSAL = YesOrNo(
    true="menopausal; postmenopausal; post-menopausal",
    false="premenopausal; pre-menopausal; not menopausal",
    asks={"perimenopausal; peri-menopausal": "which some payers take as menopausal and some do not"},
)
SMOKER = YesOrNo(
    true="smoker; smokes; smoking; current smoker; current",
    false="never smoker; never; nonsmoker; non-smoker; not a smoker",
    asks={"former; former smoker; ex-smoker; quit; vaping; vapes": "which some payers take as smoking and some do not"},
)
SEVERITY = Options(
    (
        Option("mild", "Mild", "the lowest degree"),
        Option("moderate", "Moderate", "the middle degree"),
        Option("severe", "Severe", "the highest degree"),
        Option(
            "moderate-to-severe",
            "ModerateToSevere",
            "the middle or the highest",
            "moderate or severe; moderate/severe",
        ),
    ),
    asks={
        "mild to moderate; mild or moderate; mild/moderate": "which is two degrees, listed apart",
        "moderately severe": "which is one degree to some and two to others",
    },
)
ACTIVE = YesOrNo(
    true="active",
    false="inactive; not active",
    asks={
        "remission; in remission; quiescent; controlled; well controlled; stable; resolved": (
            "which does not tell whether the disease counts as active"
        )
    },
)
OUTCOME = Options(
    (
        Option(
            "failure",
            "Failure",
            "did not work well enough",
            "failed; treatment failure; therapeutic failure; failure of therapy; primary failure;"
            "secondary failure; inadequate response; insufficient response; no response; lack of response;"
            "non-response; nonresponse; non-responder; nonresponder; lost response; loss of response;"
            "loss of efficacy; lack of efficacy;"
            "inefficacy; ineffective; not effective; did not work; refractory",
        ),
        Option(
            "intolerance",
            "Intolerance",
            "side effects that the patient could not tolerate",
            "intolerant; not tolerated; intolerable side effects; intolerable adverse effects",
        ),
        Option("contraindication", "Contraindication", "must not be given", "contraindicated"),
        Option("response", "Response", "works or worked", "responded; responder; effective; worked; good response"),
        Option("unknown", "UnknownOutcome", "not recorded", "unk; not known; not recorded; not documented; unclear"),
    ),
    asks={
        "discontinued; stopped; ended; completed; withdrawn; switched; d/c; dc": "which does not say why",
        "ongoing; current; continuing; continued; still taking; stable": "which does not say how it goes",
        "partial response; partial; suboptimal response; improved; improvement; some improvement; remission": (
            "which does not say whether it works well enough"
        ),
        "side effects; side effect; adverse event; adverse effect; adverse reaction; toxicity": (
            "which does not say whether the patient could tolerate it"
        ),
        "allergy; allergic; allergic reaction; hypersensitivity; anaphylaxis": (
            "which may have ended a therapy or rule one out"
        ),
    },
)
PHASE = Options(
    (
        Option(
            "baseline",
            "BaselinePhase",
            "before the treatment",
            "at baseline; before treatment; pretreatment; pre-treatment",
        ),
        Option(
            "on-therapy", "OnTherapyPhase", "while the drug is taken", "on treatment; during treatment; during therapy"
        ),
        Option("current", "CurrentPhase", "now, at the request", "currently; now; at present"),
    ),
    asks={
        "latest; last; recent; most recent": "which says that it is the latest on record and not at which stage",
        "initial; first; screening; enrollment": "which does not say whether it is from before the treatment",
        "follow-up; post-treatment; after treatment": "which does not say whether the drug was still taken",
    },
)
PRESENT = YesOrNo(
    true="present; positive; detected; observed",
    false="absent; not present; negative; not detected; denies; denied; ruled out",
    asks={"resolved; history; history of": "which says that it was there and not whether it is"},
)
GENETIC_RESULT = Options(
    (
        Option("pathogenic", "Pathogenic", "a variant that causes disease", "pathogenic variant; pathogenic mutation"),
        Option(
            "bi-allelic-pathogenic",
            "BiAllelicPathogenic",
            "such variants on both copies",
            "biallelic pathogenic; biallelic pathogenic variants; bi-allelic pathogenic variants",
        ),
        Option(
            "negative",
            "NegativeGeneticResult",
            "no variant that explains the disease",
            "neg; no variant; no variant found; no variant detected; no pathogenic variant; no mutation;"
            "no mutation found; no mutation detected; wild type; wildtype",
        ),
        Option(
            "uncertain",
            "UncertainGeneticResult",
            "a variant of uncertain significance",
            "vus; vous; uncertain significance; unknown significance; variant of uncertain significance;"
            "variant of unknown significance",
        ),
    ),
    asks={
        "heterozygous; het; homozygous; compound heterozygous; hemizygous; carrier; biallelic; bi-allelic": (
            "which says on how many copies and not what the variant does"
        ),
        "positive; pos; detected; variant; variant found; variant detected; mutation; mutated; mutation found;"
        "mutation detected; abnormal": "which says that a variant was found and not what it does",
        "likely pathogenic": "which some payers take as pathogenic and some do not",
        "benign; likely benign; polymorphism": "which tells of one variant and not of others",
        "inconclusive; indeterminate": "which may be a variant of uncertain significance or a test that failed",
    },
)
BIOMARKER_RESULT = Options(
    (
        Option("positive", "PositiveBiomarker", "what was tested for was found", "pos; overexpressed; amplified"),
        Option(
            "negative",
            "NegativeBiomarker",
            "what was tested for was not found",
            f"{GENETIC_RESULT.options[2].synonyms}; not detected; not overexpressed; not amplified",
        ),
        *GENETIC_RESULT.options[:2],
        GENETIC_RESULT.options[3],
        Option("equivocal", "EquivocalBiomarker", "neither found nor not found", "borderline"),
    ),
    asks={
        "heterozygous; het; homozygous; compound heterozygous; hemizygous; carrier; biallelic; bi-allelic": (
            "which says on how many copies and not what the variant does"
        ),
        "detected; variant; variant found; variant detected; mutation; mutated; mutation found;"
        "mutation detected; abnormal": "which says that something was found and not whether it is what counts",
        "likely pathogenic": "which some payers take as pathogenic and some do not",
        "benign; likely benign; polymorphism": "which tells of one variant and not of others",
        "high; low; elevated; decreased": "which says how much there is and not whether that counts as positive",
        "inconclusive; indeterminate": "which may be an equivocal result or a test that failed",
    },
)
ORIGIN = Options(
    (
        Option("germline", "Germline", "inherited, in every cell", "germ line; inherited"),
        Option("somatic", "Somatic", "of the tumor alone", "tumor; tumour"),
    )
)
SCREENING_RESULT = Options(
    (
        Option("negative", "NegativeScreening", "not found", "neg; not detected; non-reactive; nonreactive"),
        Option(
            "treated",
            "TreatedScreening",
            "found, and its treatment completed",
            "treatment completed; completed treatment",
        ),
        Option(
            "under-treatment",
            "UnderTreatmentScreening",
            "found, and its treatment under way",
            "on treatment; under treatment; being treated; in treatment",
        ),
        Option("positive", "PositiveScreening", "found and not treated", "positive untreated"),
    ),
    asks={
        "pos; detected; reactive; latent; ltbi; infected": "which does not tell whether it is treated",
        "untreated; not treated; no treatment": "which does not say whether it was found",
        "indeterminate; borderline; equivocal; inconclusive; invalid": "which is neither found nor not found",
        "normal; abnormal; clear; cleared; immune; vaccinated": "which does not say whether it was found",
    },
)
POSITIVE = YesOrNo(
    true="positive",
    false="negative; not positive",
    asks={"partial; stable; some; mixed": "which does not say whether it counts as positive"},
)
COVERAGE_KIND = Options(
    (
        Option("approval", "Approval", "a payer approved the drug", "approved; authorization; prior authorization"),
        Option("claim", "Claim", "a payer paid for the drug", "paid claim; paid; claim paid"),
    ),
    asks={"denied; denial; appeal; pended; submitted": "which says neither that it was approved nor that it was paid"},
)
