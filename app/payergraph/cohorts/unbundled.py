"""Bundles of FHIR R4, a file each, as NDJSON by the type of resource: how Synthea writes its patients.

What an entry refers to by the address of another entry of its Bundle (``urn:uuid:…``) is written as its type and id, as
in an export.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from ..errors import FileError
from ..files import whole


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
        for path in files:
            for resource in _resources(path):
                kind = resource["resourceType"]
                if kind not in written:
                    file = (into / f"{kind}.ndjson").open("w", encoding="utf-8")
                    written[kind] = stack.enter_context(file)
                written[kind].write(json.dumps(resource, ensure_ascii=False) + "\n")


def _resources(path: Path) -> Iterator[dict[str, Any]]:
    """The resources of the Bundle of a file."""
    try:
        bundle = json.loads(whole(path))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        raise FileError(path, "read", "it is not JSON") from None
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise FileError(path, "read", "it is no Bundle; expected resourceType Bundle")
    entries = bundle.get("entry")
    found: list[tuple[Any, dict[str, Any]]] = []
    for number, entry in enumerate(entries if isinstance(entries, list) else []):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        kind = resource.get("resourceType") if isinstance(resource, dict) else None
        if not isinstance(resource, dict) or not isinstance(kind, str) or not kind.isalpha():
            raise FileError(path, "read", f"entry[{number}] has no resource with a resourceType")
        found.append((entry.get("fullUrl"), resource))
    named = {
        url: f"{resource['resourceType']}/{resource['id']}"
        for url, resource in found
        if isinstance(url, str) and isinstance(resource.get("id"), str)
    }
    for _, resource in found:
        yield _referring(resource, named)


def _referring(value: Any, named: Mapping[str, str]) -> Any:
    """A value whose references name type and id."""
    if isinstance(value, list):
        return [_referring(one, named) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: _referring(one, named) for key, one in value.items()}
    reference = found.get("reference")
    return found | {"reference": named[reference]} if isinstance(reference, str) and reference in named else found
