"""Cuts the power: leaves on the disk any part of what a run wrote that the disk had not promised to keep."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random

from torture.disks import File, Recording
from torture.runs import forked, published, tree
from torture.sites import RACY, Garden
from torture.tracing import LEFT_OUT, may_trace, traced
from torture.wards import Snapshot, Tally, Ward

POSTS = 5
CUTS = 100
"""Power cuts for each run that was recorded."""

_OURS = ("out", ".feeds")


def trial(folder: Path, seed: int, kills: int) -> Tally:
    """Record a first build and builds after edits, and cut the power of each at any step: 2 × *kills* in all."""
    tally, random = Tally(), Random(seed)
    if not may_trace():
        tally.remarks.append(f"left out: it {LEFT_OUT}")
        return tally
    garden = Garden(folder / "site", seed, POSTS)
    ward = Ward(garden.folder, folder, tally, runner=forked)
    ward.put_strangers()
    syncs = 0
    for number in range(max(2, 2 * kills // CUTS)):
        if number:
            ward.settle()
            garden.edit(3)
        time.sleep(RACY)
        syncs += _cut(ward, folder, random, f"run {number + 1}", min(CUTS, 2 * kills))
    tally.remarks.append(f"{syncs} syncs in {number + 1} runs")
    return tally


def _cut(ward: Ward, folder: Path, random: Random, run: str, cuts: int) -> int:
    """Record a run, and cut its power some times, each time from where the site stands now; return its syncs."""
    snapshot, before, old = Snapshot(ward.site, folder / "kept"), _ours(ward.site), published(ward.site)
    steps = traced(ward.site, folder / "log")
    ward.tally.holds(steps, f"{run}: it could not be recorded")
    recording, new = Recording(before, steps), published(ward.site)
    ward.stands(run)
    times = {path: (ward.site / path).stat().st_mtime_ns for path in _ours(ward.site) if not path.endswith("/")}
    for _ in range(cuts):
        at = random.randint(0, len(recording.steps))
        snapshot.restore()
        _leave(ward.site, before, recording.cut(at, random), times)
        ward.whole(old, new, f"{run}, power cut before step {at}")
        ward.healed(f"{run}, after a power cut before step {at} of {len(recording.steps)}", "--jobs", "1")
        ward.tally.disturbances += 1
    return sum(step.kind == "sync" for step in recording.steps)


def _ours(site: Path) -> dict[str, bytes]:
    found = {f"{name}/": b"" for name in _OURS if (site / name).exists()}
    return found | {f"{name}/{path}": data for name in _OURS for path, data in tree(site / name).items()}


def _leave(
    site: Path, before: Mapping[str, bytes], disk: Mapping[str, tuple[bytes, File | None]], times: Mapping[str, int]
) -> None:
    """Make *site*, which stands as it did *before*, what is left on the *disk*; new files have their last *times*."""
    for path in sorted(before, reverse=True):
        if path not in disk:
            (site / path).rmdir() if path.endswith("/") else (site / path).unlink()
    for path, (data, file) in sorted(disk.items()):
        if file is None:
            (site / path).mkdir(parents=True, exist_ok=True)
        elif before.get(path) != data or file.path != path:
            (site / path).write_bytes(data)
            moment = times.get(file.path, time.time_ns())
            os.utime(site / path, ns=(moment, moment))
