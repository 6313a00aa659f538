"""Turns names into folder names that no disk, URL or neighbour quarrels with."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import count
from unicodedata import category, normalize

from feeds.model import short_hash

MAX_BYTES = 80
"""Of a folder's name, in UTF-8."""

RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³")],
)
"""Names that Windows gives to devices, with whatever extension: a checkout there could not hold them."""

_ASCII_RUNS = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=4096)
def slug(name: str) -> str:
    """Return *name* as a folder name: never empty, at most 80 bytes of UTF-8, the same for NFC and NFD.

    The case-fold's letters, marks and digits of any script stay; runs of the rest become one `-`. A name without
    any of them, or one that is reserved, is told apart by a hash.
    """
    cut = _cut(_dashed(_folded(name)))
    if not cut:
        return short_hash(normalize("NFC", name))
    return f"{cut}-{short_hash(normalize('NFC', name))}" if cut in RESERVED else cut


def title_slug(title: str, *, dots: bool = False) -> str:
    """Return *title* as Pelican writes it in addresses, or Hugo, which keeps *dots*: words joined by `-`, no signs.

    `Rust's 1.0` is `rusts-10` there, or `rusts-1.0`, and no `rust-s-1-0`. Empty where nothing is left.
    """
    signs = "-_." if dots else "-_"
    kept = (c if c in signs or category(c)[0] in "LMN" else " " if c.isspace() else "" for c in _folded(title))
    return "-".join("".join(kept).replace("-", " ").split())


def assigned(names: Iterable[str], fixed: Mapping[str, str]) -> dict[str, str]:
    """Return a slug of its own for each of *names*, the earlier name keeping what two would share.

    *fixed* are the slugs that the configuration gives, by name; nobody else gets one of those, in whatever case:
    some disks do not tell.
    """
    slugs = dict(fixed)
    taken = {_folded(folder) for folder in fixed.values()}
    for name in names:
        if name not in slugs:
            slugs[name] = next(folder for folder in _wishes(name) if folder not in taken)
            taken.add(slugs[name])
    return slugs


def _wishes(name: str) -> Iterator[str]:
    """Yield the slug of *name*, then the same with ever other hashes: a name may be written like another's."""
    wanted = slug(name)
    yield wanted
    yield from (f"{wanted}-{short_hash(name + ' ' * more)}" for more in count())


def _folded(name: str) -> str:
    """Return *name* as it is compared: in one case, one normal form; folding the case may leave it in none."""
    return normalize("NFC", normalize("NFC", name).casefold())


def _dashed(folded: str) -> str:
    if folded.isascii():
        return _ASCII_RUNS.sub("-", folded).strip("-")
    kept = "".join(c if category(c)[0] in "LMN" else "-" for c in folded)
    return re.sub("-+", "-", kept).strip("-")


def _cut(text: str) -> str:
    return text.encode()[:MAX_BYTES].decode(errors="ignore").rstrip("-")
