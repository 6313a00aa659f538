"""Turns fields into an `Entry`, or says exactly why not."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from unicodedata import normalize

from feeds import fields as meaning
from feeds.articles import Reader, Reading, digest_of, read
from feeds.attribution import combined
from feeds.body import first_heading, text_of
from feeds.dating import instant, published
from feeds.diagnostics import Diagnostic, Severity
from feeds.enclosures import declared, embedded, episode_of
from feeds.fields import Fields, fields_of
from feeds.frontmatter import split
from feeds.languages import language_tag
from feeds.links import absolute
from feeds.model import Enclosure, Entry, Person, Site, Source
from feeds.outcomes import Parsed, State
from feeds.places import file_name, folder_categories, own_permalink, permalink, post_id
from feeds.remarks import RefusedError, Remarks
from feeds.text import excerpt, one_line, title_text

TITLE_WORDS = 80
"""Characters of the text that make a title where nothing else does."""

_NO_NAMES = frozenset(["readme", "404", "_index"])


def parse_post(data: bytes, path: str, reader: Reader) -> Parsed:
    """Return what the post at *path* says, and what is wrong with it. Nothing in *data* makes this raise."""
    shown = reader.site.shown(path)
    header, problems = split(data, path=shown)
    if header is None:
        return Parsed(path=path, state=State.SKIPPED, diagnostics=problems)
    fields = fields_of(header)
    outcome = partial(Parsed, path=path, diagnostics=problems)
    if file_name(path).casefold() in _NO_NAMES or meaning.is_no_post(fields):
        return outcome(state=State.NOT_A_POST)
    if meaning.is_draft(fields) or "_drafts" in path.split("/"):
        return outcome(state=State.DRAFT)
    remarks = Remarks(shown, data, list(problems))
    try:
        entry, has_zone = _entry(data, path, fields, reader, remarks)
    except RefusedError as refusal:
        return outcome(state=State.SKIPPED, diagnostics=(*remarks.taken, refusal.diagnostic))
    return outcome(state=State.ENTRY, entry=entry, has_zone=has_zone, diagnostics=tuple(remarks.taken))


def _entry(data: bytes, path: str, fields: Fields, reader: Reader, remarks: Remarks) -> tuple[Entry, bool]:
    """Return the entry and whether its date had a time zone."""
    site = reader.site
    moment = published(path, fields, site, remarks)
    reading = read(fields.header, path, reader)
    _warn_of_dropped(reading, fields, remarks)
    language = _language(path, fields, site, remarks)
    categories = _categories(path, fields, site, language, remarks)
    source, original = _attribution(fields, reading, categories, reader, remarks)
    address = own_permalink(site, fields.text("permalink") or _own_url(fields)) or permalink(
        site,
        path,
        own_slug=fields.text("slug"),
        categories=categories,
        published=moment.instant,
    )
    base = partial(absolute, base=address or original or site.home)
    image = meaning.image_of(fields)
    entry = Entry(
        id=post_id(site, path=path, own=fields.text(*meaning.IDENTITY), original=original),
        path=path,
        digest=digest_of(data),
        size=len(data),
        title=_title(path, fields, reading, remarks),
        published=moment.instant,
        updated=max(moment.instant, instant(meaning.UPDATED, fields, site, remarks) or moment.instant),
        expires=instant(meaning.EXPIRES, fields, site, remarks),
        language=language,
        categories=categories,
        tags=_names(meaning.tags_of(fields, splits_blanks=_is_jekyll(site))),
        authors=_authors(fields, site),
        source=source,
        original=original,
        permalink=address,
        summary=title_text(fields.text(*meaning.SUMMARY)),
        content=_content(fields),
        image=replace(image, url=base(image.url)) if image and base(image.url) else None,
        enclosures=tuple(_enclosures(fields, reading, base, remarks)),
        episode=episode_of(fields),
        kept=reading.kept,
    )
    return entry, moment.has_zone


# --- words ---------------------------------------------------------------------------------------


def _title(path: str, fields: Fields, reading: Reading, remarks: Remarks) -> str:
    if title := _name(title_text(fields.text(*meaning.TITLE))):
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


def _authors(fields: Fields, site: Site) -> tuple[Person, ...]:
    """Return the authors that have a name, none twice; their pages are on the web, or on the site."""
    people = (replace(p, name=_name(p.name), url=_web(p.url, site)) for p in meaning.authors_of(fields))
    return tuple(dict.fromkeys(person for person in people if person.name))


def _web(url: str, site: Site) -> str:
    found = absolute(url, base=site.home)
    return found if found.startswith(("http://", "https://")) else ""


def _names(texts: Iterable[str]) -> tuple[str, ...]:
    """Return *texts* as names, none empty and none twice."""
    return tuple(dict.fromkeys(name for text in texts if (name := _name(text))))


def _enclosures(fields: Fields, reading: Reading, base: Callable[[str], str], remarks: Remarks) -> Iterator[Enclosure]:
    """Yield the files that the fields name, else those that the text plays, with absolute URLs."""
    named = declared(fields)
    for key, file in named or [("", file) for file in embedded(reading.found.html)]:
        if _is_address(file.url) and (url := base(file.url)).startswith(("http://", "https://")):
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
    named = re.search(r"\.([a-z]{2}(?:-[A-Za-z]{2,4})?)\.\w+$", path)
    knows_it = site.content.dialect in {"hugo", "zola"} or fields.header.dialect == "toml"
    return named[1] if named and knows_it else ""


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
    key = next((key for key in meaning.CATEGORIES if fields.names(key)), "")
    value = fields.values.get(key)
    for kind in meaning.nameless(value):
        message = f"{kind} among the categories is no name; it was ignored"
        remarks.warn(fields.place(key), "category-nameless", message, "list names only")
    if key == "categories" and isinstance(value, str) and _is_jekyll(site):
        names = tuple(value.split())
    else:
        names = fields.names(key) if key else ()
    names = names or folder_categories(path, dialect=site.content.dialect, language=language)
    return _names(names)


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
    settled = next((c.source for c in reader.site.categories if c.name in categories[:1]), None)
    source, original = combined(reading.declared, reading.found, settled, reader.rules)
    source = source and replace(source, name=_name(source.name))
    return source if source and source.label else None, original


def _own_url(fields: Fields) -> str:
    """Return the post's own address on its site where its `url`, or Zola's `path`, says it."""
    url = fields.text("url")
    if url and "://" not in url:
        return url
    return f"/{fields.text('path').strip('/')}/" if fields.header.dialect == "toml" and fields.text("path") else ""
