"""What changed between two editions of a document: criteria added, dropped, loosened and tightened.

``editions`` finds the pairs; ``parts`` lays the criteria of two rules side by side; ``between`` says what became of
each use; ``answer`` is what ``payergraph.changes()`` gives.
"""
