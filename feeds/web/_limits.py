"""How much a client may ask for, and how long it may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bytes, counts and seconds. Who keeps to them waits for nobody who does not."""

    head: int = 16_384
    """Bytes of a request's line and headers."""

    headers: int = 100

    head_seconds: float = 10.0
    """From a request's first byte, or a connection's beginning, to the end of its headers."""

    body_seconds: float = 30.0
    """From there to the end of its body."""

    idle: float = 10.0
    """Seconds that a connection is kept for a further request."""

    unread: float = 30.0
    """Seconds in which a client takes nothing of its answer."""

    connections: int = 1_000
    """Beyond which one is told to come back later; beyond twice as many it is closed unheard."""

    look: float = 1.0
    """Seconds between two looks for who has taken too long."""

    grace: float = 0.25
    """Seconds, when it ends, for what was sent to it already to arrive."""

    newcomer: float = 1.0
    """Seconds, when it ends, from a connection's beginning, for the client to ask."""

    end: float = 10.0
    """Seconds, when it ends, for what is under way."""
