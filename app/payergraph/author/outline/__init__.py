"""A policy as an outline: compact YAML that a pharmacist reads, a second reader signs, and a draft is made of.

``docs/outline.md`` tells what stands in one.
"""

from .reading import draft
from .writing import outline

__all__ = ["draft", "outline"]
