"""Patients from the tables of OMOP CDM 5.4, as CSV or Parquet, to the tables of the layout.

docs/cohort-inputs.md says which tables and columns are read, how, and what is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ..chart.fields import PATHS
from ..chart.options import spoken
from ..store.graph import Graph
from . import codes as systems
from .codes import Codes, Known, codes
from .left_out import LeftOut
from .records import BORN, MEASURED, NO_VALUE, NOBODY, Asked, Records, measured, with_unit

_STANDARD = "OMOP CDM 5.4"

_PERSON = Asked(
    "person",
    "person_id gender_concept_id",
    numbers="year_of_birth month_of_birth day_of_birth",
    maybe="month_of_birth day_of_birth",
)
_CONCEPT = Asked(
    "concept", "concept_id concept_name vocabulary_id concept_code concept_class_id", maybe="concept_class_id"
)
_ANCESTOR = Asked("concept_ancestor", "ancestor_concept_id descendant_concept_id")
_DEATH = Asked("death", "person_id", "death_date")
_CONDITION = Asked(
    "condition_occurrence",
    "person_id condition_concept_id condition_source_concept_id condition_source_value condition_status_concept_id",
    "condition_start_date",
    maybe="condition_source_concept_id condition_source_value condition_status_concept_id",
)
_DRUG = Asked(
    "drug_exposure",
    "person_id drug_concept_id drug_source_concept_id drug_source_value stop_reason",
    "drug_exposure_start_date drug_exposure_end_date",
    "days_supply",
    maybe="drug_source_concept_id drug_source_value stop_reason drug_exposure_end_date days_supply",
)
_ERA = Asked("drug_era", "person_id drug_concept_id", "drug_era_start_date drug_era_end_date")
_MEASUREMENT = Asked(
    "measurement",
    "person_id measurement_concept_id measurement_source_concept_id measurement_source_value operator_concept_id "
    "value_as_concept_id unit_concept_id unit_source_value",
    "measurement_date",
    "value_as_number range_low range_high",
    maybe="measurement_source_concept_id measurement_source_value operator_concept_id value_as_concept_id "
    "unit_source_value range_low range_high",
)
_OBSERVATION = Asked(
    "observation",
    "person_id observation_concept_id observation_source_concept_id observation_source_value value_as_concept_id "
    "unit_concept_id unit_source_value",
    "observation_date",
    "value_as_number",
    maybe="observation_source_concept_id observation_source_value value_as_concept_id unit_concept_id "
    "unit_source_value value_as_number",
)
_PROCEDURE = Asked(
    "procedure_occurrence",
    "person_id procedure_concept_id procedure_source_concept_id procedure_source_value",
    "procedure_date procedure_end_date",
    maybe="procedure_source_concept_id procedure_source_value procedure_end_date",
)
_VISIT = Asked(
    "visit_occurrence",
    "person_id visit_concept_id provider_id",
    "visit_start_date",
    maybe="visit_concept_id provider_id",
)
_PROVIDER = Asked(
    "provider",
    "provider_id specialty_concept_id specialty_source_concept_id specialty_source_value",
    maybe="specialty_concept_id specialty_source_concept_id specialty_source_value",
)
_CLINICAL = (_CONDITION, _DRUG, _ERA, _MEASUREMENT, _OBSERVATION, _PROCEDURE, _VISIT)

_BOUND = "its value is a bound, such as below 5"
_PRELIMINARY = "it is a preliminary diagnosis"
_STOP = "the stop reason does not surely say how it went"
_FEMALE, _MALE, _EQUALS = "8532", "8507", "4172703"
#: Visits that are events of the graph: to an emergency room, in a hospital, and the one after the other.
_VISITS = {
    "9203": ("emergency-visit",),
    "9201": ("hospital-admission",),
    "262": ("emergency-visit", "hospital-admission"),
}
#: Kinds of what is done and counts as a therapy.
_DONE = ("Drug", "Product", "Procedure", "CareProgramme", "Device")


def read_omop(folder: Path, into: Path, graph: Graph, *, request_date: date, complete: bool = False) -> LeftOut:
    """Read the tables of OMOP CDM 5.4 in a folder, and write those of the layout, as Parquet, into another.

    ``person`` and ``concept`` must be there, and one table of what happened to persons.

    Args:
        folder: has files such as ``person.parquet`` or ``person.csv``.
        into: is made where it is not there; ``left-out.csv`` in it lists what the answer holds.
        request_date: the day on which every patient is looked at; what is later is left out.
        complete: whether the tables hold every diagnosis and every drug of the patients, as all claims of a plan may.
            ``diagnosesComplete`` and ``therapiesComplete`` are then set for those of whom no row is left out;
            therapies are whole only where there is a table of procedures, too.

    Raises:
        CallError: there is no such folder, or ``into`` holds tables already.
        FileError: a table or a column is missing, a file is empty or is no CSV or Parquet, a column holds dates in two
            notations; or the tables cannot be written.
        MissingExtra: duckdb is not installed.
    """
    with Records(folder, into, _STANDARD, request_date) as records:
        reader = _Reader(records, codes(graph))
        reader.people()
        records.expect(_CLINICAL)
        reader.conditions()
        reader.drugs()
        reader.values()
        reader.procedures()
        reader.visits()
        return records.write(BORN, reader.flags() if complete else {})


class _Reader:
    """What is written of each table."""

    def __init__(self, records: Records, codes: Codes) -> None:
        self._records, self._codes = records, codes
        records.must_open(_CONCEPT, "concept_id")
        # It is asked often, and to read CSV each time takes long.
        records.run("CREATE TABLE concepts AS FROM src_concept")

    def people(self) -> None:
        """Who the patients are."""
        records = self._records
        records.must_open(_PERSON, "person_id")
        died = "NULL::DATE"
        if deaths := records.open(_DEATH):
            died = "(SELECT min(death_date) FROM src_death WHERE src_death.person_id = person.person_id)"
        whole = "TRY_CAST({}_of_birth AS INTEGER)"
        year, month, day = (whole.format(part) for part in ("year", "month", "day"))
        text = "TRY_CAST(printf('%04d-%02d-%02d', {}, {}, {}) AS DATE)"
        told = f"CASE WHEN {month} IS NULL THEN NULL ELSE {day} END"
        first = text.format(year, f"coalesce({month}, 1)", f"coalesce({told}, 1)")
        last = f"""CASE
            WHEN {month} IS NULL THEN {text.format(year, 12, 31)}
            WHEN {day} IS NULL THEN last_day({first})
            ELSE {first} END"""
        records.people(
            "person",
            f"""
            SELECT person_id AS id, {first} AS first, {last} AS last, year_of_birth IS NOT NULL AS birth,
              {died} AS died,
              CASE gender_concept_id WHEN '{_FEMALE}' THEN 'female' WHEN '{_MALE}' THEN 'male' END AS sex,
              gender_concept_id AS sex_code, concept_name AS sex_name
            FROM src_person AS person LEFT JOIN concepts ON concept_id = gender_concept_id""",
        )
        if deaths:
            records.leave_out(_DEATH.name, NOBODY, "src_death ANTI JOIN people ON people.id = src_death.person_id")

    def conditions(self) -> None:
        """Diagnoses, and conditions that are events."""
        if not self._opened(_CONDITION, "condition", "icd10 condition event", self._diagnosis):
            return
        named = "icd10 IS NOT NULL OR condition IS NOT NULL"
        self._judge(
            *(_CONDITION, "condition", "condition_start_date", f"{named} OR event IS NOT NULL"),
            problem=f"CASE WHEN lower(status.concept_name) = 'preliminary diagnosis' THEN '{_PRELIMINARY}' END",
            join="LEFT JOIN concepts AS status ON status.concept_id = condition_status_concept_id",
        )
        columns = "icd10, condition, CAST(min(begins) AS VARCHAR) AS since"
        self._records.part("diagnoses", _CONDITION.name, columns, named, "icd10, condition")
        self._records.events(_CONDITION.name)

    def drugs(self) -> None:
        """Therapies with drugs: exposures; where there is no such table, eras."""
        records = self._records
        if self._opened(_DRUG, "drug", "product", self._drug):
            words = "SELECT DISTINCT stop_reason FROM src_drug_exposure WHERE stop_reason IS NOT NULL"
            records.resolve("outcomes", words, "outcome", _outcome)
            supply = "CASE WHEN days_supply BETWEEN 0 AND 36600 THEN CAST(days_supply AS INTEGER) END"
            self._judge(
                *(_DRUG, "drug", "drug_exposure_start_date", "product IS NOT NULL"),
                ends=f"coalesce(drug_exposure_end_date, drug_exposure_start_date + {supply})",
                more=", outcome, stop_reason",
                join="LEFT JOIN outcomes USING (stop_reason)",
            )
            unsure = "reason IS NULL AND outcome IS NULL AND stop_reason IS NOT NULL"
            records.leave_out(_DRUG.name, _STOP, f"judged_drug_exposure WHERE {unsure}", "stop_reason")
            # What goes on has no outcome yet: how it ended is known later.
            records.therapies(
                _DRUG.name, ", CASE WHEN coalesce(ends <= request_date(), true) THEN outcome END AS outcome"
            )
        elif self._opened(_ERA, "drug", "product", self._drug):
            self._judge(_ERA, "drug", "drug_era_start_date", "product IS NOT NULL", ends="drug_era_end_date")
            records.therapies(_ERA.name)

    def values(self) -> None:
        """Results of laboratories and other values."""
        for asked in (_MEASUREMENT, _OBSERVATION):
            kind, limits = asked.name, asked is _MEASUREMENT
            more = ", unit_concept_id, unit_source_value, value_as_concept_id"
            if not self._opened(asked, kind, MEASURED, self._value, more):
                continue
            self._judge(
                *(asked, kind, f"{kind}_date", "test IS NOT NULL OR observable IS NOT NULL"),
                problem=f"CASE WHEN bound THEN '{_BOUND}' ELSE {NO_VALUE} END",
                more=f", value_as_number AS number, {_LIMITS if limits else 'false AS bound'}",
            )
            self._records.values(kind, limits=limits)

    def procedures(self) -> None:
        """Therapies that are no drugs, drugs by their codes of HCPCS, and procedures that are events."""
        if not self._opened(_PROCEDURE, "procedure", "product event", self._procedure):
            return
        known = "product IS NOT NULL OR event IS NOT NULL"
        ends = "coalesce(procedure_end_date, procedure_date)"
        self._judge(_PROCEDURE, "procedure", "procedure_date", known, ends=ends)
        self._records.therapies(_PROCEDURE.name)
        self._records.events(_PROCEDURE.name)

    def visits(self) -> None:
        """Consultations, by the specialty of the provider, and visits that are events."""
        records = self._records
        if not records.open(_VISIT):
            return
        if not records.open(_PROVIDER):
            columns = ", ".join(f"NULL::VARCHAR AS {column}" for column, _ in _PROVIDER.columns)
            records.run(f"CREATE VIEW src_provider AS SELECT {columns} WHERE false")
        codes = "'NUCC', 'Medicare Specialty'"
        records.resolve(
            "of_provider",
            f"""
            SELECT provider_id, any_value(c.vocabulary_id) AS system,
              any_value(coalesce(c.concept_code, p.specialty_source_value)) AS code,
              any_value(c.concept_name) AS name, any_value(s.concept_name) AS source_name,
              any_value(p.specialty_source_value) AS written, any_value(v.concept_name) AS of_code
            FROM src_provider AS p
            LEFT JOIN concepts AS c ON c.concept_id = p.specialty_concept_id AND c.concept_id <> '0'
            LEFT JOIN concepts AS s ON s.concept_id = p.specialty_source_concept_id AND s.concept_id <> '0'
            LEFT JOIN concepts AS v ON v.concept_code = p.specialty_source_value AND v.vocabulary_id IN ({codes})
            WHERE provider_id IS NOT NULL GROUP BY provider_id""",
            "specialty",
            self._specialty,
        )
        events = " ".join(f"WHEN '{visit}' THEN {list(slugs)}" for visit, slugs in _VISITS.items())
        records.judge(
            _VISIT.name,
            f"""
            SELECT person_id AS person, visit_start_date AS begins, visit_start_date AS ends,
              specialty IS NOT NULL OR events IS NOT NULL AS known,
              coalesce(p.system, c.vocabulary_id) AS system, coalesce(p.code, c.concept_code) AS code,
              coalesce(p.name, c.concept_name) AS name, NULL AS problem, specialty, events
            FROM (SELECT *, CASE visit_concept_id {events} END AS events FROM src_visit_occurrence) AS v
            LEFT JOIN of_provider AS p USING (provider_id)
            LEFT JOIN concepts AS c ON c.concept_id = v.visit_concept_id""",
        )
        day = "CAST(begins AS VARCHAR) AS date"
        records.part("consultations", _VISIT.name, f"specialty, {day}", "specialty IS NOT NULL")
        records.events(_VISIT.name, "unnest(events)")

    def flags(self) -> Mapping[str, Sequence[Asked]]:
        """The flags of lists that may be complete, each with the tables that the list comes from."""
        drugs = _DRUG if self._records.has(_DRUG) else _ERA
        return {"diagnosesComplete": [_CONDITION], "therapiesComplete": [drugs, _PROCEDURE]}

    # --- codes -----------------------------------------------------------------------------------

    def _opened(self, asked: Asked, prefix: str, columns: str, meaning: Any, more: str = "") -> bool:
        """Open a table and look up the codes that occur in it; false where it is not there.

        The table ``of_<name>`` has them with the vocabulary, code and name of the concept and of the source concept,
        where these are known, and with what they mean.
        """
        if not self._records.open(asked):
            return False
        columns_of = [column for column, _ in asked.columns]
        source, written = (
            f"{prefix}_{end}" if f"{prefix}_{end}" in columns_of else "NULL::VARCHAR"
            for end in ("source_concept_id", "source_value")
        )
        self._records.run(f"""
            CREATE VIEW keyed_{asked.name} AS
            SELECT *, {prefix}_concept_id AS key_concept, {source} AS key_source, {written} AS key_written
            FROM src_{asked.name}""")
        ancestor = asked in (_DRUG, _ERA) and self._ingredients(asked)
        unit = bool(more)
        self._records.resolve(
            f"of_{asked.name}",
            f"""
            SELECT k.*, c.vocabulary_id AS c_system, c.concept_code AS c_code, c.concept_name AS c_name,
              s.vocabulary_id AS s_system, s.concept_code AS s_code, s.concept_name AS s_name
              {", ingredient" if ancestor else ""}
              {", u.concept_code AS unit_code, u.concept_name AS unit_name, g.concept_name AS graded" if unit else ""}
            FROM (SELECT DISTINCT key_concept, key_source, key_written{more} FROM keyed_{asked.name}) AS k
            LEFT JOIN concepts AS c ON c.concept_id = key_concept AND c.concept_id <> '0'
            LEFT JOIN concepts AS s ON s.concept_id = key_source AND s.concept_id <> '0'
            {"LEFT JOIN ingredients AS i ON i.drug = key_concept" if ancestor else ""}
            {_UNITS if unit else ""}""",
            columns,
            meaning,
        )
        return True

    def _ingredients(self, asked: Asked) -> bool:
        """Make the table of the ingredient of each drug that has but one; false where the vocabulary is not there."""
        if not self._records.open(_ANCESTOR):
            return False
        self._records.run(f"""
            CREATE TABLE ingredients AS
            SELECT descendant_concept_id AS drug, any_value(concept_name) AS ingredient
            FROM src_concept_ancestor JOIN concepts ON concept_id = ancestor_concept_id
            WHERE concept_class_id = 'Ingredient'
              AND descendant_concept_id IN (SELECT key_concept FROM keyed_{asked.name})
            GROUP BY 1 HAVING count(*) = 1""")
        return True

    def _judge(
        self,
        asked: Asked,
        prefix: str,
        begins: str,
        known: str,
        *,
        ends: str = "NULL::DATE",
        problem: str = "NULL",
        more: str = "",
        join: str = "",
    ) -> None:
        """Judge the rows of a table by what their codes mean."""
        unit = prefix in (_MEASUREMENT.name, _OBSERVATION.name)
        keys = ["key_concept", "key_source", "key_written"]
        keys += ["unit_concept_id", "unit_source_value", "value_as_concept_id"] if unit else []
        same = " AND ".join(f"r.{key} IS NOT DISTINCT FROM o.{key}" for key in keys)
        named = "coalesce(s_name, c_name)"
        named = with_unit(named) if unit else named
        self._records.judge(
            asked.name,
            f"""
            SELECT *, coalesce(s_system, c_system) AS system, coalesce(s_code, c_code, key_written) AS code,
              {named} AS name
            FROM (
              SELECT r.person_id AS person, {begins} AS begins, {ends} AS ends, {known} AS known,
                false AS ongoing, o.*{more}, {problem} AS problem
              FROM keyed_{asked.name} AS r JOIN of_{asked.name} AS o ON {same} {join})""",
        )

    def _diagnosis(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        for code in _icd10_of(row):
            if icd10 := self._codes.diagnosis(code):
                found["icd10"] = icd10
                break
        for known in self._known(row, ("Condition", "EventKind")):
            if known.kind == "EventKind":
                found.setdefault("event", known.slug)
            elif "icd10" not in found:
                found.setdefault("condition", known.slug)
        return found

    def _drug(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        found = [known for known in self._known(row, ()) if known.kind in ("Drug", "Product")]
        names = (row["s_name"], row["c_name"], row.get("ingredient"), row["key_written"])
        found += [known for name in names if name and (known := self._codes.drug(name))]
        return {"product": found[0].slug} if found else {}

    def _procedure(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        for known in self._known(row, (*_DONE[2:], "EventKind")):
            if known.kind in _DONE:
                found.setdefault("product", known.slug)
            elif known.kind == "EventKind":
                found.setdefault("event", known.slug)
        return found

    def _value(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        kinds = ("LabTest", "Observable")
        of = next((known for known in self._known(row, kinds) if known.kind in kinds), None)
        units = (row["unit_code"], row["unit_name"], row["unit_source_value"])
        return measured(self._codes, of, units, row["graded"])

    def _specialty(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        names = (row["name"], row["source_name"], row["of_code"], row["written"])
        found = (known for name in names if name and (known := self._codes.specialty(name)))
        known = next(found, None)
        return {"specialty": known.slug} if known else {}

    def _known(self, row: Mapping[str, Any], kinds: tuple[str, ...]) -> Iterator[Known]:
        """What the codes mean, that of the source first, and then their names, where some of the kinds have these."""
        for side in "sc":
            system = systems.system(row[f"{side}_system"] or "")
            if system and (known := self._codes.concept(system, row[f"{side}_code"])):
                yield known
        for name in (row["s_name"], row["c_name"], row["key_written"]):
            if name and kinds and (known := self._codes.named(name, kinds)):
                yield known


_LIMITS = f"""range_high AS upper, range_low AS lower,
    coalesce(operator_concept_id NOT IN ('0', '{_EQUALS}'), false) AS bound"""
_UNITS = """
    LEFT JOIN concepts AS u ON u.concept_id = unit_concept_id AND u.concept_id <> '0'
    LEFT JOIN concepts AS g ON g.concept_id = value_as_concept_id AND g.concept_id <> '0'"""

#: Codes of ICD-9-CM look like this, too.
_OLD = re.compile(r"V|E\d{3}(\.|$)", re.IGNORECASE)


def _icd10_of(row: Mapping[str, Any]) -> Iterator[str]:
    """The codes of ICD-10-CM of a condition: that of a concept; of the source's own words, where no concept is told."""
    for side in "sc":
        if systems.system(row[f"{side}_system"] or "") == systems.ICD10CM:
            yield row[f"{side}_code"]
    if row["key_written"] and not row["s_code"] and not _OLD.match(row["key_written"]):
        yield row["key_written"]


def _outcome(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The outcome that a stop reason surely is."""
    outcome = PATHS["therapies.outcome"].synonyms.get(spoken(row["stop_reason"]).strip())
    return {"outcome": outcome} if outcome else {}
