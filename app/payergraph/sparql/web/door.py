"""Who may ask, and what every answer carries: the names of the host, the pages of other sites, the headers."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type",
    "Access-Control-Expose-Headers": "Content-Length, Retry-After",
    "Access-Control-Max-Age": "86400",
}
_ALWAYS = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"}
#: What a page may do that has no policy of its own.
NOTHING = "default-src 'none'; frame-ancestors 'none'"


class Door:
    """An application behind its door.

    A foreign page can let its own name lead to this machine, and then ask as if it came from here (DNS rebinding). So
    a request is answered only where it calls the host by an address, as ``localhost``, or by a name that was allowed.
    And unless pages of other sites may ask, theirs are refused; a link from there is followed.
    """

    def __init__(self, app: ASGIApp, *, hosts: Collection[str], cors: bool, policy: str = NOTHING) -> None:
        """Nothing is asked yet.

        Args:
            hosts: the names of this machine.
            cors: pages of other sites may ask.
            policy: what pages may do that have no policy of their own.
        """
        self._app, self._cors = app, cors
        self._always = _ALWAYS | {"Content-Security-Policy": policy}
        self._hosts = {"localhost", *(name.lower().rstrip(".") for name in hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        preflight = scope.get("method") == "OPTIONS" and "access-control-request-method" in headers

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                out = MutableHeaders(scope=message)
                for name, value in self._always.items():
                    out.setdefault(name, value)
                out.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if self._cors else "same-origin")
                if self._cors:
                    out.update(_CORS)
                    if preflight and "access-control-request-private-network" in headers:
                        out["Access-Control-Allow-Private-Network"] = "true"
            await send(message)

        refusal = self._refusal(headers)
        if refusal is not None and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: answered by 403
        elif refusal is not None:
            await refusal(scope, receive, sent)
        elif preflight and self._cors:
            await PlainTextResponse("", 204)(scope, receive, sent)
        else:
            await self._app(scope, receive, sent)

    def _refusal(self, headers: Headers) -> PlainTextResponse | None:
        given = headers.getlist("host")
        host = _hostname(given[0]) if len(given) == 1 else None
        if host is None or not (host in self._hosts or _is_address(host)):
            return PlainTextResponse("this host is not known by that name; --allow-host adds it\n", 421)
        if not self._cors and _is_foreign(headers, given[0]):
            return PlainTextResponse("pages of other sites may not ask; --cors lets them\n", 403)
        return None


def _hostname(given: str) -> str | None:
    """The name in a Host header without its port."""
    try:
        parts = urlsplit(f"//{given}")
        _ = parts.port
    except ValueError:
        return None
    if parts.netloc != given or "@" in given or not parts.hostname:
        return None
    return parts.hostname.rstrip(".")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_foreign(headers: Headers, host: str) -> bool:
    """Whether a page of another site asks by its script or its form, and not by a link."""
    origins = headers.getlist("origin")
    if origins:
        return any(origin.partition("://")[2].lower() != host.lower() for origin in origins)
    is_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return headers.get("sec-fetch-site") in ("cross-site", "same-site") and not is_link
