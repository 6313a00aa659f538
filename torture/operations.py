"""Ends a run before each of its operations on files, one after the other, from the first to the last."""

import time
from pathlib import Path

from torture.faulty import CRASHED, Crash
from torture.runs import forked, published
from torture.sites import RACY, Garden
from torture.wards import Snapshot, Tally, Ward

POSTS = 3
ALL = 100
"""Kills from which on every operation has its turn."""


def trial(folder: Path, seed: int, kills: int) -> Tally:
    """Do so with the first build of a small site, with builds after edits, and with those of a larger site.

    The larger site has its turn from ALL *kills* on; with fewer, only some of the operations have theirs.
    """
    tally = Tally()
    every = max(1, ALL // kills)
    _of_site(Garden(folder / "small", seed, POSTS, is_lean=True), folder, tally, every, edits=max(1, kills // ALL))
    if kills >= ALL:
        _of_site(Garden(folder / "larger", seed, POSTS), folder, tally, every, edits=1)
    return tally


def _of_site(garden: Garden, folder: Path, tally: Tally, every: int, edits: int) -> None:
    name = garden.folder.name
    ward = Ward(garden.folder, folder, tally, runner=forked)
    ward.put_strangers()
    _crashed_everywhere(ward, folder, every, f"the first build of the {name} site")
    for edit in range(edits):
        time.sleep(RACY)
        ward.settle()
        garden.edit(3)
        _crashed_everywhere(ward, folder, every, f"edit {edit + 1} of the {name} site")


def _crashed_everywhere(ward: Ward, folder: Path, every: int, what: str) -> None:
    """Crash the build at every operation, or each so many, one after the other, each time from where it stands now."""
    snapshot = Snapshot(ward.site, folder / "kept")
    old, new = published(ward.site), ward.clean()
    number = 1
    while forked(ward.site, "--jobs", "1", first=Crash(number).install).code == CRASHED:
        when = f"{what}, crash at operation {number}"
        ward.whole(old, new, when)
        ward.healed(when, "--jobs", "1")
        ward.tally.disturbances += 1
        snapshot.restore()
        number += every
    ward.stands(f"{what}, undisturbed")
    ward.tally.remarks.append(f"{what}: {number - every} operations or so")
