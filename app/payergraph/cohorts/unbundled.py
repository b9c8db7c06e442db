"""Bundles of FHIR R4, a file each, as NDJSON by the type of resource: how Synthea writes its patients.

What an entry refers to by the address of another entry of its Bundle (``urn:uuid:…``) is written as its type and id, as
in an export. A Bundle may give an id that another gives to something else. So the ids of what is looked up by reference
stand behind the number of the file, ``3~med1``, and what refers to them in their Bundle does so by these. An id of FHIR
has no ``~``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from ..chart.fhir import text as text_of
from ..errors import FileError
from ..files import whole

#: What is looked up by reference, or, of a practitioner, by whom it is of.
_LOOKED_UP = ("Condition", "Medication", "Practitioner", "PractitionerRole")
#: What parts the number of a file from an id.
_BETWEEN = "~"


def bundles(folder: Path) -> list[Path]:
    """The files of a folder that may be Bundles."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() == ".json" and path.is_file())


def unbundle(files: list[Path], into: Path) -> None:
    """Write the resources of Bundles into a file a type, ``Condition.ndjson``.

    Raises:
        FileError: a file is no Bundle, or cannot be read.
    """
    with ExitStack() as stack:
        written: dict[str, IO[str]] = {}
        for number, path in enumerate(files):
            for resource in _resources(path, number):
                kind = resource["resourceType"]
                if kind not in written:
                    file = (into / f"{kind}.ndjson").open("w", encoding="utf-8")
                    written[kind] = stack.enter_context(file)
                written[kind].write(json.dumps(resource, ensure_ascii=False) + "\n")


def names_of(key: str) -> tuple[str, ...]:
    """The names by which something is found: its own, ``Medication/3~med1``, and that which its Bundle gives it."""
    kind, _, id = key.partition("/")
    _, found, given = id.partition(_BETWEEN)
    return (key, f"{kind}/{given}") if found else (key,)


def _resources(path: Path, file: int) -> Iterator[dict[str, Any]]:
    """The resources of the Bundle of a file, which is so many in the folder."""
    named: dict[str, str] = {}
    found = []
    for number, (url, resource) in enumerate(_entries(path)):
        kind, given = resource["resourceType"], [text_of(resource.get("id")), _last_part(url)]
        ids = [id for id in given if id]
        if ids:
            own = f"{file}{_BETWEEN}{ids[0]}" if kind in _LOOKED_UP else ids[0]
            for name in ([url] if url else []) + [f"{kind}/{id}" for id in ids]:
                named.setdefault(name, f"{kind}/{own}")
            resource = resource | {"id": own}
        elif kind == "Patient":
            raise FileError(path, "read", f"entry[{number}] is a Patient without an id, so that nobody can refer to it")
        found.append(resource)
    for resource in found:
        yield _referring(resource, named)


def _entries(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """The resources of the Bundle of a file, each with its address, which is empty where it has none.

    Raises:
        FileError: it is no Bundle, or cannot be read.
    """
    try:
        bundle = json.loads(whole(path))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        raise FileError(path, "read", "it is not JSON") from None
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise FileError(path, "read", "it is no Bundle; expected resourceType Bundle")
    entries = bundle.get("entry")
    found = []
    for number, entry in enumerate(entries if isinstance(entries, list) else []):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        kind = resource.get("resourceType") if isinstance(resource, dict) else None
        if not isinstance(resource, dict) or not isinstance(kind, str) or not kind.isalpha():
            raise FileError(path, "read", f"entry[{number}] has no resource with a resourceType")
        found.append((text_of(entry.get("fullUrl")), resource))
    return found


def _last_part(url: str) -> str:
    """The last part of an address, which is the id of what stands there."""
    return url.rpartition(":" if url.startswith("urn:") else "/")[2]


def _referring(value: Any, named: Mapping[str, str]) -> Any:
    """A value whose references name type and id."""
    if isinstance(value, list):
        return [_referring(one, named) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: _referring(one, named) for key, one in value.items()}
    reference = text_of(found.get("reference"))
    return found | {"reference": _target(reference, named)} if reference else found


def _target(reference: str, named: Mapping[str, str]) -> str:
    """What a reference means in its Bundle, by its address or its type and id; itself where it means nothing there."""
    short = "/".join(reference.partition("/_history/")[0].rstrip("/").split("/")[-2:])
    return named.get(reference) or named.get(short) or reference
