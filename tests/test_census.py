from dataclasses import replace
from datetime import timedelta

from samples import NOON, SITE, entry

from feeds.census import counts, notes, unmeasured
from feeds.model import Enclosure
from feeds.outcomes import Parsed, State
from feeds.settings import CustomFeed, Digest, FeedSettings, Filter, PodcastSettings

HOUR = timedelta(hours=1)


def post(name, *, has_zone=True, **changes):
    return Parsed(path=f"{name}.md", state=State.ENTRY, entry=entry(name, **changes), has_zone=has_zone)


def codes(posts, site=SITE, now=NOON):
    return [(note.path, note.code) for note in notes(posts, site, now)]


def test_every_file_is_counted_once_and_the_sum_is_what_was_read():
    posts = [
        post("a"),
        post("b", published=NOON + HOUR),
        post("c", expires=NOON),
        Parsed(path="d.md", state=State.DRAFT),
        Parsed(path="e.md", state=State.NOT_A_POST),
        Parsed(path="f.md", state=State.SKIPPED),
    ]

    found = counts(posts, unread=2, now=NOON)

    assert found == {"read": 8, "published": 1, "draft": 1, "future": 1, "expired": 1, "not_a_post": 1, "skipped": 3}


def test_a_site_whose_entries_link_nowhere_is_told_once_how_to_link_them():
    assert codes([post("a"), post("b")]) == [("feeds.toml", "links-to-editions")]


def test_a_site_that_has_still_the_address_of_a_new_one_is_told():
    posts = [post("a", permalink="https://x.example/a")]

    told = [codes(posts, replace(SITE, url=url)) for url in ("https://www.example.org/feeds/", "https://x.example/")]

    assert told == [[("feeds.toml", "url-unset")], []]


def test_a_post_held_back_by_a_missing_zone_is_told_only_while_the_zone_is_not_set():
    posts = [post("a", permalink="https://x.example/a"), post("b", published=NOON + 9 * HOUR, has_zone=False)]

    told = [codes(posts, replace(SITE, timezone_is_given=given)) for given in (False, True)]

    assert told == [[("content/b.md", "zone-unknown")], []]


def test_a_post_two_days_ahead_is_not_held_back_by_its_zone():
    posts = [post("a", permalink="https://x.example/a"), post("b", published=NOON + 48 * HOUR, has_zone=False)]

    assert codes(posts) == []


def test_a_digest_of_a_category_that_no_post_has_is_told():
    site = replace(SITE, digests=(Digest(categories=("city", "ctiy")),))

    assert codes([post("a", categories=("city",), permalink="https://x.example/a")], site) == [
        ("feeds.toml", "name-unknown"),
    ]


def test_a_feed_of_names_that_no_post_has_is_told_of_each():
    wanted = Filter(category=("city",), tag=("sun", "rain"), author=("Ada",), source=("The Paper",), language=("fr",))
    site = replace(SITE, feeds=FeedSettings(custom=(CustomFeed(name="x", include=wanted),)))
    only = post("a", categories=("city",), tags=("sun",), permalink="https://x.example/a")

    told = [note.message for note in notes([only], site, NOON)]

    assert told == [
        "the feed `x` asks for the tag `rain`, which no post has",
        "the feed `x` asks for the author `Ada`, which no post has",
        "the feed `x` asks for the source `The Paper`, which no post has",
    ]


def test_two_posts_at_one_address_are_told_at_the_second():
    posts = [post(name, permalink="https://www.example.org/page") for name in ("b", "a")]

    assert codes(posts) == [("content/b.md", "permalink-repeated")]


def test_a_date_before_1990_and_a_change_to_come_are_told_and_an_old_post_is_not():
    epoch = NOON.replace(year=1970)
    posts = [
        post("a", permalink="https://x.example/a", published=epoch, updated=epoch),
        post("b", permalink="https://x.example/b", updated=NOON + HOUR),
        post("c", permalink="https://x.example/c", published=NOON.replace(year=1990), updated=NOON),
    ]

    assert codes(posts) == [("content/a.md", "date-unlikely"), ("content/b.md", "date-unlikely")]


def test_a_podcasts_file_of_unknown_size_is_told():
    site = replace(SITE, feeds=FeedSettings(podcast=PodcastSettings(category="News", email="a@example.org")))
    remote = Enclosure(url="https://a.example/1.mp3", type="audio/mpeg", length=0)
    shows = [entry("a", enclosures=(remote,)), entry("b", enclosures=(replace(remote, length=9),))]

    told = [[(note.path, note.code) for note in unmeasured(shows, one)] for one in (site, SITE)]

    assert told == [[("content/a.md", "enclosure-unmeasured")], []]
