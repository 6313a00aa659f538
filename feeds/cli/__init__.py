"""Arguments in, exit code out."""

import os
import signal
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click

from feeds import __version__
from feeds.cli._build import build, check, ping
from feeds.cli._completion import complete, folders
from feeds.cli._help import set_examples_apart
from feeds.cli._init import init
from feeds.cli._mail import daily, schedule, send
from feeds.cli._misuse import refusal
from feeds.cli._people import subscribers
from feeds.cli._preview import preview
from feeds.cli._run import Run, instant_of, now_of
from feeds.cli._serve import serve
from feeds.cli._stats import stats
from feeds.cli._words import complain
from feeds.diagnostics import FeedsError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="feeds %(version)s")
@click.option(
    *("-C", "folder"),
    default=".",
    metavar="DIR",
    shell_complete=folders,
    help="The folder that holds feeds.toml; default: this one.",
)
@click.option(
    "--now",
    callback=instant_of,
    metavar="INSTANT",
    help="The time to go by instead of the clock's: 2026-01-31T07:00+01:00; without a zone UTC.",
)
@click.option("-q", "quiet", is_flag=True, help="Print errors only, and what was asked for.")
@click.option("-v", "verbose", is_flag=True, help="Print every problem, and what became of each message.")
@click.pass_context
def feeds(context: click.Context, folder: str, now: datetime | None, *, quiet: bool, verbose: bool) -> None:
    """Turn a folder of posts into feeds and daily digests.

    The folder holds feeds.toml, which needs a title and a URL, and content/ with the posts; out/ is what to publish.

    Exit codes: 0 done; 1 done, but not all is well; 2 wrong usage or configuration, nothing was touched; 75 not now,
    run it again.

    Example: feeds -C /srv/news build
    """
    context.obj = Run(folder=Path(folder), now=now or now_of(), quiet=quiet, verbose=verbose, started=time.monotonic())


for command in (init, build, check, preview, stats, ping, send, daily, schedule, subscribers, serve):
    feeds.add_command(command)
set_examples_apart(feeds)


def _speak_utf8() -> None:
    """Start again in Python's UTF-8 mode where the locale names files in another encoding: our names are UTF-8."""
    if sys.getfilesystemencoding() != "utf-8":
        os.execv(sys.executable, [sys.executable, "-X", "utf8", "-m", "feeds", *sys.argv[1:]])  # noqa: S606 - ourselves


def main() -> NoReturn:
    """Run the command line: what we expect to go wrong ends with its message and exit code, a bug in a traceback."""
    _speak_utf8()
    complete(feeds)
    try:
        code = feeds(prog_name="feeds", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.message)
        sys.exit(2)
    except click.UsageError as error:
        sys.exit(_refused(refusal(error)))
    except FeedsError as error:
        sys.exit(_refused(error))
    except click.Abort:
        complain("stopped by Ctrl-C; what was published before is whole, and the next run goes on")
        sys.exit(128 + signal.SIGINT)
    sys.exit(code or 0)


def _refused(error: FeedsError) -> int:
    complain(str(error))
    return error.exit_code
