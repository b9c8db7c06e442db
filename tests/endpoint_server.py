"""What tests of the endpoint share: the command that serves, run as a user runs it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from command import HANGS


@dataclass
class Served:
    """A running ``payergraph serve``: its process, port and temporary folder, and the addresses that it printed."""

    process: subprocess.Popen[str]
    port: int
    temporary: Path
    addresses: dict[str, str] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        """Where queries go."""
        return self.addresses["endpoint"]

    def children(self) -> list[int]:
        """The processes that it started, whichever of its threads did."""
        found = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(number) for path in found for number in path.read_text(encoding="ascii").split()]

    def stop(self, number: int) -> tuple[int, str]:
        """End it by a signal: its exit code and what it told on stderr."""
        self.process.send_signal(number)
        _, told = self.process.communicate(timeout=HANGS)
        return self.process.returncode, told


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


@contextmanager
def served(temporary: Path, *options: str) -> Iterator[Served]:
    """Serve on a free port until the context ends."""
    port = free_port()
    printed = temporary / f"printed-{port}"  # the addresses are more than a pipe holds
    process = subprocess.Popen(
        [sys.executable, "-m", "payergraph", "serve", "--port", str(port), *options],
        stdout=printed.open("wb"),
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(temporary)},
    )
    found = Served(process, port, temporary)
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if "Ctrl-C" in line:
                break
        else:
            raise AssertionError("the server did not start")
        # Everything was printed before that line.
        found.addresses = dict(line.split("\t") for line in printed.read_text(encoding="utf-8").splitlines())
        printed.unlink()
        yield found
    finally:
        if process.poll() is None:
            found.stop(signal.SIGTERM)
        if process.stderr is not None:
            process.stderr.close()


@contextmanager
def answering(answer: Callable[[BaseHTTPRequestHandler, bytes], None]) -> Iterator[str]:
    """An endpoint that answers each POST by a function of the handler and the body, and a GET as if it had followed."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *words: object) -> None:
            pass

        def do_POST(self) -> None:
            answer(self, self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self) -> None:
            answer(self, b"followed")

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as found:
        found.block_on_close = False
        threading.Thread(target=found.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{found.server_port}/query"
        finally:
            found.shutdown()
