"""Where clients come in: listening sockets, and how they are closed without turning anybody away who is in."""

import os
import socket
import struct
import sys
from array import array
from contextlib import suppress

from feeds.diagnostics import BUSY, FeedsError

_QUEUE = 1024
"""How many connections wait at most for being taken."""

_ATTACH_FILTER = 26
_NO_NEWCOMER = (
    (0x30, 0, 0, 13),  # the flags of TCP
    (0x54, 0, 0, 0x12),  # SYN and ACK
    (0x15, 0, 1, 0x02),  # SYN alone: a connection that begins
    (0x06, 0, 0, 0),  # is not heard
    (0x06, 0, 0, 0xFFFFFFFF),  # all else is
)
"""A program for Linux (Documentation/networking/filter.rst): operation, two jumps, value."""


_ALL, _ALL_OLD = "::", "0.0.0.0"  # noqa: S104 - for those who ask for all


def doors(host: str, port: int) -> list[socket.socket]:
    """Return sockets as `door` does: one, and for `::`, all addresses of this machine, another that speaks IPv4.

    One that spoke both would name clients of IPv4, and proxies, by addresses that nobody has written down.
    """
    first = door(host, port)
    try:
        return [first, door(_ALL_OLD, first.getsockname()[1])] if host == _ALL else [first]
    except FeedsError:
        first.close()
        raise


def door(host: str, port: int) -> socket.socket:
    """Return a socket that listens at *host*, a name or an address, and *port*; 0: any that is free.

    Where one cannot listen is a `FeedsError`.
    """
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(place[:2], family=family, backlog=_QUEUE)
    except OSError as error:
        reason = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
        raise FeedsError(
            f"cannot listen at {host!r}, port {port}: {reason}",
            help="name an address of this machine, and a port that is free: feeds serve --host 127.0.0.1 --port 8080",
            exit_code=BUSY,
        ) from error


def hush(at: socket.socket) -> None:
    """Let nobody begin a new connection *at* a door; who has begun comes in.

    Closing a door resets those who wait at it, whatever they have sent already. Their packets to begin with are dropped
    instead, as if lost: they try again within a second, and are refused, or met by whoever listens there then. Linux
    alone can do it; elsewhere a moment remains in which somebody can be reset.
    """
    if sys.platform != "linux":
        return
    program = array("B", b"".join(struct.pack("HBBI", *step) for step in _NO_NEWCOMER))
    with suppress(OSError):  # not TCP, or not permitted
        at.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, struct.pack("HP", len(_NO_NEWCOMER), program.buffer_info()[0]))
