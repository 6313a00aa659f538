"""Reads the commands of `feeds.cli` as records."""

from collections.abc import Iterator
from dataclasses import dataclass

import click

from feeds.cli import feeds
from feeds.cli._help import words_and_example


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option, as it is typed and explained."""

    names: tuple[str, ...]
    value: str
    """What stands for its value; empty: it takes none."""

    words: str
    is_repeated: bool

    @property
    def typed(self) -> str:
        """Return the option as a synopsis has it: `[--jobs N]`."""
        inner = f"{self.names[-1]} {self.value}".strip()
        return f"[{inner}]{'...' if self.is_repeated else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command, as it is typed and explained."""

    path: str
    """`feeds subscribers add`."""

    arguments: tuple[str, ...]
    """As a synopsis has them: `FILE`, `[DIGEST]`; of a group `COMMAND`."""

    options: tuple[Option, ...]
    summary: str
    paragraphs: tuple[str, ...]
    """What else is said, but for the exit codes, which have a list of their own."""

    example: str
    inner: tuple["Command", ...]

    @property
    def synopsis(self) -> tuple[str, ...]:
        """Return the parts of the line to type."""
        return (*self.path.split(), *(option.typed for option in self.options), *self.arguments)


def tree() -> Command:
    """Return `feeds`, with every command in it: by name, as `feeds --help` lists them."""
    return _command(feeds, "feeds")


def below(command: Command) -> Iterator[Command]:
    """Yield the commands in *command*, each before those in it."""
    for inner in command.inner:
        yield inner
        yield from below(inner)


def _command(command: click.Command, path: str) -> Command:
    context = click.Context(command, info_name=path, **command.context_settings)
    words, example = words_and_example(command)
    summary, *paragraphs = (" ".join(part.split()) for part in words.split("\n\n"))
    parameters = command.get_params(context) if command is feeds else command.params  # `--help` is told of once
    arguments = tuple(one.make_metavar(context) for one in parameters if isinstance(one, click.Argument))
    inner = command.commands if isinstance(command, click.Group) else {}
    return Command(
        path=path,
        arguments=(*arguments, *(["COMMAND"] if inner else [])),
        options=tuple(_option(one, context) for one in parameters if isinstance(one, click.Option)),
        summary=summary,
        paragraphs=tuple(text for text in paragraphs if not text.startswith("Exit codes:")),
        example=example,
        inner=tuple(_command(inner[name], f"{path} {name}") for name in sorted(inner) if not inner[name].hidden),
    )


def _option(option: click.Option, context: click.Context) -> Option:
    return Option(
        names=tuple(option.opts),
        value="" if option.is_flag or option.count else option.make_metavar(context),
        words=" ".join([*(option.help or "").split(), *_limits(option)]),
        is_repeated=option.multiple,
    )


def _limits(option: click.Option) -> Iterator[str]:
    """Yield what click adds to an option's words of its own accord, in ours."""
    parts = []
    if isinstance(option.type, click.IntRange):
        low, high = option.type.min, option.type.max
        parts.append(f"{low} or more" if high is None else f"{low} to {high}")
    if option.show_default:
        parts.append(f"default: {option.default}")
    if parts:
        yield f"({'; '.join(parts)})"
