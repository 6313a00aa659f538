"""Tells a WebSub hub that feeds have changed.

How is between publisher and hub (WebSub §6). Hubs do as PubSubHubbub 0.3 §7.1 has it: a form with `hub.mode` and the
feed's URL, which most read from `hub.url` and some from `hub.topic` only.
"""

import ssl
from dataclasses import dataclass
from enum import Enum, auto
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlencode, urljoin, urlsplit

from feeds import __version__

TIMEOUT = 10.0
"""Seconds that a hub has for each step of an answer."""

_BUSY = frozenset([408, 429, 502, 503, 504])
"""What a server says that has no time for any request, or that cannot reach the hub behind it."""

_MOST = 2000
"""Bytes that are read of an answer, which is a line or nothing."""

_LINE = 120
"""Characters that are shown of it."""


class Result(Enum):
    """What became of a notification."""

    TOLD = auto()
    REFUSED = auto()
    """Of this feed. Some hubs say 500 of one that nobody has subscribed to, so that is no sign of a broken hub."""

    MOVED = auto()
    """The hub leads to another URL, and will for any feed."""

    AWAY = auto()
    """There is no answer, or none that says anything of the feed, and there will be none for another."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a notification, and the reason in a few words; of a hub that moved, where to."""

    result: Result
    words: str = ""


class Hub:
    """A hub, and one connection to it that is kept from feed to feed. Certificates are checked; no proxy is used."""

    def __init__(self, url: str, *, publisher: str, timeout: float = TIMEOUT) -> None:
        """Prepare for *url*; nothing is sent yet. *publisher* is the site's URL, for the hub's log; both are ASCII."""
        self._url = url
        parts = urlsplit(url)
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._timeout = timeout
        self._headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": f"feeds/{__version__} (+{publisher})",
        }
        host = parts.hostname or ""
        self._connection = (
            HTTPSConnection(host, parts.port, timeout=timeout, context=ssl.create_default_context())
            if parts.scheme == "https"
            else HTTPConnection(host, parts.port, timeout=timeout)
        )

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def tell(self, topic: str) -> Answer:
        """Say that the feed at the URL *topic* has changed, and return what the hub said to that; nothing raises."""
        try:
            return self._told(topic)
        except TimeoutError:
            reason = f"no answer within {self._timeout:g} seconds"
        except ssl.SSLCertVerificationError as error:
            reason = f"its certificate is not accepted: {error.verify_message}"
        except OSError as error:
            reason = error.strerror or str(error)
        except HTTPException:
            reason = "what it answers is not HTTP"
        except UnicodeError:  # of the codec that turns names of hosts into those of the DNS
            reason = "no host can have its name"
        self._connection.close()
        return Answer(Result.AWAY, reason)

    def _told(self, topic: str) -> Answer:
        """Return the hub's answer; a kept connection that it has closed meanwhile is opened anew."""
        was_kept = self._connection.sock is not None
        try:
            return self._asked(topic)
        except OSError as error:
            if not was_kept or isinstance(error, TimeoutError):
                raise
        self._connection.close()
        return self._asked(topic)

    def _asked(self, topic: str) -> Answer:
        form = urlencode({"hub.mode": "publish", "hub.url": topic, "hub.topic": topic})
        self._connection.request("POST", self._target, form, self._headers)
        response = self._connection.getresponse()
        body = response.read(_MOST)
        if not response.isclosed():
            self._connection.close()
        return self._meaning(response, body)

    def _meaning(self, response: HTTPResponse, body: bytes) -> Answer:
        status, location = response.status, response.headers.get("Location", "")
        if status // 100 == 2:  # noqa: PLR2004 - 2xx
            return Answer(Result.TOLD)
        if status // 100 == 3 and location:  # noqa: PLR2004 - 3xx
            return Answer(Result.MOVED, urljoin(self._url, location))
        said = ": ".join(part for part in (f"{status} {response.reason}".strip(), _first_line(body)) if part)
        return Answer(Result.AWAY if status in _BUSY else Result.REFUSED, said)


def _first_line(body: bytes) -> str:
    """Return what *body* says to people, if that is text."""
    lines = body.decode(errors="replace").strip().splitlines()
    return "" if not lines or lines[0].startswith("<") else " ".join(lines[0].split())[:_LINE]
