"""The process in which HermiT classifies an ontology: ``python -m payergraph.order.hermit``.

It reads where Java is, the ontology as N-Triples and the IRIs of classes, and writes which of these hold nothing.
``reasoner`` starts it and kills it when time is up.
"""

from __future__ import annotations

import io
import json
import os
import sys

import owlready2 as owl


def main() -> None:
    """Classify what comes in."""
    java, ontology, classes = json.load(sys.stdin)
    owl.JAVA_EXE = java
    os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")  # it lives for seconds
    world = owl.World()
    world.get_ontology("http://payergraph.invalid/").load(fileobj=io.BytesIO(ontology.encode()))
    owl.sync_reasoner_hermit(world, debug=0)
    json.dump([iri for iri in classes if owl.Nothing in world[iri].equivalent_to], sys.stdout)


if __name__ == "__main__":
    main()
