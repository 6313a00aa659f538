"""Runs the trials that are named, or all, and prints what each did and found."""

import argparse
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from torture.wards import SHOWN, Tally

TRIALS = (
    *("kills", "readers", "operations", "power", "disk", "readonly", "clock", "rivals", "cache"),
    *("links", "network", "browser", "sending"),
)


def main() -> None:
    """Print the table; exit 1 if anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m torture", description=__doc__)
    parser.add_argument("trials", nargs="*", metavar="TRIAL", help=f"any of {' '.join(TRIALS)}; default: all")
    parser.add_argument(
        "--kills", type=int, default=200, help="runs to kill, and likewise disturbances of random kinds"
    )
    parser.add_argument("--seed", type=int, default=1)
    wishes = parser.parse_args()
    if unknown := set(wishes.trials) - set(TRIALS):
        parser.error(f"there is no trial {', '.join(sorted(unknown))}")
    print("| trial | disturbances | files compared | lost | s |\n| --- | --- | --- | --- | --- |", flush=True)
    tallies = [_tried(name, wishes.seed, wishes.kills) for name in wishes.trials or TRIALS]
    sys.exit(1 if any(tally.findings for tally in tallies) else 0)


def _tried(name: str, seed: int, kills: int) -> Tally:
    trial: Callable[[Path, int, int], Tally] = import_module(f"torture.{name}").trial
    started = time.monotonic()
    with TemporaryDirectory(prefix="torture-") as folder:
        tally = trial(Path(folder), seed, kills)
    seconds = time.monotonic() - started
    lost = len(tally.findings)
    print(f"| {name} | {tally.disturbances:,} | {tally.files:,} | {lost} | {seconds:.0f} |", flush=True)
    for line in (*tally.remarks, *tally.findings[:SHOWN]):
        print(f"  {line}", flush=True)
    return tally


if __name__ == "__main__":
    main()
