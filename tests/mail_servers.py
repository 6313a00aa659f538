"""Mail servers on this machine: one that says what a test wants, and one that is a real one."""

import ssl
import subprocess
from contextlib import contextmanager
from queue import Queue
from socket import IPPROTO_TCP, TCP_NODELAY, create_connection
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

HANG = object()
"""As an answer: none, ever."""

DROP = object()
"""As an answer, or after one: the connection is closed."""

POLITE = {
    "GREETING": b"220 mail.example ready\r\n",
    "EHLO": b"250 mail.example\r\n",
    "MAIL": b"250 2.1.0 Ok\r\n",
    "RCPT": b"250 2.1.5 Ok\r\n",
    "DATA": b"354 go on\r\n",
    "END": b"250 2.0.0 taken\r\n",
    "RSET": b"250 2.0.0 Ok\r\n",
    "QUIT": (b"221 2.0.0 bye\r\n", DROP),
}
PIPELINED = {"EHLO": b"250-mail.example\r\n250 PIPELINING\r\n"}


class _Gone(Exception):  # noqa: N818 - it is no error
    pass


class _Handler(BaseRequestHandler):
    def handle(self):
        self._heard = b""
        self.request.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        try:
            self._answer("GREETING")
            while True:
                line = self._until(b"\r\n")
                verb = line[:4].decode().upper()
                self.server.lines.append(line.decode())
                if self._heard:
                    self.server.pipelined.append(verb)
                if b"354 go on" in self._answer(verb):
                    self._message()
        except (_Gone, OSError):
            pass
        finally:
            self.request.close()

    def _message(self):
        if self.server.drops_after is not None:
            while len(self._heard) < self.server.drops_after:
                self._more()
            raise _Gone
        while not self._heard.endswith(b"\r\n.\r\n"):
            self._more()
        message, self._heard = self._heard[:-3], b""
        self.server.messages.append(message)
        self._answer("END")

    def _until(self, end):
        while end not in self._heard:
            self._more()
        line, _, self._heard = self._heard.partition(end)
        return line

    def _more(self):
        data = self.request.recv(65536)
        if not data:
            raise _Gone
        self._heard += data

    def _answer(self, verb):
        answer = self.server.answer(verb)
        said = b""
        for part in answer if isinstance(answer, tuple) else (answer,):
            if part is DROP:
                raise _Gone
            if part is HANG:
                while True:
                    self._more()
            part = part(self) if callable(part) else part  # noqa: PLW2901 - it is asked when it is its turn
            self.request.sendall(part)
            said += part
        return said


class Scripted(ThreadingTCPServer):
    """What was said to it, and what it answers to each command; a list: one after the other, the last for ever."""

    allow_reuse_address = True

    def __init__(self, answers, host):
        super().__init__((host, 0), _Handler)
        self.host = f"127.0.0.1:{self.server_address[1]}"
        self.lines = []
        self.messages = []
        self.pipelined = []
        self.connections = 0
        self.drops_after = None
        self._answers = {**POLITE, **answers}

    def process_request(self, *arguments):
        self.connections += 1
        super().process_request(*arguments)

    def answer(self, verb):
        answer = self._answers.get(verb, b"502 5.5.1 unknown\r\n")
        if not isinstance(answer, list):
            return answer
        return answer.pop(0) if len(answer) > 1 else answer[0]


@contextmanager
def scripted(answers=None, host="127.0.0.1"):
    """Run a scripted server; at its end every connection must have been closed by the other side."""
    with Scripted(answers or {}, host) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


# --- a real one ------------------------------------------------------------------------------------


class _Keeper:
    """Keeps each message as it came, with its recipient, and refuses whom it is to refuse."""

    def __init__(self, refused):
        self.kept = []
        self.arrived = Queue()
        self.sessions = []
        self._refused = refused

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - its name for it
        if address in self._refused:
            return self._refused[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802 - as above
        self.arrived.put(envelope.original_content)
        self.kept.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        self.sessions.append((session.host_name, session.ssl is not None, session.auth_data))
        return "250 2.0.0 taken"


class _Real(Controller):
    def __init__(self, handler, *, implicit=None, **options):
        self._options = options
        super().__init__(handler, hostname="127.0.0.1", port=0, ssl_context=implicit)

    def factory(self):
        return SMTP(self.handler, hostname="mail.example", **self._options)

    def _trigger_server(self):
        """Connect for a trial: it would so itself, but to the port that it was told, which is any."""
        create_connection(self.server.sockets[0].getsockname()).close()


@contextmanager
def real(*, refused=None, login=None, **options):
    """Run aiosmtpd; yield its port and what it keeps."""
    if login:
        options |= {"authenticator": _authenticator(*login), "auth_required": True}
    keeper = _Keeper(refused or {})
    controller = _Real(keeper, **options)
    controller.start()
    try:
        yield controller.server.sockets[0].getsockname()[1], keeper
    finally:
        controller.stop()


def _authenticator(user, password):
    def decide(_server, _session, _envelope, _mechanism, data):
        is_right = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=is_right, handled=False, auth_data=data.login)

    return decide


def certificate(folder):
    """Return a context for a server on localhost, and the file by which it is trusted."""
    key, chain = folder / "key.pem", folder / "chain.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subprocess.run([*made, "-days", "2", *subject, "-keyout", key, "-out", chain], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return context, chain
