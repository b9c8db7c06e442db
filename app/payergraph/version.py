"""The version of the distribution; pyproject.toml has the same."""

VERSION = "0.1.0"
