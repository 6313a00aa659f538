"""Measures sending beside a bare loop of smtplib: `python -m bench.sending`.

Both hand the same messages to Postfix's smtp-sink on this machine, over as many connections. feeds also reads the
posts, makes the message, and has each step of the ledger on the disk (`synchronous=FULL`).
"""

import argparse
import resource
import shutil
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time, sleep

from bench import corpus
from feeds import membership, sending
from feeds.dispatch import Order, Secrets
from feeds.mailroom import envelopes, mailings_of
from feeds.office import Office, office_of
from feeds.posting import Clock
from feeds.reports import Wishes
from feeds.sending import plans_for

KEY = "a-key-that-is-long-enough-for-a-bench"
DAY = datetime(2023, 1, 2, tzinfo=UTC)
NOW = DAY + timedelta(days=1, hours=8)
STORIES = 60
SITE = """
[site]
title = "Bench"
url = "https://news.example.org/"

[content]
permalink = "/{{category}}/{{year}}/{{month}}/{{day}}/{{name}}.html"

[mail]
from = "Bench <news@example.org>"
unsubscribe = "leave@example.org"
smtp = "smtp://127.0.0.1:{port}"
rate = 10000
connections = {connections}
"""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a way of sending took."""

    wall: float
    cpu: float


def measured(folder: Path, recipients: int, connections: int, port: int) -> tuple[Cost, Cost, int]:
    """Return what a bare loop and what feeds take for *recipients*, and the bytes of a message."""
    site = _site(folder, recipients, connections, port)
    messages, size = _messages(site)
    bare = _bare(messages, connections, port)
    started = perf_counter(), process_time()
    with _office(site) as office:
        sent = sending.send(office, Order())
    cost = Cost(wall=perf_counter() - started[0], cpu=process_time() - started[1])
    if sum(sent.editions[0].counts.values()) != recipients or sent.is_waiting:
        sys.exit(f"not everyone got it: {sent}")
    return bare, cost, size


def _site(folder: Path, recipients: int, connections: int, port: int) -> Path:
    folder.mkdir()
    corpus.write(folder / "content", STORIES, 0, DAY.date())
    (folder / "feeds.toml").write_text(SITE.format(port=port, connections=connections))
    table = "email\n" + "".join(f"reader{number}@example.com\n" for number in range(recipients))
    with membership.opened(folder, KEY, "", DAY) as office:
        membership.taken(office, table.encode(), "bench")
    return folder


@contextmanager
def _office(site: Path) -> Iterator[Office]:
    clock = Clock(instant=lambda: NOW, sleep=sleep, is_over=lambda: False)
    with office_of(site, Secrets(keys=KEY), clock, Wishes(now=NOW)) as office:
        yield office


def _messages(site: Path) -> tuple[list[tuple[str, str, bytes]], int]:
    """Return what feeds will send: sender, recipient and bytes of each message."""
    with _office(site) as office:
        digest = office.site.digests[0]
        edition = next(step.edition for _, steps in plans_for(office, Order()) for step in steps if step.edition)
        people = office.people(digest)
        mailings = mailings_of(office.desk, edition, people, office.keys)
        made = envelopes(mailings, digest.name, office.site, office.keys, office.sign)
        parcels = [made(office.site.language, person) for person in people]
    return [(one.sender, one.recipient, one.message) for one in parcels], len(parcels[0].message)


def _bare(messages: Sequence[tuple[str, str, bytes]], connections: int, port: int) -> Cost:
    """Send *messages* as a script would, over *connections* in turn."""
    started = perf_counter(), process_time()
    servers = [smtplib.SMTP("127.0.0.1", port, "news.example.org") for _ in range(connections)]
    for (sender, recipient, message), server in zip(messages, cycle(servers), strict=False):
        server.sendmail(sender, [recipient], message)
    for server in servers:
        server.quit()
    return Cost(wall=perf_counter() - started[0], cpu=process_time() - started[1])


@contextmanager
def _sink() -> Iterator[int]:
    """Run smtp-sink on a free port."""
    program = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if program is None:
        sys.exit("there is no smtp-sink: it comes with Postfix")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen([program, "-u", "nobody", f"127.0.0.1:{port}", "100"], stderr=subprocess.DEVNULL) as process:
        try:
            _await(port)
            yield port
        finally:
            process.kill()


def _await(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.05)
    sys.exit("smtp-sink does not answer")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.sending", description=__doc__)
    parser.add_argument("--recipients", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--connections", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    wishes = parser.parse_args()
    print("| recipients | KB | bare, messages/s | feeds, messages/s | ratio | feeds, CPU µs a message | MB |")
    print("| --: | --: | --: | --: | --: | --: | --: |")
    for recipients in wishes.recipients:
        _print(recipients, wishes.connections, wishes.runs)


def _print(recipients: int, connections: int, runs: int) -> None:
    with _sink() as port, TemporaryDirectory(dir=".") as folder:
        found = [measured(Path(folder) / str(run), recipients, connections, port) for run in range(runs)]
    bare, ours = (median(recipients / cost[place].wall for cost in found) for place in (0, 1))
    cpu = median(cost[1].cpu for cost in found) / recipients * 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = found[0][2] / 1000
    print(f"| {recipients:,} | {size:.0f} | {bare:.0f} | {ours:.0f} | {ours / bare:.2f} | {cpu:.0f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
