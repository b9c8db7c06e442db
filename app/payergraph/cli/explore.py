"""``payergraph explore``: the pages in a browser."""

from __future__ import annotations

import os
import signal
from typing import Annotated

import click
import typer

from .base import EndpointOption, fail, graph_at, tell


def explore(
    port: Annotated[int, typer.Option(help="The port of the page.", min=1, max=65535)] = 8501,
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser.")] = False,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name by which others call this machine; may be given several times."),
    ] = None,
    endpoint: EndpointOption = None,
) -> None:
    """Open the explorer in a browser."""
    import socket

    from ..extras import require
    from ..locate import folder

    require("streamlit")
    try:
        socket.create_server(("localhost", port)).close()
    except OSError:
        fail(f"--port {port} is in use or not allowed; choose another")
    from streamlit.web.cli import main as streamlit

    graph_at(endpoint)  # so that a fault is told here and not on every page
    if endpoint is not None:
        os.environ["PAYERGRAPH_ENDPOINT"] = endpoint
    os.environ["PAYERGRAPH_HOSTS"] = " ".join(allow_host or ())
    # All other settings stand beside the script, in .streamlit/config.toml.
    command = [
        *("run", str(folder("explorer") / "guarded.py")),
        *("--server.port", str(port), "--server.headless", str(headless).lower()),
    ]
    tell(f"the explorer is at http://localhost:{port}; Ctrl-C ends it")
    # In this process: one that was started would outlive it where a signal ends this one alone.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        streamlit(command, standalone_mode=False)
    except click.Abort:
        raise typer.Exit(0) from None
