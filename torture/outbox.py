"""Makes sites that send, and reads what their ledgers say."""

import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feeds import sending
from feeds.cli import _mail  # noqa: F401 - copies of this process have it at hand
from feeds.dispatch import Order, Secrets
from feeds.membership import add
from feeds.membership import opened as membership
from feeds.office import office_of
from feeds.posting import Clock
from feeds.reports import Wishes
from feeds.subscribers import Subscriber
from torture.lines import Death, rooms
from torture.runs import in_copy, run
from torture.sites import NOW

CONNECTIONS = 2
_CONFIG = """
[site]
title = "The Quay"
url = "https://quay.example.org/"
language = "en"

[mail]
from = "The Quay <news@example.org>"
unsubscribe = "leave@example.org"
bounces = "returned@example.org"
smtp = "smtp://127.0.0.1:{port}"
on_uncertain = "{policy}"
rate = 10000
connections = {connections}

[[digests]]
name = "daily"
"""
_POST = "---\ntitle: Low tide\ndate: 2026-03-08T09:00:00Z\n---\nNo ferry goes before noon.\n\n.A line with a dot.\n"
_LEDGER = "state.sqlite3"
_ROWS = """
select subscriber.address, delivery.fate, delivery.attempt
from delivery join subscriber on subscriber.id = delivery.subscriber
"""


class Outbox:
    """A site with subscribers and an edition that is due, of which nothing was sent."""

    def __init__(self, folder: Path, port: int, people: int) -> None:
        """Make the site in *folder*; it sends to the server at *port*, to so many *people*, in two languages."""
        self.site = folder / "site"
        self.policy = "resend"
        """What `anew` configures."""

        self._port = port
        self.addresses = tuple(f"reader-{number}@example.com" for number in range(people))
        self._prepared, self._frozen, self._seen = (folder / name for name in ("prepared", "frozen", "seen"))
        (self._prepared / "content").mkdir(parents=True)
        (self._prepared / "content/tide.md").write_text(_POST, encoding="utf-8")
        self._configure(self._prepared)
        run(self._prepared)
        with membership(self._prepared, "", "", NOW - timedelta(days=9)) as office:
            for number, address in enumerate(self.addresses):
                language = "de" if number % 3 == 1 else ""
                add(office, Subscriber(id="", address=address, language=language), again=False)

    def anew(self, *, is_frozen: bool = False) -> None:
        """Let nothing have been sent; *is_frozen*: but the edition is frozen."""
        if is_frozen and not self._frozen.exists():
            self.anew()
            in_copy(self.arguments(), Death(1, rooms("posting.py")).install)
            shutil.copytree(self.site, self._frozen)
        shutil.rmtree(self.site, ignore_errors=True)
        shutil.copytree(self._frozen if is_frozen else self._prepared, self.site)
        self._configure(self.site)

    def _configure(self, site: Path) -> None:
        config = _CONFIG.format(port=self._port, policy=self.policy, connections=CONNECTIONS)
        (site / "feeds.toml").write_text(config, encoding="utf-8")

    def arguments(self, now: datetime = NOW, command: str = "send") -> list[str]:
        """Return the arguments of a run at *now*."""
        return ["-C", str(self.site), "--now", now.isoformat(), "-q", command]

    def command(self, name: str) -> list[str]:
        """Return the command line of a run of the command *name*."""
        return [sys.executable, "-m", "feeds", *self.arguments(command=name)]

    def send(self) -> None:
        """Send in this process."""
        now = NOW.astimezone(UTC)
        clock = Clock(instant=lambda: now, sleep=lambda _: None, is_over=lambda: False)
        with office_of(self.site, Secrets(), clock, Wishes(now=now, jobs=1)) as office:
            sending.send(office, Order())

    def fates(self) -> dict[str, tuple[str, int]]:
        """Return fate and attempts by address, of what a run has left, without touching that."""
        shutil.rmtree(self._seen, ignore_errors=True)
        self._seen.mkdir()
        for file in (self.site / ".feeds").glob(f"{_LEDGER}*"):
            if not file.name.endswith("-shm"):
                shutil.copy2(file, self._seen)
        with closing(sqlite3.connect(self._seen / _LEDGER)) as ledger:
            return {address: (fate, attempt) for address, fate, attempt in ledger.execute(_ROWS)}
