"""Which policy is stricter: implication between the rules of documents, and patients who tell two rules apart.

``ground`` writes criteria as formulas over a complete chart (``formula``); ``smt`` is such a chart in z3, and
``witness`` a smallest patient whom one rule lets through and another does not, as a case (``writing``).
``strictness`` is the order. ``owl`` writes the same formulas as classes of OWL 2, with what is true of every chart
(``axioms``); ``reasoner`` has HermiT classify them, and ``document`` is their file.
"""
