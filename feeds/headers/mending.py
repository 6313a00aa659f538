"""Knows what goes wrong in YAML headers: takes what can only mean one thing, advises on the rest."""

import re
from collections.abc import Callable

from feeds.diagnostics import Diagnostic
from feeds.headers.fields import warning

_FORBIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_OTHER_BREAKS = str.maketrans(dict.fromkeys("\x85\u2028\u2029", " "))
"""YAML 1.1 ends lines there; no editor does."""

_SURROGATES = re.compile(
    r"\\u[dD][89abAB]([0-9a-fA-F]{2})\\u[dD][c-fC-F]([0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
_LINE = re.compile(r"(?P<key>[^\W\d][\w .\-]{0,60}:[ \t]+)(?P<rest>\S.*?)[ \t]*")
_ITEM = re.compile(r"(?P<key>[ ]*-[ \t]+)(?P<rest>[@`%].*?)[ \t]*")


def cleaned(header: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return *header* as a YAML parser can take it, line for line, and what was done to it."""
    problems: list[Diagnostic] = []
    text = header.translate(_OTHER_BREAKS) if not header.isascii() or "\x85" in header else header
    if "\\u" in text:
        text = _without_surrogates(text, problems)
    if forbidden := _FORBIDDEN.search(text):
        problems.append(
            warning(
                code="control-characters",
                line=text.count("\n", 0, forbidden.start()) + 1,
                message=f"the header has control characters (U+{ord(forbidden[0]):04X}): they were dropped",
                help="delete them: feeds and mails cannot have them",
            ),
        )
        text = _FORBIDDEN.sub("", text)
    return text, tuple(problems)


def _without_surrogates(text: str, problems: list[Diagnostic]) -> str:
    """Return *text* with an escaped surrogate pair as its character, and without half of one."""

    def character(match: re.Match[str]) -> str:
        if match[1] is not None:
            pair = bytes.fromhex(match[0].replace("\\u", ""))
            return pair.decode("utf-16-be")
        problems.append(half_a_character(text.count("\n", 0, match.start()) + 1))
        return ""

    return _SURROGATES.sub(character, text)


def half_a_character(line: int) -> Diagnostic:
    """Return the warning that an escape stands for half a character."""
    return warning(
        code="lone-surrogate",
        line=line,
        message="an escape stands for half a character (a lone surrogate): it was dropped",
        help="write the character itself: the file is UTF-8",
    )


def mended(text: str, stands: Callable[[str], bool]) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return *text* with each line quoted that is no YAML by itself and can only mean its own rest.

    That is a top-level `key: rest` that ends with its line, or a list's item that begins with `@`.
    *stands* says whether a line is YAML by itself.
    """
    lines, problems = text.split("\n"), []
    for number, line in enumerate(lines):
        match = _LINE.fullmatch(line) or _ITEM.fullmatch(line)
        if match is None or (
            match.re is _LINE and (stands(line) or not _ends(match["rest"], lines[number + 1 : number + 2]))
        ):
            continue
        rest = _meant(match["rest"])
        lines[number] = match["key"] + "'" + rest.replace("'", "''") + "'"
        problems.append(_lenient(number + 1, match))
    return "\n".join(lines), tuple(problems)


def _ends(rest: str, following: list[str]) -> bool:
    """Say whether the value *rest* ends with its line: no bracket is open, the next line is not indented."""
    closing = {"[": "]", "{": "}"}.get(rest[0], "")
    return closing in rest and not (following and following[0].strip() and following[0][0] in " \t")


def _meant(rest: str) -> str:
    """Return the text that was meant: quotes put around it without escaping those within are taken off."""
    quote = rest[0]
    if quote == '"' and rest.count('"') == 1:
        return rest[1:]
    if quote not in "\"'" or len(rest) < 2 or rest[-1] != quote:  # noqa: PLR2004 - an opening and a closing quote
        return rest
    inner = rest[1:-1]
    first = inner.find(quote)
    closes = inner[first + 1 : first + 2] == " " and not inner[:first].endswith(" ")
    # `"Yes" and "No"` are two quotations, `"他说"好""` is one text in quotes.
    if first >= 0 and closes and inner.count(quote) > 1:
        return rest
    return inner.replace("\\" + quote, quote).replace("''", "'") if quote == "'" else inner.replace('\\"', '"')


def _lenient(line: int, match: re.Match[str]) -> Diagnostic:
    key = match["key"].strip().rstrip(":")
    what = "the item" if key == "-" else f"`{key}`"
    return warning(
        code="header-lenient",
        line=line,
        column=match.start("rest") + 1,
        message=f"{what} is not YAML as it stands: the rest of the line was taken as text",
        help="put the text in single quotes, and double each `'` within",
    )


_ADVICE = (
    ("mapping values", "put the value in quotes"),
    ("cannot start any token", "put the value in quotes"),
    ("quoted scalar", "close the quote"),
    ("end of stream", "close the quote"),
    ("expected ','", "close the bracket, or quote the value"),
    ("expected ':'", "write each line as `key: value`; is the closing `---` missing above?"),
    ("", "write `key: value` lines and lists as `- item` lines below their key; quote other values"),
)
"""By what stands in the parser's problem; the last fits all."""


def advice(problem: str, lines: list[str], number: int) -> str:
    """Return what to do about the parser's *problem* in line *number* of *lines*, counted from 0."""
    line = lines[number]
    if "\t" in line[: len(line) - len(line.lstrip())] or "'\\t'" in problem:
        return "indent with blanks: YAML allows no tabs there"
    if re.search(r"^[^:]*(?:：|:\u00a0)", line):
        return "write an ASCII colon and an ASCII blank after the key"
    return next((help_ for sign, help_ in _ADVICE if sign in problem))
