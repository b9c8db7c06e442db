"""The two connectives, Kleene's strong AND and OR."""

from ._kind import Kind

ALL_OF = Kind("AllOf", "all of", lambda values: "All of the following")
ANY_OF = Kind("AnyOf", "any of", lambda values: "At least one of the following")
