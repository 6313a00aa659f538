"""Takes down what a run does to the files of a site, in order: with strace, so sqlite's own writing is in it too."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from torture.runs import command, environment

LEFT_OUT = "needs strace, and the right to use it"

_CALLS = "openat,write,pwrite64,ftruncate,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,fsync,fdatasync"
_LINE = re.compile(r"(?P<call>\w+)\((?P<arguments>.*)\) += (?P<result>\d+)(?:<(?P<opened>[^>]*)>)?$")
_UNFINISHED = re.compile(r"(?P<start>.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>(?P<end>.*)$")
_ARGUMENT = re.compile(r'(?:AT_FDCWD|(?P<number>\d+))<(?P<place>[^>]*)>|"(?P<text>[^"]*)"|(?P<word>[\w|]+)')


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that a run did to a file or a folder."""

    kind: str
    """`create`, `write`, `cut`, `move`, `remove`, `mkdir`, `rmdir` or `sync`."""

    path: str
    """Below the site."""

    to: str = ""
    """Where a file was moved."""

    data: bytes = b""
    at: int = 0
    """Where the data was written, or the file was cut."""


def may_trace() -> bool:
    """Say whether strace is there and works."""
    return bool(shutil.which("strace")) and not _strace(["true"], Path("/dev/null"))


def traced(site: Path, log: Path) -> list[Step]:
    """Build *site*, and return what that did to its files, in order; nothing where it failed."""
    if _strace(command(site.resolve(), "--jobs", "1"), log):
        return []
    prefix = f"{site.resolve()}/"
    offsets: dict[int, int] = {}
    steps = (step for line in _whole_lines(log) if (found := _LINE.match(line)) for step in _steps(found, offsets))
    return [_below(prefix, step) for step in steps if step.path.startswith((f"{prefix}out", f"{prefix}.feeds"))]


def _strace(line: list[str], log: Path) -> int:
    options = ["-f", "-qq", "-y", "-xx", "-s", "100000000", "-e", f"trace={_CALLS}", "-o", str(log)]
    return subprocess.run(["strace", *options, *line], env=environment(), capture_output=True, check=False).returncode


def _whole_lines(log: Path) -> Iterator[str]:
    """Yield the calls by when they ended; one that another thread's came between is on two lines."""
    begun: dict[str, str] = {}
    for line in log.read_text(encoding="ascii", errors="replace").splitlines():
        thread, _, rest = line.partition(" ")
        rest = rest.lstrip()
        if found := _UNFINISHED.match(rest):
            begun[thread] = found["start"]
        elif found := _RESUMED.match(rest):
            yield begun.pop(thread) + found["end"].lstrip()
        else:
            yield rest


def _steps(found: re.Match[str], offsets: dict[int, int]) -> Iterator[Step]:
    """Yield what a call did, with whole paths."""
    call, result = found["call"], int(found["result"])
    arguments = list(_ARGUMENT.finditer(found["arguments"]))
    places = list(_places(arguments[:1] if "write" in call else arguments))
    number = int(arguments[0]["number"] or 0)
    if call == "openat":
        offsets[result] = 0
        flags = arguments[2]["word"].split("|")
        path = _decoded(found["opened"])
        if "O_CREAT" in flags:
            yield Step(kind="create", path=path)
        if "O_TRUNC" in flags:
            yield Step(kind="cut", path=path)
    elif call in {"write", "pwrite64"}:
        at = int(arguments[-1]["word"]) if call == "pwrite64" else offsets.get(number, 0)
        offsets[number] = at + result
        yield Step(kind="write", path=places[0], data=_bytes(arguments[1]["text"])[:result], at=at)
    elif call == "ftruncate":
        yield Step(kind="cut", path=places[0], at=int(arguments[1]["word"]))
    elif call.startswith("rename"):
        yield Step(kind="move", path=places[0], to=places[1])
    elif call in {"fsync", "fdatasync"}:
        yield Step(kind="sync", path=places[0])
    else:
        is_folder = "AT_REMOVEDIR" in found["arguments"]
        kind = {"unlink": "remove", "unlinkat": "rmdir" if is_folder else "remove", "mkdirat": "mkdir"}.get(call, call)
        yield Step(kind=kind, path=places[0])


def _places(arguments: list[re.Match[str]]) -> Iterator[str]:
    """Yield the paths among *arguments*: an open file's, or a name in an open folder."""
    folder = ""
    for argument in arguments:
        if argument["place"] is not None:
            if folder:
                yield folder
            folder = _decoded(argument["place"])
        elif argument["text"] is not None:
            name = _decoded(argument["text"])
            yield name if name.startswith("/") else f"{folder}/{name}"
            folder = ""
    if folder:
        yield folder


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _decoded(text: str) -> str:
    return _bytes(text).decode(errors="surrogateescape") if text.startswith("\\x") else text


def _below(prefix: str, step: Step) -> Step:
    to = step.to.removeprefix(prefix)
    return Step(kind=step.kind, path=step.path.removeprefix(prefix), to=to, data=step.data, at=step.at)
