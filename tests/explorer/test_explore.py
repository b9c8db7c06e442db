"""``payergraph explore``, as far as it does not take a browser."""

from __future__ import annotations

import socket
import subprocess
import sys

from command import HANGS


def test_a_port_in_use_is_said_in_a_sentence() -> None:
    with socket.create_server(("localhost", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "payergraph", "explore", "--headless", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=HANGS)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"payergraph: --port {port} is in use or not allowed; choose another\n"
