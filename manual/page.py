"""Writes `docs/commands.md`."""

from collections.abc import Iterator

from manual.commands import Command, Option, below, tree
from manual.words import BEFORE, ENVIRONMENT, EXIT_CODES

_MADE = "<!-- Made by `make docs` from the commands' own help: change it in feeds/cli. -->"
_WIDTH = 96


def text() -> str:
    """Return the page."""
    return "\n".join(_lines(tree())) + "\n"


def _lines(feeds: Command) -> Iterator[str]:
    yield from ("# Commands", "", _MADE, "", feeds.summary, "")
    yield from _prose(feeds.paragraphs)
    yield from _synopsis(feeds)
    yield from _options(feeds.options)
    yield from (BEFORE, "`man feeds` has this page for the terminal.", "")
    yield from _example(feeds)
    yield from _list(feeds)
    yield from ("## Exit codes", "", *_table("code", "what it says", {f"{n}": said for n, said in EXIT_CODES.items()}))
    yield from ("## Environment", "", *_table("variable", "what it gives", ENVIRONMENT))
    for command in below(feeds):
        yield from _section(command)
    yield from _completion()


def _section(command: Command) -> Iterator[str]:
    level = "#" * len(command.path.split())
    yield from (f"{level} `{command.path}`", "", _markdown(command.summary), "")
    yield from _prose(command.paragraphs)
    yield from _synopsis(command)
    yield from _options(command.options)
    if command.inner:
        yield from _list(command)
    yield from _example(command)


def _prose(paragraphs: tuple[str, ...]) -> Iterator[str]:
    for paragraph in paragraphs:
        yield from (_markdown(paragraph), "")


def _synopsis(command: Command) -> Iterator[str]:
    """Yield the line to type; a long one is broken between its parts."""
    lines = [command.path]
    for part in command.synopsis[len(command.path.split()) :]:
        if len(lines[-1]) + 1 + len(part) > _WIDTH:
            lines.append(" " * len(command.path))
        lines[-1] += f" {part}"
    yield from ("```", *lines, "```", "")


def _options(options: tuple[Option, ...]) -> Iterator[str]:
    if options:
        told = {", ".join(f"{name} {option.value}".strip() for name in option.names): option for option in options}
        yield from _table("option", "what it does", {typed: option.words for typed, option in told.items()})


def _example(command: Command) -> Iterator[str]:
    yield from ("Example:", "", "```sh", command.example, "```", "")


def _list(command: Command) -> Iterator[str]:
    yield from ("| command | what it does |", "| --- | --- |")
    for inner in command.inner:
        yield f"| [`{inner.path}`](#{inner.path.replace(' ', '-')}) | {_markdown(inner.summary)} |"
    yield ""


def _table(name: str, said: str, rows: dict[str, str]) -> Iterator[str]:
    yield from (f"| {name} | {said} |", "| --- | --- |")
    yield from (f"| `{key}` | {_markdown(words)} |" for key, words in rows.items())
    yield ""


def _markdown(words: str) -> str:
    """Return *words* so that Markdown shows them as they are; what stands in backticks is code in both."""
    parts = words.split("`")
    signs = str.maketrans({sign: f"\\{sign}" for sign in "\\*<>|"})
    return "`".join(part.translate(signs) if n % 2 == 0 else part for n, part in enumerate(parts))


def _completion() -> Iterator[str]:
    yield from ("## Completion", "")
    yield "bash, zsh and fish complete commands and options, digests, editions, categories, languages and time zones."
    yield "Where feeds is installed for all of a machine, its packages put the scripts where the shells look for them."
    yield "Elsewhere one line does it:"
    yield from ("", "| shell | line | in |", "| --- | --- | --- |")
    yield '| bash | `eval "$(_FEEDS_COMPLETE=bash_source feeds)"` | `~/.bashrc` |'
    yield '| zsh | `eval "$(_FEEDS_COMPLETE=zsh_source feeds)"` | `~/.zshrc` |'
    yield "| fish | `_FEEDS_COMPLETE=fish_source feeds \\| source` | `~/.config/fish/config.fish` |"
