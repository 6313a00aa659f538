"""Hands messages to a sendmail program, and understands how it exits."""

import os
from collections.abc import Sequence
from pathlib import Path
from subprocess import DEVNULL, Popen, TimeoutExpired
from tempfile import TemporaryFile
from typing import IO

from feeds.parcels import Parcel, Reply, Step
from feeds.text import one_line
from feeds.transports.patience import Patience

_SHOWN = 200
_READ = 1000
"""Bytes that are read of what it says."""

_EXITS = {
    0: (Step.END, 250, "2.0.0"),
    64: (Step.CONNECT, 500, "5.5.4"),  # EX_USAGE: it is no sendmail
    65: (Step.END, 554, "5.6.0"),  # EX_DATAERR
    67: (Step.END, 550, "5.1.1"),  # EX_NOUSER
    77: (Step.CONNECT, 530, "5.7.0"),  # EX_NOPERM
    78: (Step.CONNECT, 500, "5.3.5"),  # EX_CONFIG
    126: (Step.CONNECT, 500, "5.3.5"),  # a shell's: what it calls cannot be run
    127: (Step.CONNECT, 500, "5.3.5"),  # a shell's: what it calls is not there
}
"""Of sysexits.h, what cannot be otherwise the next time; the replies are what a server would have answered.

Not EX_NOHOST: some mean the recipient's host, some their own server.
"""

_LATER = (Step.END, 451, "4.0.0")


class Sendmail:
    """A sendmail program. It is started when all of a message stands in a file: what it begins, it can end alone."""

    width = 1

    def __init__(self, program: Path, *, patience: Patience) -> None:
        """Prepare to start *program*."""
        self._program = program
        self._patience = patience
        self._waiting: list[tuple[Parcel, IO[bytes]]] = []

    def offer(self, parcels: Sequence[Parcel]) -> list[Reply | None]:
        """Write down *parcels*, at most one; None: it waits for its end."""
        return [self._offered(parcel) for parcel in parcels]

    def finish(self) -> list[Reply]:
        """Start the program with what waits, and return what its exit means."""
        waiting, self._waiting = self._waiting, []
        return [self._sent(parcel, message) for parcel, message in waiting]

    def close(self) -> None:
        """Forget what waits for its end."""
        for _, message in self._waiting:
            message.close()
        self._waiting = []

    def _offered(self, parcel: Parcel) -> Reply | None:
        if not os.access(self._program, os.X_OK) or self._program.is_dir():
            return _missing(self._program)
        try:
            message = _file(parcel.message)
        except OSError as error:
            return Reply(step=Step.DATA, code=452, text=f"4.3.1 {error.strerror}")
        self._waiting.append((parcel, message))
        return None

    def _sent(self, parcel: Parcel, message: IO[bytes]) -> Reply:
        command = [str(self._program), "-i", "-f", parcel.sender, "--", parcel.recipient]
        with message, TemporaryFile() as words:
            try:
                # in a session of its own: the keys that end us must not end it in the middle of a message
                process = Popen(command, stdin=message, stdout=DEVNULL, stderr=words, start_new_session=True)  # noqa: S603 - the site's own
            except OSError:
                return _missing(self._program)
            return self._outcome(process, words)

    def _outcome(self, process: "Popen[bytes]", words: IO[bytes]) -> Reply:
        try:
            status = process.wait(self._patience.end)
        except TimeoutExpired:
            process.kill()
            process.wait()
            return Reply(step=Step.END, code=0, text=f"no end within {self._patience.end:g} seconds")
        if status < 0:
            return Reply(step=Step.END, code=0, text=f"killed by signal {-status}")
        step, code, enhanced = _EXITS.get(status, _LATER)
        said = _first_line(words) or f"exit status {status}"
        return Reply(step=step, code=code, text=f"{enhanced} {said}"[:_SHOWN])


def _file(message: bytes) -> IO[bytes]:
    """Return *message* as a file without a name, with the line ends that programs expect."""
    file = TemporaryFile()  # noqa: SIM115 - it is closed when the program has it
    try:
        file.write(message.replace(b"\r\n", b"\n"))
        file.seek(0)
    except OSError:
        file.close()
        raise
    return file


def _missing(program: Path) -> Reply:
    return Reply(step=Step.CONNECT, code=500, text=f"5.3.5 no program {one_line(str(program))}"[:_SHOWN])


def _first_line(words: IO[bytes]) -> str:
    words.seek(0)
    lines = words.read(_READ).decode(errors="replace").strip().splitlines()
    return one_line(lines[0]) if lines else ""
