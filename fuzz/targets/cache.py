"""Opens any bytes as the cache's file, and a good one with any damage."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache

from feeds.articles import reader_of
from feeds.cache import Fingerprint, Made
from feeds.config import parse_site
from feeds.entries import parse_post
from feeds.model import Brief
from feeds.outcomes import Parsed
from feeds.store import Cache
from fuzz.promises import holds
from fuzz.seeds import POSTS
from fuzz.targets import Target
from fuzz.world import scratch

KEY, HUB = "key", "https://hub.example/"
PATHS = [f"{number}.md" for number in range(4)]
EDIT = 4
"""Bytes of an instruction: three for a place, one for what is put there."""


def check(data: bytes) -> None:
    """Hold the cache to its promise: whatever happened to its file, it is empty or right, and can be written again."""
    folder = scratch()
    path = folder / "cache.sqlite3"
    path.write_bytes(data if data.startswith(b"SQLite") else _damaged(_good(), data))
    for name in ("-journal", "-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)
    with Cache.looked_at(path) as looked:
        _is_right(looked)
    for _ in range(3):  # some damage shows only where a row is replaced, and the cache is begun anew then
        with Cache.opened(path) as opened:
            _is_right(opened)
            _remember(opened)
            opened.commit()
    with Cache.opened(path) as again:
        holds(again.posts(KEY, Parsed) == _posts(), "the cache forgets what it was told after damage")


def _is_right(opened: Cache) -> None:
    posts, targets = opened.posts(KEY, Parsed), opened.targets(Made)
    holds(posts.items() <= _posts().items(), "the cache tells of other posts than there were")
    holds(targets.items() <= _targets().items(), "the cache tells of other files than were made")
    holds(opened.briefs(PATHS, Brief).items() <= _briefs().items(), "the cache tells other summaries")
    holds(opened.standing(Brief) in {None, _briefs()[PATHS[0]]}, "the cache tells of another build")
    opened.told(HUB)


def _damaged(good: bytes, edits: bytes) -> bytes:
    """Return *good* with each of *edits* made: a byte changed, or the file cut."""
    changed = bytearray(good)
    for start in range(0, len(edits) - EDIT + 1, EDIT):
        place = int.from_bytes(edits[start : start + EDIT - 1])
        if place >= 2**23:
            del changed[place % (len(changed) + 1) :]
        elif changed:
            changed[place % len(changed)] = edits[start + EDIT - 1]
    return bytes(changed)


@cache
def _good() -> bytes:
    """Return a whole cache, in the smallest pages that there are."""
    path = scratch() / "good.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma page_size = 512")
        connection.execute("vacuum")
    with Cache.opened(path) as opened:
        _remember(opened)
        opened.commit()
    return path.read_bytes()


def _remember(opened: Cache) -> None:
    opened.remember_posts(KEY, _posts(), [])
    opened.remember_briefs(_briefs())
    opened.remember_targets(_targets(), [])
    opened.remember_standing(_briefs()[PATHS[0]])
    opened.remember_told(HUB, {"rss.xml": "0123456789abcdef"}, [])


@cache
def _posts() -> dict[str, tuple[str, Parsed]]:
    reader = reader_of(parse_site('[site]\ntitle = "Tide"\nurl = "https://news.example.org/"\n'))
    return {path: (f"12:{path}", parse_post(post, path, reader)) for path, post in zip(PATHS, POSTS, strict=False)}


@cache
def _briefs() -> dict[str, Brief]:
    return {path: Brief(summary=f"It sails again from {path}.") for path in PATHS}


@cache
def _targets() -> dict[str, Made]:
    prints = Fingerprint(program="p", site="s", templates="t", entries="e", rest="r")
    return {f"{path}.html": Made(fingerprint=prints, size=12, mtime_ns=34) for path in PATHS}


def _seeds() -> Iterator[bytes]:
    yield from (
        b"",
        b"SQLite format 3\0",
        b"\x00\x00\x3c\x00",
        b"\x80\x10\x00\x00",
        b"\x00\x10\x00x\x00\x12\x00y",
        b"\x00\x00\x12q",
    )
    yield from (number.to_bytes(3) + b"\x00" for number in range(0, 12_000, 97))


TARGET = Target(check=check, seeds=tuple(_seeds()), tokens=("SQLite format 3",), longest=64)
