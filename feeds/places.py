"""Says where a post stands: its folders' category, its permalink, its permanent id."""

import re
from datetime import datetime
from functools import lru_cache
from unicodedata import normalize
from urllib.parse import quote

from feeds.dates import date_in_name
from feeds.identity import path_id, percent_encoded, without_extension
from feeds.links import absolute, uri
from feeds.settings import Site
from feeds.slugs import slug, title_slug

PLAIN_FOLDERS = frozenset(["_posts", "_drafts", "posts", "post", "blog", "content"])
"""Folders that say what they hold, not what it is about."""

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_PATTERN = re.compile(r"(?:^|[/_.-]):[A-Za-z]|\{")
"""What another engine fills in."""

_LOWER = frozenset(["hugo", "zola", "astro"])
"""Dialects whose generators write addresses in lower case, blanks as `-`."""

_SAFE = "/-._~!$&'()*+,;=:@"
"""What RFC 3986 §3.3 lets stand in a path."""


def folder_categories(path: str, *, dialect: str, language: str) -> tuple[str, ...]:
    """Return the categories that the folders of *path* name: the first that says any, in Jekyll all above `_posts`."""
    folders = path.split("/")[:-1]
    if _stem(path) == "index":
        folders = folders[:-1]
    if dialect == "jekyll" and "_posts" in folders[1:]:
        return tuple(folder for folder in folders[: folders.index("_posts")] if _says_something(folder, language))
    return next(((folder,) for folder in folders if _says_something(folder, language)), ())


def _says_something(folder: str, language: str) -> bool:
    codes = {language.casefold(), language.casefold().partition("-")[0]}
    return not (folder in PLAIN_FOLDERS or folder.isdigit() or folder.casefold().replace("_", "-") in codes)


def own_permalink(site: Site, own: str) -> str:
    """Return the address that the post itself says, absolute, http or https: a path is one below `home`.

    Empty for another engine's pattern (`/:title/`).
    """
    if not own or _PATTERN.search(own.partition("://")[2] or own):
        return ""
    path = own.strip()
    is_below = path.startswith("/") and not path.startswith("//")
    address = absolute("." + path if is_below else path, base=site.home)
    return address if address.startswith(("http://", "https://")) else ""


def permalink(  # noqa: PLR0913 - what the placeholders stand for
    site: Site, path: str, *, own_slug: str, title: str, categories: tuple[str, ...], published: datetime
) -> str:
    """Return where `home` publishes the post by the site's pattern, dates in the site's time zone; empty: nowhere."""
    pattern = site.content.permalink
    if not pattern:
        return ""
    year, month, day = published.astimezone(site.zone).date().isoformat().split("-")
    name = file_name(path)
    filled = _template(pattern) % {
        "category": _category_slug(site, categories[0]) if categories else "",
        "categories": "/".join(categories).lower(),
        "year": year,
        "month": month,
        "day": day,
        "name": name,
        "slug": own_slug or name,
        "path": without_extension(path),
        "folder": _folder(path) if "{folder}" in pattern else "",
        "title": (own_slug or _of_title(title, site) or name) if "{title}" in pattern else "",
    }
    if site.content.dialect in _LOWER:
        filled = filled.lower().replace(" ", "-")
    if "//" in filled:
        filled = re.sub("//+", "/", filled)
    if filled.endswith("/index/"):  # `a/index.md` is the page of its folder
        filled = filled.removesuffix("index/")
    return site.home + percent_encoded(filled.lstrip("/"))


def _of_title(title: str, site: Site) -> str:
    return title_slug(title, dots=site.content.dialect == "hugo")


def _folder(path: str) -> str:
    """Return the folders that the post lies in, the one of its own bundle left out."""
    folder = path.rpartition("/")[0]
    return folder.rpartition("/")[0] if _stem(path) == "index" else folder


@lru_cache(maxsize=16)
def _template(pattern: str) -> str:
    """Return the site's *pattern* as one for `%`, which fills all of it at once."""
    return _PLACEHOLDER.sub(r"%(\1)s", pattern.replace("%", "%%"))


def _category_slug(site: Site, name: str) -> str:
    declared = next((c.slug for c in site.categories if c.name == name), "") if site.categories else ""
    return declared or slug(name)


def own_link(site: Site, *, permalink: str, original: str) -> str:
    """Return where a post's title leads by the site's `link` setting; empty: its place in an edition must serve."""
    if site.content.link == "permalink":
        return permalink
    return original or permalink if site.content.link == "original" else permalink or original


@lru_cache(maxsize=64)
def file_name(path: str) -> str:
    """Return the post's file name without extension and date; a bundle's is its folder's."""
    name = _own_name(path)
    dated = date_in_name(name)
    return dated.rest if dated is not None and dated.rest else name


def _own_name(path: str) -> str:
    """Return the file's name without extension, or of the folder whose `index` it is."""
    folders, _, file = path.rpartition("/")
    name = without_extension(file)
    return folders.rpartition("/")[2] or name if name == "index" else name


def post_id(site: Site, *, path: str, own: str, original: str) -> str:
    """Return the post's id as it would be if no other post had it."""
    if own:
        return uri(own) if _URI.fullmatch(own) else site.id + percent_encoded(own)
    if site.content.identity == "original" and original:
        return site.id + quote(original, safe=_SAFE + "%?#")
    if site.content.identity == "name":
        return site.id + percent_encoded(normalize("NFC", _own_name(path)))
    return path_id(site, path)


def _stem(path: str) -> str:
    return without_extension(path.rpartition("/")[2])
