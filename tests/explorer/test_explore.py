"""``payergraph explore``, as far as it does not take a browser."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from command import HANGS
from served import served


def test_a_port_in_use_is_said_in_a_sentence() -> None:
    with socket.create_server(("localhost", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "payergraph", "explore", "--headless", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=HANGS)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"payergraph: --port {port} is in use or not allowed; choose another\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_to_the_command_alone_ends_the_explorer_and_frees_its_port(number: int) -> None:
    # Where the tests run in the background, signals may be ignored, and a process hands that down.
    catchable = number != signal.SIGKILL
    before = signal.signal(number, signal.SIG_DFL) if catchable else None
    try:
        with served() as running:
            port = int(running.address.rsplit(":", 1)[1])
            process = running.process
            assert children(process.pid) == []
            process.send_signal(number)
            assert process.wait(timeout=HANGS) in ((0,) if number in (signal.SIGINT, signal.SIGTERM) else (-number,))
            assert "Traceback" not in running.output.read_text()
            socket.create_server(("localhost", port)).close()
    finally:
        if catchable:
            signal.signal(number, before)


def children(pid: int) -> list[str]:
    """The processes that a process has started, whichever of its threads did."""
    return [p for task in Path(f"/proc/{pid}/task").iterdir() for p in (task / "children").read_text().split()]
