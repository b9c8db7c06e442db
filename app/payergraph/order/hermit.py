"""The process in which HermiT classifies an ontology: ``python -m payergraph.order.hermit CLASS…``.

It reads the ontology as N-Triples from its input, with the IRI of Java before it, and writes which of the classes are
within which others, and which hold nothing. ``classified`` starts it and kills it when time is up.
"""

from __future__ import annotations

import io
import json
import os
import sys
from itertools import permutations

import owlready2 as owl


def main() -> None:
    """Classify what comes in."""
    java, ontology, *names = json.load(sys.stdin)
    owl.JAVA_EXE = java
    os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")  # it lives for seconds
    world = owl.World()
    world.get_ontology("http://payergraph.invalid/").load(fileobj=io.BytesIO(ontology.encode()))
    owl.sync_reasoner_hermit(world, debug=0)
    classes = {name: world[name] for name in names}
    above = {name: found.ancestors() for name, found in classes.items()}
    empty = [name for name, found in classes.items() if owl.Nothing in found.equivalent_to]
    within = [(one, other) for one, other in permutations(names, 2) if one in empty or classes[other] in above[one]]
    json.dump({"within": within, "empty": empty}, sys.stdout)


if __name__ == "__main__":
    main()
