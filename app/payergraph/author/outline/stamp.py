"""A mark by which a draft is known again, so that no work on it is written over."""

from __future__ import annotations

import hashlib
import re

_MARK = re.compile(r"(?s)(.*)# Drafted, unchanged so far: ([0-9a-f]{12})\n")


def stamped(text: str) -> str:
    """A draft with the mark at its end."""
    return f"{text}# Drafted, unchanged so far: {_digest(text)}\n"


def is_untouched(text: str) -> bool:
    """Whether a file is a draft as it was written."""
    found = _MARK.fullmatch(text)
    return found is not None and found[2] == _digest(found[1])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
