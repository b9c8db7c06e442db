"""What a chart states, as the criteria read it: the relations, their fields, and the fields of a case behind each.

``chart.facts`` writes them; ``ontology/case.ttl`` defines their terms; ``shapes/chart.ttl`` asks for them.
"""

from __future__ import annotations

from .nodes import Code, Concept, Field, Flag, Number, Relation, Truth

# --- of every dated row: how long before the request ----------------------------------------------------


def days_ago(reads: str) -> Number:
    """How many days before the request; surely so many at most is the high end."""
    return Number("days", reads, low="daysAgoPossibly", high="daysAgoSurely")


def months_ago(reads: str) -> Number:
    """How many months before the request, the day itself compared."""
    return Number("months", reads, low="monthsAgoPossibly", high="monthsAgoSurely")


# --- the patient and the request -------------------------------------------------------------------------

_AGE = "age ageMonths birthDate"
AGE = Relation("ageAtRequest", bare=(YEARS := Number("ageAtRequest", _AGE)))
AGE_IN_MONTHS = Relation("patientAge")
MONTHS_OF_AGE = Number("ageMonths", _AGE, low="ageMonthsSurely", high="ageMonthsPossibly")
WEIGHT = Relation("weightKg", bare=(KILOGRAMS := Number("weightKg", "weightKg")))
SEX = Relation("sex", bare=(SEX_ON_RECORD := Code("sex", "sex")))
ATTRIBUTES = Relation("attributeRecord")
ATTRIBUTE = Concept("attribute", "pregnant menopausal smoker")
ATTRIBUTE_HOLDS = Flag("holds", "pregnant menopausal smoker")
STANDING = Relation("formulary", bare=(STATUS := Code("formulary", "formulary")))

#: The line of business follows from the plan.
PLANS = Relation("plan", bare=(PLAN := Concept("plan", "plan")))
LINES = Relation("lineOfBusiness", bare=(LINE := Concept("lineOfBusiness", "plan")))
STATES = Relation("state", bare=(STATE := Concept("state", "state")))
SITE = Relation("site", bare=(GIVEN_AT := Concept("site", "site")))
PROGRAMMES = Relation(
    "enrolledIn", complete="enrolledInComplete", bare=(PROGRAMME := Concept("enrolledIn", "enrolledIn"))
)

ASKED_FOR = Relation(
    "askedFor", bare=(ASKED_CONDITION := Concept("askedFor", "indication diagnoses.condition diagnoses.icd10"))
)
INDICATION = Relation("indication", bare=(INDICATED := Concept("indication", "indication")))

_DOSE = "dose.value dose.unit dose.per dose.perDays"
_ON_A_BODY = "dose.perKg dose.perM2 weightKg heightCm dose.mgPerDay dose.mgPerKgPerDay"
DOSE = Relation("dose")
DOSES = Field("doseFact", f"{_DOSE} {_ON_A_BODY}")
LOADING_DOSES = Field(
    "doseFact", "dose.loading.value dose.loading.unit dose.loading.perKg dose.loading.perM2 weightKg heightCm"
)
QUANTITY = Relation("requestedQuantity")
QUANTITIES = Field("doseFact", "quantity.value quantity.unit quantity.perDays dose.quantity dose.days")

# --- diagnoses and who treats ----------------------------------------------------------------------------

DIAGNOSES = Relation("diagnosis", complete="diagnosesComplete")
CONDITION = Concept("condition", "diagnoses.condition diagnoses.icd10")
SEVERITY = Number("rank", "diagnoses.severity", low="severitySurely", high="severityPossibly")
ACTIVITY = Truth("activity", "diagnoses.active")
STAGE = Number("stage", "diagnoses.stage", low="stageSurely", high="stagePossibly")
MONTHS_SINCE = Number("monthsSince", "diagnoses.since", low="monthsSinceSurely", high="monthsSincePossibly")
STATUSES = Concept("hasStatus", "diagnoses.status")
STATUSES_COMPLETE = Flag("statusComplete", "diagnoses.statusComplete")
CONFIRMER = Concept("confirmingSpecialty", "diagnoses.confirmedBy")
CONFIRMER_KNOWN = Flag("confirmerKnown")
METHODS = Concept("confirmingMethod", "diagnoses.confirmedHow")
METHODS_COMPLETE = Flag("confirmedHowComplete", "diagnoses.confirmedHowComplete")

PRESCRIBER = Relation(
    "specialty", through="prescriber", bare=(PRESCRIBES := Concept("specialty", "prescriber.specialties"))
)
CONSULTATIONS = Relation("consultation", complete="consultationsComplete")
CONSULTED = Concept("specialty", "consultations.specialty")

# --- therapies -------------------------------------------------------------------------------------------

THERAPIES = Relation("therapy", complete="therapiesComplete")
PRODUCT = Concept("product", "therapies.product therapies.together", unlisted=True)
TAKEN = Truth("taken", "therapies.start therapies.end therapies.durationMonths therapies.outcome therapies.planned")
ONGOING = Truth("ongoing", "therapies.start therapies.end therapies.outcome therapies.planned")
PLANNED = Flag("planned", "therapies.planned")
OF_REQUESTED_DRUG = Flag("ofRequestedDrug")
#: Of the drug asked for, and another product of it than the one asked for: nobody asks for it but by the product.
ANOTHER_PRODUCT = Truth("anotherProduct")
#: What it is taken for; what nobody says, or the graph does not know, may be anything.
TAKEN_FOR = Concept("for", "therapies.for")
TAKEN_FOR_KNOWN = Flag("forKnown")
#: In which manner it was taken; a manner that is not on record may be one of it, too.
MANNER = Concept("manner", "therapies.manner")
STOPS = Flag("stopsOnApproval", "therapies.stopsOnApproval")
THERAPY_DAYS_AGO = days_ago("therapies.start therapies.end")

TRIALS = Relation("trial", complete="therapiesComplete", possible="possibleTrial", reads="therapies.for", rows="row")
INGREDIENT = Field("ingredient")
OUTCOME = Code("outcome", "therapies.outcome")
_LENGTH = "therapies.start therapies.end therapies.durationMonths"
TRIAL_MONTHS = Number("months", _LENGTH, low="monthsSurely", high="monthsPossibly")
TRIAL_WEEKS = Number("weeks", _LENGTH, low="weeksSurely", high="weeksPossibly")
TRIAL_DAYS = Number("trialDays", _LENGTH, low="daysSurely", high="daysPossibly")
TRIAL_DOSES = Field(
    "doseFact",
    "therapies.dose.value therapies.dose.unit therapies.dose.per therapies.dose.perDays therapies.weeklyDoseMg",
)
TRIAL_LINE = Number("line", "therapies.line", low="lineSurely", high="linePossibly")
TOLERATED = Truth("toleratedDose", "therapies.maximallyTolerated")
SAMPLE = Flag("sample", "therapies.sample")

#: The drug asked for, back from the request: for each gap that is allowed for, how long.
ON_DRUG = Relation(
    "onDrug",
    complete="therapiesComplete",
    possible="possiblyOnDrug",
    reads="therapies.product therapies.together therapies.outcome therapies.planned therapies.for",
    rows="row",
)
GAP_IN_DAYS = Number("gapDays", "therapies.start therapies.end")
MONTHS_ON_DRUG, DAYS_ON_DRUG = Number("monthsOnDrug", _LENGTH), Number("daysOnDrug", _LENGTH)

# --- results, findings, declarations, documents ------------------------------------------------------------

_BEGUN = (
    "therapies.product therapies.together therapies.start therapies.end therapies.durationMonths therapies.outcome"
    " therapies.planned therapiesComplete"
)

#: What is measured, in a laboratory or elsewhere: two lists of a case, either of which may hold a result of the former.
_WHEN_MEASURED = "measurements.date measurements.phase labs.date"
_FOLLOW = "weightKg heightCm"
_LISTS = (("LabTest", "labsComplete measurementsComplete"), ("Observable", "measurementsComplete"))
MEASUREMENTS = Relation("measurement", lists=_LISTS, reads=_FOLLOW, dated=_WHEN_MEASURED)
OBSERVABLE = Concept("observable", "measurements.of labs.test")
MEASURED = Number(
    "result",
    "measurements.value labs.value",
    low="resultSurely",
    high="resultPossibly",
    unit_reads="measurements.unit labs.unit",
)
_OF_LIMIT = "measurements.value labs.value"
TIMES_UPPER_LIMIT = Number(
    "timesUpper",
    f"{_OF_LIMIT} measurements.upperLimit labs.upperLimit",
    low="timesUpperSurely",
    high="timesUpperPossibly",
)
TIMES_LOWER_LIMIT = Number(
    "timesLower", f"{_OF_LIMIT} measurements.lowerLimit", low="timesLowerSurely", high="timesLowerPossibly"
)
GRADE = Concept("resultGrade", "measurements.value")
GRADED = Truth("graded")
GRADE_RANK = Number("rank", "measurements.value", low="rankSurely", high="rankPossibly")
#: Which one it is, counted from the latest.
PLACE = Number("place", _WHEN_MEASURED, low="placeSurely", high="placePossibly")
MEASURED_ON = Concept("measuredOn", "measurements.on")
MEASURED_MONTHS_AGO = months_ago(_WHEN_MEASURED)
MEASURED_DAYS_AGO = days_ago(_WHEN_MEASURED)
_COMPARED = f"{_WHEN_MEASURED} {_BEGUN}"
BEFORE_DRUG = Truth("pretreatment", _COMPARED)
BASELINE = Truth("baseline", _COMPARED)
LAST_BEFORE = Truth("lastBefore", _COMPARED)

CHANGES = Relation("change", lists=_LISTS, reads=_FOLLOW, dated=_WHEN_MEASURED, rows="between")
IN_ORDER = Truth("inOrder", _WHEN_MEASURED)
FROM_BASELINE = Truth("fromBaseline", _COMPARED)
FROM_LAST_BEFORE = Truth("fromLastBefore", _COMPARED)
ADJOINING = Flag("adjoining", _WHEN_MEASURED)
CHANGE = Number("change", MEASURED.reads, low="changeSurely", high="changePossibly", unit_reads=MEASURED.unit_reads)
PERCENT_CHANGE = Number(
    "percentChange",
    f"{MEASURED.reads} {MEASURED.unit_reads}",
    low="percentChangeSurely",
    high="percentChangePossibly",
)

FINDINGS = Relation("findingRecord", complete="findingsComplete")
FINDING = Concept("finding", "findings.finding")
PRESENT = Flag("present", "findings.present")

#: Made of the rows of biomarkers and of those of genetic tests, which are such, too.
BIOMARKERS = Relation(
    "biomarkerTest",
    lists=(("Gene", "geneticsComplete biomarkersComplete"), ("Biomarker", "biomarkersComplete")),
    dated="biomarkers.date genetics.date",
    rows="row",
)
MARKER = Concept("testedMarker", "biomarkers.marker genetics.gene")
MARKER_RESULT = Code("markerResult", "biomarkers.result genetics.result")
ORIGIN = Code("origin", "biomarkers.origin")
TEST_METHOD = Concept("method", "biomarkers.method")
EXPRESSION = Number("expression", "biomarkers.expressionPercent", low="expressionSurely", high="expressionPossibly")
SCREENINGS = Relation("screening", complete="screeningsComplete", dated="screenings.date")
INFECTION = Concept("infection", "screenings.for")
SCREENING_RESULT = Code("screeningResult", "screenings.result")
SCREENING_MONTHS_AGO = months_ago("screenings.date")

#: Events that are listed one by one, and numbers of events in a period.
OCCURRENCES = Relation("occurrence", complete="eventsComplete")
EVENT_RATES = Relation("eventRate", complete="eventsComplete")
#: Both, and what never happened.
EVENT_RECORDS = Relation("eventRecord", complete="eventsComplete")
EVENT = Concept("event", "events.event flares.perYear flares.hospitalized")
HAPPENED = Truth("happened", "events.count flares.perYear flares.hospitalized")
EVENT_LASTED = Number("lasted", "events.days", low="lastedDaysSurely", high="lastedDaysPossibly")
EVENT_PRETREATMENT = Truth("pretreatment", f"events.date events.phase {_BEGUN}")
EVENT_MONTHS_AGO, EVENT_DAYS_AGO = months_ago("events.date"), days_ago("events.date")
RATE_MONTHS_AGO, RATE_DAYS_AGO = months_ago("events.date events.phase"), days_ago("events.date events.phase")
RATE_COUNT = Number("count", "events.count flares.perYear")
RATE_DAYS = Number("perDays", "events.perDays flares.perYear")

COVERAGE = Relation("coverageRecord", complete="coverageComplete")
COVERAGE_KIND = Code("kindOfCoverage", "coverage.kind")
COVERING_PAYER = Concept("payer", "coverage.payer")
#: How long ago the last day was that it covered.
_COVERED = "coverage.from coverage.to"
COVERAGE_MONTHS_AGO, COVERAGE_DAYS_AGO = months_ago(_COVERED), days_ago(_COVERED)

DOCUMENTS = Relation(
    "hasDocument", complete="documentsComplete", bare=(DOCUMENT := Concept("hasDocument", "documents"))
)

ATTESTATIONS = Relation("attests", bare=Concept("attests", "attestations"))

RESPONSE = Relation("response")
POSITIVE = Flag("positive", "response.positive")
ADHERENCE = Number("adherencePercent", "response.adherencePercent")
INTERRUPTION = Code("interruption", "response.interruption")
