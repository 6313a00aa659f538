"""Takes the right to write away, or to read: of folders and files, from an ordinary user, and of whole disks."""

import os
import shutil
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from torture.mounts import LEFT_OUT, may_mount, read_only
from torture.runs import forked, published, run
from torture.sites import Garden
from torture.wards import Tally, Ward

NOBODY = 65534
_FOLDERS = ("out", "out/category", "out/digest", "out/digest/daily", ".feeds", ".feeds/compiled")
_FILES = ("out/rss.xml", "out/.feeds", "out/index.html", ".feeds/cache.sqlite3", ".feeds/lock")
_FOLDER_MODES = (0o555, 0o000, 0o333)
"""No writing; nothing at all; no listing."""

_FILE_MODES = (0o444, 0o000)
_DISKS = (("out",), (".feeds",), ("out", ".feeds"))


def trial(folder: Path, seed: int, kills: int) -> Tally:
    """Take each right of each place away for one run, once for each 100 *kills*, and give it back for the next."""
    tally = Tally()
    folder.chmod(0o755)
    runner = partial(forked, first=_leave_root) if os.geteuid() == 0 else run
    garden = Garden(folder / "site", seed, 12)
    ward = Ward(garden.folder, folder, tally, runner=runner)
    ward.put_strangers()
    _own(garden.folder)
    ward.settle()
    seen = {0: 0, 75: 0}
    for _ in range(max(1, kills // 100)):
        for place, mode in [(p, m) for p in _FOLDERS for m in _FOLDER_MODES] + [
            (p, m) for p in _FILES for m in _FILE_MODES
        ]:
            seen[_without(garden, ward, place, mode)] += 1
    tally.remarks.append(f"{seen[75]} runs were refused, {seen[0]} did not need the right")
    if may_mount(folder):
        for disks in _DISKS:
            _on_read_only(garden, ward, disks)
    else:
        tally.remarks.append(f"read-only disks are left out: that {LEFT_OUT}")
    return tally


def _leave_root() -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def _own(site: Path) -> None:
    """Give all of *site* to the ordinary user, where this one is not."""
    if os.geteuid() == 0:
        for place in (site, *site.rglob("*")):
            shutil.chown(place, NOBODY, NOBODY)


def _without(garden: Garden, ward: Ward, name: str, mode: int) -> int:
    """Build an edited site while the *mode* of what is at *name* is another, and again when it is as before."""
    garden.edit(2)
    _own(garden.folder)
    place = ward.site / name
    before = place.stat().st_mode & 0o777
    old, new = published(ward.site), ward.clean()
    place.chmod(mode)
    code = _held(ward, f"{name} with mode {mode:03o}")
    place.chmod(before)
    ward.whole(old, new, f"{name} with mode {mode:03o}")
    ward.healed(f"{name} with mode {mode:03o}, then with its own")
    return code


def _on_read_only(garden: Garden, ward: Ward, disks: tuple[str, ...]) -> None:
    garden.edit(2)
    _own(garden.folder)
    old, new = published(ward.site), ward.clean()
    when = f"{' and '.join(disks)} read-only"
    with ExitStack() as mounts:
        for name in disks:
            mounts.enter_context(read_only(ward.site / name))
        ward.tally.holds(_held(ward, when) == 75, f"{when}: the run did not say so")
        ward.whole(old, new, when)
    ward.healed(f"{when}, then writable")


def _held(ward: Ward, when: str) -> int:
    """Run, and hold the run to what it says: all is well, or not now, and what to do."""
    ended = ward.run()
    ward.tally.disturbances += 1
    is_told = ended.code == 0 or (ended.code == 75 and "help: " in ended.words)
    ward.tally.holds(is_told, f"{when}: the run ended with {ended.code}: {ended.words[-300:]}")
    return 75 if ended.code else 0
