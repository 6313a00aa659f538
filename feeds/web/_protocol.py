"""Speaks HTTP with one client: uvicorn's protocol, with limits to what may be sent and to how long it may take."""

import fcntl
import os
import struct
import termios
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from enum import Enum
from http import HTTPStatus
from socket import SO_LINGER, SOL_SOCKET, socket
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from feeds.web._house import House, HouseConfig
from feeds.web._ready import Cycle

Stage = Enum("Stage", ["NOTHING", "HEAD", "BODY"])
"""What is being received: nothing, so that all that was sent is a whole request, or a part of one."""


class _Nobody(list[tuple[bytes, bytes]]):
    """Who hears the headers that come after a body, of which there may be any number."""

    def append(self, _header: tuple[bytes, bytes], /) -> None:
        """Forget a header."""


_NOBODY = _Nobody()


class _RefusedError(Exception):
    """A request's line and headers are not what they have to be."""


class Connection(HttpToolsProtocol):
    """A connection with a client. What it waits for is looked at from outside, now and then: a timer less for each."""

    def __init__(self, config: HouseConfig, **state: Any) -> None:  # noqa: ANN401 - passed on as it is
        super().__init__(config, **state)
        self.logger = config.house.logger
        self._house: House = config.house
        self._stage = Stage.NOTHING
        self._due = 0.0
        """When what the client is sending must be here; 0: nothing is awaited."""
        self._head = 0
        """Bytes of the request's head, but those of the piece that it began in."""
        self._is_new = False
        self._has_asked = False
        self._is_too_large = False
        self._began = 0.0
        self._unread = 0
        self._read_at = 0.0

    # What comes

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - as above
        """Begin, unless there are far too many already."""
        super().connection_made(transport)
        if len(self.connections) > 2 * self._house.limits.connections:
            self.cut()
        self._began = self._read_at = self.loop.time()
        self._due = self._began + self._house.limits.head_seconds

    def data_received(self, data: bytes) -> None:
        """Take what came; refuse a head that is too large before all of it is here."""
        self._is_new = False
        super().data_received(data)
        if self._stage is Stage.HEAD:
            self._head += 0 if self._is_new else len(data)
            if self._head > self._house.limits.head:
                self._is_too_large = True
                self.send_400_response("")
        elif self._stage is Stage.NOTHING and not self._due and self._is_forgotten():
            self._due = self.loop.time() + self._house.limits.head_seconds

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._is_new = True
        self._head = 0
        self._stage = Stage.HEAD
        self._due = self._due or self.loop.time() + self._house.limits.head_seconds

    def on_headers_complete(self) -> None:
        """Begin to answer, if there was not too much of it, and one name of a host (RFC 9112 §3.2)."""
        limits = self._house.limits
        size, hosts = len(self.url), 0
        for name, value in self.headers:
            size += len(name) + len(value) + 4
            hosts += name == b"host"
        self._is_too_large = size > limits.head or len(self.headers) > limits.headers
        if self._is_too_large or hosts > 1 or (not hosts and self.parser.get_http_version() == "1.1"):
            raise _RefusedError
        self._stage = Stage.BODY
        self._due = self.loop.time() + limits.body_seconds
        super().on_headers_complete()
        self.headers = _NOBODY
        self._has_asked = True
        self.cycle.__class__ = Cycle  # nobody asks us for the class, and its answer begins in a later step
        if self._house.is_closing:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """Have the whole of a request."""
        super().on_message_complete()
        self._stage = Stage.NOTHING
        self._due = 0.0

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer what was asked by a client that will not ask any more."""
        if not self._is_answering():
            return False
        self.cycle.keep_alive = False
        return True

    def _unsupported_upgrade_warning(self) -> None:
        """Answer, and leave it at that: what comes next may be in the other protocol."""
        self.shutdown()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - which would say more than it has to
        """Refuse what the client sends. An answer that is under way is finished first, and is the last."""
        if self._is_answering() and self._stage is not Stage.BODY:
            self.cycle.keep_alive = False
            self.flow.pause_reading()
            return
        if not self.pipeline and not (self._is_answering() and self.cycle.response_started):
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE if self._is_too_large else HTTPStatus.BAD_REQUEST)
        self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        words = f"{status.phrase}\n".encode()
        lines = [
            b"HTTP/1.1 %d %s" % (status, status.phrase.encode()),
            *(name + b": " + value for name, value in self.server_state.default_headers),
            b"content-type: text/plain; charset=utf-8",
            b"content-length: %d" % len(words),
            b"connection: close",
        ]
        self.transport.write(b"\r\n".join([*lines, b"", words]))

    # What is looked at from outside

    def look(self, now: float) -> None:
        """Cut the connection if the client has taken too long, to send or to read."""
        unread = self.transport.get_write_buffer_size()
        if unread < self._unread or not unread:
            self._read_at = now
        self._unread = unread
        if self._due and self.flow.read_paused:  # it is us who do not listen
            self._due = now + self._house.limits.head_seconds
        if 0 < self._due < now or now - self._read_at > self._house.limits.unread:
            self.cut()

    def resume_writing(self) -> None:
        """Go on: the client has read."""
        self._read_at = self.loop.time()
        super().resume_writing()

    def shutdown(self) -> None:
        """Make the answer that is under way the last."""
        if self._is_answering():
            self.cycle.keep_alive = False

    def leave(self) -> None:
        """Close the connection if nothing was asked, or is about to be."""
        is_new = not self._has_asked and self.loop.time() < self._began + self._house.limits.newcomer
        if not (is_new or self._stage is not Stage.NOTHING or self._is_answering() or self._has_more()):
            self.transport.close()

    def cut(self) -> None:
        """End the connection at once, and have the system forget what the client did not take."""
        with self._same_socket() as same:
            if same:
                same.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    @contextmanager
    def _same_socket(self) -> Iterator[socket | None]:
        """Lend the connection's socket; None where it is closed already, and its number may be another's."""
        with ExitStack() as stack:
            same = None
            with suppress(OSError):
                opened = stack.enter_context(socket(fileno=os.dup(self.transport.get_extra_info("socket").fileno())))
                same = opened if opened.getpeername()[:2] == self.client else None
            yield same

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _is_forgotten(self) -> bool:
        """Say whether the client sends what begins no request, and nobody waits for it to end."""
        return not self._is_answering() and self.timeout_keep_alive_task is None

    def _has_more(self) -> bool:
        """Say whether something has come that was not read yet."""
        with self._same_socket() as same:
            return same is not None and any(fcntl.ioctl(same, termios.FIONREAD, bytes(4)))
