"""Patients from the CSV files that Synthea writes, to the tables of the layout.

Synthea has codes of SNOMED CT, RxNorm and LOINC, and a name beside each; the graph has few of these codes, so that most
rows are known by their names. docs/cohort-inputs.md says which files and columns are read, how, and what is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import FileError
from ..store.graph import Graph
from .codes import LOINC, RXNORM, SNOMED, Codes, Known, codes, system
from .left_out import LeftOut
from .records import BORN, MEASURED, NO_VALUE, Asked, Records, measured, with_unit

_STANDARD = "the CSV of Synthea"

_PATIENTS = Asked("patients", "Id GENDER STATE", "BIRTHDATE DEATHDATE", maybe="STATE DEATHDATE")
_CONDITIONS = Asked("conditions", "PATIENT SYSTEM CODE DESCRIPTION", "START STOP", maybe="SYSTEM")
_MEDICATIONS = Asked(
    "medications", "PATIENT CODE DESCRIPTION REASONDESCRIPTION", "START STOP", maybe="REASONDESCRIPTION"
)
_OBSERVATIONS = Asked("observations", "PATIENT CODE DESCRIPTION VALUE UNITS", "DATE")
_PROCEDURES = Asked("procedures", "PATIENT SYSTEM CODE DESCRIPTION", "START STOP", maybe="SYSTEM STOP")
_ENCOUNTERS = Asked("encounters", "PATIENT PROVIDER ENCOUNTERCLASS CODE DESCRIPTION", "START", maybe="PROVIDER")
_PROVIDERS = Asked("providers", "Id SPECIALITY")
_CLINICAL = (_CONDITIONS, _MEDICATIONS, _OBSERVATIONS, _PROCEDURES, _ENCOUNTERS)

#: Encounters that are events of the graph.
_ENCOUNTER = {"emergency": "emergency-visit", "inpatient": "hospital-admission"}
_UNSURE = "what it is for may mean several things"
_NO_STATE = "the state is none of the graph"
_THERAPIES = ("Procedure", "CareProgramme", "Device")


def read_synthea(folder: Path, into: Path, graph: Graph, *, request_date: date, complete: bool = False) -> LeftOut:
    """Read the CSV files of Synthea in a folder, and write the tables of the layout, as Parquet, into another.

    ``patients`` must be there, and one table of what happened to them.

    Args:
        folder: has files such as ``patients.csv``; those of Parquet are read, too.
        into, request_date, complete: as for ``omop.read_omop``.

    Raises:
        CallError: there is no such folder, or ``into`` holds tables already.
        FileError: as for ``omop.read_omop``; or a code system is none that Synthea has.
        MissingExtra: duckdb is not installed.
    """
    with Records(folder, into, _STANDARD, request_date) as records:
        reader = _Reader(records, codes(graph))
        reader.people()
        records.expect(_CLINICAL)
        reader.conditions()
        reader.medications()
        reader.observations()
        reader.procedures()
        reader.encounters()
        flags = {"diagnosesComplete": [_CONDITIONS], "therapiesComplete": [_MEDICATIONS, _PROCEDURES]}
        return records.write(f"{BORN}, state", flags if complete else {})


class _Reader:
    """What is written of each file."""

    def __init__(self, records: Records, codes: Codes) -> None:
        self._records, self._codes = records, codes

    def people(self) -> None:
        """Who the patients are."""
        self._records.must_open(_PATIENTS, "Id")

        def state(row: Mapping[str, Any]) -> Mapping[str, Any]:
            known = self._codes.named(row["name"], ("State",))
            return {"state": known.slug} if known else {}

        query = "SELECT DISTINCT STATE AS name FROM src_patients WHERE STATE IS NOT NULL"
        self._records.resolve("of_states", query, "state", state)
        self._records.people(
            "patients",
            """
            SELECT Id AS id, BIRTHDATE AS first, BIRTHDATE AS last, BIRTHDATE IS NOT NULL AS birth, DEATHDATE AS died,
              CASE upper(GENDER) WHEN 'F' THEN 'female' WHEN 'M' THEN 'male' END AS sex,
              GENDER AS sex_code, NULL AS sex_name, of_states.state AS state,
              src_patients.STATE AS state_name
            FROM src_patients LEFT JOIN of_states ON of_states.name = src_patients.STATE""",
        )

        unknown = "people WHERE no_patient IS NULL AND state IS NULL AND state_name IS NOT NULL"
        self._records.leave_out(_PATIENTS.name, _NO_STATE, unknown, "state_name")

    def conditions(self) -> None:
        """Diagnoses, and conditions that are events."""

        def meaning(row: Mapping[str, Any]) -> Mapping[str, Any]:
            known = self._known(row, ("Condition", "EventKind"))
            return {} if known is None else {"event" if known.kind == "EventKind" else "condition": known.slug}

        if self._opened(_CONDITIONS, SNOMED, "condition event", meaning):
            self._judge(_CONDITIONS, "START", "STOP", "condition IS NOT NULL OR event IS NOT NULL")
            # A disease that came again is active unless it ended each time.
            active = "CASE WHEN bool_and(coalesce(ends <= request_date(), false)) THEN false END AS active"
            columns = f"condition, {active}, CAST(min(begins) AS VARCHAR) AS since"
            self._records.part("diagnoses", _CONDITIONS.name, columns, "condition IS NOT NULL", "condition")
            self._records.events(_CONDITIONS.name)

    def medications(self) -> None:
        """Therapies with drugs; one without an end goes on."""

        def meaning(row: Mapping[str, Any]) -> Mapping[str, Any]:
            known = self._codes.concept(RXNORM, row["key_code"] or "")
            if known is None or known.kind not in ("Drug", "Product"):
                known = self._codes.drug(row["key_name"] or "")
            # Without a use a therapy would be for what the drug is asked for.
            use = self._codes.kept(row["key_reason"], ("Condition",)) if row["key_reason"] else None
            return {"product": known.slug if known else None, "use": use}

        if self._opened(_MEDICATIONS, RXNORM, "product use", meaning, ", REASONDESCRIPTION AS key_reason"):
            unsure = f"CASE WHEN key_reason IS NOT NULL AND use IS NULL THEN '{_UNSURE}' END AS problem"
            self._judge(_MEDICATIONS, "START", "STOP", "product IS NOT NULL", f", true AS ongoing, {unsure}")
            self._records.therapies(_MEDICATIONS.name, ', use AS "for"')

    def observations(self) -> None:
        """Results of laboratories and other values."""

        def meaning(row: Mapping[str, Any]) -> Mapping[str, Any]:
            known = self._known(row, ("LabTest", "Observable"))
            return measured(self._codes, known, (row["key_units"],), row["key_graded"])

        number = "TRY_CAST(VALUE AS DOUBLE)"
        more = f", UNITS AS key_units, CASE WHEN {number} IS NULL THEN VALUE END AS key_graded"
        if self._opened(_OBSERVATIONS, LOINC, MEASURED, meaning, more):
            cells = f", CASE WHEN isfinite({number}) THEN {number} END AS number, {NO_VALUE} AS problem"
            known = "test IS NOT NULL OR observable IS NOT NULL"
            self._judge(_OBSERVATIONS, "DATE", "NULL::DATE", known, cells)
            self._records.values(_OBSERVATIONS.name, limits=False)

    def procedures(self) -> None:
        """Therapies that are no drugs, and procedures that are events."""

        def meaning(row: Mapping[str, Any]) -> Mapping[str, Any]:
            known = self._known(row, (*_THERAPIES, "EventKind"))
            return {} if known is None else {"event" if known.kind == "EventKind" else "product": known.slug}

        if self._opened(_PROCEDURES, SNOMED, "product event", meaning):
            known = "product IS NOT NULL OR event IS NOT NULL"
            self._judge(_PROCEDURES, "START", "coalesce(STOP, START)", known, ", false AS ongoing")
            self._records.therapies(_PROCEDURES.name)
            self._records.events(_PROCEDURES.name)

    def encounters(self) -> None:
        """Consultations, by the specialty of the provider, and encounters that are events."""
        records = self._records
        if not records.open(_ENCOUNTERS):
            return
        if not records.open(_PROVIDERS):
            records.run("CREATE VIEW src_providers AS SELECT NULL::VARCHAR AS Id, NULL::VARCHAR AS SPECIALITY")

        def meaning(row: Mapping[str, Any]) -> Mapping[str, Any]:
            known = self._codes.specialty(row["name"])
            return {"specialty": known.slug} if known else {}

        query = "SELECT DISTINCT SPECIALITY AS name FROM src_providers WHERE SPECIALITY IS NOT NULL"
        records.resolve("of_specialities", query, "specialty", meaning)
        events = " ".join(f"WHEN '{of}' THEN '{event}'" for of, event in _ENCOUNTER.items())
        records.judge(
            _ENCOUNTERS.name,
            f"""
            SELECT PATIENT AS person, START AS begins, NULL::DATE AS ends, specialty, event,
              specialty IS NOT NULL OR event IS NOT NULL AS known, NULL AS problem,
              CASE WHEN s.name IS NULL THEN '{SNOMED}' END AS system, CASE WHEN s.name IS NULL THEN CODE END AS code,
              coalesce(s.name, DESCRIPTION) AS name
            FROM (SELECT *, CASE lower(ENCOUNTERCLASS) {events} END AS event FROM src_encounters) AS e
            LEFT JOIN (SELECT Id, any_value(SPECIALITY) AS name FROM src_providers GROUP BY Id) AS p
              ON p.Id = e.PROVIDER
            LEFT JOIN of_specialities AS s ON s.name = p.name""",
        )
        listed = "specialty, CAST(begins AS VARCHAR) AS date"
        records.part("consultations", _ENCOUNTERS.name, listed, "specialty IS NOT NULL")
        records.events(_ENCOUNTERS.name)

    # --- codes -----------------------------------------------------------------------------------

    def _opened(
        self,
        asked: Asked,
        of: str,
        columns: str,
        meaning: Callable[[Mapping[str, Any]], Mapping[str, Any]],
        more: str = "",
    ) -> bool:
        """Open a file and look up the codes that occur in it; false where it is not there.

        Args:
            of: the code system of a row that names none.

        Raises:
            FileError: as for ``Records.open``; or a row names another system than there are.
        """
        records = self._records
        if not records.open(asked):
            return False
        named = "SYSTEM" if "SYSTEM" in asked.words.split() else "NULL"
        key = f"coalesce({named}, '{of}') AS key_system, CODE AS key_code, DESCRIPTION AS key_name{more}"
        records.run(f"CREATE VIEW keyed_{asked.name} AS SELECT *, {key} FROM src_{asked.name}")
        for (text,) in records.run(f"SELECT DISTINCT key_system FROM keyed_{asked.name} ORDER BY 1"):
            if system(text) is None:
                problem = f"column SYSTEM has {text!r}, which is no code system known here; expected one such as {of}"
                raise FileError(records.file(asked), "read", problem)
        keys = ", ".join(("key_system", "key_code", "key_name", *_aliases(more)))
        records.resolve(f"of_{asked.name}", f"SELECT DISTINCT {keys} FROM keyed_{asked.name}", columns, meaning)
        same = " AND ".join(f"r.{one} IS NOT DISTINCT FROM o.{one}" for one in keys.split(", "))
        others = ", ".join(f"o.{one}" for one in (*keys.split(", "), *columns.split()))
        apart = ("SYSTEM", "CODE", "DESCRIPTION", "UNITS")
        cells = ", ".join(f"r.{column}" for column, _ in asked.columns if column not in apart)
        records.run(f"""
            CREATE VIEW joined_{asked.name} AS
            SELECT {cells}, {others} FROM keyed_{asked.name} AS r JOIN of_{asked.name} AS o ON {same}""")
        return True

    def _judge(self, asked: Asked, begins: str, ends: str, known: str, more: str = "") -> None:
        """Judge the rows of a file by what their codes mean."""
        problem = "" if "AS problem" in more else ", NULL AS problem"
        name = with_unit("key_name") if asked is _OBSERVATIONS else "key_name"
        self._records.judge(
            asked.name,
            f"""
            SELECT *, {name} AS name
            FROM (
              SELECT *, PATIENT AS person, {begins} AS begins, {ends} AS ends, {known} AS known,
                key_system AS system, key_code AS code{more}{problem}
              FROM joined_{asked.name})""",
        )

    def _known(self, row: Mapping[str, Any], kinds: tuple[str, ...]) -> Known | None:
        """The concept of one of the kinds that has the code, or else the name."""
        of = system(row["key_system"])
        known = self._codes.concept(of, row["key_code"]) if of and row["key_code"] else None
        if known and known.kind in kinds:
            return known
        return self._codes.named(row["key_name"], kinds) if row["key_name"] else None


def _aliases(more: str) -> list[str]:
    """The names of some columns of a SELECT."""
    return [part.rpartition(" AS ")[2] for part in more.split(", ")[1:]]
