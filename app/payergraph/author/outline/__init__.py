"""A policy as an outline: compact YAML that a pharmacist reads, a second reader signs, and a draft is made of.

``docs/outline.md`` tells what stands in one.
"""

from .reading import draft
from .stamp import is_untouched
from .writing import outline

__all__ = ["draft", "is_untouched", "outline"]
