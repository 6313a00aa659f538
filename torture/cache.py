"""Damages what runs keep for one another, the cache and the list of our files among them, in every way we know."""

import time
from collections import Counter
from pathlib import Path
from random import Random

from torture.damages import DAMAGES, Damage, Scene
from torture.runs import Run, forked, run
from torture.sites import RACY, Garden, posts_for
from torture.wards import Snapshot, Tally, Ward

BATCH = 60
"""Damages between two edits."""


def trial(folder: Path, seed: int, kills: int) -> Tally:
    """Do each damage once, and damages at random until there were *kills*; one run in eight is a process."""
    tally, random = Tally(), Random(seed)
    garden = Garden(folder / "site", seed, posts_for(kills))
    other = Garden(folder / "other", seed + 1, posts_for(kills))
    ward = Ward(garden.folder, folder, tally, runner=forked)
    Ward(other.folder, folder, tally, runner=forked).settle()
    wanted = random.sample(DAMAGES, min(kills, len(DAMAGES)))
    wanted += random.choices(DAMAGES, [damage.weight for damage in DAMAGES], k=kills - len(wanted))
    seen: Counter[str] = Counter()
    for start in range(0, len(wanted), BATCH):
        _keep_an_older_cache(ward, garden, folder)
        snapshot = Snapshot(garden.folder, folder / "kept")
        garden.edit(2)
        for damage in wanted[start : start + BATCH]:
            tally.disturbances += 1
            seen[damage.name] += 1
            snapshot.restore()
            _after(damage, ward, folder, random, f"{damage.name} ({tally.disturbances})")
    tally.remarks.append(f"{len(seen)} kinds of damage, most often {', '.join(n for n, _ in seen.most_common(3))}")
    return tally


def _keep_an_older_cache(ward: Ward, garden: Garden, folder: Path) -> None:
    """Build the site twice, with an edit between, and keep the first cache beside; its posts count as settled then."""
    time.sleep(RACY)
    ward.settle()
    (folder / "older.sqlite3").write_bytes((garden.folder / ".feeds/cache.sqlite3").read_bytes())
    garden.edit(3)
    time.sleep(RACY)
    ward.settle()


def _after(damage: Damage, ward: Ward, folder: Path, random: Random, when: str) -> None:
    """Do *damage*, and hold the next run to what is promised of it: it heals, or tells what is to be done."""
    damage.do(Scene(site=ward.site, folder=folder, random=random))
    runner = run if random.randrange(8) == 0 else forked
    if damage.told:
        _told(runner(ward.site, "--jobs", "1"), damage, ward.tally, when)
        damage.remedy(ward.site)
    ward.healed(when, "--jobs", "1", *damage.options, runner=runner)


def _told(ended: Run, damage: Damage, tally: Tally, when: str) -> None:
    tally.holds(ended.code == damage.told, f"{when}: the run ended with {ended.code}: {ended.words[-300:]}")
    tally.holds("help: " in ended.words, f"{when}: no remedy is told: {ended.words[-300:]}")
    tally.holds("Traceback" not in ended.words, f"{when}: a traceback: {ended.words[-300:]}")
