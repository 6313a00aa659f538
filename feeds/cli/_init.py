"""The command that makes a new site."""

import os
import shlex
from pathlib import Path

import click

from feeds.cli._run import Run
from feeds.cli._words import harmless


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--from",
    "source",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="A Jekyll, Hugo, Eleventy, Pelican, Zola or Astro site, or a folder of posts; nothing there is changed.",
)
@click.pass_obj
def init(run: Run, *, folder: Path | None, source: Path | None) -> None:
    """Write feeds.toml and a first post into DIR; default: the folder of -C, else this one.

    With --from, the posts of another site are read where they are, and only feeds.toml is written.

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
