"""Puts small and read-only file systems where a trial wants them, if this machine lets it."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

AMPLE = {"size": 1 << 30, "nr_inodes": 1 << 20}
"""Limits that no site of a trial meets."""

LEFT_OUT = "needs the right to mount: run it as root, or as unshare -rm python -m torture …"


def may_mount(folder: Path) -> bool:
    """Say whether file systems can be mounted here."""
    place = folder / "may-mount"
    place.mkdir()
    if not _mounted("-t", "tmpfs", "tmpfs", str(place)):
        return False
    _called("umount", str(place))
    return True


@contextmanager
def small(place: Path) -> Iterator[None]:
    """Have an empty file system in memory at *place*, a folder that is made if need be."""
    place.mkdir(parents=True, exist_ok=True)
    if not _mounted("-t", "tmpfs", "-o", _options(AMPLE), "tmpfs", str(place)):
        raise OSError(f"nothing could be mounted at {place}")
    try:
        yield
    finally:
        _called("umount", "-l", str(place))


def resized(place: Path, **limits: int) -> None:
    """Give the file system at *place* other *limits*: `size` in bytes, `nr_inodes`."""
    if not _mounted("-o", f"remount,{_options(limits)}", str(place)):
        raise OSError(f"{place} could not be given other limits")


def _options(limits: Mapping[str, int]) -> str:
    return ",".join(f"{name}={limit}" for name, limit in limits.items())


@contextmanager
def read_only(place: Path) -> Iterator[None]:
    """Have *place* and what is below it read-only."""
    if not _mounted("--bind", str(place), str(place)):
        raise OSError(f"{place} could not be mounted on itself")
    try:
        if not _mounted("-o", "remount,ro,bind", str(place)):
            raise OSError(f"{place} could not be made read-only")
        yield
    finally:
        _called("umount", "-l", str(place))


def _mounted(*arguments: str) -> bool:
    return _called("mount", *arguments)


def _called(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
