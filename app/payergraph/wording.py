"""Numbers in words."""

from __future__ import annotations


def counted(number: int | str, unit: str) -> str:
    """A number with its unit: ``1 month``, ``3 months``; the unit takes an s.

    >>> counted(1, "month"), counted("0.5", "month"), counted(0, "row")
    ('1 month', '0.5 months', '0 rows')
    """
    return f"{number} {unit}{'' if str(number) == '1' else 's'}"
