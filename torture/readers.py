"""Reads what is published again and again while runs publish: readers see the old file or the new one."""

import json
import os
import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from torture.runs import published, run
from torture.sites import Garden, posts_for
from torture.wards import SHOWN, STRANGERS, Tally, Ward


def trial(folder: Path, seed: int, kills: int) -> Tally:
    """Publish an edited site once for each ten *kills*, watched by a reader in a process of its own."""
    tally = Tally()
    garden = Garden(folder / "site", seed, posts_for(kills))
    ward = Ward(garden.folder, folder, tally)
    old = ward.settle()
    reads = 0
    for number in range(max(1, kills // 10)):
        garden.edit(6)
        new = ward.clean()
        count, faults = _watched(garden.folder, _allowed(old, new))
        reads += count
        tally.disturbances += 1
        tally.findings += [f"run {number + 1}: a reader found {fault}" for fault in faults]
        ward.stands(f"run {number + 1}")
        old = published(garden.folder)
    tally.files += reads
    tally.remarks.append(f"{reads:,} files read while they were published")
    return tally


def _allowed(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> dict[str, set[str]]:
    """Return the hashes of what a reader may find at each path; an empty one: nothing."""
    paths = [path for path in old.keys() | new.keys() if path not in STRANGERS and not path.endswith("/")]
    return {path: {_hash(one[path]) if path in one else "" for one in (old, new)} for path in sorted(paths)}


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()


def _watched(site: Path, allowed: Mapping[str, set[str]]) -> tuple[int, list[str]]:
    """Build *site* while another process reads it; return how many files that read, and what was wrong with any."""
    ours, theirs = os.pipe()
    stop, stopped = os.pipe()
    child = os.fork()
    if not child:
        os.close(stopped)
        found = _read_on(site / "out", allowed, stop)
        os.write(theirs, json.dumps(found).encode())
        os._exit(0)
    os.close(theirs)
    os.close(stop)
    time.sleep(0.02)
    run(site)
    os.close(stopped)
    with open(ours, "rb") as words:
        count, faults = json.loads(words.read())
    os.waitpid(child, 0)
    return count, faults


def _read_on(out: Path, allowed: Mapping[str, set[str]], stop: int) -> tuple[int, list[str]]:
    """Read every path, over and over, until the other end of *stop* is closed."""
    os.set_blocking(stop, False)
    count = 0
    faults: list[str] = []
    while len(faults) < SHOWN:
        for path, hashes in allowed.items():
            count += 1
            try:
                found = _hash((out / path).read_bytes())
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                found = ""
            if found not in hashes:
                faults.append(f"{path} {'other than the old one and the new one' if found else 'missing'}")
        try:
            os.read(stop, 1)
            break
        except BlockingIOError:
            continue
    return count, faults
