"""Kills runs at random instants: the whole group, the parent alone, a worker alone."""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from torture.runs import STAGE, command, environment, published
from torture.sites import Garden, posts_for
from torture.wards import Tally, Ward

PHASES = ("anywhere", "making", "publishing", "remembering")
"""Any instant; while files wait to be published; while they are moved; after that, when the cache is written."""

VICTIMS = ("group", "parent", "worker")
BUSY = 75
_RUN = 0.8
"""Seconds that a run takes, or so."""

_PATIENCE = 60.0
"""Seconds that the processes of a killed run may take to end."""


@dataclass(frozen=True, kw_only=True)
class Blow:
    """How a run is to be killed."""

    jobs: int
    phase: str
    victim: str

    def __str__(self) -> str:
        return f"{self.victim} in {self.phase}, {self.jobs} jobs"


def trial(folder: Path, seed: int, kills: int) -> Tally:
    """Kill *kills* runs of an edited site, and hold what they leave to the promise."""
    tally, random = Tally(), Random(seed)
    garden = Garden(folder / "site", seed, posts_for(kills))
    ward = Ward(garden.folder, folder, tally)
    old = ward.settle()
    seen: Counter[str] = Counter()
    while tally.disturbances < kills:
        garden.edit()
        new = ward.clean()
        for _ in range(random.choice((1, 1, 2, 4))):
            blow = _blow(random)
            if _killed(ward, blow, random):
                tally.disturbances += 1
                seen.update((blow.phase, f"the {blow.victim}"))
            ward.whole(old, new, f"kill {tally.disturbances} ({blow})")
        _heal(ward, f"after kill {tally.disturbances}", random)
        old = published(garden.folder)
    tally.remarks.append(", ".join(f"{count} {name}" for name, count in sorted(seen.items())))
    return tally


def _blow(random: Random) -> Blow:
    jobs = random.choice((1, 2, 2))
    victim = random.choice(VICTIMS) if jobs > 1 else "group"
    return Blow(jobs=jobs, phase=random.choice(PHASES[:2] if victim == "worker" else PHASES), victim=victim)


def _heal(ward: Ward, when: str, random: Random) -> None:
    ward.healed(when)
    if random.random() < 0.2:
        ward.healed(f"{when}, with --clean", "--clean")


def _killed(ward: Ward, blow: Blow, random: Random) -> bool:
    """Start a run, kill it, and say whether it was hit: it had not ended before, and did not succeed."""
    process = subprocess.Popen(
        command(ward.site, "--jobs", str(blow.jobs)),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    _await_phase(ward.site, blow.phase, process, random)
    is_hit = process.poll() is None and _strike(process.pid, blow.victim)
    words = process.communicate(timeout=_PATIENCE)[0].decode(errors="replace")  # when the last of its processes ends
    is_told = process.returncode in {0, -signal.SIGKILL} or (process.returncode == BUSY and "help: " in words)
    ward.tally.holds(is_told, f"a run whose {blow} was killed ended with {process.returncode}: {words[-300:]}")
    return is_hit and process.returncode != 0


def _strike(parent: int, victim: str) -> bool:
    workers = list(_children(parent)) if victim == "worker" else []
    with suppress(ProcessLookupError):
        if victim == "group":
            os.killpg(parent, signal.SIGKILL)
        elif victim == "parent" or workers:
            os.kill(workers[0] if workers else parent, signal.SIGKILL)
        return victim != "worker" or bool(workers)
    return False


def _children(parent: int) -> Iterator[int]:
    with suppress(OSError):
        yield from map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())


def _await_phase(site: Path, phase: str, process: "subprocess.Popen[bytes]", random: Random) -> None:
    """Return at a random instant of *phase*, or when the run has ended."""
    stage = site / "out" / STAGE
    if phase == "anywhere":
        time.sleep(random.uniform(0, _RUN))
        return
    _await(stage.exists, process)
    if phase == "making":
        time.sleep(random.uniform(0, _RUN / 3))
    elif phase == "publishing":
        most, share = 0, random.random()
        while process.poll() is None and (count := _count(stage)) > most * share:
            most = max(most, count)
            time.sleep(0.0002)
    else:
        _await(lambda: not stage.exists(), process)
        time.sleep(random.uniform(0, 0.02))


def _await(happened: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None and not happened():
        time.sleep(0.0005)


def _count(folder: Path) -> int:
    try:
        return len(os.listdir(folder))
    except OSError:
        return 0
