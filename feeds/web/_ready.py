"""Headers of an answer that are written once, and sent as they are each time."""

from collections.abc import Iterable
from typing import Any, Self

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle


class Ready(tuple[tuple[bytes, bytes], ...]):  # noqa: SLOT001 - a tuple has no room for slots
    """Headers, as any server takes them, and as they are written; who changes them gets others, that are not ready."""

    lines: bytes
    size: int
    """What `Content-Length` says; negative where it is not there, and nothing follows."""

    def __new__(cls, headers: Iterable[tuple[str, str]]) -> Self:
        """Return *headers*, which are known to be right: they are not looked at again."""
        made = super().__new__(cls, ((name.encode("ascii"), value.encode("ascii")) for name, value in headers))
        made.lines = _written(made)
        made.size = int(dict(made).get(b"content-length", -1))
        return made


class Cycle(RequestResponseCycle):
    """uvicorn's answer to one request, which need not check and write headers that are ready: half of its work."""

    async def send(self, message: Any) -> None:  # noqa: ANN401 - as any server takes it
        """Send a part of the answer."""
        if message["type"] != "http.response.start" or self.response_started or self.flow.write_paused:
            return await super().send(message)
        headers = message.get("headers")
        if type(headers) is not Ready or self.disconnected:
            return await super().send(message)
        self.response_started = True
        self.waiting_for_100_continue = False
        if headers.size >= 0:
            self.chunked_encoding = False
            self.expected_content_length = headers.size
        close = b"" if self.keep_alive else b"connection: close\r\n"
        head = (STATUS_LINE[message["status"]], _written(self.default_headers), headers.lines, close, b"\r\n")
        self.transport.write(b"".join(head))
        return None


def _written(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"".join([b"%b: %b\r\n" % header for header in headers])
