"""Writes a line for each request, in which nobody is named."""

from collections.abc import Callable
from time import perf_counter
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HIDDEN = "…"
_SAFE = "/:@!$&'()*+,;=~"


class Logged:
    """An application whose every answer is told of: `METHOD PATTERN STATUS BYTES MILLISECONDS`."""

    def __init__(self, app: ASGIApp, tell: Callable[[str], None], pattern: Callable[[str], str]) -> None:
        """Call *tell* with each line; *pattern* returns what stands in it for a path, such as `/u/…` for a token."""
        self._app = app
        self._tell = tell
        self._pattern = pattern

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, and tell of it; a fault of its own is a 500 of no bytes."""
        began = perf_counter()
        status, size = 500, 0

        async def counted(message: Message) -> None:
            nonlocal status, size
            status = message.get("status", status)
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            parts = self._pattern(scope["path"]).split(_HIDDEN)
            path = _HIDDEN.join(quote(part, safe=_SAFE, errors="replace") for part in parts)
            sent = 0 if scope["method"] == "HEAD" else size
            self._tell(f"{scope['method']} {path} {status} {sent} {(perf_counter() - began) * 1000:.1f}")
