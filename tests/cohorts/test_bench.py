"""What `make bench-cohort` prints, of few charts and with nothing beside; how quick it is, no test says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).parents[2] / "benchmarks" / "cohort.py"


@pytest.mark.slow
def test_the_benchmark_measures_reading_and_judging() -> None:
    command = (sys.executable, str(_SCRIPT), "200", "--judged", "600", "--beside")
    said = " ".join(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())
    assert "200 drawn charts were read; these, 3 times over under new ids, were judged: 600 under" in said
    assert "reading charts" in said
    assert "judging charts x policies" in said
    assert "Memory of judging:" in said
