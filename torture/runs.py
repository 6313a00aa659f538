"""Runs feeds as a process, and reads what stands in a site before and after."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import NoReturn

from torture.sites import INPUT, NOW

TOP = Path(__file__).parent.parent
STAGE = ".feeds-new"
MANIFEST = ".feeds"
_KEPT = frozenset(["lock", "cache.sqlite3", "compiled"])
"""What a run may leave in `.feeds/`."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run that has ended."""

    code: int
    """The exit code; minus the number of the signal that ended it."""

    words: str
    """What it printed, stdout and stderr."""

    @property
    def first_line(self) -> str:
        """Return the first line that it printed, as far as it fits a report."""
        return self.words.partition("\n")[0][:160]


def arguments(site: Path | str, *more: str, now: datetime | str = NOW) -> list[str]:
    """Return the arguments of a quiet build of *site* at *now*; an empty one: the environment's or the clock's."""
    instant = now.isoformat() if isinstance(now, datetime) else now
    return ["-C", str(site), *(["--now", instant] if instant else []), "-q", "build", *more]


def command(site: Path | str, *more: str, now: datetime | str = NOW) -> list[str]:
    """Return the command line of such a build."""
    return [sys.executable, "-m", "feeds", *arguments(site, *more, now=now)]


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment, in which Python finds feeds whatever the current folder is."""
    return os.environ | {"PYTHONPATH": str(TOP)} | more


def run(site: Path | str, *more: str, now: datetime | str = NOW, **variables: str) -> Run:
    """Build *site* in a process of its own, to its end, with more *variables* in its environment."""
    ended = subprocess.run(
        command(site, *more, now=now),
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return Run(code=ended.returncode, words=ended.stdout.decode(errors="replace"))


def forked(site: Path | str, *more: str, now: datetime | str = NOW, first: Callable[[], object] | None = None) -> Run:
    """Build *site* in a copy of this process, which has every module at hand; *first* is called there before."""
    return in_copy(arguments(site, *more, now=now), first)


def in_copy(line: list[str], first: Callable[[], object] | None = None) -> Run:
    """Run feeds with the arguments *line* in a copy of this process; *first* is called there before."""
    with TemporaryFile() as words:
        child = os.fork()
        if not child:
            _as_child(words.fileno(), line, first)
        _, status = os.waitpid(child, 0)
        words.seek(0)
        return Run(code=os.waitstatus_to_exitcode(status), words=words.read().decode(errors="replace"))


def _as_child(words: int, line: list[str], first: Callable[[], object] | None) -> NoReturn:
    os.dup2(words, 1)
    os.dup2(words, 2)
    code = 70
    try:
        from feeds import cli  # noqa: PLC0415 - only where feeds runs in this process

        sys.argv = ["feeds", *line]
        if first:
            first()
        cli.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - what Python would have printed
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def warm(site: Path) -> None:
    """Have at hand, in this process and its copies, every module that a build of *site* needs."""
    from datetime import UTC  # noqa: PLC0415 - beside the others

    from feeds.build import check  # noqa: PLC0415 - only where feeds runs in this process
    from feeds.reports import Wishes  # noqa: PLC0415 - as above

    check(site, Wishes(now=NOW.astimezone(UTC), jobs=1))


# --- what stands ---------------------------------------------------------------------------------


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file's bytes by path below *folder*; folders end with `/`, a link says where it leads."""
    found: dict[str, bytes] = {}
    for above, folders, files in os.walk(folder):
        place = Path(above)
        prefix = place.relative_to(folder).as_posix() + "/" if place != folder else ""
        found |= {f"{prefix}{name}/": b"" for name in folders}
        found |= {f"{prefix}{name}": _bytes(place / name) for name in files}
    return found


def _bytes(place: Path) -> bytes:
    if place.is_symlink():
        return b"-> " + os.fsencode(os.readlink(place))
    return place.read_bytes() if place.is_file() else b"no file"  # a pipe would be waited for


def published(site: Path) -> dict[str, bytes]:
    """Return what readers see of *site*: its `out/` without the list and the folder where files wait."""
    return {path: data for path, data in tree(site / "out").items() if path.split("/")[0] not in {STAGE, MANIFEST}}


def inputs(site: Path) -> Mapping[str, tuple[bytes, int]]:
    """Return the bytes and the modification time of all that *site* is made of."""
    places = [place for name in INPUT for place in (site / name, *(site / name).rglob("*")) if place.is_file()]
    return {place.relative_to(site).as_posix(): (place.read_bytes(), place.stat().st_mtime_ns) for place in places}


def leftovers(site: Path) -> list[str]:
    """Return what lies in `out/` and `.feeds/` of *site* that no run that has ended may leave there."""
    staged = [f"out/{path}" for path in tree(site / "out") if path.split("/")[0] == STAGE]
    kept = tree(site / ".feeds")
    strange = [path for path in kept if path.rstrip("/").split("/")[0] not in _KEPT]
    unsealed = [path for path in kept if path.startswith("compiled/") and "." in path]
    return staged + [f".feeds/{path}" for path in strange + unsealed]
