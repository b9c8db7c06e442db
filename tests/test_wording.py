"""The examples in the docstrings of the words, which hold."""

import doctest

from payergraph import wording


def test_the_examples_of_the_words_hold() -> None:
    tried = doctest.testmod(wording)
    assert tried.attempted >= 5 and not tried.failed
