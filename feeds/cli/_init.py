"""The command that makes a new site."""

import os
import shlex
from pathlib import Path

import click

from feeds.cli._completion import folders
from feeds.cli._run import Run
from feeds.cli._words import harmless


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path), shell_complete=folders)
@click.option(
    "--from",
    "source",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    shell_complete=folders,
    help="A Jekyll, Hugo, Eleventy, Pelican, Zola or Astro site, or a folder of posts; nothing there is changed.",
)
@click.pass_obj
def init(run: Run, *, folder: Path | None, source: Path | None) -> None:
    """Begin a site: write feeds.toml and a first post into DIR.

    DIR is by default the folder of -C. Nothing that is there is touched. With --from only feeds.toml is written, and
    the posts of the other site are read where they are; it says what was taken from that site's configuration, and what
    could not be.

    Example: feeds init ../feeds --from .
    """
    from feeds import beginning, whereabouts  # noqa: PLC0415 - what it needs takes longer to load than `--help`

    place = folder or run.folder
    setting = beginning.Setting(
        folder=place,
        now=run.now,
        timezone=whereabouts.timezone(os.environ),
        language=whereabouts.language(os.environ),
    )
    told = beginning.begin_from(setting, source) if source else beginning.begin(setting)
    there = "" if place.resolve() == Path.cwd() else f" -C {shlex.quote(str(place))}"
    for line in () if run.quiet else (*told, f"next: feeds{there} preview"):
        click.echo(harmless(line.replace("\n", "\\n")))
