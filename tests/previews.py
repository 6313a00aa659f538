"""A preview for tests, as a process of its own, and what a browser would ask of it."""

import json
import os
import signal
import subprocess
import sys
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection

from sites import NOW


@contextmanager
def previewed(folder, *arguments):
    """Preview the site in *folder* at a free port; it is ended as Ctrl-C does, and has to end well."""
    with begun(folder, *arguments) as process:
        address = next(line.split()[0] for line in process.stdout if line.startswith("http://"))
        yield Preview(address)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=20)[0]
        assert (process.returncode, "Traceback" in said) == (0, False), said


@contextmanager
def begun(folder, *arguments):
    """Lend a preview of *folder* as a process, which has a terminal's place for itself, but none to speak to."""
    command = [sys.executable, "-m", "feeds", "-C", str(folder), "--now", NOW.isoformat(), "preview", "--port", "0"]
    process = subprocess.Popen(
        [*command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@contextmanager
def in_its_first_build(folder):
    """Lend a preview of *folder* as a process whose first build waits for its configuration."""
    text = (folder / "feeds.toml").read_text()
    held_up(folder, "first")
    with begun(folder) as process:
        with (folder / "first").open("w") as at_first:  # before it serves, it reads the file itself
            held_up(folder, "second")
            at_first.write(text)
        with (folder / "second").open("w"):
            yield process


def held_up(folder, name):
    """Make whoever opens `feeds.toml` in *folder* wait until somebody writes to the pipe *name* there."""
    os.mkfifo(folder / name)
    (folder / "link").symlink_to(name)
    (folder / "link").rename(folder / "feeds.toml")


class Preview:
    """A preview that runs."""

    def __init__(self, address):
        self.address = address
        self._host = address.removeprefix("http://").rstrip("/")

    def get(self, path, **headers):
        """Return the status, the media type and the text of what is at *path*."""
        connection = HTTPConnection(self._host, timeout=20)
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.getheader("content-type", "").partition(";")[0], text

    @contextmanager
    def news(self):
        """Lend what a page that is open is told, one after the other; the first is how things are."""
        connection = HTTPConnection(self._host, timeout=20)
        connection.request("GET", "/_preview/events")
        with closing(connection), connection.getresponse() as answer:
            lines = iter(answer.readline, b"")
            yield (json.loads(line.removeprefix(b"data: ")) for line in lines if line.startswith(b"data: "))
