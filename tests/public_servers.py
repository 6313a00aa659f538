"""A public server for tests, as a process of its own, and what clients would ask of it."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

from feeds.cli._run import asked_to_end
from feeds.web._doors import door
from feeds.web._files import Files
from feeds.web._limits import Limits
from feeds.web._log import Logged
from feeds.web._server import serve

QUICK = {"grace": 0.05, "newcomer": 0.3, "look": 0.02}


@contextmanager
def serving(out, **limits):
    """Serve the folder *out* at a free port; SIGTERM ends it, and it has to end well and without a word."""
    with begun(out, **limits) as server:
        yield server
        said = server.ended()
        assert (server.process.returncode, said) == (0, "")


@contextmanager
def begun(out, **limits):
    """Lend a server of *out* that need not end well."""
    command = [sys.executable, __file__, str(out), json.dumps(QUICK | limits)]
    paths = os.pathsep.join([str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": paths}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield Server(process, out, int(process.stdout.readline()))
        finally:
            process.kill()


class Server:
    """A server that runs."""

    def __init__(self, process, out, port):
        self.process = process
        self.port = port
        self._out = out
        self._is_ending = False

    def log(self):
        """Return the lines of its log; it has to have ended."""
        return _log(self._out, self.port).read_text().splitlines()

    def end(self):
        """Ask it to end, once: who asks twice does not want to wait."""
        if not self._is_ending:
            self._is_ending = True
            self.process.send_signal(signal.SIGTERM)

    def ended(self):
        """Return what it said on stderr until its end."""
        self.end()
        return self.process.communicate(timeout=20)[1]

    def ask(self, method, path, **headers):
        """Return status, headers and body; `If_None_Match` stands for `If-None-Match`."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def get(self, path, **headers):
        """Return what `ask` does, of a GET."""
        return self.ask("GET", path, **headers)

    def connection(self):
        """Return a bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def says(self, data):
        """Return all that is answered to the bytes *data* until the connection is closed."""
        with self.connection() as connection:
            try:
                connection.sendall(data)
            except ConnectionResetError:
                return b"[cut]"
            return rest_of(connection)


def rest_of(connection):
    """Return all that is still to be read of *connection*; one that is cut ends there."""
    said = b""
    try:
        while piece := connection.recv(65536):
            said += piece
    except ConnectionResetError:
        said += b"[cut]"
    return said


# --- the process -------------------------------------------------------------------------------------


def _app(out):
    """Return an application: the files of *out*, a fault, and an answer that waits for the pipes beside *out*."""
    files = Files(out, whole=200_000, chunk=10_000)

    async def app(scope, receive, send):
        path = scope["path"]
        if path == "/fault":
            raise ValueError("ada@example.org")
        if path == "/held":
            await asyncio.to_thread((out.parent / "begun").write_text, "")
            await asyncio.to_thread((out.parent / "go").read_text)
        if path == "/echo":
            await _say(send, 200, (await receive()).get("body", b""))
        elif path == "/held" or not await files.answer(path.removeprefix("/"), scope, send):
            await _say(send, 200 if path == "/held" else 404, b"held" if path == "/held" else b"nothing")

    return app


async def _say(send, status, body):
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _log(out, port):
    return out.parent / f"log-{port}"


def _main(out, limits):
    def failed(fault):
        print(fault, file=sys.stderr, flush=True)  # noqa: T201 - what a test reads

    at = door("127.0.0.1", 0)
    number = at.getsockname()[1]
    with asked_to_end() as end, _log(out, number).open("w") as log:
        app = Logged(_app(out), lambda line: print(line, file=log), lambda path: path.replace("secret", "…"))
        print(number, flush=True)  # noqa: T201 - as above
        serve(app, [at], failed, Limits(**limits), end.is_set)


if __name__ == "__main__":
    _main(Path(sys.argv[1]), json.loads(sys.argv[2]))
