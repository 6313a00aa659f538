"""Gives problems colours, where they are read on a terminal."""

import os
import re
import sys

import click

_PLACE = re.compile(r"(?P<place>\S.*?): (?P<label>warning: |note: )?")
_COLOURS = {None: "red", "warning: ": "yellow", "note: ": "blue"}
_HELP = "  help: "


def are_wanted() -> bool:
    """Say whether stderr is a terminal whose reader did not ask for none (no-color.org)."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.getenv("TERM") != "dumb"


def painted(text: str) -> str:
    """Return *text*, problems as people read them, with colours for place, caret and help."""
    return "\n".join(map(_painted, text.split("\n")))


def _painted(line: str) -> str:
    if line.startswith(_HELP):
        return click.style(_HELP, fg="cyan") + line.removeprefix(_HELP)
    if line.startswith("    "):
        return click.style(line, fg="green", bold=True) if line.strip() == "^" else line
    found = _PLACE.match(line)
    if found is None:
        return line
    place = click.style(found["place"], fg=_COLOURS[found["label"]], bold=True)
    return f"{place}: {found['label'] or ''}{line[found.end() :]}"
