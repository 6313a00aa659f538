"""Writes the text of a new `feeds.toml`, and of a first post."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from feeds.config import parse_site
from feeds.diagnostics import ConfigError
from feeds.people import host_of
from feeds.settings import PLACEHOLDER

_LEAST = '[site]\ntitle = "x"\nurl = "https://www.example.org/"\n'
_ESCAPES = {ord('"'): '\\"', ord("\\"): "\\\\", ord("\n"): "\\n", ord("\t"): "\\t"}
_COLUMN = 44
"""Where comments begin, if there is room."""

_LATER = """
# [categories.news]                         # categories need no declaration; declared ones come in this order
# title = "News"
# source = { name = "Example Daily", url = "https://daily.example/" }   # for posts that name no source

# [mail]                                    # digests by e-mail; the password stands in FEEDS_SMTP_PASSWORD
# from = "Example News <news@example.org>"
# unsubscribe = "unsubscribe@example.org"
# smtp = "smtp+starttls://news@smtp.example.org:587"
"""
_HEADS = {
    "fresh": """\
# What `feeds` makes of content/: change it, then look at the result with `feeds preview`.
# Lines that begin with `#` are switched off. All other keys have good defaults: see docs/configuration.md of feeds.
""",
    "adopted": """\
# What `feeds` makes of the posts in {}; nothing there is changed.
# Lines that begin with `#` are switched off. All other keys have good defaults: see docs/configuration.md of feeds.
""",
}
_POST = """\
---
title: The first post
date: {date}
category: news
source:
  name: Example Daily
  url: https://daily.example/
original_url: https://daily.example/harbour
---
This is an example: change it, or delete it and write your own.

A post is a file in `content/`, with lines like those above and a text in Markdown or HTML.
`source` and `original_url` say who first published it and where; feeds, pages and mails show both.
Leave the two out of what is your own.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a new `feeds.toml` says: values that `refusal` has nothing against."""

    year: int
    """Of the permanent ids."""

    origin: str = ""
    """The folder of posts that another generator publishes; empty: there is no other."""

    values: Mapping[str, str]
    """By key: title, home, description, language, timezone, author.name, author.email, author.url, folder …"""

    ignore: Sequence[str] = ()


def literal(text: str) -> str:
    """Return *text* as a string of TOML; what is not seen, or turns text round, is escaped."""
    sound = text.encode("utf-8", "replace").decode()
    plain = (c if c.isprintable() else f"\\U{ord(c):08x}" for c in sound.translate(_ESCAPES))
    return f'"{"".join(plain)}"'


def refusal(key: str, value: str) -> str:
    """Return why `feeds.toml` may not have *value* for *key*, `title` or `author.name`; empty: it may."""
    table, _, name = key.rpartition(".")
    is_content = key in {"folder", "permalink", "ignore", "dialect"}
    written = f"[{literal(value)}]" if key == "ignore" else literal(value)
    line = f"{table} = {{ {name} = {written} }}" if table else f"{name} = {written}"
    replaced = "" if is_content or table else f"{name} ="
    kept = "\n".join(row for row in _LEAST.splitlines() if not replaced or not row.startswith(replaced))
    try:
        parse_site(f"{kept}\n{'[content]' if is_content else ''}\n{line}\n")
    except ConfigError as error:
        return error.diagnostics[0].message
    is_no_host = key == "home" and refusal("id", _id(value, 2026))
    return "`home` has a host that no id can begin with" if is_no_host else ""


def _id(url: str, year: int) -> str:
    """Return the start of the permanent ids of a site at *url* (RFC 4151)."""
    return f"tag:{host_of(url)},{year}:"


def config(start: Start) -> str:
    """Return the text of `feeds.toml`."""
    lines = [*_site(start), *_content(start)]
    head = _HEADS["adopted" if start.origin else "fresh"].format(_one_line(start.origin))
    return head + "\n" + "\n".join(lines) + "\n" + _LATER


def first_post(now: datetime, timezone: str) -> tuple[str, str]:
    """Return name and text of a first post, dated *now*."""
    local = now.astimezone(ZoneInfo(timezone)).replace(microsecond=0)
    return f"{local:%Y-%m-%d}-first-post.md", _POST.format(date=local.isoformat())


def _site(start: Start) -> Iterator[str]:
    values = start.values
    home = values.get("home", PLACEHOLDER)
    change = "" if "home" in values else "change this: "
    yield "[site]"
    yield f"title = {literal(values['title'])}"
    if start.origin:
        url = f"{home}feeds/"
        yield _with(f"url = {literal(url)}", f"{change}where you will publish out/")
        yield _with(f"home = {literal(home)}", f"{change}where the posts themselves are published")
    else:
        url = home
        yield _with(f"url = {literal(url)}", f"{change}where you will publish out/")
    if values.get("description"):
        yield f"description = {literal(values['description'])}"
    yield _with(f"language = {literal(values['language'])}", "of posts that name none, and of the words around them")
    yield _with(f"timezone = {literal(values['timezone'])}", "of dates without one; days begin at its midnight")
    author = [(key, values[f"author.{key}"]) for key in ("name", "email", "url") if values.get(f"author.{key}")]
    if author:
        yield f"author = {{ {', '.join(f'{key} = {literal(value)}' for key, value in author)} }}"
    last = "put your host in now, and never change it later" if change else "never change it"
    yield _with(f"id = {literal(_id(url, start.year))}", f"the start of every permanent id: {last}")


def _content(start: Start) -> Iterator[str]:
    values = start.values
    settled = [key for key in ("folder", "dialect", "permalink") if values.get(key)]
    yield ""
    yield "[content]" if settled or start.ignore else "# [content]"
    yield from (f"{key} = {literal(values[key])}" for key in settled if key != "permalink")
    comment = "where `home` publishes a post" if start.origin else "where a site of your own publishes a post"
    pattern = values.get("permalink") or "/{year}/{month}/{day}/{name}.html"
    yield _with(f"{'' if values.get('permalink') else '# '}permalink = {literal(pattern)}", comment)
    if start.ignore:
        yield f"ignore = [{', '.join(map(literal, start.ignore))}]"


def _with(line: str, comment: str) -> str:
    return f"{line:<{_COLUMN - 1}} # {comment}"


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
