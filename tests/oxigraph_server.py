"""The program of the Oxigraph server: a SPARQL endpoint that knows nothing of payergraph."""

from __future__ import annotations

import shutil
import sysconfig


def find_program() -> str:
    """Where it is: of this environment, else of the system."""
    found = shutil.which("oxigraph", path=sysconfig.get_path("scripts")) or shutil.which("oxigraph")
    if found is None:
        raise RuntimeError("the Oxigraph server is not installed; `make .venv/dev` brings it")
    return found
