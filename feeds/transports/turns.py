"""One message over one connection, step by step."""

import re

from feeds.parcels import Parcel, Reply, Step
from feeds.transports.patience import Patience
from feeds.transports.session import Session, reply, reply_for

ENVELOPE = (Step.SENDER, Step.RECIPIENT, Step.DATA)

_END = b".\r\n"
_DONE, _GO_ON, _SHUTS_DOWN = 2, 354, 421
_ANSWERS_TO_THE_END = frozenset([2, 4, 5])

_ADDRESS = re.compile(r"[!-;=?-~]+")
"""What can stand between `<` and `>` and ends neither that nor the line; what is not ASCII would need RFC 6531."""


class Turn:
    """A message on its way: a step does nothing once `reply` is set."""

    def __init__(self, parcel: Parcel, session: Session, patience: Patience) -> None:
        """Prepare; nothing is sent yet."""
        self.session = session
        self.reply: Reply | None = _objection(parcel, session)
        self._message = parcel.message
        self._commands = _commands(parcel, session)
        self._patience = patience
        self._unanswered = 0
        self._is_begun = False

    def ask(self, step: Step) -> None:
        """Send the command for *step*, one of `ENVELOPE`; where the server takes them at once, all with the first."""
        commands = self._commands.get(step)
        if self.reply or not commands:
            return
        self._is_begun = True
        self._unanswered = len(commands)
        try:
            self.session.say(b"".join(commands))
        except OSError as error:
            self._fail(step, error)

    def hear(self, step: Step) -> None:
        """Wait for the answer to the command for *step*."""
        if self.reply:
            return
        try:
            code, said = self.session.getreply()
        except OSError as error:
            self._fail(step, error)
            return
        self._unanswered -= 1
        is_welcome = code == _GO_ON if step is Step.DATA else code // 100 == _DONE
        if not is_welcome:
            self.reply = reply(step, code, said)
            self._close_if(code == _SHUTS_DOWN)

    def pour(self) -> None:
        """Send the message, all but its end."""
        if self.reply:
            return
        try:
            self.session.say(_stuffed(self._message))
        except OSError as error:
            self._hear_last_words(error)

    def take_back(self) -> None:
        """Have the server forget an envelope of which it refused a part."""
        if not self._is_begun or not self.session.is_open:
            return
        self._unanswered += 1
        try:
            self.session.say(b"RSET\r\n")
        except OSError:
            self.session.close()

    def hear_it_taken_back(self) -> None:
        """Wait for the answers that are still to come; where one is not as it should be, the connection is closed."""
        code = _DONE * 100
        try:
            while self._unanswered and self.session.is_open:
                code, _ = self.session.getreply()
                self._unanswered -= 1
                self._close_if(code == _GO_ON)  # after a refusal: some servers are lenient with pipelined commands
        except OSError:
            return
        self._close_if(code // 100 != _DONE)

    def end(self) -> None:
        """Send the end; not where the server has spoken first: what it says next might be of any message."""
        if not self.session.is_quiet:
            self._hear_last_words(None)
            return
        self.session.wait = self._patience.end
        try:
            self.session.say(_END)
        except OSError as error:
            self._fail(Step.END, error)

    def hear_the_end(self) -> Reply:
        """Wait for the answer to the end, and return what became of the message."""
        if self.reply:
            return self.reply
        try:
            code, said = self.session.getreply()
        except OSError as error:
            return self._fail(Step.END, error)
        self.session.wait = self._patience.answer
        self.session.carried += 1
        self._close_if(code == _SHUTS_DOWN or code // 100 not in _ANSWERS_TO_THE_END)
        self.reply = reply(Step.END, code, said)
        return self.reply

    def _hear_last_words(self, error: OSError | None) -> None:
        """Take what the server says before its time, of size or policy mostly, else *error*; go on in neither case."""
        try:
            if isinstance(error, TimeoutError):
                raise error
            self.reply = reply(Step.DATA, *self.session.last_words())
        except OSError as silence:
            self._fail(Step.DATA, error or silence)

    def _fail(self, step: Step, error: OSError) -> Reply:
        self.reply = reply_for(error, step, self.session.wait)
        self.session.close()
        return self.reply

    def _close_if(self, is_so: bool) -> None:  # noqa: FBT001 - the reason
        if is_so:
            self.session.close()


def _objection(parcel: Parcel, session: Session) -> Reply | None:
    """Return what the server would say to *parcel*, as far as it can be known before."""
    if parcel.sender and not _ADDRESS.fullmatch(parcel.sender):
        return reply(Step.SENDER, 553, "5.1.7 no server takes this sender's address")
    if session.most and len(parcel.message) > session.most:
        size = f"{len(parcel.message):,} bytes, and the server takes {session.most:,}"
        return reply(Step.SENDER, 552, f"5.3.4 the message has {size}")
    if not _ADDRESS.fullmatch(parcel.recipient):
        return reply(Step.RECIPIENT, 553, "5.1.3 no server takes this address")
    return None


def _commands(parcel: Parcel, session: Session) -> dict[Step, list[bytes]]:
    """Return what is sent at each step."""
    size = f" SIZE={len(parcel.message)}" if session.knows_sizes else ""
    sender = f"MAIL FROM:<{parcel.sender}>{size}\r\n".encode()
    recipient = f"RCPT TO:<{parcel.recipient}>\r\n".encode()
    data = b"DATA\r\n"
    if session.is_pipelined:
        return {Step.SENDER: [sender, recipient, data]}
    return {Step.SENDER: [sender], Step.RECIPIENT: [recipient], Step.DATA: [data]}


def _stuffed(message: bytes) -> bytes:
    """Return *message* so that no line of it is taken for its end, by careless servers neither (RFC 5321 §4.5.2)."""
    stuffed = message.replace(b"\n.", b"\n..")
    start = b"." if stuffed.startswith(b".") else b""
    end = b"" if stuffed.endswith(b"\r\n") else b"\r\n"
    return b"".join((start, stuffed, end)) if start or end else stuffed
