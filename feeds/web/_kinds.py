"""What the headers say of a file by its name: its type, and who may read it."""

from feeds.mediatypes import UNKNOWN, media_type

_FEED = "application/xml; charset=utf-8"
"""So that a browser shows a feed with its style sheet; as `application/rss+xml` it would show the source."""

_KINDS = {
    "atom": _FEED,
    "css": "text/css; charset=utf-8",
    "eml": "message/rfc822",
    "htm": "text/html; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "ico": "image/x-icon",
    "ics": "text/calendar; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
    "opml": "text/x-opml; charset=utf-8",
    "rdf": _FEED,
    "rss": _FEED,
    "txt": "text/plain; charset=utf-8",
    "webmanifest": "application/manifest+json",
    "woff2": "font/woff2",
    "xml": _FEED,
}

_OPEN = frozenset(["atom", "json", "opml", "rdf", "rss", "xml"])
"""What readers that run in a browser fetch from other sites."""

_PACKED = ("text/", "application/xml", "application/feed+json", "application/manifest+json", "image/svg", "message/")


def kind_of(path: str) -> str:
    """Return the type of the file at *path*, as `Content-Type` has it."""
    return _KINDS.get(_suffix(path)) or media_type(f"/{path.rpartition('/')[2]}") or UNKNOWN


def is_open(path: str) -> bool:
    """Say whether scripts of any site may read the file at *path*."""
    return _suffix(path) in _OPEN


def can_shrink(kind: str) -> bool:
    """Say whether a file of the type *kind* is worth compressing."""
    return kind.startswith(_PACKED)


def _suffix(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[2].casefold()
