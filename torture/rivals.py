"""Starts several runs at once, kills who holds the lock, and moves the site away under a run."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from random import Random

from torture.runs import STAGE, command, environment, run
from torture.sites import Garden, posts_for
from torture.wards import Tally, Ward

_LONG = 20.0
"""Seconds after which a lock is no longer waited for."""


def trial(folder: Path, seed: int, kills: int) -> Tally:
    """Let two to four runs meet, *kills* ÷ 10 times, and a run lose its life or its folder as often."""
    tally, random = Tally(), Random(seed)
    garden = Garden(folder / "site", seed, posts_for(kills))
    ward = Ward(garden.folder, folder, tally)
    (folder / "link").symlink_to("site")
    ward.settle()
    waited = []
    built = turned_away = 0
    for _ in range(max(2, kills // 10)):
        garden.edit(3)
        codes = _met(ward, folder, random)
        built, turned_away = built + codes.count(0), turned_away + codes.count(75)
        garden.edit(3)
        waited.append(_freed(ward))
        garden.edit(3)
        _moved(ward, folder)
        tally.disturbances += len(codes) + 2
    tally.remarks.append(f"{built} of those that met built, {turned_away} were turned away")
    at_once = sum(one < 0.01 for one in waited)
    tally.remarks.append(
        f"a killed run's lock was free at once {at_once} of {len(waited)} times, else in {max(waited):.2f} s"
    )
    return tally


def _met(ward: Ward, folder: Path, random: Random) -> list[int]:
    """Start runs at once by different paths: one builds, the others build after it or say that they cannot now."""
    ways = [
        (str(ward.site), folder),
        (str(folder / "link"), folder),
        ("site", folder),
        (".", ward.site),
        ("../link", ward.site),
    ]
    started = [_started(way, cwd) for way, cwd in random.sample(ways, random.randint(2, 4))]
    ended = [(process, process.communicate()[0].decode()) for process in started]
    codes = [process.returncode for process, _ in ended]
    ward.tally.holds(0 in codes and set(codes) <= {0, 75}, f"runs that met ended with {codes}")
    for process, words in ended:
        is_right = process.returncode == 0 or words.startswith("another run holds .feeds/lock\n  help: ")
        ward.tally.holds(is_right, f"a run that met others said: {words[-300:]}")
    ward.stands("after runs that met")
    ward.healed("after runs that met")
    return codes


def _started(way: str, cwd: Path, jobs: str = "1") -> "subprocess.Popen[bytes]":
    line = command(way, "--jobs", jobs)
    return subprocess.Popen(line, cwd=cwd, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def _freed(ward: Ward) -> float:
    """Kill a run that holds the lock, the parent of two workers; return after how many seconds another may have it."""
    process = _started(str(ward.site), ward.site, "2")
    _await_stage(ward.site, process)
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    killed = asked = time.monotonic()
    while run(ward.site).code == 75 and asked < killed + _LONG:
        asked = time.monotonic()
    ward.stands("after a holder of the lock was killed")
    return asked - killed


def _moved(ward: Ward, folder: Path) -> None:
    """Move the site away while a run builds it: nothing is made in its old place, and nothing is lost."""
    process = _started(str(ward.site), folder)
    _await_stage(ward.site, process)
    ward.site.rename(folder / "moved")
    words = process.communicate()[0].decode()
    is_told = process.returncode == 0 or (process.returncode == 75 and "help: " in words)
    ward.tally.holds(is_told, f"a run whose site moved ended with {process.returncode}: {words[-300:]}")
    ward.tally.holds(not ward.site.exists(), "a run whose site moved made something in its old place")
    shutil.rmtree(ward.site, ignore_errors=True)
    (folder / "moved").rename(ward.site)
    ward.healed("after the site moved")


def _await_stage(site: Path, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None and not (site / "out" / STAGE).exists():
        time.sleep(0.001)
