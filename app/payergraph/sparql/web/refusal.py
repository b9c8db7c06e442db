"""What a request is told that gets no answer."""

from __future__ import annotations


class RefusedError(Exception):
    """A request that is not answered.

    Attributes:
        status: the status code.
        sentence: why, for a person.
        headers: what is sent with it.
    """

    def __init__(self, status: int, sentence: str, **headers: str) -> None:
        """The names of headers are written with ``_`` for their dashes."""
        super().__init__(sentence)
        self.status, self.sentence = status, sentence
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
