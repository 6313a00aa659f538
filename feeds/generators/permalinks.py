"""Puts the patterns by which other generators publish posts into our own words."""

import re
from collections.abc import Mapping, Sequence
from unicodedata import category

from feeds.dates import date_in_name
from feeds.generators.found import Post

_OF_DATES = {":year": "{year}", ":month": "{month}", ":day": "{day}"}
_JEKYLL = _OF_DATES | {
    ":categories": "{categories}",
    ":slugified_categories": "{categories}",
    ":title": "{slug}",
    ":slug": "{slug}",
    ":collection": "posts",
    ":output_ext": ".html",
}
_STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_HUGO = _OF_DATES | {
    ":sections": "{sections}",
    ":title": "{title}",
    ":slug": "{title}",
    ":filename": "{slug}",
    ":contentbasename": "{slug}",
    ":slugorfilename": "{slug}",
    ":slugorcontentbasename": "{slug}",
}
_PELICAN = {
    "{date:%Y}": "{year}",
    "{date:%m}": "{month}",
    "{date:%d}": "{day}",
    "{category}": "{category}",
}
_ELEVENTY = {
    "{{page.fileSlug}}": "{name}",
    "{{slug}}": "{slug}",
    '{{page.date|date:"%Y/%m/%d"}}': "{year}/{month}/{day}",
    '{{page.date|date:"%Y"}}': "{year}",
    '{{page.date|date:"%m"}}': "{month}",
    '{{page.date|date:"%d"}}': "{day}",
}
_KEPT_SIGNS = {"hugo": " -_.+~@", "zola": " -", "astro": " -_"}
"""Which signs in the names of files stay in addresses, by generators that change any."""

_COLON_WORD = re.compile(r":[a-z_]+(?:\[[^\]]*\])?")
_BRACES = re.compile(r"\{[^{}]*\}")
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


class UnknownPartError(ValueError):
    """A pattern has what ours cannot say; the text names it."""


def of_jekyll(template: str) -> str:
    """Return our pattern for Jekyll's *template*, or for the style of that name; raises `UnknownPartError`."""
    return _translated(_STYLES.get(template, template), _COLON_WORD, _JEKYLL)


def of_hugo(template: str, section: str, sections: str) -> str:
    """Return our pattern for Hugo's *template*, where posts lie in *section*, and below *sections*.

    Raises `UnknownPartError`.
    An empty *section* is none that all posts have.
    """
    words = dict(_HUGO) | ({":section": section} if section else {})
    pattern = _translated(template, _COLON_WORD, words)
    return pattern.replace("{sections}", f"{sections}/{{folder}}".lstrip("/"))


def of_pelican(template: str, slug: str) -> str:
    """Return our pattern for Pelican's *template*, in which *slug* stands for `{slug}`; raises `UnknownPartError`."""
    return "/" + _translated(template, _BRACES, _PELICAN | {"{slug}": slug}).removeprefix("/").removesuffix(
        "index.html"
    )


def of_eleventy(template: str, stem: str) -> str:
    """Return our pattern for Eleventy's *template*, *stem* being `page.filePathStem`; raises `UnknownPartError`."""
    tight = _TEMPLATE.sub(lambda found: re.sub(r"\s+", "", found[0]).replace("'", '"'), template)
    words = _ELEVENTY | {"{{page.filePathStem}}": stem}
    return "/" + _translated(tight, _TEMPLATE, words).lstrip("/").removesuffix("index.html")


def _translated(template: str, token: re.Pattern[str], words: Mapping[str, str]) -> str:
    if unknown := [found[0] for found in token.finditer(template) if found[0] not in words]:
        raise UnknownPartError(f"has `{unknown[0]}`")
    if not token.search(template):
        raise UnknownPartError("says nothing of the post")
    pattern = token.sub(lambda found: words[found[0]], template)
    return pattern if pattern.startswith("/") else f"/{pattern}"


# --- whether the pattern holds ---------------------------------------------------------------------


def unlike(pattern: str, posts: Sequence[Post], generator: str) -> list[Post]:
    """Return those of *posts* whose title or name, as far as *pattern* has it, the generator may write otherwise."""
    slugless = [post for post in posts if not post.address and not post.slug]
    if "{title}" in pattern:
        return [post for post in slugless if _has_rare_title(post.title, generator)]
    if generator in _KEPT_SIGNS:
        return [post for post in slugless if _has_signs(post.path, generator)]
    return [post for post in slugless if generator == "eleventy" and _is_named_like_its_folder(post.path)]


def _has_rare_title(title: str, generator: str) -> bool:
    """Say whether Hugo keeps, or Pelican puts into ASCII, a character of *title* that we do not."""
    return any(sign in title for sign in "/\\#+~@") if generator == "hugo" else not title.isascii()


def _has_signs(path: str, generator: str) -> bool:
    """Say whether the name has a sign that the generator changes; blanks and capitals we change as it does."""
    name = path.rpartition(".")[0].removesuffix("/index").rpartition("/")[2]
    is_foreign = generator == "zola" and not name.isascii()
    return is_foreign or any(category(c)[0] not in "LMN" and c not in _KEPT_SIGNS[generator] for c in name)


def _is_named_like_its_folder(path: str) -> bool:
    folder, _, name = path.rpartition(".")[0].rpartition("/")
    return folder.rpartition("/")[2] == name


def dated_names(posts: Sequence[Post]) -> int:
    """Return how many of *posts* have a date in their file's name."""
    names = (post.path.removesuffix("/index.md").rpartition("/")[2] for post in posts)
    return sum(date_in_name(name) is not None for name in names)
