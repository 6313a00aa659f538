"""Stands for the whole network: serves the pages on trial, and writes down every host that is asked for anything."""

import mimetypes
from base64 import b64decode
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Lock, Thread
from typing import cast

_HELLO = 0x16
"""The first byte of what a browser says that wants TLS (RFC 8446 §5.1)."""

_PICTURE = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_HOST = b"\x00\x00"
"""The extension that names the host (RFC 6066 §3)."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A connection somebody made."""

    host: str
    line: str
    """The request's first line; that it was TLS, where it was."""

    referrer: str = ""


@dataclass(kw_only=True)
class Recorder:
    """What was asked, and what is served: bytes by host and path."""

    port: int
    served: Mapping[str, bytes]
    asked: list[Asked] = field(default_factory=list)


class _Server(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64
    recorder: Recorder
    lock = Lock()


@contextmanager
def recording(served: Mapping[str, bytes]) -> Iterator[Recorder]:
    """Serve *served*, by `host/path`, on a port of this machine, and write down who else is asked for."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.recorder = Recorder(port=server.server_address[1], served=served)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.recorder
        server.shutdown()


class _Handler(StreamRequestHandler):
    timeout = 5

    def handle(self) -> None:
        """Answer one request."""
        with suppress(OSError, ValueError, IndexError):
            start = self.rfile.peek(1)[:1]  # type: ignore[attr-defined]
            if start and start[0] == _HELLO:
                self._note(Asked(host=server_name(self._record()), line="TLS"))
            elif start:
                self._http()

    def _record(self) -> bytes:
        head = self.rfile.read(5)
        return self.rfile.read(int.from_bytes(head[3:5], "big"))

    def _http(self) -> None:
        line = self.rfile.readline(65_536).decode("latin-1").strip()
        headers = {}
        while (text := self.rfile.readline(65_536).decode("latin-1").strip()) != "":
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        host = headers.get("host", "").partition(":")[0]
        path = line.split(" ")[1].partition("?")[0]
        recorder = cast("_Server", self.server).recorder
        data = recorder.served.get(host + path)
        if data is None:
            self._note(Asked(host=host, line=line, referrer=headers.get("referer", "")))
        self.wfile.write(_answer(host, path, data, {name.partition("/")[0] for name in recorder.served}))

    def _note(self, asked: Asked) -> None:
        server = cast("_Server", self.server)
        with server.lock:
            server.recorder.asked.append(asked)


def _answer(host: str, path: str, data: bytes | None, ours: Collection[str]) -> bytes:
    """Return *data*, where there is none of a host of ours that it is not there, and a picture from anybody else."""
    status, kind, body = "200 OK", _type_of(path), data or b""
    if data is None:
        status, kind, body = ("404 Not Found", "text/plain", b"") if host in ours else ("200 OK", "image/gif", _PICTURE)
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


def _type_of(path: str) -> str:
    if path.endswith(".json"):
        return "application/json"
    kind = "application/xml" if path.endswith(".xml") else mimetypes.guess_type(path)[0] or "text/html"
    return f"{kind}; charset=utf-8"


def server_name(hello: bytes) -> str:
    """Return the host that a ClientHello names (RFC 8446 §4.1.2, RFC 6066 §3); empty where it names none."""
    at = 4 + 2 + 32
    at += 1 + hello[at]
    at += 2 + int.from_bytes(hello[at : at + 2], "big")
    at += 1 + hello[at]
    end = at + 2 + int.from_bytes(hello[at : at + 2], "big")
    at += 2
    while at < end:
        kind, size = hello[at : at + 2], int.from_bytes(hello[at + 2 : at + 4], "big")
        if kind == _HOST:
            return hello[at + 9 : at + 4 + size].decode("ascii", "replace")
        at += 4 + size
    return ""
