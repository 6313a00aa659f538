"""Finds out this machine's time zone and language."""

import os
import zoneinfo
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from feeds.languages import language_tag

_DATABASE = "zoneinfo/"
_VARIANTS = ("posix/", "right/")


class Known(NamedTuple):
    """What the machine says, and where."""

    value: str
    place: str


def timezone(environment: Mapping[str, str], etc: Path = Path("/etc")) -> Known:
    """Return the IANA time zone by `TZ` of *environment*, else by the files in *etc*; UTC where they name none."""
    names = zoneinfo.available_timezones()
    known = next((known for known in _zones(environment, etc) if known.value in names), Known("UTC", "default"))
    return known._replace(value="UTC") if known.value == "Etc/UTC" else known


def _zones(environment: Mapping[str, str], etc: Path) -> Iterator[Known]:
    yield Known(_in_database(environment.get("TZ", "").removeprefix(":")), "TZ")
    with suppress(OSError, ValueError):
        yield Known((etc / "timezone").read_text(encoding="ascii").strip(), str(etc / "timezone"))
    with suppress(OSError):
        yield Known(_in_database(os.readlink(etc / "localtime")), str(etc / "localtime"))


def _in_database(path: str) -> str:
    """Return the zone that *path* in a database of zones is: `/usr/share/zoneinfo/Europe/Berlin`."""
    name = path.rpartition(_DATABASE)[2]
    return next((name.removeprefix(start) for start in _VARIANTS if name.startswith(start)), name)


def language(environment: Mapping[str, str]) -> Known:
    """Return the language that the locale of *environment* names, `zh-CN`; `en` where it names none."""
    name = next((name for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    tag = language_tag(environment.get(name, "").partition(".")[0].partition("@")[0].replace("_", "-"))
    return Known(tag, name) if tag else Known("en", "default")
