"""Hands messages to a mail server, over several connections at once, in one thread.

Each step is taken on all connections before an answer is awaited on any, so that many cost the time of one. Where the
server takes pipelined commands (RFC 2920), a message costs two round trips: the envelope with `DATA`, and the end.
"""

from collections.abc import Sequence
from dataclasses import replace

from feeds.parcels import Parcel, Reply
from feeds.transports.session import Server, Session, session_with
from feeds.transports.turns import ENVELOPE, Turn

_OUT_OF_TURN = 503
"""What a server says to a command before which it wants another (RFC 5321 §4.3.2)."""


class Smtp:
    """Connections to one mail server: opened when they are needed, kept, and renewed after 100 messages."""

    def __init__(self, server: Server, *, width: int) -> None:
        """Prepare for *width* connections; nothing is sent yet."""
        self.width = width
        self._server = server
        self._idle: list[Session] = []
        self._turns: list[Turn] = []

    def offer(self, parcels: Sequence[Parcel]) -> list[Reply | None]:
        """Hand over *parcels*, at most `width`, all but their ends; None: it waits for its end.

        Where only some connections can be opened, the last parcels are answered at `Step.CONNECT` and `width` falls:
        servers limit the connections of a client.
        """
        assert not self._turns, "what was offered before is to be finished first"
        sessions, refusal = self._sessions(len(parcels))
        turns = [
            Turn(parcel, session, self._server.patience) for parcel, session in zip(parcels, sessions, strict=False)
        ]
        self._turns = turns  # from here on, `close` finds them
        for step in ENVELOPE:
            for turn in turns:
                turn.ask(step)
            for turn in turns:
                turn.hear(step)
        for turn in turns:
            turn.pour()
        for turn in turns:
            if turn.reply and turn.reply.code == _OUT_OF_TURN:
                turn.session.is_pipelined = False
                self._server = replace(self._server, takes_turns=True)
        self._take_back([turn for turn in turns if turn.reply])
        self._turns = [turn for turn in turns if not turn.reply]
        return [*(turn.reply for turn in turns), *[refusal] * (len(parcels) - len(turns))]

    def finish(self) -> list[Reply]:
        """Send the ends of those that wait, and return the answers, in their order.

        An answer of an earlier step: the server had given it before the end was sent, which then was not.
        """
        for turn in self._turns:
            turn.end()
        replies = [turn.hear_the_end() for turn in self._turns]
        self._keep(self._turns)
        self._turns = []
        return replies

    def close(self) -> None:
        """Let go of every connection; what waits for its end is not delivered."""
        for turn in self._turns:
            turn.session.close()
        for session in self._idle:
            session.leave()
        self._turns, self._idle = [], []

    def _sessions(self, number: int) -> tuple[list[Session], Reply | None]:
        """Return *number* connections, or as many as there can be, and why there are no more."""
        sessions: list[Session] = []
        while len(sessions) < number:
            session = self._kept() or session_with(self._server)
            if isinstance(session, Reply):
                self.width = len(sessions) or self.width
                return sessions, session
            sessions.append(session)
        return sessions, None

    def _kept(self) -> Session | None:
        """Return a connection that still stands."""
        while self._idle:
            session = self._idle.pop()
            if session.is_fit:
                return session
            session.leave()
        return None

    def _take_back(self, turns: Sequence[Turn]) -> None:
        for turn in turns:
            turn.take_back()
        for turn in turns:
            turn.hear_it_taken_back()
        self._keep(turns)

    def _keep(self, turns: Sequence[Turn]) -> None:
        self._idle += [turn.session for turn in turns if turn.session.is_open]
