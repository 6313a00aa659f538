from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import NOON, SITE, entry, names

from feeds.grouping import cut, editions_of, groups_of, linked, newest_first, places_of, twins_of
from feeds.model import short_hash
from feeds.people import Person, Source
from feeds.settings import CategorySettings, Digest

LATER = NOON + timedelta(days=400)
DECLARED = replace(
    SITE, categories=(CategorySettings(name="zebra", title="Zebras", slug="z"), CategorySettings(name="empty"))
)


def editions(digest, entries, site=SITE, now=LATER):
    return editions_of(digest, entries, groups_of("category", entries, site), site, now)


def test_entries_are_newest_first_and_ties_go_by_id():
    old, b, a = entry("old", NOON - timedelta(1)), entry("b"), entry("a")

    ordered = newest_first([old, b, a])

    assert names(ordered) == ["a", "b", "old"]


def test_of_two_with_one_original_link_the_better_attributed_is_shown():
    bare = entry("bare", NOON - timedelta(5), original="https://press.example/1")
    full = entry("full", original="https://press.example/1", source=Source(name="Press"))

    twins = twins_of([bare, full], SITE)

    assert [(twin.entry.path, twin.shown.path) for twin in twins] == [("bare.md", "full.md")]


def test_a_translation_is_no_twin():
    english = entry("en", original="https://press.example/1")
    chinese = entry("zh", original="https://press.example/1", language="zh-CN")

    twins = twins_of([english, chinese], SITE)

    assert twins == ()


def test_one_title_on_one_day_is_a_twin_only_in_another_category():
    first, same, other = (
        entry("a", title="Rain", categories=("city",)),
        entry("b", title="Rain", categories=("city",)),
        entry("c", title="Rain", categories=("papers",)),
    )

    twins = twins_of([first, same, other], SITE)

    assert [(twin.entry.path, twin.shown.path) for twin in twins] == [("c.md", "a.md")]


def test_two_of_one_title_without_category_are_in_the_same_and_no_twins():
    twins = twins_of([entry("a", title="Rain"), entry("b", title="Rain")], SITE)

    assert twins == ()


def test_an_entry_is_once_in_a_group_that_it_names_twice():
    ada = entry("a", authors=(Person(name="Ada"), Person(name="Ada", email="ada@example.org")))

    (group,) = groups_of("author", [ada], SITE)

    assert names(group.entries) == ["a"]


def test_a_category_of_that_name_never_takes_the_folder_of_the_uncategorised():
    entries = [entry("a", NOON - timedelta(1), categories=("Uncategorised",)), entry("b")]

    groups = groups_of("category", entries, SITE)

    assert {group.name: group.slug for group in groups} == {
        "Uncategorised": "uncategorised-" + short_hash("Uncategorised"),
        "": "uncategorised",
    }


def test_the_day_of_a_twin_is_the_sites_not_utcs():
    evening = entry("a", datetime(2026, 3, 2, 15, 59, tzinfo=UTC), title="Rain", categories=("city",))
    midnight = entry("b", datetime(2026, 3, 2, 16, 0, tzinfo=UTC), title="Rain", categories=("papers",))

    twins = twins_of([evening, midnight], SITE)

    assert twins == ()


def test_declared_categories_come_first_then_names_then_the_uncategorised():
    entries = [entry("1"), entry("2", categories=("beta",)), entry("3", categories=("Alpha", "zebra"))]

    groups = groups_of("category", entries, DECLARED)

    assert [(group.name, group.title, group.slug, names(group.entries)) for group in groups] == [
        ("zebra", "Zebras", "z", ["3"]),
        ("empty", "empty", "empty", []),
        ("Alpha", "Alpha", "alpha", ["3"]),
        ("beta", "beta", "beta", ["2"]),
        ("", "", "uncategorised", ["1"]),
    ]


def test_a_new_category_never_moves_an_old_feed():
    old = entry("old", NOON - timedelta(1), categories=("Techweb",))
    new = entry("new", categories=("TechWeb",))

    groups = groups_of("category", [new, old], SITE)

    assert {group.name: group.slug for group in groups} == {
        "Techweb": "techweb",
        "TechWeb": "techweb-" + short_hash("TechWeb"),
    }


def test_the_first_tag_of_the_oldest_entry_names_a_category_where_the_site_says_so():
    site = replace(SITE, content=replace(SITE.content, category_titles="first-tag"))
    old = entry("old", NOON - timedelta(1), categories=("wanbao",), tags=("晚报新闻", "x"))
    new = entry("new", categories=("wanbao",), tags=("别的",))

    groups = groups_of("category", [new, old], site)

    assert [group.title for group in groups] == ["晚报新闻"]


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("tag", [("rain", ["a"]), ("sun", ["a", "b"])]),
        ("author", [("Ada", ["a"])]),
        ("source", [("press.example", ["b"])]),
        ("language", [("en", ["a"]), ("fr", ["b"])]),
    ],
)
def test_entries_are_grouped_by_what_they_say(kind, found):
    a = entry("a", tags=("sun", "rain"), authors=(Person(name="Ada"),))
    b = entry("b", tags=("sun",), language="fr", source=Source(url="https://press.example/"))

    groups = groups_of(kind, [a, b], SITE)

    assert [(group.name, names(group.entries)) for group in groups] == found


def test_a_source_is_known_by_what_its_entries_know_together():
    old = entry("old", NOON - timedelta(1), source=Source(name="Press", url="https://press.example/"))
    new = entry("new", source=Source(name="Press", url="https://moved.example/", feed="https://press.example/rss"))

    groups = groups_of("source", [new, old], SITE)

    assert [group.source for group in groups] == [
        Source(name="Press", url="https://press.example/", feed="https://press.example/rss"),
    ]


def test_an_edition_covers_the_sites_own_day_and_is_due_the_morning_after():
    day = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)

    (edition,) = editions(
        Digest(at=time(7, 30)), [entry("first", day), entry("last", day + timedelta(hours=23, minutes=59))]
    )

    assert (edition.key, edition.first, edition.last, edition.due, edition.count) == (
        "2026-03-02",
        date(2026, 3, 2),
        date(2026, 3, 2),
        datetime(2026, 3, 2, 23, 30, tzinfo=UTC),
        2,
    )


@pytest.mark.parametrize(
    ("every", "key", "first", "last"),
    [
        ("week", "2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("month", "2026-01", date(2026, 1, 1), date(2026, 1, 31)),
    ],
)
def test_weeks_are_iso_weeks_and_months_are_whole(every, key, first, last):
    new_year = datetime(2026, 1, 1, 4, tzinfo=UTC)

    (edition,) = editions(Digest(every=every), [entry("a", new_year)])

    assert (edition.key, edition.first, edition.last) == (key, first, last)


@pytest.mark.parametrize(
    ("now", "is_over"),
    [(datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC), False), (datetime(2026, 3, 2, 16, tzinfo=UTC), True)],
)
def test_an_edition_is_over_at_midnight_in_the_sites_zone(now, is_over):
    (edition,) = editions(Digest(), [entry("a")], now=now)

    assert edition.is_over is is_over


def test_a_day_of_23_hours_is_still_one_day():
    site = replace(SITE, timezone="Europe/Berlin")
    first, last = datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 21, 59, tzinfo=UTC)

    (edition,) = editions(Digest(), [entry("first", first), entry("last", last)], site)

    assert (edition.key, edition.due) == ("2026-03-29", datetime(2026, 3, 30, 5, tzinfo=UTC))


def test_editions_know_their_neighbours_across_days_without_entries():
    made = editions(Digest(), [entry("a"), entry("b", NOON + timedelta(3))])

    assert [(one.previous, one.key, one.next) for one in made] == [
        ("", "2026-03-02", "2026-03-05"),
        ("2026-03-02", "2026-03-05", ""),
    ]


def test_an_entry_of_several_categories_stands_once_under_its_declared_one():
    both = entry("a", categories=("beta", "zebra"))

    (edition,) = editions(Digest(), [both, entry("b", categories=("beta",))], DECLARED)

    assert [(section.title, names(section.entries)) for section in edition.sections] == [
        ("Zebras", ["a"]),
        ("beta", ["b"]),
    ]


def test_a_digest_of_chosen_categories_has_only_those():
    digest = Digest(categories=("beta",))

    (edition,) = editions(digest, [entry("a", categories=("alpha",)), entry("b", categories=("alpha", "beta"))])

    assert [(section.name, names(section.entries)) for section in edition.sections] == [("beta", ["b"])]


def test_the_mail_shows_the_newest_of_each_category_and_counts_the_rest():
    entries = [entry(f"{c}{n}", NOON - timedelta(minutes=n), categories=(c,)) for c in "xy" for n in range(5)]

    (edition,) = editions(Digest(per_category=4, entries=7), entries)

    assert [(names(section.entries), section.more) for section in cut(edition).sections] == [
        (["x0", "x1", "x2", "x3"], 1),
        (["y0", "y1", "y2"], 2),
    ]


def test_an_entry_without_a_link_leads_to_its_place_in_an_edition():
    here, nowhere = entry("here"), entry("nowhere", link="")

    ordered = linked([here, nowhere], places_of(Digest(), [here, nowhere], (), SITE), SITE)

    assert [one.link for one in ordered] == [
        "https://www.example.org/here",
        f"https://news.example.org/digest/daily/2026-03-02/#{nowhere.anchor}",
    ]


def test_without_an_edition_that_has_it_an_entry_of_its_own_links_home():
    (only,) = linked([entry("a", link="")], {}, SITE)

    assert only.link == "https://www.example.org/"


def test_a_twin_leads_to_the_place_of_the_one_that_is_shown():
    shown, twin = (entry(name, title="Rain", categories=(name,), link="") for name in ("a", "b"))

    places = places_of(Digest(), [shown, twin], twins_of([shown, twin], SITE), SITE)

    assert places[twin.id] == places[shown.id]


@given(st.lists(st.integers(0, 60 * 24 * 40), max_size=30), st.sampled_from(["day", "week", "month"]))
def test_every_entry_is_in_exactly_one_edition_whatever_the_digest(minutes, every):
    entries = [entry(str(n), NOON + timedelta(minutes=minute)) for n, minute in enumerate(minutes)]

    shown = [name for edition in editions(Digest(every=every), entries) for name in names(edition.entries)]

    assert sorted(shown) == sorted(names(entries))


def test_a_section_leads_to_its_category_only_where_that_has_a_page():
    without = replace(SITE, feeds=replace(SITE.feeds, by=()))

    paths = [editions(Digest(), [entry("a", categories=("x",))], site)[0].sections[0].path for site in (SITE, without)]

    assert paths == ["category/x/", ""]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(1, 20), st.integers(1, 9))
def test_a_cut_edition_loses_only_the_ends_of_sections_and_counts_what_it_lost(sizes, most, per_category):
    entries = [entry(f"{n}-{m}", categories=(str(n),)) for n, size in enumerate(sizes) for m in range(size)]
    whole = editions(Digest(entries=most, per_category=per_category), entries)[0]

    shown = cut(whole)

    assert shown.count == whole.count
    assert len(shown.entries) == min(most, sum(min(size, per_category) for size in sizes))
    assert all(
        part.entries == all_of_it.entries[: len(part.entries)] and len(part.entries) <= per_category
        for part, all_of_it in zip(shown.sections, whole.sections, strict=True)
    )
