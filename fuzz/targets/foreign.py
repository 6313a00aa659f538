"""Reads any text as what the site of another generator says of itself."""

from feeds.config import parse_site
from feeds.generators import understood
from feeds.generators.checking import checked
from feeds.generators.found import Post, Tree
from feeds.generators.telling import lines
from feeds.starter import Start, config, refusal
from fuzz.promises import holds
from fuzz.seeds import pieces
from fuzz.targets import PART, Target, texts

NAMES = (
    "_config.yml",
    "_config.toml",
    "hugo.toml",
    "config.yaml",
    "config/_default/hugo.json",
    "config.toml",
    "zola.toml",
    "pelicanconf.py",
    "eleventy.config.js",
    ".eleventy.js",
    "_data/metadata.js",
    "_data/site.json",
    "package.json",
    "astro.config.mjs",
    "src/consts.ts",
    "src/pages/blog/[...slug].astro",
    "content/blog/_index.md",
    "CNAME",
)
POSTS = tuple(
    Post(
        path=f"{folder}/2026-03-02-{name}.md",
        header=header,
        keys=frozenset(["title", "date"]),
        title=name,
        is_dated=True,
    )
    for folder in ("_posts", "content/posts", "src/content/blog", "blog")
    for name, header in (("low-tide", "yaml"), ("Ebb & Flow", "toml"), ("晴", "pelican"))
)


def check(data: bytes) -> None:
    """Hold `init` to its promise: whatever another site says of itself, `feeds.toml` is sound.

    *data* are the number of a file's name, its text, and the same of a second file.
    """
    first, text, second, more = texts(data, 4)
    told = {NAMES[len(which) % len(NAMES)]: words for which, words in ((second, more), (first, text))}
    sound = {path: words.encode("utf-8", "replace").decode().replace("\0", "\ufffd") for path, words in told.items()}
    tree = Tree(texts=sound, posts=POSTS, names=frozenset(path.partition("/")[0] for path in sound))
    found, _ = understood(tree)
    taken = checked(found, tree)
    values = {"title": "Tide", "language": "en", "timezone": "UTC"} | {k: str(f.value) for k, f in taken.facts.items()}
    holds(not [key for key, value in values.items() if refusal(key, value)], f"{values} has what is refused")
    parse_site(config(Start(year=2026, origin="../blog", values=values, ignore=taken.ignore)))
    holds(all((*lines(taken, "Jekyll", {}), *taken.notes)), "an empty line is told")


_WRITTEN = pieces(
    """
title: Tide
url: "https://tide.example"
baseurl: /blog
lang: zh-CN
timezone: Asia/Shanghai
author: {name: Ada, email: ada@tide.example}
permalink: /:categories/:year/:title.html
defaults: [{scope: {path: "", type: posts}, values: {permalink: pretty}}]
exclude: [a, b/]
%%%%
title = "Tide"
baseURL = "https://tide.example/"
base_url = "https://tide.example"
languageCode = "en-gb"
default_language = "en"
timeZone = "Europe/Madrid"
[permalinks]
posts = "/:year/:month/:slug/"
[permalinks.page]
blog = "/:sections/:title/"
[params]
author = {name = "Ada"}
[languages.de]
title = "Flut"
%%%%
SITENAME = "Tide" + " News"
SITEURL = f"https://{'tide'}.example"
TIMEZONE = "Europe/Paris"
DEFAULT_LANG = "fr"
PATH = "content"
ARTICLE_PATHS = ["posts"]
ARTICLE_URL = "{date:%Y}/{slug}/"
%%%%
export default function (config) {
  // comment
  config.addPassthroughCopy("a");
  return { dir: { input: "src", includes: `_in${1}` }, pathPrefix: "/x/" };
}
%%%%
module.exports = { title: "Tide", url: "https://tide.example/", language: 'en', author: { name: "Ada" } };
%%%%
import { defineConfig } from "astro/config";
export default defineConfig({ site: "https://tide.example", base: "/b", i18n: { defaultLocale: "en" } });
%%%%
export const SITE_TITLE = "Tide"; /* ok */ export const SITE_DESCRIPTION = 'x\\u0041';
%%%%
{"title": "Tide", "url": "https://tide.example", "homepage": "https://tide.example"}
%%%%
tide.example
"""
)

TARGET = Target(
    check=check,
    seeds=tuple(
        PART.join((b"x" * number, words, b"x" * (number + 3), words))
        for number in range(len(NAMES))
        for words in _WRITTEN
    ),
    tokens=(
        "{{",
        "}}",
        "`${",
        "/*",
        "//",
        "f'{",
        "{date:%",
        ":title",
        ":sections",
        "'''",
        "&a",
        "*a",
        "\u202e",
        "\x9b",
    ),
)
