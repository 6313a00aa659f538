"""The command that serves the public."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import click

from feeds.cli._run import PORT, Run, asked_to_end, secrets
from feeds.cli._words import complain
from feeds.diagnostics import FeedsError

_QUIET_FOR = 3600.0
"""Seconds for which nobody is told the same again."""


@click.command()
@click.option(
    "--host", default="127.0.0.1", metavar="HOST", show_default=True, help="The address to listen at; `::` for all."
)
@PORT
@click.option(
    "--forwarded-allow-ips",
    "trusted",
    default="127.0.0.1,::1",
    metavar="LIST",
    show_default=True,
    help="Proxies, by address or network, whose X-Forwarded-For is believed; `*`: all.",
)
@click.pass_obj
def serve(run: Run, *, host: str, port: int, trusted: str) -> None:
    """Serve out/ and the subscribers' pages to the public.

    With `public_url` under [mail] people can subscribe, confirm, choose and leave there, and mails that ask to confirm
    are sent at once. SIGTERM or Ctrl-C ends it when everybody who asked has their answer. It prints a line for each
    request, which names nobody; with -q it prints problems only.

    Example: feeds -C /srv/news serve --port 8080
    """
    from feeds import web  # noqa: PLC0415 - what a server needs takes longer to load than `--help`

    now = _clock(run)
    with asked_to_end() as end:
        errands = web.Errands(
            secrets=secrets(),
            instant=now,
            opened=partial(_opened, run, host),
            is_over=end.is_set,
            told=_told_once(),
            failed=complain,
            logged=None if run.quiet else partial(_logged, now),
            trusted=trusted,
        )
        web.serve(run.folder, host, port, errands)


def _clock(run: Run) -> Callable[[], datetime]:
    """Return what tells the time: it goes on from `--now`, else it is the clock's, which may be set meanwhile."""
    if click.get_current_context().find_root().params["now"] is None:
        return partial(datetime.now, UTC)
    return run.instant


def _opened(run: Run, host: str, port: int) -> None:
    """Say where it is served."""
    if not run.quiet:
        click.echo(f"http://{f'[{host}]' if ':' in host else host}:{port}/")


def _logged(now: Callable[[], datetime], line: str) -> None:
    click.echo(f"{now():%Y-%m-%dT%H:%M:%SZ} {line}", err=True)


def _told_once() -> Callable[[FeedsError], None]:
    """Return what complains of a trouble, and of the same one again only after a while."""
    last: dict[str, float] = {}

    def told(error: FeedsError) -> None:
        now, words = time.monotonic(), str(error)
        if now - last.get(words, -_QUIET_FOR) >= _QUIET_FOR:
            complain(words)
            last.clear()
            last[words] = now

    return told
