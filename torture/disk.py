"""Lets the disk be full: at each number of free bytes, and of free files, for what is published and for the cache."""

import os
from contextlib import ExitStack
from pathlib import Path
from random import Random

from torture.mounts import AMPLE, LEFT_OUT, may_mount, resized, small
from torture.runs import published, run
from torture.sites import Garden
from torture.wards import Tally, Ward

_PAGE = 4096
_SMALL = ("out", ".feeds", "")
"""What lies on the disk that is full: either, or the whole site."""

_LEAST = 3


def trial(folder: Path, seed: int, kills: int) -> Tally:
    """Fill the disk some *kills* ÷ 4 times, each time for one run, and make room for the next."""
    tally, random = Tally(), Random(seed)
    if not may_mount(folder):
        tally.remarks.append(f"left out: it {LEFT_OUT}")
        return tally
    refused = 0
    for number, name in enumerate(_SMALL):
        with ExitStack() as mounts:
            place = folder / f"site{number}" / name
            mounts.enter_context(small(place))
            garden = Garden(folder / f"site{number}", seed + number, 12)
            ward = Ward(garden.folder, folder, tally)
            ward.settle()
            for _ in range(max(_LEAST, kills // 12)):
                refused += _filled(garden, ward, place, random)
    tally.remarks.append(f"{refused} runs found no room, {tally.disturbances - refused} had enough")
    return tally


def _filled(garden: Garden, ward: Ward, place: Path, random: Random) -> bool:
    """Build an edited site with little room at *place*; say whether it was too little."""
    garden.edit(4)
    old, new = published(garden.folder), ward.clean()
    limits = _limits(place, random)
    when = f"{place.name or 'site'} with {', '.join(f'{count:,} {name} free' for name, count in limits.items())}"
    _leave_free(place, **limits)
    ended = run(garden.folder)
    ward.tally.disturbances += 1
    ward.tally.holds(ended.code in {0, 75}, f"{when}: the run ended with {ended.code}: {ended.words[-300:]}")
    if ended.code:
        ward.tally.holds("help: make room" in ended.words, f"{when}: no remedy is told: {ended.words[-300:]}")
        ward.whole(old, new, when)
    else:
        ward.stands(when)
    resized(place, **AMPLE)
    ward.healed(f"{when}, then room")
    return ended.code != 0


def _limits(place: Path, random: Random) -> dict[str, int]:
    """Return how many bytes or files are to be free: none, few, or about as many as a run needs."""
    if random.random() < 0.3:
        return {"files": random.choice((0, 1, 2, 5, 20, 40))}
    most = 60 if place.name == ".feeds" else 400
    return {"bytes": _PAGE * random.choice((0, 1, 2, 3, random.randrange(most), random.randrange(most)))}


def _leave_free(place: Path, **limits: int) -> None:
    used = os.statvfs(place)
    if "files" in limits:
        resized(place, nr_inodes=used.f_files - used.f_ffree + limits["files"])
    else:
        resized(place, size=(used.f_blocks - used.f_bfree) * used.f_frsize + limits["bytes"])
