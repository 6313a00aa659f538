"""How long the other side may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds; as RFC 5321 §4.5.3.2 wants them, which has reasons: who waits less delivers twice (RFC 1047)."""

    connect: float = 30.0
    """Until a connection stands, and its TLS."""

    answer: float = 300.0
    """For the answer to a command, and for taking a message but its end."""

    end: float = 600.0
    """For the answer to the end, and for sendmail."""

    farewell: float = 2.0
    """For the answer to a good-bye, which nothing depends on."""
