"""What is handed to a mail server, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A message with its envelope."""

    sender: str
    """The envelope's: where bounces go."""

    recipient: str
    message: bytes
    """ASCII; lines end in CRLF."""


class Step(Enum):
    """How far the handing over had come when an answer came, or none."""

    CONNECT = auto()
    """The greeting, TLS and AUTH too."""

    SENDER = auto()
    RECIPIENT = auto()
    DATA = auto()
    """The command, and the message without its end: nothing can have been accepted yet."""

    END = auto()
    """The message's end was sent: without answer nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answered."""

    step: Step
    code: int
    """RFC 5321 §4.2; 0 where no answer came."""

    text: str = ""
    """One line, printable; after the code, with the enhanced status code (RFC 3463) if it has one."""


class Transport(Protocol):
    """A way for messages to leave."""

    width: int
    """How many parcels it carries at once."""

    def offer(self, parcels: Sequence[Parcel]) -> list[Reply | None]:
        """Hand over *parcels*, at most `width`, all but their ends; None: it waits for its end."""

    def finish(self) -> list[Reply]:
        """Send the ends of those that wait, and return the answers, in their order."""

    def close(self) -> None:
        """Let go of every connection; what waits for its end is not delivered."""
