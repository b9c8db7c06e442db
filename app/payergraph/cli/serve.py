"""``payergraph serve``: the graph as a SPARQL endpoint."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from .base import end_cleanly, fail, tell


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on; this machine alone by default.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port of the endpoint.", min=1, max=65535)] = 7878,
    timeout: Annotated[int, typer.Option(help="The seconds after which a query is stopped.", min=1, max=3600)] = 30,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name by which others call this machine; may be given several times."),
    ] = None,
    cors: Annotated[
        bool, typer.Option("--cors", help="Let pages of other sites ask, such as a hosted YASGUI.")
    ] = False,
    addresses: Annotated[
        bool, typer.Option("--addresses", help="Print an address for every stored question too.")
    ] = False,
) -> None:
    """Run a read-only SPARQL endpoint, until Ctrl-C."""
    from ..browse.catalogue import facts
    from ..sparql.server import is_local, ready, serving
    from ..store.graph import shipped

    end_cleanly()
    if not is_local(host):
        tell("others can ask this endpoint; docs/security.md says what they can do, and what limits hold")
    try:
        ready(host, port)
        graph = shipped()
        tell(f"loading {facts(graph):,} facts")
        with serving(graph, host, port, timeout=timeout, cors=cors, hosts=allow_host or ()) as server:
            typer.echo(f"endpoint\t{server.endpoint}\neditor\t{server.url}/")
            for name, address in server.addresses().items() if addresses else ():
                typer.echo(f"{name}\t{address}")
            sys.stdout.flush()
            tell(f"graph {graph.version} is served at {server.endpoint}; Ctrl-C stops it")
            server.wait()
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    fail("the server ended by itself", 1)
