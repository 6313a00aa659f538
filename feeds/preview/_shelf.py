"""Knows what lies in `out/`: which editions there are, and which feeds."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote
from xml.etree.ElementTree import Element, fromstring

from feeds.settings import Digest, Site
from feeds.targets import MailSize

_PARTS = 4
"""Of the path of an edition's page: `digest/daily/2026-03-05/index.html`."""

_FORMATS = {"rss.xml": "RSS", "atom.xml": "Atom", "feed.json": "JSON Feed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionOut:
    """An edition as it was published."""

    digest: Digest
    key: str
    is_over: bool
    """Whether its days are, so that it has its message."""

    mail: MailSize | None
    older: str = ""
    """The key of the edition before; empty: there is none."""

    newer: str = ""

    @property
    def path(self) -> str:
        """Return its folder below `out/`."""
        return f"digest/{self.digest.name}/{self.key}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOut:
    """A feed as it was published."""

    title: str
    formats: tuple[tuple[str, str], ...]
    """The name of each format, and its document's path below `out/`."""


def editions_in(
    paths: Collection[str], site: Site, mails: Mapping[str, MailSize]
) -> Mapping[str, tuple[EditionOut, ...]]:
    """Return the editions of each digest of *site* by its name, newest first; *paths* are those below `out/`."""
    return {digest.name: tuple(_of_digest(digest, paths, mails)) for digest in site.digests}


def _of_digest(digest: Digest, paths: Collection[str], mails: Mapping[str, MailSize]) -> Iterator[EditionOut]:
    parts = [path.split("/") for path in paths if path.startswith(f"digest/{digest.name}/")]
    keys = sorted((part[2] for part in parts if len(part) == _PARTS and part[3] == "index.html"), reverse=True)
    for newer, key, older in zip(["", *keys], keys, [*keys[1:], ""], strict=False):
        page = f"digest/{digest.name}/{key}/email.html"
        yield EditionOut(digest=digest, key=key, is_over=page in paths, mail=mails.get(page), older=older, newer=newer)


def feeds_in(paths: Collection[str], opml: bytes, site: Site) -> Mapping[str, tuple[FeedOut, ...]]:
    """Return the feeds that the list *opml* has, by the heading that they are listed under, in its order."""
    found: dict[str, list[FeedOut]] = defaultdict(list)
    body = fromstring(opml).find("body") if opml else None  # noqa: S314 - we wrote it
    for outline in body if body is not None else ():
        heading = "" if outline.get("xmlUrl") else outline.get("text", "")
        found[heading] += [_feed(one, paths, site) for one in outline.iter("outline") if one.get("xmlUrl")]
    return {heading: tuple(feeds) for heading, feeds in found.items()}


def _feed(outline: Element, paths: Collection[str], site: Site) -> FeedOut:
    folder = unquote(outline.get("xmlUrl", "").removeprefix(site.url)).rpartition("/")[0]
    top = f"{folder}/" if folder else ""
    formats = tuple((label, top + name) for name, label in _FORMATS.items() if top + name in paths)
    return FeedOut(title=outline.get("title", ""), formats=formats)
