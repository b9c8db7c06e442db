"""``python -m payergraph`` is the command line."""

from .cli import main

main()
