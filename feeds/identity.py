"""Gives every entry an id that no other has."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from string import ascii_letters, digits
from unicodedata import normalize
from urllib.parse import quote

from feeds.diagnostics import Diagnostic, Severity
from feeds.model import Entry
from feeds.settings import Site

_SAFE = "/-._~!$&'()*+,;=:@"
"""What RFC 3986 §3.3 lets stand in a path."""

_UNRESERVED = (ascii_letters + digits + _SAFE).encode()


def with_ids_of_their_own(entries: tuple[Entry, ...], site: Site) -> tuple[tuple[Entry, ...], tuple[Diagnostic, ...]]:
    """Return *entries* by path, each with an id that no other has, and a warning for each that had to give way."""
    taken: dict[str, Entry] = {}
    problems: list[Diagnostic] = []
    for entry in sorted(entries, key=lambda entry: entry.path):
        own = entry if entry.id not in taken else replace(entry, id=_free_id(entry, taken, site))
        if own is not entry and not _differ_in_extension(entry, taken[entry.id], site):
            problems.append(_same_id(entry, taken[entry.id], site))
        taken[own.id] = own
    return tuple(taken.values()), tuple(problems)


def _differ_in_extension(entry: Entry, first: Entry, site: Site) -> bool:
    """Say whether two of one id are `a.md` and `a.html`, which is no mistake."""
    return entry.id == path_id(site, entry.path) == path_id(site, first.path)


def _free_id(entry: Entry, taken: dict[str, Entry], site: Site) -> str:
    return next(candidate for candidate in _candidates(entry, site) if candidate not in taken)


def _candidates(entry: Entry, site: Site) -> Iterator[str]:
    """Yield the ids that *entry* may have in place of its own, and never an end: others may claim these."""
    for full in (False, True):
        yield path_id(site, entry.path, with_extension=full)
    for number in count():
        yield f"{entry.id}#{entry.anchor}{'-' * number}"


def _same_id(entry: Entry, first: Entry, site: Site) -> Diagnostic:
    return Diagnostic(
        path=site.shown(entry.path),
        severity=Severity.WARNING,
        code="id-repeated",
        message=f"the id `{entry.id}` is also that of {site.shown(first.path)}; this post got the id of its path",
        help="give one of the two another `id`",
    )


def path_id(site: Site, path: str, *, with_extension: bool = False) -> str:
    """Return the id that *path* gives: NFC, date kept, percent-encoded as RFC 4151 §2.1 wants a tag URI."""
    kept = path if with_extension else without_extension(path)
    return site.id + percent_encoded(normalize("NFC", kept))


def percent_encoded(text: str) -> str:
    """Return *text* as it may stand in a URI's path."""
    return quote(text, safe=_SAFE) if text.encode().translate(None, _UNRESERVED) else text


def without_extension(path: str) -> str:
    """Return *path* without what follows the last dot of its last part, unless that begins with it: `.a`."""
    kept, _, last = path.rpartition(".")
    return kept if "/" not in last and kept.rpartition("/")[2].strip(".") else path
