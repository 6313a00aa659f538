from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from samples import SITE, entry

from feeds.deliveries import Progress
from feeds.due import Past, chosen, hashes_of, steps
from feeds.grouping import editions_of, groups_of, newest_first
from feeds.settings import Digest

SITE = replace(SITE, timezone="UTC")
MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)


def entries(*days):
    return newest_first(entry(f"of {day} March", MARCH + timedelta(days=day - 1)) for day in days)


def editions(digest, found, now):
    return editions_of(digest, found, groups_of("category", found, SITE), SITE, now)


def planned(digest, found, past, now):
    """Return what is done at *now*: for each period its key, what becomes of it, and the titles that are sent."""
    made = list(steps(digest, editions(digest, found, now), past, SITE, now))
    shown = [(s.number.key, s.number.progress, [e.title for e in s.edition.entries] if s.edition else []) for s in made]
    after = Past(numbers=(*past.numbers, *(s.number for s in made)), sent=past.sent.union(*(s.hashes for s in made)))
    return shown, after


NOTHING = Past(numbers=(), sent=frozenset())


def test_a_site_whose_posts_are_all_old_begins_with_the_next_edition():
    _, past = planned(Digest(), entries(1), NOTHING, MARCH + timedelta(days=40))

    shown, _ = planned(Digest(), entries(1, 41), past, MARCH + timedelta(days=41))

    assert [(n.key, n.progress) for n in past.numbers] == [("2026-04-09", Progress.PASSED)]
    assert shown == [("2026-04-10", Progress.SENDING, ["Of 41 March"])]


def test_a_site_without_posts_sends_nothing_and_begins_today():
    shown, past = planned(Digest(), (), NOTHING, MARCH)

    assert (shown, planned(Digest(), (), past, MARCH)[0]) == ([("2026-02-28", Progress.PASSED, [])], [])


@pytest.mark.parametrize(
    ("every", "keys"),
    [("week", ["2026-W09", "2026-W10"]), ("month", ["2026-02", "2026-03"])],
)
def test_weeks_and_months_are_sent_when_they_are_over(every, keys):
    found = newest_first([entry("old", MARCH - timedelta(days=3)), entry("new", MARCH + timedelta(days=3))])
    digest = Digest(every=every)
    days = {"week": (1, 8), "month": (0, 31)}[every]
    past, sent = NOTHING, []

    for day in days:
        shown, past = planned(digest, found, past, MARCH + timedelta(days=day))
        sent += [key for key, progress, _ in shown if progress is Progress.SENDING]

    assert sent == keys


@pytest.mark.parametrize("policy", ["merge", "each", "skip"])
def test_whenever_it_runs_each_entry_comes_once_at_most_and_under_merge_once(policy):
    digest, found = Digest(catch_up=policy), entries(*range(1, 20))
    past, sent = NOTHING, []

    for hours in (24, 25, 50, 51, 130, 131, 140, 200, 201, 460):
        shown, past = planned(digest, found, past, MARCH + timedelta(hours=hours))
        sent += [title for _, _, titles in shown for title in titles]

    assert len(sent) == len(set(sent))
    first = planned(digest, found, NOTHING, MARCH + timedelta(hours=24))[0][-1][2]
    assert (len(sent) == 19) == (policy == "merge"), first


def test_periods_are_known_to_the_ledger_without_gap():
    digest, past = Digest(), NOTHING

    for hours in (24, 300, 310, 900):
        _, past = planned(digest, entries(*range(1, 30)), past, MARCH + timedelta(hours=hours))

    days = [number.first for number in past.numbers]
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]


def test_what_is_merged_beside_an_edition_that_was_sent_by_name_is_due_with_the_newest():
    digest, now = Digest(), MARCH + timedelta(days=4)
    _, past = planned(digest, entries(1), NOTHING, MARCH + timedelta(days=1))
    found = entries(1, 3, 4)
    named = editions(digest, found, now)[-1]
    alone = chosen(named, past, SITE)
    past = replace(past, numbers=(*past.numbers, alone.number), sent=past.sent | alone.hashes)

    (step,) = (one for one in steps(digest, editions(digest, found, now), past, SITE, now) if one.edition)

    assert (step.number.key, step.number.due) == ("2026-03-03", named.due)


def test_a_clock_that_is_set_back_finds_nothing_to_do():
    _, past = planned(Digest(), entries(1, 2), NOTHING, MARCH + timedelta(days=2))

    assert planned(Digest(), entries(1, 2), past, MARCH - timedelta(days=300))[0] == []


@pytest.mark.parametrize(
    "change",
    [
        {"id": "tag:news.example.org,2026:renamed", "path": "renamed.md"},
        {"title": "Another title"},
        {"published": MARCH + timedelta(days=5), "title": "Another title"},
        {"id": "tag:news.example.org,2026:twin", "title": "The twin's title", "original": "https://harbour.example/1"},
    ],
)
def test_an_entry_is_known_again_however_it_changed(change):
    one = entry("one", MARCH, original="https://harbour.example/1")

    assert not set(hashes_of(one, SITE)).isdisjoint(hashes_of(replace(one, **change), SITE))


def test_two_entries_of_one_title_on_different_days_are_two():
    weather = [entry(name, MARCH + timedelta(days=day), title="Weather") for day, name in enumerate("ab")]

    assert set(hashes_of(weather[0], SITE)).isdisjoint(hashes_of(weather[1], SITE))


def test_late_entries_of_more_than_a_month_ago_do_not_come():
    digest = Digest()
    _, past = planned(digest, entries(1), NOTHING, MARCH + timedelta(days=1))
    _, past = planned(digest, entries(1), past, MARCH + timedelta(days=39))
    found = (*entries(40), entry("old", MARCH + timedelta(days=1)), entry("late", MARCH + timedelta(days=20)))

    shown, _ = planned(digest, newest_first(found), past, MARCH + timedelta(days=40))

    assert [titles for _, progress, titles in shown if progress is Progress.SENDING] == [["Of 40 March", "Late"]]


def test_an_edition_of_missed_days_has_the_key_of_its_last_day_with_entries_and_covers_all():
    digest = Digest()
    _, past = planned(digest, entries(1), NOTHING, MARCH + timedelta(days=1))
    now = MARCH + timedelta(days=6)

    *_, last = (s for s in steps(digest, editions(digest, entries(1, 3, 4), now), past, SITE, now) if s.edition)

    edition = last.edition
    assert (edition.key, edition.first, edition.last) == ("2026-03-04", date(2026, 3, 3), date(2026, 3, 4))
    assert [(section.name, section.page) for section in edition.sections] == [
        ("", ""),
        ("2026-03-03", "digest/daily/2026-03-03/index.html"),
    ]


def test_a_site_without_twins_tells_two_entries_of_one_original_apart():
    site = replace(SITE, content=replace(SITE.content, dedupe=False))
    live = [entry(name, MARCH, title=name, original="https://harbour.example/live") for name in "ab"]

    assert [set(hashes_of(live[0], one)).isdisjoint(hashes_of(live[1], one)) for one in (SITE, site)] == [False, True]


def test_a_digest_that_becomes_weekly_sends_what_was_left_of_its_week():
    _, past = planned(Digest(), entries(2, 3), NOTHING, MARCH + timedelta(days=3))
    weekly = Digest(every="week")

    shown, _ = planned(weekly, entries(2, 3, 5, 7), past, MARCH + timedelta(days=8))

    assert shown == [("2026-W10", Progress.SENDING, ["Of 7 March", "Of 5 March"])]
