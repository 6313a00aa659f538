"""Tries every target for its share of the time, each in a process of its own, and prints what was found."""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from fuzz.targets import NAMES, load

TOP = Path(__file__).parent.parent
SCRATCH = TOP / ".fuzz"
MEMORY = Path("/dev/shm")
"""Where files cost no disk anything, on Linux."""

SECONDS = 600
GRACE = 120
"""Seconds beyond its time after which a process is ended."""

HEAD = "| target | inputs | edges reached | corpus | findings |\n| --- | --- | --- | --- | --- |"
_UNITS = re.compile(r"stat::number_of_executed_units:\s+(\d+)")
_COVERAGE = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)")
_ARTIFACT = re.compile(r"Test unit written to (\S+)")


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What came of a target."""

    name: str
    inputs: int
    edges: int
    """Of the package's code that were reached, in one process."""

    corpus: int
    """Inputs that each reach something that no other does."""

    found: Path | None
    """The input that broke a promise."""

    is_whole: bool
    """It ran to its end."""

    log: Path


def tried(name: str, seconds: int, seed: int) -> Trial:
    """Fuzz the target *name* for *seconds*; its log, its corpus and its findings are in a folder of its own."""
    folder = SCRATCH / name
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "log"
    command = [sys.executable, "-m", "fuzz.engine", name, str(folder), f"--seconds={seconds}", f"--seed={seed}"]
    with log.open("wb") as file, TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as room:
        environment = os.environ | {"TMPDIR": room}  # libFuzzer ends the process before it could tidy up
        process = subprocess.Popen(command, cwd=TOP, stdout=file, stderr=file, env=environment)
        try:
            status = process.wait(seconds + GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
    return _read(name, log, status)


def _read(name: str, log: Path, status: int) -> Trial:
    """Return what libFuzzer's *log* tells."""
    said = log.read_text(errors="replace")
    reached = _COVERAGE.findall(said) or [("0", "0", "0")]
    units, artifact = _UNITS.search(said), _ARTIFACT.search(said)
    return Trial(
        name=name,
        inputs=int(units[1]) if units else 0,
        edges=int(reached[-1][0]),
        corpus=int(reached[-1][2]),
        found=Path(artifact[1]) if artifact else None,
        is_whole=status == 0,
        log=log,
    )


def told(trial: Trial) -> None:
    """Print the finding of *trial*: what broke, the input as Python has it, and how to see it again."""
    print(f"\n{trial.name}: {_reason(trial.log)}")
    if trial.found is None:
        print(f"  see {trial.log.relative_to(TOP)}")
        return
    command = [sys.executable, "-m", "fuzz.shrinking", trial.name, str(trial.found)]
    shrunk = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False, timeout=GRACE)
    print(f"  input: {shrunk.stdout.strip() or repr(trial.found.read_bytes())}")
    print(f"  again: python -m fuzz {trial.name} --replay {trial.found.relative_to(TOP)}")


def _reason(log: Path) -> str:
    """Return the exception, or what libFuzzer says instead: too slow, too much memory."""
    lines = log.read_text(errors="replace").splitlines()
    after = next((number for number, line in enumerate(lines) if "Uncaught Python exception" in line), None)
    if after is not None:
        return lines[after + 1][:300]
    return next((line[:300] for line in lines if "ERROR" in line), "it did not run; see its log")


def replayed(names: Sequence[str], files: Sequence[Path]) -> None:
    """Give each of *files* to each target in *names*, in this process: what is wrong is raised."""
    for name in names:
        for file in files:
            load(name).check(file.read_bytes())
            print(f"{name}: {file}: every promise is kept")


def main() -> None:
    """Print a table of what was tried, then what was found; exit 1 if that is anything."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(NAMES)}; default: all")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="for all targets together; default: 600")
    parser.add_argument("--seed", type=int, default=1, help="of chance")
    parser.add_argument("--replay", type=Path, nargs="+", default=[], metavar="FILE", help="inputs to try once more")
    wishes = parser.parse_args()
    names = wishes.targets or NAMES
    if unknown := set(names).difference(NAMES):
        parser.error(f"no target is called {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    if wishes.replay:
        replayed(names, wishes.replay)
    elif find_spec("atheris") is None:
        parser.error("atheris is not installed; `make fuzz` installs it")
    else:
        sys.exit(_fuzz(names, wishes.seconds, wishes.seed))


def _fuzz(names: Sequence[str], seconds: int, seed: int) -> int:
    share = max(seconds // len(names), 1)
    print(f"{share} seconds each\n\n{HEAD}")
    trials = []
    for name in names:
        trial = tried(name, share, seed)
        trials.append(trial)
        row = (f"{trial.inputs:,}", f"{trial.edges:,}", f"{trial.corpus:,}", str(int(not trial.is_whole)))
        print(f"| {name} | {' | '.join(row)} |", flush=True)
    failed = [trial for trial in trials if not trial.is_whole]
    for trial in failed:
        told(trial)
    print(f"\n{sum(trial.inputs for trial in trials):,} inputs, {len(failed)} findings")
    return 1 if failed else 0


if __name__ == "__main__":
    main()
