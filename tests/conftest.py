from pathlib import Path

import pytest
from hypothesis import settings

# Two workers share two cores with a browser: how long one example takes says nothing about the code.
settings.register_profile("payergraph", deadline=None)
settings.load_profile("payergraph")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the working tree."""
    return Path(__file__).resolve().parent.parent
