"""How an answer goes out: in pieces, as quickly as its reader takes them, and not for ever."""

from __future__ import annotations

import asyncio

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .desk import Answer

#: The most seconds that a reader has for an answer.
SECONDS_TO_TAKE = 600.0
_PIECE = 64 * 1024


class Sent(Response):
    """An answer that was laid down; it is closed when it was sent, or could not be."""

    def __init__(self, answer: Answer, media_type: str) -> None:
        """Nothing is sent yet."""
        self._answer = answer
        headers = {"Content-Length": str(answer.size), "Vary": "Accept"}
        super().__init__(None, media_type=media_type, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            async with asyncio.timeout(SECONDS_TO_TAKE):
                await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
                while piece := self._answer.read(_PIECE):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
        finally:
            self._answer.close()
