from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from gzip import compress
from itertools import pairwise
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from feeds.model import Article, Edition, Enclosure, Entry, Section
from feeds.people import Person, Source
from feeds.render import pages
from feeds.settings import Digest, FeedSettings, Site
from feeds.targets import (
    Copied,
    Day,
    DigestPage,
    EditionPage,
    FeedLink,
    FeedList,
    Frame,
    FrontPage,
    GroupPage,
    SourceLine,
    SourcesPage,
)

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden" / "pages"
TEMPLATES = {
    path.relative_to(ROOT / "templates").as_posix(): path.read_text("utf-8")
    for path in sorted((ROOT / "templates").rglob("*"))
    if path.is_file()
}
NOON = datetime(2022, 1, 3, 12, tzinfo=UTC)
SITE = Site(
    title="The Estuary Daily",
    url="https://news.example.com/",
    home="https://www.example.com/",
    id="tag:news.example.com,2026:",
    description="What the papers wrote.",
    timezone="Asia/Shanghai",
)
COURIER = Source(name="Harbour Courier", url="https://courier.example/")
HOSTILE = """<script>alert('1')</script> "quoted" & more"""
EDITION_URL = "https://news.example.com/digest/daily/2022-01-03/"


def an_entry(**values) -> Entry:
    given = {
        "id": "tag:news.example.com,2026:ferry",
        "path": "ferry.md",
        "digest": "0",
        "size": 1,
        "title": "The ferry is back",
        "published": NOON,
        "updated": NOON,
        "language": "en",
        "link": "https://courier.example/ferry",
    }
    return Entry(**given | values)


FERRY = an_entry(
    source=COURIER,
    original="https://courier.example/ferry",
    authors=(Person(name="Ada Marlow"), Person(name="Ben Okoro", url="https://ben.example/")),
)
OWN = an_entry(id="tag:news.example.com,2026:own", title="A note of our own")


def formats(folder: str) -> tuple[tuple[str, str], ...]:
    return (("rss", f"{folder}rss.xml"), ("atom", f"{folder}atom.xml"), ("json", f"{folder}feed.json"))


def a_link(kind: str, name: str, folder: str, count: int = 7) -> FeedLink:
    return FeedLink(kind=kind, name=name, page=f"{folder}index.html", formats=formats(folder), count=count)


EVERYTHING = a_link("site", "", "", 30)
HARBOUR = a_link("category", "Harbour", "category/harbour/")
OTHER = a_link("category", "", "category/other/")
DAILY = a_link("digest", "", "digest/daily/", 3)


def an_edition(*entries: Entry, **values) -> Edition:
    section = Section(name="harbour", title="Harbour", slug="harbour", path="category/harbour/", entries=entries)
    given = {
        "digest": Digest(),
        "key": "2022-01-03",
        "first": date(2022, 1, 3),
        "last": date(2022, 1, 3),
        "due": NOON,
        "is_over": True,
        "sections": (section,),
    }
    return Edition(**given | values)


def a_front_page(**values) -> FrontPage:
    given = {
        "feed": EVERYTHING,
        "digests": (DAILY,),
        "groups": (HARBOUR, OTHER),
        "latest": an_edition(FERRY),
        "recent": (),
        "days": (),
        "count": 30,
    }
    return FrontPage(**given | values)


def a_group_page(*entries: Entry, **values) -> GroupPage:
    return GroupPage(**{"feed": HARBOUR, "slug": "harbour", "source": None, "entries": entries} | values)


def an_edition_page(edition: Edition, *whole: str) -> EditionPage:
    return EditionPage(edition=edition, feed=DAILY, whole=frozenset(whole))


def source_page(*lines: SourceLine, without: int = 0) -> SourcesPage:
    return SourcesPage(sources=lines, without=without)


BARE_SITE = replace(SITE, description="", home=SITE.url, digests=(), feeds=FeedSettings(formats=()))
BARE_FEED = FeedLink(kind="category", name="", page="category/other/index.html", formats=(), count=0)
BARE_DIGEST = DigestPage(feed=replace(BARE_FEED, kind="digest"), digest=Digest(), editions=())
A_LIST = FeedList(feeds=(EVERYTHING, HARBOUR, OTHER, DAILY), updated=NOON)
LISTED = (
    ("2022-01-03", date(2022, 1, 3), date(2022, 1, 3), 9),
    ("2021-12-31", date(2021, 12, 31), date(2021, 12, 31), 1),
)
DIGEST_PAGE = DigestPage(feed=DAILY, digest=Digest(), editions=LISTED)


def html_of(subject: pages.Page, articles: Mapping[str, Article] | None = None, site: Site = SITE) -> str:
    return pages.render(subject, articles or {}, Frame(site=site, templates=TEMPLATES)).decode()


def page_of(subject, articles=None, site=SITE) -> LexborHTMLParser:
    return LexborHTMLParser(html_of(subject, articles, site))


def file_of(copied: Copied) -> str:
    return pages.render(copied, {}, Frame(site=SITE, templates=TEMPLATES)).decode()


def hrefs(page: LexborHTMLParser, selector: str) -> list[str | None]:
    return [node.attributes["href"] for node in page.css(selector)]


def texts(page: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in page.css(selector)]


def an_article(entry: Entry, html: str = "", summary: str = "") -> dict[str, Article]:
    return {entry.id: Article(entry=entry, summary=summary, whole=lambda: html)}


EVERY_PAGE = [
    pytest.param(a_front_page(), "", id="front"),
    pytest.param(A_LIST, "feeds.html", id="feeds"),
    pytest.param(source_page(SourceLine(source=COURIER, count=3, page="")), "source/", id="sources"),
    pytest.param(a_group_page(FERRY), "category/harbour/", id="group"),
    pytest.param(DIGEST_PAGE, "digest/daily/", id="digest"),
    pytest.param(an_edition_page(an_edition(FERRY)), "digest/daily/2022-01-03/", id="edition"),
]
SHOWING_AN_ENTRY = [
    pytest.param(a_front_page(), id="front"),
    pytest.param(a_front_page(latest=None, recent=(FERRY,)), id="front-without-digest"),
    pytest.param(a_group_page(FERRY), id="group"),
    pytest.param(an_edition_page(an_edition(FERRY)), id="edition"),
    pytest.param(an_edition_page(an_edition(FERRY), FERRY.id), id="edition-whole"),
]


# --- every page ----------------------------------------------------------------------------------


def test_an_edition_page_is_what_we_have_looked_at():
    second = an_entry(
        id="tag:news.example.com,2026:zh", title="渡轮复航", language="zh-CN", source=Source(name="青岚晚报")
    )
    edition = an_edition(FERRY, second, previous="2022-01-02", next="2022-01-05")

    html = html_of(an_edition_page(edition), an_article(FERRY, summary="Ninety passengers & a goat."))

    assert html == (GOLDEN / "edition" / "index.html").read_text("utf-8")


@pytest.mark.parametrize(("subject", "path"), EVERY_PAGE)
def test_a_page_names_its_one_address(subject, path):
    assert hrefs(page_of(subject), "link[rel=canonical]") == [f"https://news.example.com/{path}"]


@pytest.mark.parametrize(("subject", "_path"), EVERY_PAGE)
def test_a_page_has_one_h1_and_leaves_out_no_level_of_headings(subject, _path):
    levels = [int(node.tag[1]) for node in page_of(subject).css("h1, h2, h3, h4, h5, h6")]

    assert levels.count(1) == 1
    assert [b for a, b in pairwise(levels) if b > a + 1] == []


@pytest.mark.parametrize(("subject", "_path"), EVERY_PAGE)
def test_a_page_has_title_description_landmarks_and_a_skip_link(subject, _path):
    page = page_of(subject)

    assert texts(page, "title")[0].endswith("The Estuary Daily")
    assert page.css_first("meta[name=description]").attributes["content"]
    assert [len(page.css(name)) for name in ("body > header", "main", "body > footer")] == [1, 1, 1]
    assert hrefs(page, "body > a:first-child") == [f"#{page.css_first('main').id}"]


@pytest.mark.parametrize(("subject", "_path"), EVERY_PAGE)
def test_a_page_needs_no_script_and_nothing_from_elsewhere(subject, _path):
    page = page_of(subject)

    assert texts(page, "script, style, iframe, img") == []
    assert len(page.css("link[rel=stylesheet]")) == 1


@pytest.mark.parametrize(("subject", "_path"), EVERY_PAGE)
def test_a_page_announces_the_sites_feed_in_each_format_last(subject, _path):
    assert hrefs(page_of(subject), "link[rel=alternate]")[-3:] == [
        "https://news.example.com/rss.xml",
        "https://news.example.com/atom.xml",
        "https://news.example.com/feed.json",
    ]


@pytest.mark.parametrize(
    "subject",
    [
        a_front_page(feed=None, digests=(), groups=(), latest=None, count=0),
        FeedList(feeds=(), updated=NOON),
        source_page(),
        a_group_page(feed=BARE_FEED),
        a_group_page(an_entry(link=""), feed=BARE_FEED, source=Source(feed="https://a.example/feed")),
        BARE_DIGEST,
        EditionPage(edition=an_edition(sections=()), feed=replace(BARE_FEED, kind="digest")),
        an_edition_page(an_edition(an_entry(link=""), is_over=False), OWN.id),
    ],
)
def test_a_page_with_every_optional_value_empty_says_no_none(subject):
    page = page_of(subject, site=BARE_SITE)

    assert "None" not in page.html
    assert page.css('[href=""]:not(.u-url), [content=""]') == []


def test_files_that_go_with_an_entry_are_linked_with_length_and_size():
    talk = Enclosure(url="https://www.example.com/talk.mp3", type="audio/mpeg", length=3_400_000, duration=3725)
    notes = Enclosure(url="https://www.example.com/notes.pdf", type="application/pdf", length=0)

    page = page_of(a_group_page(an_entry(enclosures=(talk, notes))))

    links = [(link.attributes["href"], link.attributes["type"], link.text()) for link in page.css("a[rel=enclosure]")]
    assert links == [
        (talk.url, "audio/mpeg", "Listen 1:02:05 (3.4 MB)"),
        (notes.url, "application/pdf", "File"),
    ]


def test_the_front_page_of_a_site_without_formats_leads_to_no_feed():
    page = page_of(a_front_page(feed=None), site=replace(SITE, feeds=FeedSettings(formats=())))

    assert page.css("link[rel=alternate], a[href$='feeds.html'], a[href$='.opml']") == []


def test_a_hostile_title_is_text_wherever_it_stands():
    entry = an_entry(title=HOSTILE, source=Source(name=HOSTILE), authors=(Person(name=HOSTILE),))
    section = Section(name=HOSTILE, title=HOSTILE, slug="x", path="category/x/", entries=(entry,) * 9)
    site = replace(SITE, title=HOSTILE, description=HOSTILE, digests=(Digest(title=HOSTILE),))

    page = page_of(
        a_front_page(latest=an_edition(sections=(section,)), groups=(replace(HARBOUR, name=HOSTILE),)), site=site
    )

    assert texts(page, "script") == []
    assert texts(page, "h1, #_latest ~ .part h3, .topics li a, title") == [HOSTILE] * 4


def test_what_a_word_says_of_a_text_is_escaped():
    templates = TEMPLATES | {"index.html": "{{ words.more_in(3, site.title) }}"}
    frame = Frame(site=replace(SITE, title="<b>"), templates=templates)

    assert pages.render(a_front_page(), {}, frame) == b"3 more in &lt;b&gt;"


# --- links ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "path", "link"),
    [
        ("index.html", "style.css", "style.css"),
        ("feeds.html", "category/a/index.html", "category/a/index.html"),
        ("category/a/index.html", "index.html", "../../index.html"),
        ("category/a/index.html", "category/a/rss.xml", "rss.xml"),
        ("category/a/index.html", "category/b/rss.xml", "../b/rss.xml"),
        ("digest/d/2022-01-03/index.html", "digest/d/index.html", "../index.html"),
        ("index.html", "category/萍乡 #1/rss.xml", "category/%E8%90%8D%E4%B9%A1%20%231/rss.xml"),
    ],
)
def test_a_link_within_the_site_is_relative(page, path, link):
    assert pages.relative(page, path) == link


@pytest.mark.parametrize(("subject", "_path"), EVERY_PAGE)
def test_no_page_links_to_the_site_by_its_absolute_address(subject, _path):
    assert [href for href in hrefs(page_of(subject), "a") if href.startswith(SITE.url)] == []


def test_an_entry_whose_only_place_is_an_edition_is_linked_there_relatively():
    entry = an_entry(link=f"{EDITION_URL}#{FERRY.anchor}")

    assert hrefs(page_of(a_group_page(entry)), ".u-url") == [f"../../digest/daily/2022-01-03/index.html#{FERRY.anchor}"]
    assert hrefs(page_of(an_edition_page(an_edition(entry))), ".u-url") == [f"#{FERRY.anchor}"]


# --- entries -------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", SHOWING_AN_ENTRY)
def test_an_entry_shows_source_original_link_authors_and_time(subject):
    page = page_of(subject, an_article(FERRY, html="<p>Text.</p>"))
    meta = page.css_first(".h-entry .meta")

    assert " ".join(meta.text().split()).startswith("Source: Harbour Courier Original Ada Marlow Ben Okoro")
    assert [a.attributes["href"] for a in meta.css("a[rel=external]")] == ["https://courier.example/ferry"] * 2
    assert meta.css_first("cite").text() == "Harbour Courier"
    assert meta.css_first("time").attributes["datetime"] == "2022-01-03T12:00:00Z"


@pytest.mark.parametrize(
    ("source", "original", "links"),
    [
        (None, "", []),
        (Source(name="Gazette"), "", []),
        (COURIER, "", [("Harbour Courier", "https://courier.example/")]),
        (None, "https://a.example/1", [("Original", "https://a.example/1")]),
        (
            Source(url="https://a.example/"),
            "https://a.example/1",
            [("a.example", "https://a.example/1"), ("Original", "https://a.example/1")],
        ),
    ],
)
def test_attribution_shows_what_is_known_and_links_to_the_original(source, original, links):
    page = page_of(a_group_page(an_entry(source=source, original=original)))

    assert [(a.text(), a.attributes["href"]) for a in page.css(".meta a")] == links
    assert ("Source" in page.css_first(".meta").text()) == (source is not None)


@pytest.mark.parametrize(
    ("subject", "published", "shown"),
    [
        (a_group_page, NOON, "3 January 2022 20:00"),
        (a_group_page, NOON - timedelta(hours=20), "3 January 2022"),
        (lambda e: an_edition_page(an_edition(e)), NOON, "20:00"),
        (lambda e: an_edition_page(an_edition(e)), NOON - timedelta(hours=20), "3 January 2022"),
        (
            lambda e: an_edition_page(an_edition(e, digest=Digest(every="week"), key="2022-W01")),
            NOON,
            "3 January 2022 20:00",
        ),
    ],
)
def test_a_time_is_the_sites_and_midnight_means_none_was_given(subject, published, shown):
    page = page_of(subject(an_entry(published=published)))

    assert texts(page, "time") == [shown]


def test_only_an_entry_whose_only_place_is_the_edition_shows_its_whole_text():
    articles = an_article(FERRY, "<p>Long.</p>", "Short.") | an_article(OWN, "<p>All of it.</p>", "A bit.")

    page = page_of(an_edition_page(an_edition(FERRY, OWN), OWN.id), articles)

    assert texts(page, ".summary") == ["Short."]
    assert texts(page, ".text") == ["All of it."]


@pytest.mark.parametrize(
    ("html", "nested"),
    [
        ("<p>none</p>", "<p>none</p>"),
        ("<h1>a</h1><h3 id='x'>b</h3>", "<h4>a</h4><h5 id='x'>b</h5>"),
        ("<h2>a</h2><h3>b</h3><h2>c</h2>", "<h4>a</h4><h5>b</h5><h4>c</h4>"),
        ("<h3>first</h3><h2>then</h2>", "<h4>first</h4><h4>then</h4>"),
        ("<h1>1</h1><h2>2</h2><h3>3</h3><h4>4</h4>", "<h4>1</h4><h5>2</h5><h6>3</h6><h6>4</h6>"),
        ("<hr><header>x</header>", "<hr><header>x</header>"),
    ],
)
def test_headings_of_a_whole_text_stand_under_the_entrys_own(html, nested):
    page = html_of(an_edition_page(an_edition(OWN), OWN.id), an_article(OWN, html))

    assert nested in page


@pytest.mark.parametrize(
    ("html", "patient"),
    [
        ('<img src="http://a.example/" alt="">', '<img loading="lazy" referrerpolicy="no-referrer" src='),
        ('<video src="http://a.example/">', '<video preload="none" src='),
        ('<audio src="http://a.example/">', '<audio preload="none" src='),
    ],
)
def test_nothing_of_a_whole_text_is_fetched_before_somebody_comes_to_it(html, patient):
    page = html_of(an_edition_page(an_edition(OWN), OWN.id), an_article(OWN, html))

    assert patient in page


# --- languages -----------------------------------------------------------------------------------


def test_an_entry_in_another_language_is_marked_and_runs_its_own_way():
    page = page_of(a_group_page(an_entry(language="ar", title="العبارة")))
    entry = page.css_first("article")

    assert page.css_first("html").attributes == {"lang": "en", "dir": "ltr"}
    assert (entry.attributes["dir"], entry.css_first("h2").attributes["lang"]) == ("rtl", "ar")
    assert "lang" not in entry.css_first("time").attributes


def test_english_words_are_marked_where_the_sites_language_has_no_wording():
    page = page_of(a_front_page(), site=replace(SITE, language="fa"))

    assert page.css_first("html").attributes == {"lang": "fa", "dir": "rtl"}
    assert page.css_first("body").attributes["lang"] == "en"
    assert page.css_first("h1 > bdi").attributes["lang"] == "fa"
    assert "lang" not in page.css_first(".h-entry a").attributes


@pytest.mark.parametrize("language", ["zh-CN", "zh-Hans", "zh"])
def test_a_chinese_site_speaks_chinese_and_marks_nothing(language):
    page = page_of(a_group_page(an_entry(language=language), feed=OTHER), site=replace(SITE, language=language))

    assert texts(page, "h1") == ["其他"]
    assert page.css("body [lang], body[lang]") == []


def test_our_words_beside_an_entry_that_runs_the_other_way_run_their_own():
    page = page_of(a_group_page(an_entry(language="ar"), an_entry(language="de")))

    assert [line.attributes.get("dir") for line in page.css("article .meta")] == ["ltr", None]


def test_english_words_run_their_own_way_on_a_site_from_right_to_left():
    page = page_of(a_group_page(an_entry(language="fa")), site=replace(SITE, language="fa"))

    assert [line.attributes.get("dir") for line in page.css("article .meta")] == ["ltr"]


@pytest.mark.parametrize(("language", "isolated"), [("he", ["C++"]), ("en", [])])
def test_names_are_isolated_on_a_site_from_right_to_left(language, isolated):
    page = page_of(a_group_page(feed=replace(HARBOUR, name="C++")), site=replace(SITE, language=language))

    assert texts(page, "h1 > bdi") == isolated


# --- the front page ------------------------------------------------------------------------------


def test_the_front_page_says_how_to_subscribe():
    page = page_of(a_front_page())

    assert hrefs(page, "#subscribe a") == [
        "rss.xml",
        "atom.xml",
        "feed.json",
        "feeds.html",
        "feeds.opml",
        "digest/daily/index.html",
    ]


def test_the_front_page_shows_sixteen_headlines_at_most_whatever_the_edition_has():
    sections = an_edition(*[FERRY] * 7).sections

    shown = [page_of(a_front_page(latest=an_edition(sections=sections * n))) for n in (3, 5, 99)]

    assert [len(page.css(".headlines li")) for page in shown] == [15, 15, 16]


def test_the_front_page_shows_five_headlines_of_a_section_and_says_how_many_more_there_are():
    page = page_of(a_front_page(latest=an_edition(*[FERRY] * 7)))

    assert len(page.css(".headlines li")) == 5
    assert texts(page, ".latest .more a") == ["2 more: Harbour"]
    assert hrefs(page, ".latest .more a") == ["digest/daily/2022-01-03/index.html#harbour"]


def test_the_front_page_lists_categories_with_counts_and_the_word_for_the_uncategorised():
    page = page_of(a_front_page())

    assert texts(page, ".topics li") == ["Harbour 7", "Other 7"]
    assert hrefs(page, ".topics a") == ["category/harbour/index.html", "category/other/index.html", "source/index.html"]


def test_the_front_page_of_a_site_with_many_categories_has_the_twelve_with_most_and_leads_to_the_others():
    groups = tuple(a_link("category", f"Quay {n}", f"category/quay-{n}/", n) for n in range(1, 301))

    page = page_of(a_front_page(groups=groups))

    assert texts(page, ".topics li") == [f"Quay {n} {n}" for n in range(300, 288, -1)]
    assert (texts(page, ".topics p a")[0], hrefs(page, ".topics p a")[0]) == ("288 more", "feeds.html#_category")


def test_the_front_page_begins_with_the_summary_of_its_first_story():
    page = page_of(a_front_page(latest=an_edition(FERRY, OWN)), an_article(FERRY, summary="Ninety passengers."))

    assert texts(page, ".headlines .summary") == ["Ninety passengers."]


def test_the_front_page_of_a_big_site_is_sent_in_fifteen_kilobytes_with_its_style_sheet():
    dates = [date(2017, 1, 1) + timedelta(n) for n in range(5 * 365)]
    days = tuple(Day(date=day, count=day.day, page=f"digest/daily/{day}/index.html") for day in dates)
    groups = tuple(a_link("category", f"Quay {n}", f"category/quay-{n}/") for n in range(300))
    latest = an_edition(sections=an_edition(*[FERRY] * 30).sections * 300)

    page = html_of(a_front_page(days=days, groups=groups, latest=latest)).encode()

    assert len(page) < 60_000
    assert len(compress(page)) + len(compress(TEMPLATES["style.css"].encode())) < 15_000


def test_a_site_without_digests_shows_its_recent_entries():
    page = page_of(a_front_page(latest=None, recent=(FERRY, OWN)))

    assert texts(page, ".latest .headline") == ["The ferry is back", "A note of our own"]


def test_each_day_of_the_calendar_links_to_its_edition_and_says_its_count():
    days = (
        Day(date=date(2022, 1, 2), count=1, page=""),
        Day(date=date(2022, 1, 3), count=21, page="digest/daily/2022-01-03/index.html"),
    )

    table = page_of(a_front_page(days=days)).css_first(".calendar table")

    assert table.css_first("caption").text() == "January 2022"
    assert [a.attributes for a in table.css("a")] == [
        {"class": "c5", "href": "digest/daily/2022-01-03/index.html", "aria-label": "3 January 2022: 21 entries"}
    ]
    assert [" ".join(td.text().split()) for td in table.css("td")[4:9]] == ["", "1", "2: 1 entry", "3", "4"]


def test_the_calendar_has_a_year_of_days_and_each_older_year_in_one_line():
    days = tuple(Day(date=date(y, m, 5), count=m, page="x.html") for y in (2019, 2020, 2021) for m in range(1, 13))
    pageless = Day(date=date(2018, 7, 1), count=9, page="")

    page = page_of(a_front_page(days=(pageless, *days[:-1])))

    assert [texts(page, "caption")[0], texts(page, "caption")[-1]] == ["November 2021", "December 2020"]
    assert texts(page, ".calendar li") == ["2020 66 entries", "2019 78 entries", "2018 9 entries"]
    assert hrefs(page, ".calendar li a") == ["digest/daily/index.html#2020-11", "digest/daily/index.html#2019-12"]


@pytest.mark.parametrize(
    ("counts", "shades"),
    [
        ([7], [1]),
        ([7, 7, 7], [1, 1, 1]),
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 500], [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]),
    ],
)
def test_a_fifth_of_the_days_has_each_shade_whatever_the_largest(counts, shades):
    days = [Day(date=date(2022, 1, n), count=count, page="") for n, count in enumerate(counts, start=1)]

    months, _ = pages.calendar(days)

    assert [cell.shade for week in months[0].weeks for cell in week if cell.day] == shades


# --- the other pages -----------------------------------------------------------------------------


def test_a_group_page_announces_its_own_feed_first():
    page = page_of(a_group_page(FERRY))
    link = page.css_first("link[rel=alternate]")

    assert link.attributes == {
        "rel": "alternate",
        "type": "application/rss+xml",
        "title": "The Estuary Daily – Harbour (RSS)",
        "href": "https://news.example.com/category/harbour/rss.xml",
    }
    assert hrefs(page, ".follow a") == ["rss.xml", "atom.xml", "feed.json"]


def test_a_group_page_shows_the_source_that_its_category_declares():
    page = page_of(a_group_page(source=COURIER))

    assert texts(page, ".head cite") == ["Harbour Courier"]
    assert hrefs(page, ".head cite a") == ["https://courier.example/"]


def test_the_page_of_sources_counts_entries_with_and_without():
    lines = (
        SourceLine(source=COURIER, count=9, page="source/courier/index.html"),
        SourceLine(source=Source(name="Gazette", feed="https://g.example/f"), count=2, page=""),
    )

    page = page_of(source_page(*lines, without=4))

    assert texts(page, "tbody tr") == ["Harbour Courier9courier.example", "Gazette2 Feed", "No source named4"]
    assert hrefs(page, "tbody a") == ["courier/index.html", "https://courier.example/", "https://g.example/f"]


def test_the_page_of_feeds_lists_every_feed_by_kind_with_formats_and_count():
    page = page_of(A_LIST)

    assert texts(page, "main h2") == ["The Estuary Daily", "Categories", "Digests", "For your own pages"]
    assert texts(page, "tbody tr")[1:3] == ["Harbour7RSS Atom JSON Feed", "Other7RSS Atom JSON Feed"]
    assert texts(page, "tbody th") == ["Everything", "Harbour", "Other", "Daily digest"]


def test_the_snippet_to_copy_is_what_our_own_pages_have():
    page = page_of(A_LIST, site=replace(SITE, title='A "B" & C'))
    head = [link.attributes for link in page.css("link[rel=alternate]")]

    copied = LexborHTMLParser(page.css_first("pre").text()).css("link")

    assert [link.attributes for link in copied] == head
    assert head[2]["type"] == "application/feed+json"


def test_more_than_thirty_feeds_of_a_kind_are_names_that_lead_to_their_pages():
    feeds = tuple(a_link("source", f"Paper {n}", f"source/paper-{n}/", n) for n in range(1, 32))

    page = page_of(FeedList(feeds=(*feeds, HARBOUR), updated=NOON))

    assert texts(page, "tbody th") == ["Harbour"]
    assert texts(page, ".counts li")[:2] == ["Paper 1 1", "Paper 2 2"]
    assert hrefs(page, ".counts a")[:2] == ["source/paper-1/index.html", "source/paper-2/index.html"]


def test_a_digests_page_leads_to_each_year_where_it_has_several():
    page = page_of(DIGEST_PAGE)

    assert list(zip(texts(page, ".years a"), hrefs(page, ".years a"), strict=True)) == [
        ("2022", "#2022-01"),
        ("2021", "#2021-12"),
    ]


def test_a_digests_page_lists_its_editions_by_month():
    page = page_of(DIGEST_PAGE)

    assert texts(page, "h2") == ["January 2022", "December 2021"]
    assert texts(page, ".counts li") == ["Monday, 3 January 2022 9 entries", "Friday, 31 December 2021 1 entry"]
    assert hrefs(page, ".counts a") == ["2022-01-03/index.html", "2021-12-31/index.html"]
    assert [h2.id for h2 in page.css("h2")] == ["2022-01", "2021-12"]


@pytest.mark.parametrize(
    ("every", "key", "last", "titles"),
    [
        ("day", "2022-01-02", date(2022, 1, 3), ["Monday, 3 January 2022", "Sunday, 2 January 2022"]),
        (
            "week",
            "2021-W52",
            date(2022, 1, 9),
            ["3–9 January 2022", "27 December 2021 – 2 January 2022"],
        ),
        ("month", "2021-12", date(2022, 1, 31), ["January 2022", "December 2021"]),
    ],
)
def test_an_edition_and_its_neighbours_are_titled_by_their_days(every, key, last, titles):
    edition = an_edition(FERRY, digest=Digest(every=every), last=last, previous=key)
    page = page_of(an_edition_page(edition))

    assert [*texts(page, "h1"), *texts(page, ".turn a")] == [titles[0], f"Previous {titles[1]}"]
    assert hrefs(page, "link[rel=prev]") == hrefs(page, ".turn a") == [f"../{key}/index.html"]


def test_an_editions_contents_lead_to_its_sections_and_its_entries_have_anchors():
    sections = tuple(
        Section(name=slug, title=title, slug=slug, path="", entries=(entry,))
        for slug, title, entry in (("harbour", "Harbour", FERRY), ("other", "", OWN))
    )

    page = page_of(an_edition_page(an_edition(sections=sections)))

    assert texts(page, ".contents li") == ["Harbour 1", "Other 1"]
    assert hrefs(page, ".contents a") == [f"#{h2.id}" for h2 in page.css("main h2")] == ["#harbour", "#other"]
    assert [article.id for article in page.css("article")] == [FERRY.anchor, OWN.anchor]


def test_only_an_edition_that_is_not_over_says_so():
    over, open_ = (page_of(an_edition_page(an_edition(FERRY, is_over=is_over))) for is_over in (True, False))

    assert texts(over, ".head .count") == ["1 entry"]
    assert texts(open_, ".head .count") == ["1 entry This edition is still open."]


# --- files beside the pages ----------------------------------------------------------------------


def test_a_style_sheet_is_copied_as_it_is():
    frame = Frame(site=SITE, templates={"style.css": "@media print{#nav{display:none}}"})

    assert pages.render(Copied(template="style.css"), {}, frame) == b"@media print{#nav{display:none}}"


@pytest.mark.parametrize(
    "rule",
    [
        # else a right-to-left entry's attribution reads in a mixture of both directions
        ".meta > * { unicode-bidi: isolate; }",
        # else a month of five weeks is stretched to the height of one of six beside it
        "align-items: start; gap: 1.5rem 2rem;",
        # else quotes in quotes leave their text no width, and the page scrolls sideways
        ".text" + " :is(blockquote, ul, ol, dd)" * 6 + " { margin-inline: 0; padding-inline: 0; border-inline: 0; }",
    ],
)
def test_the_style_sheet_holds_what_browsers_have_shown_to_be_needed(rule):
    assert rule in TEMPLATES["style.css"]


def test_redirects_lead_from_old_paths_to_new_ones():
    assert (
        file_of(Copied(template="_redirects", redirects=(("old/a b.xml", "rss.xml"),)))
        == "/old/a%20b.xml /rss.xml 301\n"
    )


def test_redirects_of_a_site_below_a_path_are_below_it_too():
    site = replace(SITE, url="https://news.example.com/tide/")
    frame = Frame(site=site, templates=TEMPLATES)

    file = pages.render(Copied(template="_redirects", redirects=(("old.xml", "rss.xml"),)), {}, frame)

    assert file == b"/tide/old.xml /tide/rss.xml 301\n"


def test_a_redirect_is_for_one_path_whatever_letters_it_has():
    redirects = (("old/*.xml", "rss.xml"), ("a:b/c.json", "feed.json"))

    assert (
        file_of(Copied(template="_redirects", redirects=redirects))
        == "/old/%2A.xml /rss.xml 301\n/a%3Ab/c.json /feed.json 301\n"
    )


def test_hosts_are_told_to_serve_feeds_so_that_a_browser_can_show_them():
    blocks = [block.splitlines() for block in file_of(Copied(template="_headers")).split("\n/")]

    assert {path: kind.removeprefix("  Content-Type: ") for path, kind, *_ in blocks[2:]} == {
        "rss.xml": "application/xml; charset=utf-8",
        "atom.xml": "application/xml; charset=utf-8",
        "feed.json": "application/feed+json; charset=utf-8",
        ":kind/:name/rss.xml": "application/xml; charset=utf-8",
        ":kind/:name/atom.xml": "application/xml; charset=utf-8",
        ":kind/:name/feed.json": "application/feed+json; charset=utf-8",
        "archive/*.xml": "application/xml; charset=utf-8",
        "archive/*.json": "application/feed+json; charset=utf-8",
        "feeds.opml": "text/x-opml; charset=utf-8",
    }
    assert blocks[1][:2] == ["*", "  X-Content-Type-Options: nosniff"]


POLICY = (
    "default-src 'none'; style-src 'self'; img-src https: http:; media-src https: http:; base-uri 'none';"
    " form-action 'none'"
)


@pytest.mark.parametrize(("subject", "_path"), EVERY_PAGE)
def test_a_page_allows_its_style_sheet_pictures_and_sound_and_nothing_else(subject, _path):
    head = page_of(subject).css("head > meta")

    assert [tag.attributes for tag in head[:3]] == [
        {"charset": "utf-8"},
        {"http-equiv": "Content-Security-Policy", "content": POLICY},
        {"name": "referrer", "content": "strict-origin-when-cross-origin"},
    ]


def test_a_template_of_the_sites_can_allow_more():
    own = """{% extends "default/base.html" %}{% block policy %}{{ super() | replace("none", "self") }}{% endblock %}"""
    packaged = {f"default/{name}": text for name, text in TEMPLATES.items()}
    frame = Frame(site=SITE, templates={**packaged, **TEMPLATES, "base.html": own})

    page = LexborHTMLParser(pages.render(A_LIST, {}, frame).decode())

    assert page.css_first("meta[http-equiv]").attributes["content"] == POLICY.replace("none", "self")


SERVERS = Path(__file__).parent.parent / "docs/servers"


@pytest.mark.parametrize("place", ["htaccess", "Caddyfile", "nginx.conf"])
def test_every_server_sends_the_policy_of_pages_with_what_messages_and_headers_have_beside_it(place):
    whole = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'") + "; frame-ancestors 'self'"

    assert f"  Content-Security-Policy: {whole}\n" in file_of(Copied(template="_headers"))
    assert f' "{whole}"' in (SERVERS / place).read_text()
