"""Writes the manual page, `man feeds`."""

import re
from collections.abc import Iterator, Mapping
from textwrap import wrap

from feeds import __version__
from manual.commands import Command, Option, below, tree
from manual.words import BEFORE, DOCUMENTS, ENVIRONMENT, EXAMPLES, EXIT_CODES, FILES

_PLAIN = {"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti"}
_WIDTH = 80
_CODE = re.compile(r"`([^`]+)`")


def text() -> str:
    """Return the page, for man(7)."""
    return "\n".join(_lines(tree())) + "\n"


def _lines(feeds: Command) -> Iterator[str]:
    yield ".\\\" Made by `make docs` from the commands' own help: change it in feeds/cli."
    yield ".nr HY 0"  # an option that is broken with a hyphen cannot be typed
    yield f'.TH FEEDS 1 "" "feeds {__version__}" "User Commands"'  # without date: the clock has no part in it
    yield from (".SH NAME", f"feeds \\- {_roff(feeds.summary[0].lower() + feeds.summary[1:].rstrip('.'))}")
    yield from (".SH SYNOPSIS", *_synopsis(feeds))
    yield from (".SH DESCRIPTION", *_prose(feeds.paragraphs))
    yield from (".SH OPTIONS", *_filled(BEFORE), *_options(feeds.options))
    yield from (".SH COMMANDS", *(line for command in below(feeds) for line in _section(command)))
    yield from (".SH EXIT STATUS", *_list({f"{code}": said for code, said in EXIT_CODES.items()}))
    yield from (".SH ENVIRONMENT", *_list(ENVIRONMENT), ".SH FILES", *_list(FILES))
    yield ".SH EXAMPLES"
    for number, (said, typed) in enumerate(EXAMPLES.items()):
        yield from (*([".PP"] if number else []), *_filled(said), *_example(typed))
    yield from (".SH SEE ALSO", ".BR crontab (5),", ".BR rsync (1)", ".PP")
    yield from (*_filled("In the folder docs of the source:"), *_list(DOCUMENTS))


def _section(command: Command) -> Iterator[str]:
    yield from (f".SS {_roff(command.path)}", *_synopsis(command), ".PP")
    yield from _prose((command.summary, *command.paragraphs))
    yield from _options(command.options)
    yield from (".PP", "Example:", *_example(command.example))


def _prose(paragraphs: tuple[str, ...]) -> Iterator[str]:
    first, *rest = paragraphs
    yield from _filled(first)
    for paragraph in rest:
        yield from (".PP", *_filled(paragraph))


def _synopsis(command: Command) -> Iterator[str]:
    """Yield the line to type, in which no part is broken."""
    yield from (".ad l", ".HP 4", f"\\fB{_roff(command.path)}\\fR")
    yield from (_roff(part).replace(" ", "\\~") for part in command.synopsis[len(command.path.split()) :])
    yield ".ad b"


def _options(options: tuple[Option, ...]) -> Iterator[str]:
    for option in options:
        names = ", ".join(f"\\fB{_roff(name)}\\fR" for name in option.names)
        yield from (".TP", f"{names} \\fI{_roff(option.value)}\\fR" if option.value else names)
        yield from _filled(option.words)


def _list(rows: Mapping[str, str]) -> Iterator[str]:
    for name, words in rows.items():
        yield from (".TP", f"\\fB{_roff(name)}\\fR", *_filled(words))


def _example(typed: str) -> Iterator[str]:
    yield from (".RS 4", ".EX", _line(_roff(typed)), ".EE", ".RE")


def _filled(words: str) -> Iterator[str]:
    """Yield *words* in lines, a new one for each sentence, as man(7) wants it; what stands in backticks is bold."""
    for sentence in re.split(r"(?<=\.) (?=[A-Z`])", words):
        roff = "".join(_parts(sentence))
        yield from map(_line, wrap(roff, _WIDTH, break_long_words=False, break_on_hyphens=False))


def _parts(sentence: str) -> Iterator[str]:
    for number, part in enumerate(_CODE.split(sentence)):
        yield _roff(part) if number % 2 == 0 else f"\\fB{_roff(part)}\\fR"


def _line(roff: str) -> str:
    """Return *roff* so that its first character is no request."""
    return f"\\&{roff}" if roff.startswith((".", "'")) else roff


def _roff(words: str) -> str:
    """Return *words* so that each character is shown as it is, in ASCII."""
    return "".join(_PLAIN.get(sign, sign if sign.isascii() else f"\\[u{ord(sign):04X}]") for sign in words)
