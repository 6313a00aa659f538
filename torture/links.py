"""Lets somebody put links into `out/` while builds run: nothing outside is ever written, changed or removed."""

import os
import random
import shutil
import subprocess
from collections import Counter
from contextlib import suppress
from pathlib import Path

from torture.runs import command, environment, run, tree
from torture.sites import Garden
from torture.wards import Tally

_PLACES = ("category", "digest", "digest/daily", "archive", "source", ".feeds-new", ".", "../.feeds/compiled")
_FILES = ("rss.xml", "index.html", "feeds.opml", ".feeds", "style.css", "../.feeds/cache.sqlite3", "../.feeds/lock")
_VICTIM = {
    "rss.xml": b"theirs\n",
    "index.html": b"theirs\n",
    "harbour/rss.xml": b"theirs\n",
    "daily/index.html": b"theirs\n",
    "0": b"theirs\n",
    "manifest": b"theirs\n",
    "cache.sqlite3": b"",
    "lock": b"",
}
"""What stands outside, under names that a run writes and removes."""


def trial(folder: Path, seed: int = 1, kills: int = 200) -> Tally:
    """Swap folders and files of a site for links out of it, at random instants of a run for every four of *kills*."""
    tally, chance = Tally(), random.Random(seed)
    garden = Garden(folder / "site", seed)
    outside = _outside(folder / "outside")
    before = _state(outside)
    codes: Counter[int] = Counter()
    for number in range(max(kills // 4, 1)):
        garden.edit(8)
        swaps, code = _rivalled(garden.folder, outside, chance)
        tally.disturbances += swaps
        codes[code] += 1
        tally.holds(code in {0, 1, 75}, f"run {number} ended with {code}")
        after = _state(outside)
        tally.files += len(before)
        for path in sorted(before.keys() | after.keys()):
            tally.holds(before.get(path) == after.get(path), f"run {number}: {path}, outside, is not what it was")
        if before != after:
            outside = _outside(outside)
        _tidied(garden.folder)
    ended = run(garden.folder, "--adopt")
    tally.holds(ended.code == 0, f"the run after them all ended with {ended.code}: {ended.words[-300:]}")
    tally.remarks.append(
        "runs by exit code: " + ", ".join(f"{count} × {code}" for code, count in sorted(codes.items()))
    )
    return tally


def _outside(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    for path, data in _VICTIM.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
        os.utime(folder / path, ns=(1, 1))
    return folder


def _state(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Return bytes, mode and time of all that is outside."""
    return {path: (data, *_facts(folder / path)) for path, data in tree(folder).items()}


def _facts(place: Path) -> tuple[int, int]:
    status = place.lstat()
    return status.st_mode, 0 if place.is_dir() else status.st_mtime_ns


def _rivalled(site: Path, outside: Path, chance: random.Random) -> tuple[int, int]:
    """Build *site* while somebody swaps what is in it for links to *outside*; return how often, and the exit code."""
    line = command(site, "--jobs", chance.choice("12"), *chance.choice(((), ("--adopt",), ("--clean",))))
    process = subprocess.Popen(line, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    pace = chance.choice((0.0005, 0.01, 0.1))
    stage = chance.choice((None, site / "out/.feeds-new"))  # wait until all was looked at and files are being made
    swaps = 0
    while True:
        try:
            is_quiet = stage is not None and not stage.exists()
            return swaps, process.wait(0.0005 if is_quiet else chance.uniform(0, 2 * pace))
        except subprocess.TimeoutExpired:
            if stage is None or stage.exists() or swaps:
                swaps += _swapped(site / "out", outside, chance)


def _swapped(out: Path, outside: Path, chance: random.Random) -> bool:
    """Put a link in the place of something below *out*, or put it back; say whether that could be done."""
    is_folder = chance.random() < 0.7
    place = Path(os.path.normpath(out / chance.choice(_PLACES if is_folder else _FILES)))
    aside = place.with_name(f"{place.name}-aside")
    if not Path(os.path.realpath(place.parent)).is_relative_to(os.path.realpath(out.parent)):
        return False  # the way there is a link already: it would be ours to harm those outside
    with suppress(OSError):
        if place.is_symlink():
            place.unlink()
            if aside.exists():
                aside.rename(place)
            return True
        if place.exists():
            place.rename(aside)
        if chance.random() < 0.2 and not is_folder:
            os.link(outside / "rss.xml", place)
        else:
            place.symlink_to(outside if is_folder else outside / place.name)
        return True
    return False


def _tidied(site: Path) -> None:
    """Take away every link, and what was put aside."""
    for place in list(site.rglob("*")):
        if place.is_symlink() or (place.is_file() and place.stat().st_nlink > 1):
            place.unlink()
        elif place.name.endswith("-aside"):
            shutil.rmtree(place, ignore_errors=True) if place.is_dir() else place.unlink(missing_ok=True)
