"""Finds what a post's fields mean, whichever of the nine dialects wrote them."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from feeds.frontmatter import Field, Header, Value, normalised
from feeds.model import Image
from feeds.people import Person

TITLE = ("title", "subject", "newstitle", "linktitle")
DATE = ("date", "pubdate", "publishdate", "published", "datepublished", "created", "timestamp")
UPDATED = ("updated", "lastmodifiedat", "lastmod", "modified", "dateupdated", "updateddate", "datemodified")
EXPIRES = ("expirydate", "unpublishdate", "expires", "expiry")
CATEGORIES = ("categories", "category", "section")
TAGS = ("tags", "tag", "topics", "keywords")
AUTHORS = ("authors", "author", "by", "byline")
SUMMARY = ("summary", "excerpt", "description", "deck")
CONTENT = ("content", "feedcontent", "feed")
ADDRESS = ("permalink", "url", "path")
LANGUAGE = ("lang", "language", "locale")
IDENTITY = ("id", "guid", "uid")
IMAGE = (
    "image",
    "images",
    "cover",
    "coverimage",
    "featuredimage",
    "heroimage",
    "ogimage",
    "previewimage",
    "thumbnail",
    "header",
)
_NESTED = ("taxonomies", "extra", "params")
"""Tables whose keys stand for the post's own: Zola's and Hugo's."""

_HELD_BACK = (
    *("draft", "isdraft", "unlisted", "hidden", "private", "ignore", "saveasdraft", "eleventyexcludefromcollections"),
)
_SHOWN = ("published", "publish", "permalink")
_STATES = ("status", "state", "visibility")
_HELD_STATES = frozenset(["draft", "pending", "hidden", "skip", "private", "inactive", "trash"])
"""Keys and words of which one is enough: a post that comes late is mended sooner than one that came too early."""

_HOLDING = frozenset([*_HELD_BACK, *_SHOWN, *_STATES])
_FALSE = frozenset(["", "false", "no", "off", "0", "n"])
_NO_POST_LAYOUTS = frozenset(
    [
        "category",
        "categories",
        "tag",
        "tags",
        "archive",
        "archives",
        "home",
        "index",
        "page",
        "redirect",
        "search",
        "feed",
    ],
)
_WIKILINK = re.compile(r"^!?\[\[([^\]|]+)(?:\|[^\]]*)?\]\]$")
_ADDRESS = re.compile(r"^(?P<name>[^<>]*?)\s*<(?P<email>[^<>\s]+@[^<>\s]+)>$")


@dataclass(frozen=True, slots=True)
class Fields:
    """A header's fields by meaning."""

    header: Header
    values: Mapping[str, Value]
    """By normalised key; the tables of Zola and Hugo are merged in, the post's own keys first."""

    def place(self, *keys: str) -> Field | None:
        """Return the first field among *keys* that stands in the header itself."""
        fields = self.header.fields
        return next((fields[key] for key in (*keys, *_NESTED) if key in fields), None)

    def text(self, *keys: str) -> str:
        """Return the first text among *keys* that is not empty, else an empty one."""
        values = self.values
        for key in keys:
            if key in values and isinstance(value := values[key], str) and (text := value.strip()):
                return text
        return ""

    def has_any(self, keys: Collection[str]) -> bool:
        """Say whether one of *keys* stands there: cheaper than asking for each where none does."""
        return not self.values.keys().isdisjoint(keys)

    def first(self, keys: Iterable[str]) -> tuple[str, Value]:
        """Return the first of *keys* whose value has a text in it, with that value; an empty key and None: none has."""
        values = self.values
        for key in keys:
            if key in values and has_text(value := values[key]):
                return key, value
        return "", None

    def is_true(self, key: str) -> bool:
        """Say whether *key* stands there and is not a way of saying no."""
        return key in self.values and self.text(key).casefold() not in _FALSE

    def is_false(self, key: str) -> bool:
        """Say whether *key* stands there and says no."""
        value = self.values.get(key)
        return isinstance(value, str) and value.strip().casefold() in _FALSE - {""}


def fields_of(header: Header) -> Fields:
    """Return the fields of *header* by meaning."""
    values: Mapping[str, Value] = header.values
    for table in () if values.keys().isdisjoint(_NESTED) else _NESTED:
        nested = values.get(table)
        if isinstance(nested, Mapping):
            values = {normalised(key): value for key, value in nested.items()} | dict(values)
    return Fields(header, values)


def texts_of(value: Value) -> Iterator[str]:
    """Yield the texts in *value*, in order: lists are opened, of a mapping its name is taken, nothing is skipped."""
    if isinstance(value, str):
        if value.strip():
            yield value.strip()
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, Mapping):
        yield from texts_of(first_of(value, "label", "name", "title"))


def has_text(value: Value) -> bool:
    """Say whether `texts_of` yields anything."""
    return bool(value.strip()) if isinstance(value, str) else any(texts_of(value))


def nameless(value: Value) -> Iterator[str]:
    """Yield the kinds of the items in a list that are no names: a list of mixed types has some."""
    if isinstance(value, tuple):
        for item in value:
            if item is None:
                yield "an empty item"
            elif isinstance(item, Mapping) and not tuple(texts_of(item)):
                yield "a table"
            elif isinstance(item, tuple):
                yield from nameless(item)


def is_draft(fields: Fields) -> bool:
    """Say whether the post's own fields hold it back, in any of the spellings of nine dialects."""
    return fields.has_any(_HOLDING) and (
        any(fields.is_true(key) for key in _HELD_BACK)
        or any(fields.is_false(key) for key in _SHOWN)
        or not {fields.text(key).casefold() for key in _STATES}.isdisjoint(_HELD_STATES)
    )


def is_no_post(fields: Fields) -> bool:
    """Say whether the file is a page of another kind: a category's, an archive's, a redirect."""
    return fields.text("layout", "type").casefold() in _NO_POST_LAYOUTS or bool(fields.text("redirect", "redirectto"))


def authors_of(fields: Fields) -> tuple[Person, ...]:
    """Return the authors in their order, none twice; `"[[Name]]"`, `Name <address>` and mappings are understood."""
    key, value = fields.first(AUTHORS)
    if isinstance(value, str) and key == "authors":
        value = tuple(re.split(";" if ";" in value else ",", value))
    return tuple(dict.fromkeys(person for item in listed(value) if (person := _person(item)) is not None))


def _person(value: Value) -> Person | None:
    if isinstance(value, Mapping):
        name = "".join(list(texts_of(first_of(value, "name", "title")))[:1])
        email, url = (next(texts_of(first_of(value, *keys)), "") for keys in (("email",), ("url", "link", "website")))
        return Person(name=name, email=email, url=url) if name else None
    return _person_called(next(texts_of(value), ""))


@lru_cache(maxsize=1024)
def _person_called(text: str) -> Person | None:
    if wikilink := _WIKILINK.match(text):
        text = wikilink[1]
    if address := _ADDRESS.match(text):
        return Person(name=address["name"].strip(" \"'") or address["email"], email=address["email"])
    return Person(name=text.removeprefix("@")) if text else None


def tags_of(fields: Fields, *, splits_blanks: bool) -> tuple[str, ...]:
    """Return the tags in their order, none twice: a text is split at commas, at blanks where the dialect does so."""
    _, value = fields.first(TAGS)
    return _tags_in(value, splits_blanks) if isinstance(value, str) else _tags(texts_of(value))


@lru_cache(maxsize=1024)
def _tags_in(text: str, splits_blanks: bool) -> tuple[str, ...]:  # noqa: FBT001 - `lru_cache` is quicker by position
    return _tags(re.split(r"[;,，、\s]" if splits_blanks else r"[;,，、]", text))


def _tags(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for part in parts if (tag := part.strip().lstrip("#").strip())))


def image_of(fields: Fields) -> Image | None:
    """Return the picture the fields name, its URL as written."""
    for key in IMAGE:
        for item in listed(fields.values.get(key)):
            found = first_of(item, "url", "path", "src", "image", "teaser") if isinstance(item, Mapping) else item
            url = next(texts_of(found), "")
            if url and not url.startswith("[["):
                alt = next(texts_of(first_of(item, "alt", "caption")), "") if isinstance(item, Mapping) else ""
                return Image(url=url, alt=alt)
    return None


def listed(value: Value) -> tuple[Value, ...]:
    """Return the items of a list, the one value that is none, or nothing."""
    return value if isinstance(value, tuple) else () if value is None else (value,)


def first_of(table: Mapping[str, Value], *keys: str) -> Value:
    """Return the first value among *keys*, normalised, that is not empty; None: there is none."""
    by_key = {normalised(key): value for key, value in table.items()}
    return next((by_key[key] for key in keys if by_key.get(key)), None)
