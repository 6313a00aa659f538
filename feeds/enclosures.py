"""Finds the files that go with a post, audio mostly, and what is said of them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape

from feeds.fields import Fields, first_of, listed, texts_of
from feeds.frontmatter import Value
from feeds.mediatypes import media_type
from feeds.model import Enclosure, Episode

KEYS = ("enclosure", "enclosures", "audio", "audiourl", "audiofile", "podcast", "podcastfile", "podcasturl", "video")
DURATION = ("duration", "audioduration", "podcastduration")
EPISODE = ("episodetype", "explicit", "episode", "episodenumber", "season", "seasonnumber")
LENGTH = ("length", "size", "bytes", "filesize", "audiolength", "audiosize", "podcastbytes", "podcastlength")

_DECLARING = frozenset(KEYS)
_URL = ("url", "src", "file", "href")
_FLAGS = frozenset(["true", "false", "yes", "no", "on", "off"])
"""`podcast: true` says that there is one, not where."""

_KINDS = frozenset(["full", "trailer", "bonus"])
_PLAYER = re.compile(r"<(audio|video)\b(.*?)(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_PLAYS = re.compile("<(?:audio|video)")
_SRC = re.compile(r"""\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


# --- what the fields say ---------------------------------------------------------------------------


def declared(fields: Fields) -> tuple[tuple[str, Enclosure], ...]:
    """Return the files that the fields name, each with the key that does, their URLs as written, none twice.

    A value is a URL, a mapping of `url`, `type`, `length` and `duration`, or a mapping of formats: `{mp3: …, m4a: …}`.
    Length and duration may also be the post's own keys; they are the first file's then.
    """
    if not fields.has_any(_DECLARING):
        return ()
    found: dict[str, tuple[str, Enclosure]] = {}
    for key in KEYS:
        for value in listed(fields.values.get(key)):
            for enclosure in _enclosures(value):
                found.setdefault(enclosure.url, (key, enclosure))
    (key, first), *others = found.values() or [("", None)]
    return ((key, _completed(first, fields)), *others) if first else ()


def _enclosures(value: Value) -> Iterator[Enclosure]:
    if not isinstance(value, Mapping):
        yield from (_enclosure(url, {}) for url in texts_of(value) if url.casefold() not in _FLAGS)
    elif url := next(texts_of(first_of(value, *_URL)), ""):
        yield _enclosure(url, value)
    else:
        files = (next(texts_of(file), "") for form, file in value.items() if media_type(f".{form}"))
        yield from (_enclosure(url, {}) for url in files if url)


def _enclosure(url: str, table: Mapping[str, Value]) -> Enclosure:
    kind, length, duration = (
        next(texts_of(first_of(table, *keys)), "") for keys in (("type", "mime", "mimetype"), LENGTH, DURATION)
    )
    kind = kind.lower() if "/" in kind else media_type(url)
    return Enclosure(url=url, type=kind, length=_count(length), duration=_seconds(duration))


def _completed(enclosure: Enclosure, fields: Fields) -> Enclosure:
    return replace(
        enclosure,
        length=enclosure.length or _count(fields.text(*LENGTH)),
        duration=enclosure.duration or _seconds(fields.text(*DURATION)),
    )


def episode_of(fields: Fields) -> Episode | None:
    """Return what the fields say of the post as an episode of a podcast; None: nothing."""
    kind = fields.text("episodetype").casefold()
    said = fields.text("explicit").casefold()
    episode = Episode(
        number=_count(fields.text("episode", "episodenumber")),
        season=_count(fields.text("season", "seasonnumber")),
        kind=kind if kind in _KINDS else "",
        explicit=said in {"true", "yes", "explicit"} if said else None,
    )
    return None if episode == Episode() else episode


def _seconds(text: str) -> int:
    """Return `75`, `1:15` or `0:01:15` as seconds; 0 where it is none of these."""
    parts = text.split(":")
    if not all(map(_is_count, parts)) or len(parts) > 3:  # noqa: PLR2004 - hours, minutes, seconds
        return 0
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + int(part)
    return seconds


def _count(text: str) -> int:
    return int(text) if _is_count(text) else 0


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16  # noqa: PLR2004 - beyond a petabyte


# --- what the text plays ---------------------------------------------------------------------------


def embedded(html: str) -> tuple[Enclosure, ...]:
    """Return what the players in raw *html* play, a file each, its URL as written: the first that is audio or video."""
    if not _PLAYS.search(html):
        return ()
    files = (next(_played(player[2]), None) for player in _PLAYER.finditer(html))
    return tuple(dict.fromkeys(file for file in files if file))


def _played(inside: str) -> Iterator[Enclosure]:
    for found in _SRC.finditer(inside):
        url = unescape(found[1] or found[2] or found[3] or "").strip()
        if media_type(url).startswith(("audio/", "video/")):
            yield Enclosure(url=url, type=media_type(url), length=0)
