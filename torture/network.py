"""Watches every call that a run makes to the network, from below: nobody is ever asked for anything."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from torture.attempts import attempts
from torture.browser import hostile_site
from torture.runs import arguments, environment
from torture.wards import Tally

_CALL = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?([a-z_0-9]+)\((.*)$", re.MULTILINE)
_TALK = frozenset(["connect", "sendto", "sendmsg", "sendmmsg", "accept", "accept4", "listen"])


def trial(folder: Path, seed: int = 1, kills: int = 0) -> Tally:  # noqa: ARG001 - it leaves nothing to chance
    """Build and check a site of hostile posts in *folder*, with one process and with two, and look at each call."""
    tally = Tally()
    strace = shutil.which("strace")
    if not strace:
        tally.remarks.append("left out: there is no strace on this machine")
        return tally
    site = hostile_site(folder / "site")
    seen: dict[str, int] = {}
    for command in ("build", "check"):
        for jobs in ("1", "2"):
            log = folder / f"{command}-{jobs}"
            line = [*arguments(site)[:-1], command, "--jobs", jobs]
            traced = [strace, "-f", "-qq", "-e", "trace=%network", "-o", str(log), sys.executable, "-m", "feeds", *line]
            ended = subprocess.run(traced, env=environment(), capture_output=True, check=False)
            tally.holds(ended.returncode in {0, 1}, f"{command} ended with {ended.returncode}: {ended.stderr[-200:]!r}")
            tally.disturbances += 1
            for name, rest in _CALL.findall(log.read_text(errors="replace")):
                seen[name] = seen.get(name, 0) + 1
                tally.holds(name not in _TALK or "AF_UNIX" in rest, f"{command}: {name}({rest[:120]}")
    calls = ", ".join(f"{count} {name}" for name, count in sorted(seen.items())) or "none"
    tally.remarks.append(f"{len(attempts())} posts; calls of the network: {calls}")
    return tally
