from pathlib import Path

import pytest
from hypothesis import settings

# Two workers share two cores with a browser: how long one example takes says nothing about the code.
settings.register_profile("payergraph", deadline=None)
settings.load_profile("payergraph")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a group run in one worker: what takes longest begins first, so that no worker ends up alone."""
    order = ("browser", "lint", "serve", "export", "wheel", "virtuoso", "ontology", "large")

    def place(item: pytest.Item) -> int:
        mark = item.get_closest_marker("xdist_group")
        return order.index(mark.args[0]) if mark else len(order)

    items.sort(key=place)


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the working tree."""
    return Path(__file__).resolve().parent.parent
