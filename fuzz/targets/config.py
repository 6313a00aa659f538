"""Reads any text as `feeds.toml`."""

import re

from feeds.config import parse_site
from feeds.diagnostics import ConfigError
from feeds.settings import Site
from fuzz.promises import ALIEN, holds, is_web, texts_of
from fuzz.seeds import pieces
from fuzz.targets import Target, text

SECRET = re.compile(r"://[^\s\"']*Tr0ub4dor@")


def check(data: bytes) -> None:
    """Hold `parse_site` to its promise: a site that is sound, or a `ConfigError` that says where and hides secrets."""
    lines = text(data).replace("\r\n", "\n").count("\n") + 1
    try:
        site = parse_site(text(data))
    except ConfigError as error:
        holds(error.diagnostics and error.exit_code == 2, "a refusal without a reason")  # noqa: PLR2004 - the contract's
        for problem in error.diagnostics:
            holds(0 <= problem.line <= lines and problem.column >= 0, f"line {problem.line} of {lines}")
            holds(problem.code.startswith("config-") and problem.message, f"a bare {problem}")
            holds(not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", str(problem)), f"{problem!r} has control characters")
        holds(not SECRET.search(str(error)), "a message shows a password")
        return
    _sound(site)


def _sound(site: Site) -> None:
    holds(is_web(site.url) and site.url.endswith("/") and is_web(site.home) and site.home.endswith("/"), "a bad URL")
    holds(site.zone.key == site.timezone and site.title.strip() and site.id, "a site lacks its title, zone or id")
    holds(not site.logo or is_web(site.logo), f"a logo at {site.logo!r}")
    names = [digest.name for digest in site.digests]
    holds(len(names) == len({name.casefold() for name in names}), "two digests of one name")
    for name in (*names, *(custom.name for custom in site.feeds.custom)):
        holds(name and not re.search(r"[/\\\x00]|^\.", name), f"{name!r} is a folder")
    for old, new in site.feeds.aliases:
        holds(old and new and not re.search(r"(?:^|/)\.\.?(?:/|$)|^/|\\|\x00", old), f"an alias leads out: {old!r}")
    for value in texts_of([site.title, site.description, site.mail.sender, site.author.name, *names]):
        holds(not ALIEN.search(value) and "\n" not in value, f"{value!r} is no line")


SEEDS = pieces(
    """
[site]
title = "Tide"
url = "https://news.example.org/"
%%%%
[site]
title = "潮"
url = "http://例え.example:8080/x"
home = "https://www.example.org"
language = "zh-CN"
timezone = "Asia/Shanghai"
author = { name = "A", email = "a@b.example", url = "/me" }
logo = "logo.png"
[content]
folder = "../blog/_posts"
ignore = ["*.tmp"]
dialect = "jekyll"
permalink = "/{category}/{year}/{name}.html"
link = "original"
identity = "name"
category_titles = "first-tag"
dedupe = false
max_bytes = 10000
%%%%
[site]
title = "x"
url = "https://x.example/"
[categories."晚 报"]
title = "y"
slug = "z"
source = { name = "n", url = "https://p.example", feed = "https://p.example/f" }
[attribution]
patterns = ["Source: {source}"]
names = ["A"]
boilerplate = ["Back*｜Home"]
[feeds]
formats = ["rss"]
by = ["tag", "author"]
entries = 5
content = "summary"
max_bytes = 1000
archive = true
aliases = { "old.xml" = "rss.xml" }
websub = "https://hub.example/"
podcast = { category = "News > Daily News", email = "a@b.example" }
[[feeds.custom]]
name = "c"
title = "C"
include = { tag = ["a"] }
exclude = { author = ["b"] }
%%%%
digests = []
[site]
title = "x"
url = "https://x.example/"
%%%%
[site]
title = "x"
url = "https://x.example/"
[[digests]]
name = "weekly"
every = "week"
at = "07:30"
entries = 3
[mail]
from = "X <a@b.example>"
reply_to = "c@b.example"
unsubscribe = "d@b.example"
public_url = "https://m.example"
smtp = "smtps://u:Tr0ub4dor@m.example:465"
rate = 1.5
dkim = { domain = "b.example", selector = "s", key_file = "k" }
postal_address = '''
A
B'''
[state]
url = "sqlite:///x.db"
%%%%
[site]
titel = 1
url = "javascript:x"
[sit]
x = {a = [1, 2.5, 1979-05-27, true]}
"""
)
TARGET = Target(
    check=check,
    seeds=SEEDS,
    tokens=(
        *(
            "[site]\n",
            "[content]\n",
            "[[digests]]\n",
            "[mail]\n",
            "[feeds]\n",
            "[[feeds.custom]]\n",
            "[categories.",
            "[state]\n",
        ),
        *(
            "title = ",
            "url = ",
            '"',
            '"""',
            "'''",
            "{ ",
            " }",
            "[",
            "]",
            "\\u0000",
            "\\U0001F600",
            "https://",
            "../",
            "{year}",
        ),
        *(
            "1e400",
            "nan",
            "-1",
            "9" * 30,
            "1979-05-27",
            "07:00",
            "true",
            "= ",
            ".",
            ",",
            "#",
            "\\",
            "\u202e",
            "\x85",
            "a.b.c=",
        ),
    ),
    longest=2048,
)
