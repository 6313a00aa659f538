"""The configuration as records: a site, and each table of `feeds.toml`."""

from dataclasses import dataclass
from datetime import time
from functools import cached_property
from urllib.parse import quote, unquote, urlsplit
from zoneinfo import ZoneInfo, reset_tzpath

from feeds.people import Person, Source, host_of

# zoneinfo prefers the machine's own database to the package `tzdata`; two machines may have two of different years,
# and the same site would be built into different bytes.
reset_tzpath(to=())
ZoneInfo.clear_cache()

PLACEHOLDER = "https://www.example.org/"
"""The address of a new site that has told none: to be changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CategorySettings:
    """`[categories.NAME]`."""

    name: str
    title: str = ""
    slug: str = ""
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentSettings:
    """`[content]`."""

    folder: str = "content"
    ignore: tuple[str, ...] = ()
    dialect: str = "auto"
    permalink: str = ""
    link: str = "auto"
    identity: str = "path"
    category_titles: str = "declared"
    dedupe: bool = True
    max_bytes: int = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributionSettings:
    """`[attribution]`."""

    patterns: tuple[str, ...] = ("（文章来源：{source}）", "来源：{source}", "Source: {source}")
    names: tuple[str, ...] = ()
    boilerplate: tuple[str, ...] = ("返回*｜返回首页",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a custom feed takes or leaves: an entry passes that has one of each list that is not empty."""

    category: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    language: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomFeed:
    """`[[feeds.custom]]`."""

    name: str
    title: str = ""
    include: Filter = Filter()
    exclude: Filter = Filter()
    entries: int | None = None
    """None: as `[feeds] entries`."""

    content: str | None = None
    """`full`, `summary`, or None: as `[feeds] content`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodcastSettings:
    """`[feeds] podcast`: what directories of podcasts want to know of a feed."""

    category: str = ""
    """As Apple Podcasts lists them: `News`, or `News > Daily News`. Empty: directories are told nothing."""

    email: str = ""
    """The owner's, by which directories confirm who may list it. Published."""

    image: str = ""
    """Square; absolute. Empty: the site's logo."""

    explicit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """`[feeds]`."""

    formats: tuple[str, ...] = ("rss", "atom", "json")
    by: tuple[str, ...] = ("category",)
    entries: int = 50
    content: str = "full"
    max_bytes: int = 524_288
    archive: bool = False
    aliases: tuple[tuple[str, str], ...] = ()
    """Pairs of an old path and the path it stands for now."""

    websub: str = ""
    podcast: PodcastSettings = PodcastSettings()
    custom: tuple[CustomFeed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """`[[digests]]`: a newsletter as configured."""

    name: str = "daily"
    title: str = ""
    """Empty: the templates' word in `site.language`."""

    every: str = "day"
    """`day`, `week` or `month`."""

    categories: tuple[str, ...] = ()
    """Names; empty: all."""

    at: time = time(7, 0)
    """Local time, in the site's time zone, on the first day after the edition."""

    entries: int = 30
    per_category: int = 8
    catch_up: str = "merge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dkim:
    """`[mail] dkim`."""

    domain: str = ""
    selector: str = ""
    key_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """`[mail]`."""

    sender: str = ""
    """The key `from`."""

    reply_to: str = ""
    unsubscribe: str = ""
    bounces: str = ""
    public_url: str = ""
    smtp: str = "smtp://127.0.0.1:25"
    on_uncertain: str = "resend"
    rate: float = 5.0
    per_day: int = 0
    connections: int = 2
    dkim: Dkim = Dkim()
    postal_address: str = ""

    @property
    def public_origin(self) -> str:
        """Return the origin of `public_url`, as a page's policy names it; empty: there is none."""
        scheme, _, rest = self.public_url.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}" if rest else ""

    @property
    def way(self) -> str:
        """Return `smtp` as it may be shown: the server and its port, or what stands in place of a server."""
        return self.smtp.rpartition("@")[2].removeprefix("smtp://").rstrip("/")

    @property
    def user(self) -> str:
        """Return the user that `smtp` names; empty: none."""
        return unquote(urlsplit(self.smtp).username or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSettings:
    """`[state]`."""

    url: str = "sqlite:///.feeds/state.sqlite3"


@dataclass(frozen=True, kw_only=True)
class Site:
    """`feeds.toml`, checked: every value is of its type and within its bounds."""

    title: str
    url: str
    """Where `out/` is published; absolute, ends with `/`."""

    home: str
    """Where the posts themselves are published; absolute, ends with `/`."""

    id: str
    """The start of every permanent id."""

    description: str = ""
    language: str = "en"
    timezone: str = "UTC"
    timezone_is_given: bool = False
    author: Person = Person(name="")  # noqa: RUF009 - it is frozen
    logo: str = ""
    """Absolute, or empty."""

    content: ContentSettings = ContentSettings()
    categories: tuple[CategorySettings, ...] = ()
    attribution: AttributionSettings = AttributionSettings()
    feeds: FeedSettings = FeedSettings()
    digests: tuple[Digest, ...] = (Digest(),)
    mail: MailSettings = MailSettings()
    state: StateSettings = StateSettings()

    @cached_property
    def zone(self) -> ZoneInfo:
        """Return the time zone in which days begin."""
        return ZoneInfo(self.timezone)

    @cached_property
    def host(self) -> str:
        """Return the host of `url`, without port."""
        return host_of(self.url)

    def shown(self, path: str) -> str:
        """Return *path* below the content folder as a person would type it: `content/a.md`."""
        folder = self.content.folder.rstrip("/")
        return path if folder == "." else f"{folder}/{path}"

    def url_of(self, path: str) -> str:
        """Return the absolute URL of *path* below `out/`; a page's `index.html` is left off."""
        folder, _, name = path.rpartition("/")
        if name == "index.html":
            path = f"{folder}/" if folder else ""
        return self.url + quote(path, safe="/-_.~!$&'()*+,;=:@")
