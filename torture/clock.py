"""Lets clocks jump: the time that a run goes by, those of files, and the machine's as a run sees it."""

import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from torture.runs import run
from torture.sites import NOW, Garden
from torture.wards import Tally, Ward

_FAR = (
    "0002-01-01",
    "1000-06-01",
    "1969-12-31T23:59:59",
    "2038-01-19T03:14:08",
    "2106-02-07T06:28:16",
    "9998-12-31T23:59:59",
)
_STEPS = (1, 59, 3_600, 86_399, 86_400, 7 * 86_400, 400 * 86_400)
_EPOCHS = (-1, 0, 1, 1_772_000_000, 2**31, 2**32, 253_370_764_799)
_TIMES = (0, 1, 2**31 - 1, 2**31, 2**32, 2**33, -1)
"""Seconds since 1970 that files are said to have changed at."""


def trial(folder: Path, seed: int, kills: int) -> Tally:
    """Let some clock jump before each of *kills* ÷ 2 runs, and those by far dates."""
    tally, random = Tally(), Random(seed)
    garden = Garden(folder / "site", seed, 12)
    ward = Ward(garden.folder, folder, tally)
    ward.settle()
    jumps: list[Callable[[Garden, Ward, Random], None]] = [_of_now, _of_now, _of_files, _of_files, _in_secret, _of_ours]
    jumps += [_of_the_machine] if shutil.which("faketime") else []
    for instant in _FAR:
        _at(ward, instant)
    for number in range(max(len(jumps), kills // 2)):
        garden.edit(random.choice((0, 1, 3)))
        jumps[number % len(jumps)](garden, ward, random)
        tally.disturbances += 1
    if _of_the_machine not in jumps:
        tally.remarks.append("the machine's own clock is left out: that needs faketime")
    return tally


def _at(ward: Ward, instant: str) -> None:
    ward.healed(f"at {instant}", now=instant)
    ward.tally.disturbances += 1


def _of_now(_: Garden, ward: Ward, random: Random) -> None:
    """Go by another time: given with the command, or by the environment."""
    if random.random() < 0.3:
        epoch = random.choice(_EPOCHS)
        now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=epoch)
        ward.healed(
            f"SOURCE_DATE_EPOCH {epoch}",
            now=now,
            runner=lambda s, *m, **_: run(s, *m, now="", SOURCE_DATE_EPOCH=str(epoch)),
        )
    else:
        now = NOW + timedelta(seconds=random.choice(_STEPS) * random.choice((-1, 1)))
        ward.healed(f"at {now}", now=now)
    ward.healed("back at the usual time")


def _of_files(garden: Garden, ward: Ward, random: Random) -> None:
    """Let files say that they changed long ago, or will: posts, templates, the configuration."""
    places = [*garden.posts(), ward.site / "feeds.toml", *(ward.site / "templates").glob("*")]
    seconds = random.choice(_TIMES)
    for place in random.sample(places, random.randint(1, len(places))):
        os.utime(place, (seconds, seconds))
    ward.healed(f"files changed {seconds} s after 1970")


def _in_secret(garden: Garden, ward: Ward, random: Random) -> None:
    """Change a post, in its place or by another that is moved there, and give it back its size and time."""
    place = random.choice(garden.posts())
    status, data = place.stat(), place.read_bytes()
    words = data.replace(b"tide", b"ebbs").replace(b"a", b"o")
    if random.random() < 0.5:
        place.write_bytes(words)
    else:
        place.with_suffix(".tmp").write_bytes(words)
        place.with_suffix(".tmp").replace(place)
    os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))
    if random.random() < 0.5:
        time.sleep(random.uniform(0, 2.5))
    ward.healed("a post changed in secret")


def _of_ours(_: Garden, ward: Ward, random: Random) -> None:
    """Let what runs have left say that it is older or newer than the posts."""
    seconds = random.choice(_TIMES)
    for place in (ward.site / ".feeds").rglob("*"):
        os.utime(place, (seconds, seconds))
    os.utime(ward.site / "out/rss.xml", (seconds, seconds))
    ward.healed(f".feeds/ of {seconds} s after 1970")


def _of_the_machine(_: Garden, ward: Ward, random: Random) -> None:
    """Run while the machine's clock says another time, and stands still or runs fast."""
    now = NOW + timedelta(days=random.randint(-9, 9), hours=1)
    clock = f"{now.astimezone():%Y-%m-%d %H:%M:%S}"
    words = random.choice((clock, f"@{clock}"))
    library = Path(f"/usr/lib/{os.uname().machine}-linux-gnu/faketime/libfaketime.so.1")
    fake = {"LD_PRELOAD": str(library), "FAKETIME": words, "NO_FAKE_STAT": "1"}
    ward.healed(f"by a clock that says {words}", now=now, runner=lambda s, *m, **_: run(s, *m, now="", **fake))
    ward.healed("back by the usual time")
