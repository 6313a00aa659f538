"""A small site with one of everything, for the tests of the feed formats."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from feeds.model import Article, Edition, Enclosure, Entry, Episode, Image, Section
from feeds.people import Person, Source
from feeds.settings import CategorySettings, Digest, FeedSettings, PodcastSettings, Site
from feeds.targets import FeedDocument, FeedLink, FeedList, Frame

HERE = Path(__file__).parent
TEMPLATES = HERE.parent / "templates"

SITE = Site(
    title="河畔新闻",
    url="https://news.example.org/",
    home="https://www.example.org/",
    id="tag:news.example.org,2026:",
    description="河畔的消息",
    language="zh-CN",
    timezone="Asia/Shanghai",
    author=Person(name="河畔编辑部", email="desk@example.org"),
    categories=(CategorySettings(name="hepan", title="河畔日报"),),
)

FRAME = Frame(
    site=SITE,
    templates={
        path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(TEMPLATES.rglob("*.*"))
    },
)


def golden(path: str) -> bytes:
    return (HERE / "golden" / path).read_bytes()


def instant(day: int, hour: int = 0) -> datetime:
    return datetime(2022, 1, day, hour, tzinfo=UTC)


def article(number: int, *, html: str = "<p>正文。</p>", summary: str = "摘要。", **values: object) -> Article:
    fields = {
        "id": f"tag:news.example.org,2026:posts/{number}",
        "path": f"posts/{number}.md",
        "digest": "",
        "size": 0,
        "title": f"第{number}条",
        "published": instant(number),
        "updated": instant(number),
        "language": "zh-CN",
        "link": f"https://www.example.org/posts/{number}.html",
    }
    return Article(entry=Entry(**(fields | values)), summary=summary, whole=lambda: html)


OWN = article(1, title="河畔书展开幕", categories=("hepan",))

RICH = article(
    2,
    title="A boat for everyone",
    html='<p>The ferry "Heron" &amp; crew.</p>\n<p><img src="https://www.example.org/heron.jpg" alt="A ferry"/></p>',
    summary="The ferry & her crew: R < 3 km.",
    updated=instant(2, 9),
    language="en-GB",
    categories=("hepan", "Transport"),
    tags=("ferry", "河"),
    authors=(
        Person(name="Ada Reed", email="ada@example.org", url="https://www.example.org/ada"),
        Person(name="Bo Lin"),
    ),
    source=Source(name="The Heron", url="https://heron.example.net/", feed="https://heron.example.net/feed.xml"),
    original="https://heron.example.net/渡船?a=1&b=2",
    image=Image(url="https://www.example.org/heron.jpg", alt="A ferry"),
    enclosures=(
        Enclosure(url="https://www.example.org/heron.mp3", type="audio/mpeg", length=12345, duration=60),
        Enclosure(url="https://www.example.org/heron.pdf", type="application/pdf", length=678),
    ),
)

NAMED = article(3, title="只知名称", source=Source(name="山村快讯"), original="https://shan.example.com/3")

CODE = article(
    4, title="List<String> &amp; x < 3 AT&T", summary="Use <b>, not &lt;b&gt;.", html="<p>Use &lt;b&gt;.</p>"
)

HOME_ONLY = article(5, title="只知主页", source=Source(url="https://cun.example.com/"), summary="")

BARE = article(6, title="没有正文", html="", summary="")

ARTICLES: Mapping[str, Article] = {article.entry.id: article for article in (OWN, RICH, NAMED, CODE, HOME_ONLY, BARE)}

EVERY_ENTRY = tuple(ARTICLES[key].entry for key in reversed(ARTICLES))

FILES = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}


def document(form: str, folder: str = "", **values: object) -> FeedDocument:
    fields = {
        "kind": "site",
        "name": "",
        "slug": "",
        "path": folder + FILES[form],
        "page": f"{folder}index.html",
        "siblings": tuple((name, folder + file) for name, file in FILES.items()),
        "language": "zh-CN",
        "content": "full",
    }
    return FeedDocument(**(fields | values))


def everything(form: str) -> tuple[FeedDocument, Frame]:
    return document(form, entries=EVERY_ENTRY), FRAME


def summaries(form: str) -> tuple[FeedDocument, Frame]:
    """A category's feed of summaries, of which one entry insists on its whole text."""
    entries = (BARE.entry, CODE.entry, replace(OWN.entry, id="tag:news.example.org,2026:whole", content="full"))
    return (
        document(
            form, "category/河畔/", kind="category", name="河畔日报", slug="河畔", content="summary", entries=entries
        ),
        FRAME,
    )


ARTICLES = {**ARTICLES, "tag:news.example.org,2026:whole": replace(OWN, entry=summaries("rss")[0].entries[2])}


def archived(form: str) -> tuple[FeedDocument, Frame]:
    """An archive document, on a site with a logo and without an author."""
    file = FILES[form].replace("feed.", "")
    subject = document(
        form,
        entries=(OWN.entry,),
        path=f"archive/2022-01.{file}",
        current=FILES[form],
        previous=f"archive/2021-12.{file}",
        next=f"archive/2022-02.{file}",
    )
    site = replace(SITE, logo="https://news.example.org/logo.png", author=Person(name=""), description="")
    return subject, replace(FRAME, site=site)


def hubbed(form: str) -> tuple[FeedDocument, Frame]:
    """A feed that announces a WebSub hub and its newest archive document."""
    return (
        document(form, entries=(OWN.entry,), hub="https://hub.example.net/", previous="archive/2021-12.xml"),
        FRAME,
    )


def podcast(form: str) -> tuple[FeedDocument, Frame]:
    """A show with an episode that says everything, and a film that no podcast program plays."""
    told = replace(
        RICH.entry,
        episode=Episode(number=7, season=2, kind="bonus", explicit=True),
        language="zh-CN",
        source=None,
        original="",
    )
    film = replace(
        OWN.entry,
        enclosures=(Enclosure(url="https://www.example.org/a.webm", type="video/webm", length=0),),
        episode=Episode(number=1),
    )
    settings = PodcastSettings(
        category="News > Daily News", email="podcast@example.org", image="https://news.example.org/square.png"
    )
    site = replace(SITE, feeds=FeedSettings(podcast=settings))
    return document(form, entries=(told, film)), replace(FRAME, site=site)


def empty(form: str) -> tuple[FeedDocument, Frame]:
    return document(form, "tag/ferry/", kind="tag", name="Ferry", slug="ferry"), FRAME


def digest(form: str) -> tuple[FeedDocument, Frame]:
    """A digest's feed in English: an edition in two sections, the second cut, and one of uncategorised entries."""
    daily = Digest()
    second = Edition(
        digest=daily,
        key="2022-01-03",
        first=date(2022, 1, 3),
        last=date(2022, 1, 3),
        due=instant(3, 23),
        is_over=True,
        sections=(
            Section(
                name="hepan", title="河畔日报", slug="河畔", path="category/河畔/", entries=(NAMED.entry, RICH.entry)
            ),
            Section(name="", title="", slug="other", path="", entries=(CODE.entry,), more=7),
        ),
    )
    first = replace(
        second,
        key="2022-01-02",
        first=date(2022, 1, 2),
        last=date(2022, 1, 2),
        due=instant(2, 23),
        sections=(Section(name="", title="", slug="other", path="", entries=(OWN.entry,)),),
    )
    subject = document(
        form,
        "digest/daily/",
        kind="digest",
        slug="daily",
        language="en",
        editions=(second, first),
    )
    return subject, replace(FRAME, site=replace(SITE, language="en", title="Riverside News", description="News"))


def listed(kind: str, name: str, folder: str, *formats: str) -> FeedLink:
    """A feed as OPML lists it."""
    paths = tuple((form, folder + FILES[form]) for form in formats)
    return FeedLink(kind=kind, name=name, page=f"{folder}index.html", formats=paths, count=1)


LIST = FeedList(
    feeds=(
        listed("site", "", "", "rss", "atom", "json"),
        listed("category", "河畔日报", "category/河畔/", "rss", "atom", "json"),
        listed("category", "", "category/other/", "rss", "atom", "json"),
        listed("tag", "R & D", "tag/r-d/", "atom"),
        listed("custom", "Weekend", "feed/weekend/", "json"),
        listed("source", "The Heron", "source/heron/"),
        listed("digest", "", "digest/daily/", "rss", "atom", "json"),
    ),
    updated=instant(6),
)


def limited(max_bytes: int) -> Frame:
    """The sample site with another `feeds.max_bytes`."""
    return replace(FRAME, site=replace(SITE, feeds=FeedSettings(max_bytes=max_bytes)))
