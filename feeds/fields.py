"""Finds what a post's fields mean, whichever of the nine dialects wrote them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from feeds.frontmatter import Field, Header, Value, normalised
from feeds.model import Image, Person

TITLE = ("title", "subject", "newstitle", "linktitle")
DATE = ("date", "pubdate", "publishdate", "published", "datepublished", "created", "timestamp")
UPDATED = ("updated", "lastmodifiedat", "lastmod", "modified", "dateupdated", "updateddate", "datemodified")
EXPIRES = ("expirydate", "unpublishdate", "expires", "expiry")
CATEGORIES = ("categories", "category", "section")
TAGS = ("tags", "tag", "topics", "keywords")
AUTHORS = ("authors", "author", "by", "byline")
SUMMARY = ("summary", "excerpt", "description", "deck")
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
)

_NESTED = ("taxonomies", "extra", "params")
"""Tables whose keys stand for the post's own: Zola's and Hugo's."""

_HELD_BACK = (
    *("draft", "isdraft", "unlisted", "hidden", "private", "ignore", "saveasdraft", "eleventyexcludefromcollections"),
)
_HELD_STATES = frozenset(["draft", "pending", "hidden", "skip", "private", "inactive", "trash"])
"""Keys and words of which one is enough: a post that comes late is mended sooner than one that came too early."""

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
        named = (*keys, *_NESTED)
        return next((self.header.fields[key] for key in named if key in self.header.fields), None)

    def text(self, *keys: str) -> str:
        """Return the first text among *keys* that is not empty, else an empty one."""
        for key in keys:
            value = self.values.get(key)
            if isinstance(value, str) and (text := value.strip()):
                return text
        return ""

    def names(self, *keys: str) -> tuple[str, ...]:
        """Return the texts of the first of *keys* that has any: a list's items, or the one."""
        return next((found for key in keys if (found := tuple(texts_of(self.values.get(key))))), ())

    def is_true(self, key: str) -> bool:
        """Say whether *key* stands there and is not a way of saying no."""
        return key in self.values and self.text(key).casefold() not in _FALSE

    def is_false(self, key: str) -> bool:
        """Say whether *key* stands there and says no."""
        value = self.values.get(key)
        return isinstance(value, str) and value.strip().casefold() in _FALSE - {""}


def fields_of(header: Header) -> Fields:
    """Return the fields of *header* by meaning."""
    values = {key: field.value for key, field in header.fields.items()}
    for table in _NESTED:
        nested = values.get(table)
        if isinstance(nested, Mapping):
            values = {normalised(key): value for key, value in nested.items()} | values
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
    return (
        any(fields.is_true(key) for key in _HELD_BACK)
        or any(fields.is_false(key) for key in ("published", "publish", "permalink"))
        or not {fields.text(key).casefold() for key in ("status", "state", "visibility")}.isdisjoint(_HELD_STATES)
    )


def is_no_post(fields: Fields) -> bool:
    """Say whether the file is a page of another kind: a category's, an archive's, a redirect."""
    return fields.text("layout", "type").casefold() in _NO_POST_LAYOUTS or bool(fields.text("redirect", "redirectto"))


def authors_of(fields: Fields) -> tuple[Person, ...]:
    """Return the authors in their order, none twice; `"[[Name]]"`, `Name <address>` and mappings are understood."""
    key = next((key for key in AUTHORS if tuple(texts_of(fields.values.get(key)))), "")
    value = fields.values.get(key)
    if isinstance(value, str) and key == "authors":
        value = tuple(re.split(";" if ";" in value else ",", value))
    return tuple(dict.fromkeys(person for item in listed(value) if (person := _person(item)) is not None))


def _person(value: Value) -> Person | None:
    if isinstance(value, Mapping):
        name = "".join(list(texts_of(first_of(value, "name", "title")))[:1])
        email, url = (next(texts_of(first_of(value, *keys)), "") for keys in (("email",), ("url", "link", "website")))
        return Person(name=name, email=email, url=url) if name else None
    text = next(texts_of(value), "")
    if wikilink := _WIKILINK.match(text):
        text = wikilink[1]
    if address := _ADDRESS.match(text):
        return Person(name=address["name"].strip(" \"'") or address["email"], email=address["email"])
    return Person(name=text.removeprefix("@")) if text else None


def tags_of(fields: Fields, *, splits_blanks: bool) -> tuple[str, ...]:
    """Return the tags in their order, none twice: a text is split at commas, at blanks where the dialect does so."""
    key = next((key for key in TAGS if tuple(texts_of(fields.values.get(key)))), "")
    value = fields.values.get(key)
    if isinstance(value, str):
        parts = re.split(r"[;,，、]" if not splits_blanks else r"[;,，、\s]", value)
    else:
        parts = list(texts_of(value))
    return tuple(dict.fromkeys(tag for part in parts if (tag := part.strip().lstrip("#").strip())))


def image_of(fields: Fields) -> Image | None:
    """Return the picture the fields name, its URL as written."""
    for key in (*IMAGE, "header"):
        value = fields.values.get(key)
        for item in listed(value):
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
