"""Shows the example of a command on a line of its own, where click would fill it into a paragraph."""

from inspect import cleandoc

import click

_WRITTEN = "\n\nExample: "
_SHOWN = "\n\n\b\nExample:\n  "
"""`\\b` tells click to leave the lines of a paragraph as they are."""


def set_examples_apart(command: click.Command) -> None:
    """Show the example of *command*, one line of its docstring, as it is there; so for each command below it."""
    command.help = cleandoc(command.help or "").replace(_WRITTEN, _SHOWN, 1)
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        set_examples_apart(inner)


def words_and_example(command: click.Command) -> tuple[str, str]:
    """Return what the help of *command* says before its example, and the example; empty where there is none."""
    words, _, example = (command.help or "").partition(_SHOWN)
    return words, example
