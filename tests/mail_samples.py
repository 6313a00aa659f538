"""Editions of invented newspapers, for the tests of the message and its two parts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from feeds.model import Article, Edition, Enclosure, Entry, Image, Section
from feeds.people import Person, Source
from feeds.settings import Digest, MailSettings, Site
from feeds.targets import EditionPage, FeedLink, Frame

HERE = Path(__file__).parent
TEMPLATES = {
    path.relative_to(HERE.parent / "templates").as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((HERE.parent / "templates").rglob("*.*"))
}

Input = tuple[EditionPage, Mapping[str, Article], Frame]

SITE = Site(
    title="The Quay",
    url="https://quay.example.org/",
    home="https://www.example.org/",
    id="tag:quay.example.org,2026:",
    language="en",
    timezone="Europe/London",
    mail=MailSettings(sender="The Quay <news@example.org>", postal_address="12 Quay Street, Harbour Town"),
)

CHINESE = replace(
    SITE,
    title="河畔新闻",
    language="zh-CN",
    timezone="Asia/Shanghai",
    mail=MailSettings(
        sender="河畔新闻 <news@example.org>", reply_to="desk@example.org", unsubscribe="leave@example.org"
    ),
)

ARABIC = replace(SITE, title="جريدة الرصيف", language="ar", timezone="Africa/Cairo", mail=MailSettings())

FEED = FeedLink(
    kind="digest",
    name="",
    page="digest/daily/index.html",
    formats=(("rss", "digest/daily/rss.xml"), ("json", "digest/daily/feed.json")),
    count=3,
)


def golden(path: str) -> bytes:
    return (HERE / "golden" / path).read_bytes()


def entry(number: int, title: str = "", *, minute: int = 540, **values: object) -> Entry:
    """Return an entry of 21 June 2026, *minute* minutes after midnight in UTC."""
    published = datetime(2026, 6, 21, tzinfo=UTC) + timedelta(minutes=minute)
    fields: dict[str, object] = {
        "id": f"tag:quay.example.org,2026:{number}",
        "path": f"{number}.md",
        "digest": "",
        "size": 0,
        "title": title or f"Story {number}",
        "published": published,
        "updated": published,
        "language": "en",
        "link": f"https://www.example.org/{number}.html",
    }
    return Entry(**(fields | values))  # type: ignore[arg-type]


def section(title: str, *entries: Entry, more: int = 0) -> Section:
    return Section(name=title, title=title, slug=title.lower(), path="", entries=entries, more=more)


def edition(*sections: Section, **values: object) -> EditionPage:
    fields: dict[str, object] = {
        "digest": Digest(),
        "key": "2026-06-21",
        "first": date(2026, 6, 21),
        "last": date(2026, 6, 21),
        "due": datetime(2026, 6, 22, 6, tzinfo=UTC),
        "is_over": True,
        "sections": sections,
    }
    return EditionPage(edition=Edition(**(fields | values)), feed=FEED)  # type: ignore[arg-type]


def made(
    page: EditionPage, *, site: Site = SITE, summary: str = "", templates: Mapping[str, str] | None = None
) -> Input:
    """Return what a renderer gets: every article has the same *summary*."""
    articles = {one.id: Article(entry=one, summary=summary, whole=str) for one in page.edition.entries}
    return page, articles, Frame(site=site, templates=TEMPLATES | dict(templates or {}))


def changed(name: str, old: str, new: str) -> dict[str, str]:
    """Return the packaged template *name* with *new* for *old*."""
    assert old in TEMPLATES[name]
    return {name: TEMPLATES[name].replace(old, new)}


def large(count: int, *, site: Site = SITE) -> Input:
    """Return an edition of *count* entries in three sections, the first the largest."""
    entries = [entry(n, "河畔图书馆开放数字馆藏" if site is CHINESE else "") for n in range(count)]
    third = count // 4
    sections = (entries[: -2 * third], entries[-2 * third : -third], entries[-third:])
    named = [section(name, *part) for name, part in zip(("One", "Two", "Three"), sections, strict=True)]
    text = "馆方说，首批上线的资料有四百余种。" * 20 if site is CHINESE else "The first files are online. " * 20
    return made(edition(*named), site=site, summary=text)


HERALD = Source(name="Harbour Herald", url="https://herald.example/")

FERRY = entry(
    1,
    "Harbour town votes to keep its night ferry",
    authors=(Person(name="Ada Moreno"), Person(name="Bo Lind")),
    source=HERALD,
    original="https://herald.example/ferry.html",
    link="https://herald.example/ferry.html",
)
LIBRARY = entry(2, "Two villages share one library", source=HERALD, original="https://herald.example/library.html")
HOST_ONLY = entry(3, 'Bakers & millers agree on "rye"', original="https://mill.example/rye?a=1&b=2", minute=-60)
TAPE = Enclosure(url="https://media.example.org/gauge.mp3", type="audio/mpeg", length=6_912_345, duration=432)
DRAWING = Enclosure(url="https://media.example.org/gauge.png", type="image/png", length=9_000)
OWN = entry(4, "Why the gauge reads too high", minute=600, enclosures=(DRAWING, TAPE))
ARABIC_STORY = entry(5, "بلدية المرفأ تبقي على العبّارة", language="ar", source=Source(name="صحيفة المرفأ"))

ENGLISH_EDITION = made(
    edition(section("Town", FERRY, LIBRARY, more=3), section("", HOST_ONLY, OWN), section("Sport", more=2)),
    summary="The vote was close, and the mayor had asked for a delay of at least a year.",
)

CHINESE_EDITION = made(
    edition(
        section("本地要闻", replace(FERRY, title="河口镇表决保留夜间渡轮", language="zh-CN", authors=()), ARABIC_STORY),
        section("文化", entry(6, "两座村庄共用一座图书馆", language="zh-CN"), more=1),
    ),
    site=CHINESE,
    summary="馆方说，首批上线的资料有四百余种。",
)

ARABIC_EDITION = made(
    edition(
        section("المدينة", ARABIC_STORY, FERRY, entry(7, "خط القطار يعود", language="ar", authors=(Person(name="Bo"),)))
    ),
    site=ARABIC,
    summary="نسخ المتطوعون واحدًا وأربعين ألف صفحة.",
)

WEEKLY_EDITION = made(
    edition(
        section("Town", *(entry(n, source=HERALD, original=f"https://herald.example/{n}") for n in range(10, 20))),
        section("Culture", *(entry(n, image=Image(url="https://www.example.org/a.jpg")) for n in range(20, 25))),
        digest=Digest(name="weekly", title="The Quay weekly", every="week"),
        key="2026-W25",
        first=date(2026, 6, 15),
    ),
    summary="Volunteers scanned 41,000 pages over three winters, and the first of them are online now.",
)

EDITIONS = {"english": ENGLISH_EDITION, "chinese": CHINESE_EDITION, "arabic": ARABIC_EDITION, "weekly": WEEKLY_EDITION}
