from dataclasses import replace
from datetime import date, timedelta

from samples import NOON, SITE, entry

from feeds.arrangement import arrange
from feeds.figures import Attribution, DayCount, DigestStats, Lacking, MessageSize, Span, Tally
from feeds.people import Source
from feeds.settings import CategorySettings, Digest
from feeds.stats import nothing, stats_of
from feeds.targets import MailSize

DAY = timedelta(days=1)
NOW = NOON + 10 * DAY
"""12 March: entries of `NOON` are ten days old."""

PAPER = Source(name="The Paper")


def figures(entries, site=SITE, mails=(), now=NOW):
    return stats_of(arrange(entries, site, now), {"read": len(entries)}, dict(mails), now)


def mail(size, shown, count):
    return MailSize(size=size, budget=95_000, shown=shown, count=count)


# --- days ------------------------------------------------------------------------------------------


def test_entries_a_day_are_counted_in_the_last_days_and_since_the_first():
    found = figures([entry("a"), entry("b"), entry("c", NOW)]).days

    assert (found.first, found.last) == (date(2026, 3, 2), date(2026, 3, 12))
    assert found.spans == (Span(days=7, entries=1, a_day=0.14, empty=6),)
    assert found.whole == Span(days=11, entries=3, a_day=0.27, empty=9)


def test_the_last_seven_days_begin_with_the_sixth_day_before_today():
    entries = [entry("in", NOW - 6 * DAY), entry("out", NOW - 7 * DAY)]

    assert [span.entries for span in figures(entries).days.spans] == [1]


def test_a_day_begins_at_midnight_of_the_sites_zone():
    late, early = NOON + timedelta(hours=11, minutes=59), NOON + timedelta(hours=12)

    found = figures([entry("a", late), entry("b", early)]).days

    assert found.each == (DayCount(day=date(2026, 3, 2), entries=1), DayCount(day=date(2026, 3, 3), entries=1))


def test_the_busiest_of_equal_days_is_the_last():
    found = figures([entry("a"), entry("b", NOON + DAY)]).days

    assert found.busiest == DayCount(day=date(2026, 3, 3), entries=1)


def test_the_last_thirty_days_are_there_one_by_one_until_today():
    recent = figures([entry("a"), entry("b", NOW)]).days.recent

    assert (len(recent), recent[0].day, recent[-1]) == (
        30,
        date(2026, 2, 11),
        DayCount(day=date(2026, 3, 12), entries=1),
    )
    assert [one.day.day for one in recent if one.entries] == [2, 12]


def test_a_site_without_entries_has_figures_of_nothing():
    found = nothing(NOW)

    assert (found.entries, found.posts["read"], found.days.first, found.days.busiest) == (0, 0, None, None)
    assert (found.days.spans, found.days.whole) == ((), Span(days=0, entries=0, a_day=0.0, empty=0))


# --- groups ----------------------------------------------------------------------------------------


def test_categories_come_by_their_number_of_entries_with_what_these_lack():
    site = replace(SITE, categories=(CategorySettings(name="empty", title="Empty"),))
    entries = [
        entry("a", categories=("port",), source=PAPER, original="https://paper.example/1"),
        entry("b", NOON + DAY, categories=("port", "city"), source=PAPER),
        entry("c"),
    ]

    assert figures(entries, site).categories == (
        tally("port", 2, 0.6667, newest=date(2026, 3, 3), without_link=1),
        tally("city", 1, 0.3333, newest=date(2026, 3, 3), without_link=1),
        tally("", 1, 0.3333, without_source=1, without_link=1),
        tally("empty", 0, 0.0, title="Empty", newest=None),
    )


def tally(name, entries, share, **changes):
    plain = {"title": name, "without_source": 0, "without_link": 0, "newest": date(2026, 3, 2)}
    return Tally(name=name, entries=entries, share=share, **(plain | changes))


def test_a_source_counts_under_its_name_or_its_host():
    entries = [entry("a", source=PAPER), entry("b", source=Source(url="https://mail.example/")), entry("c")]

    assert [(found.title, found.entries) for found in figures(entries).sources] == [
        ("mail.example", 1),
        ("The Paper", 1),
    ]


def test_languages_are_counted():
    found = figures([entry("a"), entry("b"), entry("c", language="ar")]).languages

    assert [(one.name, one.entries) for one in found] == [("en", 2), ("ar", 1)]


# --- source and link -------------------------------------------------------------------------------


def test_an_entry_counts_once_by_what_it_says_of_its_origin():
    entries = [
        entry("both", source=PAPER, original="https://paper.example/1"),
        entry("old", source=PAPER),
        entry("new", NOON + DAY, source=PAPER),
        entry("link", original="https://paper.example/2"),
        entry("own"),
    ]

    assert figures(entries).attribution == Attribution(
        both=1,
        source_only=Lacking(entries=2, share=0.4, posts=("content/new.md", "content/old.md")),
        link_only=Lacking(entries=1, share=0.2, posts=("content/link.md",)),
        neither=Lacking(entries=1, share=0.2, posts=("content/own.md",)),
    )


def test_twins_count_though_the_sites_feed_has_one_of_them():
    entries = [entry(name, original="https://paper.example/1") for name in "ab"]

    found = figures(entries)

    assert (found.entries, found.twins) == (2, 1)


# --- messages --------------------------------------------------------------------------------------


def test_the_sizes_of_a_digest_are_those_that_the_last_build_remembers():
    entries = [entry(str(n), NOON + n * DAY) for n in range(3)]
    sizes = {f"digest/daily/2026-03-0{n}/email.html": mail(size, 1, 1) for n, size in ((2, 700), (3, 900), (4, 800))}

    (found,) = figures(entries, mails=sizes).digests

    assert (found.latest.size, found.median, found.largest.size) == (800, 800, 900)
    assert found.messages[0] == MessageSize(
        edition="2026-03-04",
        path="digest/daily/2026-03-04/email.html",
        size=800,
        budget=95_000,
        shown=1,
        count=1,
        for_size=False,
    )


def test_a_digest_that_was_never_made_has_no_sizes():
    assert figures([entry("a"), entry("open", NOW)]).digests == (
        DigestStats(
            name="daily",
            editions=2,
            unmade=1,
            latest=None,
            largest=None,
            median=0,
            shortened=0,
            for_size=0,
            over=0,
            messages=(),
        ),
    )


def test_entries_are_left_out_by_number_or_for_size():
    site = replace(SITE, digests=(Digest(name="daily", entries=2),))
    entries = [entry(f"{day}-{n}", NOON + day * DAY) for day in range(2) for n in range(3)]
    sizes = [
        ("digest/daily/2026-03-02/email.html", mail(90_000, 2, 3)),
        ("digest/daily/2026-03-03/email.html", mail(94_000, 1, 3)),
    ]

    (found,) = figures(entries, site, sizes).digests

    assert (found.shortened, found.for_size, [one.for_size for one in found.messages]) == (2, 1, [True, False])


def test_a_message_that_is_older_than_an_entry_of_its_edition_left_nothing_out():
    (found,) = figures([entry("a"), entry("b")], mails={"digest/daily/2026-03-02/email.html": mail(700, 1, 1)}).digests

    assert (found.shortened, found.for_size) == (0, 0)


def test_a_message_beyond_its_budget_is_counted():
    (found,) = figures([entry("a")], mails={"digest/daily/2026-03-02/email.html": mail(95_001, 1, 1)}).digests

    assert found.over == 1
