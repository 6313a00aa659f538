"""Who writes, and who publishes."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An author."""

    name: str
    email: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who first published something; at least one of name and url is known."""

    name: str = ""
    url: str = ""
    """The home page, absolute; the page of a single text is `Entry.original`."""

    feed: str = ""

    @property
    def label(self) -> str:
        """Return the name, else the host of the home page or the feed."""
        return self.name or host_of(self.url or self.feed)


def host_of(url: str) -> str:
    """Return the host of *url* in lower case, without port; empty where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
