"""A dossier as a file: Markdown; Word by docxtpl and PDF by typst, from templates that a clinic may replace."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..errors import CallError, DossierError
from ..extras import needed, require
from ..files import whole
from .markdown import to_markdown

_TEMPLATES = Path(__file__).parent / "templates"
#: The endings of what can be written, each with the ending of its template.
ENDINGS = {".docx": ".docx", ".pdf": ".typ", ".md": ""}


def rendered(told: Mapping[str, Any], path: Path, template: Path | None = None) -> bytes:
    """The bytes of a dossier, in the format that the name of a file tells.

    Raises:
        CallError: the name ends otherwise, or a template goes with another ending.
        FileError: the template cannot be read.
        DossierError: the template is none, or names a field that there is not.
        MissingExtra: docxtpl or typst is not installed.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise CallError("path", f"{str(path)!r} does not end in {' or '.join(ENDINGS)}")
    wanted = ENDINGS[ending]
    if template is not None and template.suffix.lower() != wanted:
        of = f"ends in {wanted}" if wanted else "is not there"
        raise CallError("template", f"{str(template)!r} cannot be used: that of a {ending} file {of}")
    if not wanted:
        return to_markdown(told).encode()
    make: Callable[[Mapping[str, Any], Path], bytes] = _word if wanted == ".docx" else _pdf
    require("docxtpl" if wanted == ".docx" else "typst")
    return make(told, template or _TEMPLATES / f"letter{wanted}")


def _word(told: Mapping[str, Any], template: Path) -> bytes:
    """A template is no program: nothing but the fields of the dossier can be reached from it."""
    jinja2, sandbox = needed("jinja2"), needed("jinja2.sandbox")
    docx = needed("docxtpl").DocxTemplate(io.BytesIO(whole(template)))
    environment = sandbox.ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)
    try:
        docx.render(dict(told), environment, autoescape=True)
    except jinja2.UndefinedError as error:
        raise DossierError(f"{template} names a field that a dossier does not have: {error.message}") from None
    except jinja2.TemplateError as error:
        raise DossierError(f"{template} cannot be filled in: {error.message}") from None
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise DossierError(f"{template} is no Word file") from None
    out = io.BytesIO()
    docx.save(out)
    return out.getvalue()


#: What typst says of a key that a dictionary does not have, or of a name that there is not.
_NO_FIELD = re.compile(r'does not contain key "([^"]*)"|unknown variable: (\S+)')


def _pdf(told: Mapping[str, Any], template: Path) -> bytes:
    typst = needed("typst")
    whole(template)  # what cannot be read is told as for any other file
    try:
        made: bytes = typst.compile(
            str(template), root=str(template.resolve().parent), format="pdf", sys_inputs={"dossier": json.dumps(told)}
        )
    except typst.TypstError as error:
        said = str(error).splitlines()[0] if str(error) else "typst refuses it"
        if field := _NO_FIELD.search(str(error)):
            raise DossierError(
                f"{template} names a field that a dossier does not have: {field[1] or field[2]}"
            ) from None
        raise DossierError(f"{template} cannot be filled in: {said}") from None
    return made
