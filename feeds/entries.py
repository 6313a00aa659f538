"""Turns fields into an `Entry`, or says exactly why not."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from typing import TypeVar
from unicodedata import normalize

from feeds import fields as meaning
from feeds.articles import Reader, Reading, digest_of, read
from feeds.attribution import combined
from feeds.body import first_heading, text_of
from feeds.dating import instant, published
from feeds.diagnostics import Diagnostic, Severity
from feeds.enclosures import EPISODE, declared, embedded, episode_of
from feeds.fields import Fields, fields_of
from feeds.frontmatter import split
from feeds.languages import language_tag
from feeds.links import absolute
from feeds.model import Enclosure, Entry, Image
from feeds.outcomes import Parsed, State
from feeds.people import Person, Source
from feeds.places import file_name, folder_categories, own_link, own_permalink, permalink, post_id
from feeds.remarks import RefusedError, Remarks
from feeds.settings import Site
from feeds.text import excerpt, one_line, title_text

TITLE_WORDS = 80
"""Characters of the text that make a title where nothing else does."""

MOST = 100
"""Categories of a post, and likewise tags, authors and files: each may have feeds, which list all of them."""

T = TypeVar("T")

_WEB = ("http://", "https://")
_NAMED_LANGUAGE = re.compile(r"\.([a-z]{2}(?:-[A-Za-z]{2,4})?)\.\w+$")
_NO_NAMES = frozenset(["readme", "404", "_index"])


def parse_post(data: bytes, path: str, reader: Reader) -> Parsed:
    """Return what the post at *path* says, and what is wrong with it. Nothing in *data* makes this raise."""
    shown = reader.site.shown(path)
    header, problems = split(data, path=shown)
    if header is None:
        return Parsed(path=path, state=State.SKIPPED, diagnostics=problems)
    fields = fields_of(header)
    state = _state(path, fields)
    if state is not State.ENTRY:
        return Parsed(path=path, state=state, diagnostics=problems)
    remarks = Remarks(shown, data, list(problems))
    try:
        entry, has_zone = _entry(data, path, fields, reader, remarks)
    except RefusedError as refusal:
        return Parsed(path=path, state=State.SKIPPED, diagnostics=(*remarks.taken, refusal.diagnostic))
    return Parsed(path=path, state=state, entry=entry, has_zone=has_zone, diagnostics=tuple(remarks.taken))


def _state(path: str, fields: Fields) -> State:
    """Return what becomes of the post at *path* unless something is wrong with it."""
    if file_name(path).casefold() in _NO_NAMES or meaning.is_no_post(fields):
        return State.NOT_A_POST
    is_draft = meaning.is_draft(fields) or ("_drafts" in path and "_drafts" in path.split("/"))
    return State.DRAFT if is_draft else State.ENTRY


def _entry(data: bytes, path: str, fields: Fields, reader: Reader, remarks: Remarks) -> tuple[Entry, bool]:
    """Return the entry and whether its date had a time zone."""
    site = reader.site
    lacks = fields.values.keys().isdisjoint  # most posts say little: what they do not speak of costs one such test
    moment = published(path, fields, site, remarks)
    reading = read(fields.header, path, reader)
    if reading.dropped:
        _warn_of_dropped(reading, fields, remarks)
    language = _language(path, fields, site, remarks)
    categories = _categories(path, fields, site, language, remarks)
    source, original = _attribution(fields, reading, categories, reader, remarks)
    title = _title(path, fields, reading, remarks)
    own = "" if lacks(meaning.ADDRESS) else own_permalink(site, fields.text("permalink") or _own_url(fields))
    address = own or permalink(
        site,
        path,
        own_slug=fields.text("slug"),
        title=title,
        categories=categories,
        published=moment.instant,
    )
    base = partial(absolute, base=address or original or site.home)
    entry = Entry(
        id=post_id(site, path=path, own=fields.text(*meaning.IDENTITY), original=original),
        path=path,
        digest=digest_of(data),
        size=len(data),
        title=title,
        published=moment.instant,
        updated=moment.instant if lacks(meaning.UPDATED) else _updated(moment.instant, fields, site, remarks),
        expires=None if lacks(meaning.EXPIRES) else instant(meaning.EXPIRES, fields, site, remarks),
        language=language,
        categories=categories,
        tags=_few(_names(meaning.tags_of(fields, splits_blanks=_is_jekyll(site))), "tags", remarks),
        authors=() if lacks(meaning.AUTHORS) else _few(_authors(fields, site.home), "authors", remarks),
        source=source,
        original=original,
        permalink=address,
        link=own_link(site, permalink=address, original=original),
        summary="" if lacks(meaning.SUMMARY) else title_text(fields.text(*meaning.SUMMARY)),
        content="" if lacks(meaning.CONTENT) else _content(fields),
        image=None if lacks(meaning.IMAGE) else _image(fields, base),
        enclosures=_enclosures(fields, reading, base, remarks),
        episode=None if lacks(EPISODE) else episode_of(fields),
        kept=reading.kept,
    )
    return entry, moment.has_zone


def _updated(published: datetime, fields: Fields, site: Site, remarks: Remarks) -> datetime:
    return max(published, instant(meaning.UPDATED, fields, site, remarks) or published)


# --- words ---------------------------------------------------------------------------------------


def _title(path: str, fields: Fields, reading: Reading, remarks: Remarks) -> str:
    if title := normalize("NFC", title_text(fields.text(*meaning.TITLE))):
        return title
    heading = first_heading(reading.found.html)
    if heading is not None and (title := _name(heading[0])):
        return title
    if title := _first_words(text_of(reading.found.html)):
        remarks.warn(None, "title-from-text", "there is no title; the text's first words serve", "add a `title`")
        return title
    remarks.warn(None, "title-from-name", "there is no title; the file's name serves", "add a `title`")
    return _name(file_name(path).replace("-", " ").replace("_", " ")) or path


def _first_words(text: str) -> str:
    return _name(excerpt(text, latin=TITLE_WORDS, cjk=TITLE_WORDS // 2))


def _name(text: str) -> str:
    return normalize("NFC", one_line(text))


def _authors(fields: Fields, home: str) -> tuple[Person, ...]:
    """Return the authors that have a name, none twice."""
    people = (_author(person, home) for person in meaning.authors_of(fields))
    return tuple(dict.fromkeys(person for person in people if person is not None))


@lru_cache(maxsize=1024)
def _author(person: Person, home: str) -> Person | None:
    """Return *person* with a page on the web, or on the site; None: without a name."""
    page = absolute(person.url, base=home)
    name = _name(person.name)
    return replace(person, name=name, url=page if page.startswith(_WEB) else "") if name else None


@lru_cache(maxsize=4096)
def _names(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return *texts* as names, none empty and none twice."""
    return tuple(dict.fromkeys(name for text in texts if (name := _name(text))))


def _few(listed: tuple[T, ...], what: str, remarks: Remarks) -> tuple[T, ...]:
    """Return the first of *listed*, which are all the post's *what*."""
    if len(listed) <= MOST:
        return listed
    message = f"it has {len(listed):,} {what}; the first {MOST} were taken"
    remarks.warn(None, "too-many", message, "name fewer: pages and feeds are made for each")
    return listed[:MOST]


def _image(fields: Fields, base: Callable[[str], str]) -> Image | None:
    image = meaning.image_of(fields)
    url = base(image.url) if image else ""
    return replace(image, url=url) if image and url else None


def _enclosures(
    fields: Fields, reading: Reading, base: Callable[[str], str], remarks: Remarks
) -> tuple[Enclosure, ...]:
    """Return the files that the fields name, else those that the text plays, with absolute URLs."""
    if named := declared(fields):
        return tuple(_reachable(_few(named, "files", remarks), fields, base, remarks))
    played = _few(embedded(reading.found.html), "files", remarks)
    return tuple(_reachable([("", file) for file in played], fields, base, remarks)) if played else ()


def _reachable(
    files: Sequence[tuple[str, Enclosure]], fields: Fields, base: Callable[[str], str], remarks: Remarks
) -> Iterator[Enclosure]:
    """Yield *files* that have addresses, absolute, and warn of those of the fields' that have none."""
    for key, file in files:
        if _is_address(file.url) and (url := base(file.url)).startswith(_WEB):
            yield replace(file, url=url)
        elif key:
            field = fields.place(key)
            message = f"`{field.name if field else key}` is no file's address; it was ignored"
            remarks.warn(field, "enclosure-refused", message, "write the URL or the path of the file")


def _is_address(url: str) -> bool:
    return "/" in url or "." in url


def _content(fields: Fields) -> str:
    """Return what the post asks feeds to carry of it: `full`, `summary`, or nothing said."""
    wanted = fields.text("content", "feedcontent")
    feed = fields.values.get("feed")
    if not isinstance(feed, (str, tuple)) and feed and "excerpt_only" in feed:
        wanted = "summary" if feed["excerpt_only"] == "true" else "full"
    return wanted if wanted in {"full", "summary"} else ""


def _language(path: str, fields: Fields, site: Site, remarks: Remarks) -> str:
    text = (fields.text(*meaning.LANGUAGE) or _language_of_name(path, fields, site)).replace("_", "-")
    if not text:
        return site.language
    tag = language_tag(text)
    if not tag:
        message = f"`{text}` is not a language tag; the site's was taken"
        remarks.warn(fields.place(*meaning.LANGUAGE), "language-unknown", message, "write `en` or `zh-CN`")
    return tag or site.language


def _language_of_name(path: str, fields: Fields, site: Site) -> str:
    """Return the language in a file's name, `post.fr.md`, where Hugo or Zola put it there."""
    knows_it = site.content.dialect in {"hugo", "zola"} or fields.header.dialect == "toml"
    named = _NAMED_LANGUAGE.search(path) if knows_it else None
    return named[1] if named else ""


def _warn_of_dropped(reading: Reading, fields: Fields, remarks: Remarks) -> None:
    """Tell of other engines' tags that were taken out: once a post, at the first of them."""
    if not reading.dropped:
        return
    names = list(dict.fromkeys(name for name, _ in reading.dropped))
    listed = ", ".join(f"`{name}`" for name in names[:4]) + (" …" if len(names) > 4 else "")  # noqa: PLR2004 - a line's worth
    remarks.taken.append(
        Diagnostic(
            path=remarks.shown,
            line=fields.header.body_line + reading.dropped[0][1] - 1,
            severity=Severity.WARNING,
            code="tag-dropped",
            message=f"another engine's tags are not text and were left out: {listed}",
            help="nothing, if what they showed is not missed; else write it as Markdown or HTML",
        ),
    )


# --- belonging -----------------------------------------------------------------------------------


def _categories(path: str, fields: Fields, site: Site, language: str, remarks: Remarks) -> tuple[str, ...]:
    key, value = fields.first(meaning.CATEGORIES)
    if isinstance(value, str):
        names = tuple(value.split()) if key == "categories" and _is_jekyll(site) else (value,)
        return _few(_names(names), "categories", remarks)
    for kind in dict.fromkeys(meaning.nameless(value)):
        message = f"{kind} among the categories is no name; it was ignored"
        remarks.warn(fields.place(key), "category-nameless", message, "list names only")
    names = tuple(meaning.texts_of(value)) or folder_categories(path, dialect=site.content.dialect, language=language)
    return _few(_names(names), "categories", remarks)


def _is_jekyll(site: Site) -> bool:
    return site.content.dialect == "jekyll"


def _attribution(
    fields: Fields,
    reading: Reading,
    categories: tuple[str, ...],
    reader: Reader,
    remarks: Remarks,
) -> tuple[Source | None, str]:
    for key, problem in reading.declared.refused:
        field = fields.place(key)
        message = f"`{field.name if field else key}` {problem}; it was ignored"
        remarks.warn(field, "link-refused", message, "write an absolute https:// address")
    known = reader.site.categories if categories else ()
    settled = next((c.source for c in known if c.name == categories[0]), None) if known else None
    source, original = combined(reading.declared, reading.found, settled, reader.rules)
    if source is not None and (name := _name(source.name)) != source.name:
        source = replace(source, name=name)
    scheme, colon, rest = original.partition(":")  # readers know `https`, not each `HTTPS`
    return source if source and source.label else None, scheme.lower() + colon + rest


def _own_url(fields: Fields) -> str:
    """Return the post's own address on its site where its `url`, or Zola's `path`, says it."""
    url = fields.text("url")
    if url and "://" not in url:
        return url
    return f"/{fields.text('path').strip('/')}/" if fields.header.dialect == "toml" and fields.text("path") else ""
