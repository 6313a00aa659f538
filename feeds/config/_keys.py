"""Lists every key of `feeds.toml`, table by table; a new key is a line here, a field of the record, and its words."""

from collections.abc import Mapping
from dataclasses import replace

from feeds.config import _patterns as patterns
from feeds.config import _urls as urls
from feeds.config import _values as values
from feeds.config._kinds import Key, Kind, build, list_of, named_tables_of, table_of, tables_of, value_of
from feeds.config._places import Path
from feeds.config._problems import Bad, Problem, Problems, WrongType, shown
from feeds.people import Person, Source
from feeds.settings import (
    AttributionSettings,
    CategorySettings,
    ContentSettings,
    CustomFeed,
    Digest,
    Dkim,
    FeedSettings,
    Filter,
    MailSettings,
    PodcastSettings,
    Site,
    StateSettings,
)

DIGEST_NAMES = {"day": "daily", "week": "weekly", "month": "monthly"}

DIALECTS = ("auto", "jekyll", "hugo", "eleventy", "pelican", "zola", "astro", "obsidian", "none")
GROUPS = ("category", "tag", "author", "source", "language")


def _choice(*options: str) -> Kind:
    return value_of(values.choice(*options), values.one_of(options), f'"{options[0]}"')


def _whole(low: int, example: int) -> Kind:
    return value_of(values.whole(low), f"a whole number, at least {low}", str(example))


def _digest(given: Mapping[str, object]) -> Digest:
    """Return the digest; one without a name is named for how often it comes."""
    digest = build(Digest, given)
    return digest if "name" in given else replace(digest, name=DIGEST_NAMES[digest.every])


def _named(name: str, settings: object) -> object:
    return replace(settings, name=name) if isinstance(settings, CategorySettings) else None


def _source(given: Mapping[str, object]) -> Source | None:
    source = build(Source, given)
    if source.feed and not (source.name or source.url):
        raise Bad("must have a name or a URL beside its feed", help='write it like `{ name = "…", feed = "…" }`')
    return source if source.name or source.url else None


def _dkim(given: Mapping[str, object]) -> Dkim:
    missing = [key for key in ("domain", "selector", "key_file") if key not in given]
    if given and missing:
        raise Bad(f"has no {shown(missing[0])}", help="it needs `domain`, `selector` and `key_file`")
    return build(Dkim, given)


def _podcast(given: Mapping[str, object]) -> PodcastSettings:
    missing = [key for key in ("category", "email") if not given.get(key)]
    if missing and any(given.values()):
        raise Bad(f"has no {shown(missing[0])}", help="it needs `category` and `email`")
    return build(PodcastSettings, given)


def _aliases(value: object, path: Path, problems: Problems) -> object:
    """Return pairs of old and new path, by old path."""
    if not isinstance(value, dict):
        wrong = WrongType("a table", value).message
        remedy = 'write it like `aliases = { "old/path.xml" = "rss.xml" }`'
        problems.append(Problem(path=path, code="config-type", message=f"`aliases` {wrong}", help=remedy))
        return None
    pairs = []
    for old in value:
        new = _FEED_PATH.read(value[old], (*path, old), problems)
        try:
            pairs.append((urls.old_feed(old, new if isinstance(new, str) else ""), new))
        except Bad as bad:
            wrong = f"{shown(old)} {bad.message}"
            problems.append(Problem(path=(*path, old), code="config-value", message=wrong, help=bad.help, at_key=True))
    return tuple(sorted((old, new) for old, new in pairs if isinstance(new, str)))


_WORDS = value_of(values.words, "text", '"…"')
_LABEL = value_of(values.label, "text", '"…"')
_LABELS = list_of(_LABEL, '["…"]')
_SITE_URL = '"https://www.example.com/"'
_URL = value_of(urls.link, "an absolute URL", _SITE_URL, may_be_empty=True)
_REFERENCE = value_of(urls.reference, "a URL, absolute or relative to `site.url`", '"/logo.png"', may_be_empty=True)
_MAILBOX = value_of(urls.mailbox, "an e-mail address", '"news@example.com"', may_be_empty=True)
_SENDER = value_of(
    urls.sender,
    "an e-mail address or `Name <address>`",
    '"Example News <news@example.com>"',
    may_be_empty=True,
)
_TRUTH = value_of(values.truth, "`true` or `false`", "true")
_LANGUAGE = value_of(values.language, "a BCP 47 language tag", '"en"')
_FEED_PATH = value_of(urls.feed_path, "the path of a feed", '"rss.xml"')
_CONTENT = _choice("full", "summary")

_PERSON = table_of(
    Person,
    Key("name", _WORDS),
    Key("email", _MAILBOX),
    Key("url", _REFERENCE),
    make=lambda given: build(Person, {"name": "", **given}),
    example='{ name = "Ada Example", email = "ada@example.com" }',
)

_SITE = table_of(
    Site,
    Key("title", value_of(values.some_words, "text", '"The name of your site"'), required=True),
    Key("url", value_of(urls.base, "an absolute URL", _SITE_URL), required=True),
    Key("home", value_of(urls.base, "an absolute URL; else `url`", _SITE_URL, may_be_empty=True)),
    Key("description", _WORDS),
    Key("language", _LANGUAGE),
    Key("timezone", value_of(values.zone, "an IANA time zone", '"Europe/Berlin"')),
    Key("author", _PERSON),
    Key(
        "id",
        value_of(
            urls.uri_start,
            "the beginning of a URI; else `tag:HOST,2026:`",
            '"tag:www.example.com,2026:"',
            may_be_empty=True,
        ),
    ),
    Key("logo", _REFERENCE),
    make=dict,
)

_CONTENT_TABLE = table_of(
    ContentSettings,
    Key("folder", value_of(values.some_text, "a folder", '"content"')),
    Key("ignore", list_of(value_of(patterns.glob, "a glob", '"drafts/**"'), '["drafts/**"]')),
    Key("dialect", _choice(*DIALECTS)),
    Key(
        "permalink",
        value_of(patterns.permalink, "a path with placeholders", '"/{year}/{name}.html"', may_be_empty=True),
    ),
    Key("link", _choice("auto", "permalink", "original")),
    Key("identity", _choice("path", "name", "original")),
    Key("category_titles", _choice("declared", "first-tag")),
    Key("dedupe", _TRUTH),
    Key("max_bytes", _whole(1, 5_000_000)),
)

_SOURCE = table_of(
    Source,
    Key("name", _WORDS),
    Key("url", _URL),
    Key("feed", _URL),
    make=_source,
    example='{ name = "Example Daily", url = "https://daily.example.com/" }',
)

_CATEGORY = table_of(
    CategorySettings,
    Key("title", _WORDS),
    Key("slug", value_of(values.category_slug, "a folder's name", '"news"', may_be_empty=True)),
    Key("source", _SOURCE),
    make=lambda given: build(CategorySettings, {"name": "", **given}),
)

_ATTRIBUTION = table_of(
    AttributionSettings,
    Key(
        "patterns",
        list_of(
            value_of(patterns.attribution, "text with `{source}`", '"Source: {source}"'),
            '["Source: {source}"]',
        ),
    ),
    Key("names", _LABELS),
    Key(
        "boilerplate",
        list_of(value_of(patterns.closing_line, "text, `*` for any", '"Back to *"'), '["Back to *"]'),
    ),
)

_FILTER = table_of(
    Filter,
    Key("category", _LABELS),
    Key("tag", _LABELS),
    Key("author", _LABELS),
    Key("source", _LABELS),
    Key("language", list_of(_LANGUAGE, '["en"]')),
    example='{ category = ["…"] }',
)

_CUSTOM = table_of(
    CustomFeed,
    Key("name", value_of(values.folder_name, "a folder's name", '"name"'), required=True),
    Key("title", _WORDS),
    Key("include", _FILTER),
    Key("exclude", _FILTER),
    Key("entries", _whole(1, 50)),
    Key("content", _CONTENT),
)

_PODCAST = table_of(
    PodcastSettings,
    Key("category", value_of(values.podcast_category, "a category of Apple Podcasts", '"News"', may_be_empty=True)),
    Key("email", _MAILBOX),
    Key("image", _REFERENCE),
    Key("explicit", _TRUTH),
    make=_podcast,
    example='{ category = "News > Daily News", email = "podcast@example.com" }',
)

_FEEDS = table_of(
    FeedSettings,
    Key("formats", list_of(_choice("rss", "atom", "json"), '["rss", "atom", "json"]', unique=True)),
    Key("by", list_of(_choice(*GROUPS), '["category"]', unique=True)),
    Key("entries", _whole(1, 50)),
    Key("content", _CONTENT),
    Key("max_bytes", _whole(1, 524_288)),
    Key("archive", _TRUTH),
    Key(
        "aliases",
        Kind(words="a table of old and new paths", example='{ "old/path.xml" = "rss.xml" }', read=_aliases),
    ),
    Key("websub", _URL),
    Key("podcast", _PODCAST),
    Key("custom", tables_of(_CUSTOM)),
)

_DIGEST = table_of(
    Digest,
    Key("name", value_of(values.folder_name, "a folder's name", '"daily"')),
    Key("title", _WORDS),
    Key("every", _choice(*DIGEST_NAMES)),
    Key("categories", _LABELS),
    Key("at", value_of(values.day_time, "a time of day", '"07:00"')),
    Key("entries", _whole(1, 30)),
    Key("per_category", _whole(1, 8)),
    Key("catch_up", _choice("merge", "each", "skip")),
    make=_digest,
)

_DKIM = table_of(
    Dkim,
    Key("domain", value_of(urls.domain, "a domain", '"example.com"', may_be_empty=True)),
    Key("selector", value_of(urls.selector, "a DKIM selector", '"feeds"', may_be_empty=True)),
    Key("key_file", value_of(values.some_text, "a file's path", '"dkim.pem"', may_be_empty=True)),
    make=_dkim,
    example='{ domain = "example.com", selector = "feeds", key_file = "dkim.pem" }',
)

_MAIL = table_of(
    MailSettings,
    Key("from", _SENDER, "sender"),
    Key("reply_to", _SENDER),
    Key("unsubscribe", _MAILBOX),
    Key("bounces", _MAILBOX),
    Key(
        "public_url",
        value_of(urls.public_base, "an https URL", '"https://mail.example.com/"', may_be_empty=True),
    ),
    Key("smtp", value_of(urls.transport, "a mail server", '"smtp://127.0.0.1:25"')),
    Key("on_uncertain", _choice("resend", "hold")),
    Key("rate", value_of(values.positive(10_000), "a number above 0", "5.0")),
    Key("per_day", _whole(0, 1000)),
    Key("connections", value_of(values.whole(1, 100), "a whole number, 1 to 100", "2")),
    Key("dkim", _DKIM),
    Key("postal_address", value_of(values.lines, "text", '"1 Example Street, Example City"')),
)

_STATE = table_of(
    StateSettings,
    Key("url", value_of(urls.database, "a database's URL", '"sqlite:///.feeds/state.sqlite3"')),
)

FILE = table_of(
    Site,
    Key("site", _SITE),
    Key("content", _CONTENT_TABLE),
    Key("categories", named_tables_of(_CATEGORY, values.label, _named)),
    Key("attribution", _ATTRIBUTION),
    Key("feeds", _FEEDS),
    Key("digests", tables_of(_DIGEST)),
    Key("mail", _MAIL),
    Key("state", _STATE),
    make=dict,
)
"""The whole file."""
