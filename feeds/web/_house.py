"""What all connections of the public server have in common: limits, and where faults of ours are told."""

import logging
import traceback
from asyncio import CancelledError
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from starlette.types import ASGIApp
from uvicorn import Config

from feeds.web._limits import Limits


@dataclass(kw_only=True)
class House:
    """What all connections have in common."""

    limits: Limits
    logger: logging.Logger
    is_closing: bool = False
    """Each connection ends with its next answer."""


class HouseConfig(Config):
    """uvicorn's configuration, and the house."""

    def __init__(self, app: ASGIApp, house: House, protocol: type) -> None:
        super().__init__(
            app,
            http=protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=house.limits.connections + 1,
            timeout_keep_alive=house.limits.idle,  # type: ignore[arg-type]  # handed on to the loop, which takes parts
        )
        self.house = house


class Faults(logging.Handler):
    """Tells of faults in our own program, and of nothing else that is logged."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Tell of the exception of *record*, if it has one."""
        fault = record.exc_info[1] if record.exc_info else None
        if fault is not None and not isinstance(fault, CancelledError):
            self._tell(trace_of(fault))


def logger_of(tell: Callable[[str], None]) -> logging.Logger:
    """Return a logger of faults alone, which is nobody else's: what others log, or set up, is not heard."""
    logger = logging.Logger("feeds.web", logging.ERROR)  # noqa: LOG001 - the one of that name would be everybody's
    logger.addHandler(Faults(tell))
    return logger


def trace_of(fault: BaseException) -> str:
    """Return the traceback of *fault*, without the message of any exception: it may quote an address."""
    return "".join(_lines(fault))


def _lines(fault: BaseException) -> Iterator[str]:
    """Yield the traceback of *fault* and of what led to it, the first first, without words of theirs."""
    before = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    if before is not None:
        yield from _lines(before)
        yield "\nwhich led to this:\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(fault.__traceback__)
    yield f"{type(fault).__module__}.{type(fault).__qualname__}\n"
