from dataclasses import replace
from datetime import timedelta

from samples import NOON, SITE, entry

from feeds.census import counts, notes
from feeds.entries import Parsed, State
from feeds.model import Digest

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
        ("feeds.toml", "category-unknown"),
    ]


def test_two_posts_at_one_address_are_told_at_the_second():
    posts = [post(name, permalink="https://www.example.org/page") for name in ("b", "a")]

    assert codes(posts) == [("content/b.md", "permalink-repeated")]
