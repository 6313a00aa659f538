from dataclasses import replace
from datetime import timedelta

import pytest
from samples import NOON, SITE, entry, names

from feeds.arrangement import arrange
from feeds.people import Source
from feeds.plan import plan
from feeds.settings import CategorySettings, CustomFeed, Digest, FeedSettings, Filter, MailSettings

LATER = NOON + timedelta(days=3)


def planned(entries, site=SITE, now=LATER):
    return {target.path: target for target in plan(arrange(entries, site, now))}


def feeds_of(**settings):
    return replace(SITE, feeds=FeedSettings(**settings))


def test_a_site_of_one_post_has_these_files():
    targets = planned([entry("a", categories=("city",))])

    assert list(targets) == [
        "index.html",
        "feeds.html",
        "feeds.opml",
        "source/index.html",
        "rss.xml",
        "atom.xml",
        "feed.json",
        "category/city/rss.xml",
        "category/city/atom.xml",
        "category/city/feed.json",
        "category/city/index.html",
        "digest/daily/index.html",
        "digest/daily/rss.xml",
        "digest/daily/atom.xml",
        "digest/daily/feed.json",
        "digest/daily/2026-03-02/index.html",
        "digest/daily/2026-03-02/email.html",
        "digest/daily/2026-03-02/email.txt",
        "digest/daily/2026-03-02/email.eml",
        "style.css",
        "feed.css",
        "_headers",
        "_redirects",
    ]


def test_an_open_edition_has_its_web_page_only():
    targets = planned([entry("a")], now=NOON)

    assert [path for path in targets if "2026-03-02" in path] == ["digest/daily/2026-03-02/index.html"]


def test_an_open_edition_is_not_yet_in_the_digests_feed():
    targets = planned([entry("a"), entry("b", NOON + timedelta(1))], now=NOON + timedelta(1))

    assert [edition.key for edition in targets["digest/daily/rss.xml"].subject.editions] == ["2026-03-02"]


def test_no_digests_means_no_editions():
    targets = planned([entry("a")], replace(SITE, digests=()))

    assert [path for path in targets if path.startswith("digest/")] == []


def test_a_site_without_posts_has_valid_empty_feeds_also_of_declared_categories():
    site = replace(SITE, categories=(CategorySettings(name="city"),))

    targets = planned([], site)

    assert [targets[path].entries for path in ("rss.xml", "category/city/atom.xml")] == [(), ()]


def test_a_feed_has_the_newest_entries_up_to_its_limit():
    entries = [entry(str(n), NOON + timedelta(minutes=n)) for n in range(4)]

    targets = planned(entries, feeds_of(entries=2))

    assert names(targets["rss.xml"].entries) == ["3", "2"]


def test_twins_are_once_in_the_sites_feed_and_in_both_category_feeds():
    pair = [entry("a", title="Rain", categories=("x",)), entry("b", title="Rain", categories=("y",))]

    targets = planned(pair)

    assert [names(targets[path].entries) for path in ("rss.xml", "category/x/rss.xml", "category/y/rss.xml")] == [
        ["a"],
        ["a"],
        ["b"],
    ]


def test_a_digest_and_a_feed_of_chosen_categories_have_the_twin_that_the_site_leaves_out():
    pair = [entry("a", title="Rain", categories=("x",)), entry("b", title="Rain", categories=("y",))]
    of_y = replace(
        feeds_of(custom=(CustomFeed(name="y", include=Filter(category=("y",))),)), digests=(Digest(categories=("y",)),)
    )

    targets = planned(pair, of_y)

    paths = ("rss.xml", "feed/y/rss.xml", "digest/daily/2026-03-02/index.html")
    assert [names(targets[path].entries) for path in paths] == [["a"], ["b"], ["b"]]


def test_a_twin_links_to_the_first_digest_that_shows_it_or_the_other():
    pair = [entry("a", title="Rain", categories=("x",), link=""), entry("b", title="Rain", categories=("y",), link="")]
    digests = (Digest(name="y", categories=("y",)), Digest(name="all"))

    arrangement = arrange(pair, replace(SITE, digests=digests), LATER)

    assert [one.link for one in arrangement.entries] == [
        f"https://news.example.org/digest/all/2026-03-02/#{pair[0].anchor}",
        f"https://news.example.org/digest/y/2026-03-02/#{pair[1].anchor}",
    ]


def test_dedupe_off_keeps_both():
    pair = [entry("a", title="Rain", categories=("x",)), entry("b", title="Rain", categories=("y",))]

    targets = planned(pair, replace(SITE, content=replace(SITE.content, dedupe=False)))

    assert names(targets["rss.xml"].entries) == ["a", "b"]


def test_feeds_by_tag_author_source_and_language_are_made_when_turned_on():
    site = feeds_of(by=("tag", "source", "language"), formats=("json",))

    targets = planned([entry("a", tags=("sun",), source=Source(name="Press"))], site)

    assert [path for path in targets if path.endswith("feed.json")] == [
        "feed.json",
        "tag/sun/feed.json",
        "source/press/feed.json",
        "language/en/feed.json",
        "digest/daily/feed.json",
    ]


@pytest.mark.parametrize(
    ("include", "exclude", "found"),
    [
        (Filter(), Filter(), ["a", "b", "c"]),
        (Filter(language=("zh",)), Filter(), ["b"]),
        (Filter(category=("x",)), Filter(), ["a", "b"]),
        (Filter(category=("x",)), Filter(tag=("ad",)), ["b"]),
        (Filter(category=("x",), source=("Press",)), Filter(), ["a"]),
        (Filter(), Filter(category=("x",), tag=("ad",)), ["c"]),
    ],
)
def test_a_custom_feed_takes_what_it_includes_and_leaves_what_it_excludes(include, exclude, found):
    entries = [
        entry("a", categories=("x",), tags=("ad",), source=Source(name="Press")),
        entry("b", categories=("x",), language="zh-CN"),
        entry("c", categories=("y",)),
    ]

    targets = planned(entries, feeds_of(custom=(CustomFeed(name="mine", include=include, exclude=exclude),)))

    assert names(targets["feed/mine/rss.xml"].entries) == found


def test_an_old_feed_path_carries_the_same_document():
    targets = planned([entry("a")], feeds_of(aliases=(("old/feed.xml", "atom.xml"),)))

    assert targets["old/feed.xml"].subject == targets["atom.xml"].subject


def test_an_archive_document_a_month_is_linked_both_ways():
    entries = [entry("feb", NOON - timedelta(days=10)), entry("mar")]

    targets = planned(entries, feeds_of(archive=True, formats=("rss",), by=()))

    assert [
        (path, names(target.entries), target.subject.current, target.subject.previous, target.subject.next)
        for path, target in targets.items()
        if target.kind == "rss" and not path.startswith("digest/")
    ] == [
        ("rss.xml", ["mar", "feb"], "", "archive/2026-03.rss.xml", ""),
        ("archive/2026-02.rss.xml", ["feb"], "rss.xml", "", "archive/2026-03.rss.xml"),
        ("archive/2026-03.rss.xml", ["mar"], "rss.xml", "archive/2026-02.rss.xml", ""),
    ]


def test_a_new_post_touches_only_the_newest_archive_document():
    month = [entry(f"{n:02}", NOON + timedelta(minutes=n), size=5000) for n in range(20)]
    site = feeds_of(archive=True, formats=("rss",), by=(), max_bytes=80_000)

    before, after = planned(month[:-1], site), planned(month, site)

    assert [
        path
        for path in after
        if path.startswith("archive/") and names(after[path].entries) != names(before[path].entries)
    ] == [
        "archive/2026-03-4.rss.xml",
    ]


def test_an_entry_without_a_page_of_its_own_is_whole_in_its_edition():
    own, elsewhere = entry("own", link=""), entry("elsewhere", original="https://press.example/1")

    page = planned([own, elsewhere])["digest/daily/2026-03-02/index.html"].subject

    assert page.whole == {own.id}


def test_the_front_page_has_the_article_of_its_first_story_and_no_other():
    entries = [entry("a"), entry("b", NOON + timedelta(1)), entry("c", NOON + timedelta(1))]
    fronts = [planned(entries, site)["index.html"] for site in (SITE, replace(SITE, digests=()))]

    assert [front.entries for front in fronts] == [
        fronts[0].subject.latest.entries[:1],
        fronts[1].subject.recent[:1],
    ]
    assert [len(front.entries) for front in fronts] == [1, 1]


def test_the_calendar_counts_each_day_and_knows_its_page():
    days = planned([entry("a"), entry("b"), entry("c", NOON + timedelta(2))])["index.html"].subject.days

    assert [(day.date.isoformat(), day.count, day.page) for day in days] == [
        ("2026-03-02", 2, "digest/daily/2026-03-02/index.html"),
        ("2026-03-04", 1, "digest/daily/2026-03-04/index.html"),
    ]


def test_a_day_of_a_weekly_digest_leads_to_its_week():
    site = replace(SITE, digests=(Digest(name="weekly", every="week"),))

    (day,) = planned([entry("a", NOON + timedelta(2))], site)["index.html"].subject.days

    assert day.page == "digest/weekly/2026-W10/index.html"


def test_sources_are_listed_with_counts_most_first():
    entries = [
        entry("1", source=Source(name="B")),
        entry("2", source=Source(name="A")),
        entry("3", source=Source(name="B")),
        entry("4"),
    ]

    page = planned(entries)["source/index.html"].subject

    assert ([(line.source.name, line.count, line.page) for line in page.sources], page.without) == (
        [("B", 2, ""), ("A", 1, "")],
        1,
    )


def test_whole_texts_are_shown_by_feeds_of_them_and_by_the_one_page_that_an_entry_has():
    own, short = entry("own", link=""), entry("short", content="summary")

    targets = planned([own, short])

    shown = {path: [target.shows_whole(one) for one in target.entries] for path, target in targets.items()}
    assert {path: those for path, those in shown.items() if any(those)} == {
        "atom.xml": [True, False],
        "category/uncategorised/atom.xml": [True, False],
        "category/uncategorised/feed.json": [True, False],
        "category/uncategorised/rss.xml": [True, False],
        "digest/daily/2026-03-02/index.html": [True, False],
        "feed.json": [True, False],
        "rss.xml": [True, False],
    }


PUBLIC = replace(SITE, mail=MailSettings(public_url="https://mail.example.org/"))
NAMED = (CategorySettings(name="city", title="The City"), CategorySettings(name="sea"))
POSTS = [entry("a", categories=("rain", "city")), entry("b")]


def test_the_front_page_offers_every_category_that_has_a_name_in_the_order_of_sections():
    page = planned(POSTS, replace(PUBLIC, categories=NAMED))["index.html"].subject

    assert [(topic.name, topic.title) for topic in page.topics] == [
        ("city", "The City"),
        ("sea", "sea"),
        ("rain", "rain"),
    ]


@pytest.mark.parametrize(
    ("site", "offered"),
    [
        (SITE, []),
        (replace(PUBLIC, digests=()), []),
        (replace(PUBLIC, digests=(Digest(categories=("rain",)),)), ["rain"]),
        (replace(PUBLIC, digests=(Digest(categories=("rain",)), Digest(name="all"))), ["city", "rain"]),
    ],
    ids=["no-public-part", "no-digests", "one-of-a-category", "one-of-all"],
)
def test_only_what_a_digest_may_bring_by_e_mail_is_offered(site, offered):
    assert [topic.name for topic in planned(POSTS, site)["index.html"].subject.topics] == offered
