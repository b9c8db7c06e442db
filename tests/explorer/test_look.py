"""What the settings beside the script promise."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from payergraph.locate import folder


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    return tomllib.loads((folder("explorer") / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def colours() -> dict[str, tuple[str, str]]:
    """The colours of look.css by name, light and dark."""
    text = (folder("explorer") / "look.css").read_text(encoding="utf-8")
    found = re.findall(r"--pg-(\w+): light-dark\((#\w{6}), (#\w{6})\)", text)
    return {name: (light, dark) for name, light, dark in found}


def test_nothing_is_reported_and_no_upload_is_large(settings: dict[str, Any]) -> None:
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["server"]["maxUploadSize"] == 1
    assert settings["server"]["address"] == "localhost"
    assert settings["client"]["showErrorDetails"] == "none"


def test_our_own_parts_have_the_colours_of_the_theme(
    settings: dict[str, Any], colours: dict[str, tuple[str, str]]
) -> None:
    pairs = {
        "accent": "primaryColor",
        "page": "backgroundColor",
        "soft": "secondaryBackgroundColor",
        "text": "textColor",
        "line": "borderColor",
    }
    for ours, theirs in pairs.items():
        assert colours[ours] == (settings["theme"]["light"][theirs], settings["theme"]["dark"][theirs])


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "variable", "string"])
@pytest.mark.parametrize("paper", ["page", "soft"])
def test_text_is_readable(ink: str, paper: str, mode: int, colours: dict[str, tuple[str, str]]) -> None:
    """WCAG 2.2, 1.4.3: a contrast of at least 4.5 to 1."""
    lighter, darker = sorted((_luminance(colours[ink][mode]), _luminance(colours[paper][mode])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
