"""A connection to a mail server, and what it means when there is none."""

import select
import smtplib
import socket
import ssl
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address

from feeds.parcels import Reply, Step
from feeds.text import one_line
from feeds.transports.patience import Patience

_MOST = 65_536
"""Bytes of one answer; more is none of a mail server's."""

_SHOWN = 200
"""Characters that are kept of it."""

_RENEWED_AFTER = 100
"""Messages; some servers let no more through a connection, and some balance their load by connections."""

_TO_BE_MENDED = 530
"""What we answer in the server's place where we do not go on with it."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A mail server, and how we come to it."""

    host: str
    port: int
    tls: str
    """`smtp`: none; `smtps`: from the first byte; `smtp+starttls`: before anything else is said."""

    user: str = ""
    """Empty: without AUTH."""

    password: str = field(default="", repr=False)
    helo: str
    """The name we introduce ourselves by: the machine's own would be looked up, and published."""

    patience: Patience = Patience()  # noqa: RUF009 - it is frozen

    takes_turns: bool = False
    """It has shown that it takes no pipelined commands, whatever it says."""

    @cached_property
    def context(self) -> ssl.SSLContext:
        """Return what certificates are judged by; made once: that takes as long as many messages."""
        return ssl.create_default_context()


class _GibberishError(smtplib.SMTPServerDisconnected):
    """What the server says is not SMTP, so that nothing it says from here on can be told apart."""


class Session(smtplib.SMTP):
    """A connection as smtplib has it; but an answer is bounded, and whether there is one too many can be seen."""

    is_pipelined = False
    """Whether the server takes commands before it has answered those before (RFC 2920)."""

    knows_sizes = False
    """Whether it wants to know how large a message is, before it comes (RFC 1870)."""

    most = 0
    """Bytes of a message that it takes; 0: it does not say."""

    carried = 0
    """Messages that it has answered the end of."""

    def __init__(self, server: Server) -> None:
        """Connect to *server* and read its greeting; `OSError` where that fails."""
        self._server = server
        self._heard = b""
        self._ear = select.poll()
        self.wait = server.patience.answer  # seconds for the next answer
        self._connect(server)

    def _connect(self, server: Server) -> None:
        smtplib.SMTP.__init__(self, server.host, server.port, server.helo, server.patience.connect)

    def introduce(self) -> None:
        """Say who we are, as securely as the server is to be spoken to; `OSError` where that fails."""
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # an end must not wait for the body's ACK
        self.ehlo_or_helo_if_needed()
        if self._server.tls == "smtp+starttls":
            self._secure()
        if self._server.user:
            self._log_in()
        self._ear.register(self._socket, select.POLLIN)
        self.is_pipelined = self.has_extn("pipelining") and not self._server.takes_turns
        self.knows_sizes = self.has_extn("size")
        size = self.esmtp_features.get("size", "")
        self.most = int(size) if size.isdecimal() else 0

    def _secure(self) -> None:
        if not self.has_extn("starttls"):
            raise _unusable("5.7.10 the server offers no STARTTLS: write smtps:// if it has a port for that")
        self.starttls(context=self._server.context)
        if self._heard:  # unencrypted: it may be anyone's
            raise _unusable("5.7.10 the server's answer to STARTTLS goes on unencrypted")
        self.ehlo_or_helo_if_needed()

    def _log_in(self) -> None:
        user, password = self._server.user, self._server.password
        if not password:
            raise _unusable("5.7.8 a user name without a password: set FEEDS_SMTP_PASSWORD")
        if not isinstance(self.sock, ssl.SSLSocket) and not self._is_at_home:
            raise _unusable("5.7.11 a password is not sent unencrypted: write smtp+starttls:// or smtps://")
        if not (user + password).isascii():
            raise _unusable("5.7.8 user name and password can only have ASCII characters")
        try:
            self.login(user, password)
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPResponseException as error:
            raise smtplib.SMTPResponseException(error.smtp_code, _without(password, user, error)) from None
        except (smtplib.SMTPException, ValueError):  # what they say may quote the password
            raise _unusable("5.7.4 the server offers no way to log in that we know") from None

    @property
    def _is_at_home(self) -> bool:
        """Say whether the server is on this machine."""
        return ip_address(self._socket.getpeername()[0]).is_loopback

    @property
    def _socket(self) -> socket.socket:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected
        return self.sock

    # --- speaking and hearing --------------------------------------------------------------------

    def say(self, data: bytes) -> None:
        """Send *data*; `OSError` where that fails."""
        self._socket.sendall(data)

    def getreply(self) -> tuple[int, bytes]:
        """Return code and text of the next answer; where none comes, the connection is closed and `OSError` raised."""
        try:
            return self._reply()
        except OSError:
            self.close()
            raise

    def _reply(self) -> tuple[int, bytes]:
        if self._socket.gettimeout() != self.wait:
            self._socket.settimeout(self.wait)
        said = b""
        while len(said) <= _MOST:
            line = self._line()
            said += line[4:].strip() + b"\n"
            if line[3:4] != b"-":
                return int(line[:3]), said[:-1]
        raise _GibberishError

    def _line(self) -> bytes:
        while b"\n" not in self._heard:
            data = self._socket.recv(_MOST)
            if not data:
                raise smtplib.SMTPServerDisconnected
            self._heard += data
            if len(self._heard) > 2 * _MOST:
                raise _GibberishError
        line, _, self._heard = self._heard.partition(b"\n")
        line = line.rstrip()
        if not line[:3].isdigit() or len(line) < 3 or line[3:4] not in {b"", b" ", b"-"}:  # noqa: PLR2004 - RFC 5321 §4.2
            raise _GibberishError
        return line

    @property
    def is_quiet(self) -> bool:
        """Say whether the server has said nothing that was not asked for, and has not hung up."""
        is_pending = isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()
        return not (self._heard or is_pending or self._ear.poll(0))

    @property
    def is_open(self) -> bool:
        """Say whether the connection stands, as far as we have noticed."""
        return self.sock is not None

    @property
    def is_fit(self) -> bool:
        """Say whether another message may be offered here."""
        return self.is_open and self.carried < _RENEWED_AFTER and self.is_quiet

    def last_words(self) -> tuple[int, bytes]:
        """Return the answer that the server gave before it hung up, and close the connection; `OSError` without one."""
        self.wait = self._server.patience.farewell
        try:
            return self._reply()
        finally:
            self.close()

    def leave(self) -> None:
        """Say good-bye, if there still is someone to hear it, and close the connection."""
        self.wait = self._server.patience.farewell
        with suppress(OSError):
            self.docmd("QUIT")
        self.close()


class _EncryptedSession(Session, smtplib.SMTP_SSL):
    """A connection that is encrypted from its first byte."""

    def _connect(self, server: Server) -> None:
        smtplib.SMTP_SSL.__init__(
            self, server.host, server.port, server.helo, timeout=server.patience.connect, context=server.context
        )


def session_with(server: Server) -> Session | Reply:
    """Return a connection with *server* over which messages may go, or why there is none."""
    try:
        session = _EncryptedSession(server) if server.tls == "smtps" else Session(server)
    except (OSError, ValueError) as error:
        return reply_for(error, Step.CONNECT, server.patience.connect)
    try:
        session.introduce()
    except (OSError, ValueError) as error:
        session.close()
        return reply_for(error, Step.CONNECT, session.wait)
    return session


# --- replies ---------------------------------------------------------------------------------------


def reply(step: Step, code: int, said: bytes | str) -> Reply:
    """Return the answer *said* at *step*, as a person may be shown it."""
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return Reply(step=step, code=code, text=one_line(words)[:_SHOWN])


def reply_for(error: Exception, step: Step, seconds: float) -> Reply:
    """Return what stands for an answer where *error* came instead, at *step*, after *seconds* if it is for patience."""
    if isinstance(error, smtplib.SMTPResponseException):
        return reply(step, error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError):
        return reply(step, 0, f"no answer within {seconds:g} seconds")
    if isinstance(error, _GibberishError):
        return reply(step, 0, "what the server answers is not SMTP")
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionResetError | BrokenPipeError | ssl.SSLEOFError):
        return reply(step, 0, "the server closed the connection")
    if isinstance(error, ssl.SSLError | ValueError):
        return reply(step, _TO_BE_MENDED, _what_to_mend(error))
    return reply(step, 0, getattr(error, "strerror", "") or str(error))


def _what_to_mend(error: ssl.SSLError | ValueError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        remedy = "use the name it is made out to; trust another issuer by SSL_CERT_FILE"
        return f"5.7.10 the server's certificate is not accepted: {error.verify_message}: {remedy}"
    if isinstance(error, ssl.SSLError):
        return f"5.7.10 no TLS with the server: {error.reason}: smtps:// is for port 465, smtp+starttls:// for 587"
    return "5.4.4 no server can have this name"


def _unusable(text: str) -> smtplib.SMTPResponseException:
    return smtplib.SMTPResponseException(_TO_BE_MENDED, text)


def _without(password: str, user: str, error: smtplib.SMTPResponseException) -> str:
    """Return the server's words, but none where it repeats the password, plain or as it was sent."""
    said = error.smtp_error if isinstance(error.smtp_error, str) else error.smtp_error.decode(errors="replace")
    sent = (password.encode(), f"\0{user}\0{password}".encode())
    secrets = (password, *(b64encode(data).decode() for data in sent))
    return "" if any(secret in said for secret in secrets) else said
