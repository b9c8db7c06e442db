"""A connection that does not wait for ever: who is slow to ask or to take is left, and makes room for others."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

#: The most connections at once. One more takes the place of that which has been slowest to ask.
CONNECTIONS = 400
#: The most seconds from the opening of a connection, or its last answer, until a request is there as a whole.
SECONDS_TO_ASK = 15.0
#: The most seconds in which a reader takes nothing.
SECONDS_STUCK = 30.0

_EVERY = 1.0
_FULL = b"no more can be served at the moment; try again\n"
_REFUSAL = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nRetry-After: 10\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(_FULL), _FULL)
)


class Connection(H11Protocol):
    """The protocol of uvicorn with limits."""

    _since = 0.0
    _moved = 0.0
    _unsent = 0
    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a new connection, if there is room or can be made."""
        is_full = len(self.connections) >= CONNECTIONS and not self._make_room()
        super().connection_made(transport)
        self._since = self._moved = self.loop.time()
        if is_full:
            transport.write(_REFUSAL)
            transport.close()
            return
        self._watch = self.loop.call_later(_EVERY, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._since = self.loop.time()
        super().on_response_complete()

    def data_received(self, data: bytes) -> None:
        """Read on, unless nobody is served here."""
        if not self.transport.is_closing():
            super().data_received(data)

    def _is_waiting(self) -> bool:
        """Whether the next word is the client's."""
        return self.cycle is None or self.cycle.response_complete or self.conn.their_state is h11.SEND_BODY

    def _make_room(self) -> bool:
        waiting = [one for one in self.connections if isinstance(one, Connection) and one._is_waiting()]
        if not waiting:
            return False
        slowest = min(waiting, key=lambda one: one._since)
        self.connections.discard(slowest)
        slowest.transport.abort()
        return True

    def _look(self) -> None:
        now = self.loop.time()
        unsent = self.transport.get_write_buffer_size()
        if not unsent or unsent != self._unsent:
            self._moved, self._unsent = now, unsent
        if now - self._moved > SECONDS_STUCK or (self._is_waiting() and now - self._since > SECONDS_TO_ASK):
            self.transport.abort()
        else:
            self._watch = self.loop.call_later(_EVERY, self._look)
