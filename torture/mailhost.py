"""A mail server on this machine, which keeps what it takes at the instant it takes it, and may fail anywhere."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto
from hashlib import sha256
from random import Random
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Condition, Thread

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_ANSWERS = {
    b"EHLO": "250 mail.example",
    b"MAIL": "250 2.1.0 Ok",
    b"RCPT": "250 2.1.5 Ok",
    b"DATA": "354 go on",
    b"RSET": "250 2.0.0 Ok",
    b"QUIT": "221 2.0.0 bye",
}
_PIPELINING = "250-mail.example\r\n250 PIPELINING"
_A_PART = 12
"""Lines of a message after which the server may fail in it."""

_LONG = 60.0
"""Seconds in which every connection of a sender that has ended must be over."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that the server took."""

    recipient: str
    """The envelope's."""

    message_id: str
    content: str
    """A hash of all its bytes."""


class Place(Enum):
    """Where the server fails a message."""

    NOWHERE = auto()
    RECIPIENT = auto()
    BODY = auto()
    END = auto()
    """Its end has come, and it is not taken."""

    TAKEN = auto()
    """It is taken, and nobody is told."""


class _GoneError(Exception):
    """The connection is over."""


class _Handler(StreamRequestHandler):
    server: "MailHost"
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Speak SMTP with a sender until it goes, or dies."""
        self._untold = ""  # who was answered for last, until the sender shows that it heard it
        with suppress(OSError, _GoneError):
            self._say("220 mail.example ready")
            self._converse()
        if self._untold and self.server.share:
            self.server.unheard[self._untold] += 1

    def finish(self) -> None:
        """Close the connection, and say so."""
        with suppress(OSError):
            super().finish()

    def _converse(self) -> None:
        recipient, place = "", Place.NOWHERE
        while True:
            line = self._line()
            verb = line[:4].upper()
            is_greeting = verb == b"EHLO" and self.server.is_pipelined
            self._say(_PIPELINING if is_greeting else _ANSWERS.get(verb, "502 5.5.1 unknown"))
            if verb == b"RCPT":
                recipient = line.partition(b"<")[2].partition(b">")[0].decode()
                place = self.server.trouble()
                self._fail_if(place is Place.RECIPIENT)
            elif verb == b"DATA":
                self._receive(recipient, place)
            elif verb == b"QUIT":
                return

    def _receive(self, recipient: str, place: Place) -> None:
        if place in {Place.BODY, Place.END}:
            self.server.doubtful[recipient] += 1
        lines: list[bytes] = []
        while (line := self._line()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
            self._fail_if(place is Place.BODY and len(lines) == _A_PART)
        self.server.dawdle()
        self._fail_if(place is Place.END)
        self._take(_taken(recipient, b"".join(lines)), place)

    def _take(self, taken: Taken, place: Place) -> None:
        """Keep the message and say so, in any order."""
        self._untold = taken.recipient
        if place is Place.TAKEN or self.server.tosses():
            self.server.keep(taken)
            self._fail_if(place is Place.TAKEN)
            self.server.dawdle()
            self._say("250 2.0.0 taken")
            return
        try:
            self._say("250 2.0.0 taken")
        finally:
            self.server.keep(taken)

    def _fail_if(self, is_so: bool) -> None:  # noqa: FBT001 - the reason
        """End the connection; or say nothing any more, until the sender ends it."""
        if not is_so:
            return
        if self.server.is_patient and self.server.tosses():
            while self.rfile.readline():
                pass
        raise _GoneError

    def _line(self) -> bytes:
        line = self.rfile.readline()
        if not line:
            raise _GoneError
        self._untold = ""
        return line

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


def _taken(recipient: str, message: bytes) -> Taken:
    found = _MESSAGE_ID.search(message)
    return Taken(recipient, found[1].decode() if found else "", sha256(message).hexdigest())


class MailHost(ThreadingTCPServer):
    """The server, its moods, and its log."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, seed: int) -> None:
        """Listen, at any port."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.taken: list[Taken] = []
        self.doubtful: Counter[str] = Counter()
        """How often a sender may not know of a recipient, since the server failed when it had the body or its end."""

        self.unheard: Counter[str] = Counter()
        """Likewise, how often a message was taken and nothing shows that its sender knows; of a server that fails."""

        self.failures = 0
        """How many messages it failed so far."""

        self.is_pipelined = False
        self.delay = 0.0
        """Seconds, at most, that it needs to take a message, and likewise to say so."""

        self.share = 0.0
        """Of the messages, those that it fails."""

        self.is_patient = False
        """Whether it fails as well by saying nothing, for as long as the sender waits."""

        self._random = Random(seed)
        self._changed = Condition()
        self._open = 0

    @property
    def port(self) -> int:
        """Return where it listens."""
        return int(self.server_address[1])

    def begin(self) -> None:
        """Forget what was."""
        self.settle()
        self.taken.clear()
        self.doubtful.clear()
        self.unheard.clear()

    def settle(self) -> None:
        """Wait until every connection is over: what a sender that was killed had sent is taken now, or never."""
        with self._changed:
            assert self._changed.wait_for(lambda: not self._open, _LONG), "a connection does not end"

    def keep(self, taken: Taken) -> None:
        """Note that a message is taken."""
        with self._changed:
            self.taken.append(taken)
            self._changed.notify_all()

    def has_taken(self, count: int, seconds: float) -> bool:
        """Wait until so many messages are taken, for some *seconds*, and say whether they are."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.taken) >= count, seconds)

    # --- its moods -------------------------------------------------------------------------------

    def trouble(self) -> Place:
        """Return where to fail the next message."""
        if self._random.random() >= self.share:
            return Place.NOWHERE
        self.failures += 1
        return self._random.choice(list(Place)[1:])

    def tosses(self) -> bool:
        """Return one of both, by chance."""
        return self._random.random() < 0.5

    def dawdle(self) -> None:
        """Take some time."""
        if self.delay:
            time.sleep(self._random.uniform(0, self.delay))

    # --- connections -----------------------------------------------------------------------------

    def process_request(self, request: object, client_address: object) -> None:
        """Count a connection."""
        with self._changed:
            self._open += 1
        super().process_request(request, client_address)  # type: ignore[arg-type]

    def shutdown_request(self, request: object) -> None:
        """Count it no more."""
        super().shutdown_request(request)  # type: ignore[arg-type]
        with self._changed:
            self._open -= 1
            self._changed.notify_all()


@contextmanager
def hosted(seed: int) -> Iterator[MailHost]:
    """Run a mail server in threads of this process."""
    with MailHost(seed) as host:
        thread = Thread(target=host.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield host
        finally:
            host.shutdown()
            thread.join()
