"""Turns the text of `feeds.toml` into a checked `Site`."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast
from urllib.parse import urljoin

from feeds.config._keys import FILE
from feeds.config._kinds import build
from feeds.config._places import Path, Place, find_places, nearest
from feeds.config._problems import Problem, Problems, twice
from feeds.config._schema import Setting, names_in, schema
from feeds.diagnostics import ConfigError, Diagnostic, in_order
from feeds.people import Person, host_of
from feeds.settings import FeedSettings, Site

__all__ = ["Setting", "parse_site", "schema"]

_SYNTAX = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_REMEDIES = {
    "invalid value": "text stands in quotes; numbers, `true` and `false` stand without",
    "expected newline": "one key a line; text stands in quotes",
    "expected '='": "write it as `key = value`, or as `[table]`",
    "invalid statement": "write it as `key = value`, or as `[table]`",
    "invalid initial character": "a name of other characters than a-z, 0-9, `-` and `_` stands in quotes",
    "illegal character '\\n'": "close the quotes on the same line; longer text stands in three of them",
    "unterminated string": "close the quotes",
    "unclosed": "close the bracket",
    "unescaped '\\\\'": "put text with backslashes in single quotes",
    "cannot": "each key and each table stands there once; put the two together",
    "duplicate": "each key stands there once",
}
_MANUAL = "https://toml.io shows how each kind of value is written"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_SECRETIVE = re.compile(r"pass(?:word|wd|phrase)?|secret|token|credential|api_?key|private_?key", re.IGNORECASE)
"""Of names: what they stand for is not shown."""

_SECRET = re.compile(
    rf"""(?:{_SECRETIVE.pattern})[\w"'-]*\s*[=:]\s*(.+)|://(.*)@|["'](?![^@]*://)(?=[^@]*:)(.*)@""", re.IGNORECASE
)
"""Of lines: what follows such a name, and what stands before the host of an address."""

_USER = re.compile(r"(?<=://)[^\s\"'`]*@")
"""Of messages, which quote values."""


def parse_site(text: str, *, path: str = "feeds.toml") -> Site:
    """Return the site that *text*, the content of the file *path*, configures.

    Every problem of the file is in one `ConfigError`, by line; none of them shows a password.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
        places = find_places(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError([_syntax(text, str(error), path)]) from error
    problems: Problems = []
    tables = cast("dict[str, object]", FILE.read({"site": {}, **data}, (), problems))
    problems.extend(twice(_slugs(data), "give each category a slug of its own"))
    if problems:
        raise ConfigError(in_order(_diagnostic(problem, text, places, path) for problem in problems))
    return _site(tables)


# --- what follows from other keys --------------------------------------------------------------------


def _site(tables: Mapping[str, object]) -> Site:
    """Return the site of the checked *tables*: URLs absolute, what is not written derived from the rest."""
    given = cast("dict[str, object]", tables["site"])
    url, author, logo = str(given["url"]), given.get("author"), given.get("logo")
    derived: dict[str, object] = {
        "home": url,
        "id": f"tag:{host_of(url)},2026:",
        "timezone_is_given": "timezone" in given,
    }
    absolute: dict[str, object] = {}
    if isinstance(author, Person) and author.url:
        absolute["author"] = replace(author, url=urljoin(url, author.url))
    if isinstance(logo, str):
        absolute["logo"] = urljoin(url, logo)
    others = {name: table for name, table in tables.items() if name != "site"}
    feeds = others.get("feeds")
    if isinstance(feeds, FeedSettings) and feeds.podcast.image:
        podcast = replace(feeds.podcast, image=urljoin(url, feeds.podcast.image))
        others["feeds"] = replace(feeds, podcast=podcast)
    return build(Site, derived | given | absolute | others)


def _slugs(data: Mapping[str, object]) -> Iterator[tuple[str, Path]]:
    """Yield the slugs that categories are given, with their places."""
    tables = data.get("categories")
    for name, table in tables.items() if isinstance(tables, dict) else ():
        slug = table.get("slug") if isinstance(table, dict) else None
        if isinstance(slug, str) and slug:
            yield slug, ("categories", name, "slug")


# --- diagnostics -----------------------------------------------------------------------------------


def _diagnostic(problem: Problem, text: str, places: dict[Path, Place], path: str) -> Diagnostic:
    """Return *problem* with its place; a missing key is shown at its table's header."""
    place = nearest(places, problem.path)
    line, column = _line_and_column(text, place.key if problem.at_key else place.value) if place else (0, 0)
    return Diagnostic(
        path=path,
        line=line,
        column=column,
        code=problem.code,
        message=_USER.sub("…@", problem.message),
        help=problem.help or _help(problem),
        excerpt=_excerpt(text, line),
    )


def _help(problem: Problem) -> str:
    """Return where an unknown key would be right, else the names that are."""
    if problem.code != "config-unknown-key":
        return ""
    *table, name = (part for part in problem.path if isinstance(part, str))
    if _SECRETIVE.search(name):
        return "secrets stand in the environment: FEEDS_SMTP_PASSWORD, FEEDS_SECRET, FEEDS_STATE_URL"
    headers = {key.name: key.kind.header.format(key.name) for key in FILE.keys}
    if name in headers:
        return f"`{name}` stands before the first table, or has a line `{headers[name]}` of its own"
    right = {row.header: None for row in schema() if row.key == name}
    if right:
        return f"it stands below {' or '.join(f'`{header}`' for header in right)}"
    names = names_in(table) if table else tuple(headers.values())
    return f"the {'keys here' if table else 'tables'} are {', '.join(f'`{name}`' for name in names)}"


def _syntax(text: str, error: str, path: str) -> Diagnostic:
    """Return what `tomllib` says; it has the place in its words."""
    match = _SYNTAX.fullmatch(error)
    message = match[1] if match is not None else "too deep or too long to be a configuration"
    line, column = _line_and_column(text, len(text.rstrip())) if match is not None else (0, 0)
    if match is not None and match[2]:
        line, column = int(match[2]), int(match[3])
    message = message[:1].lower() + message[1:]
    excerpt = _excerpt(text, line)
    if message.startswith("cannot"):  # tomllib points behind the value
        column = len(excerpt) - len(excerpt.lstrip()) + 1
    return Diagnostic(
        path=path,
        line=line,
        column=column,
        code="config-syntax",
        message=f"not TOML: {message}",
        help=next((remedy for start, remedy in _REMEDIES.items() if message.startswith(start)), _MANUAL),
        excerpt=excerpt,
    )


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _excerpt(text: str, line: int) -> str:
    """Return the line, without its passwords and without what a terminal would obey."""
    if line == 0:
        return ""
    excerpt = text.split("\n")[line - 1]
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", _SECRET.sub(_hidden, excerpt))


def _hidden(found: "re.Match[str]") -> str:
    """Return what was *found* with `…` in place of the secret."""
    start, end = (number - found.start() for number in found.span(found.lastindex or 0))
    return f"{found[0][:start]}…{found[0][end:]}"
