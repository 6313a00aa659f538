from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import SITE

from feeds.model import day_after
from feeds.periods import before, due_after, first_day, key_of, last_due, midnight, period_of
from feeds.settings import Digest

LONDON = replace(SITE, timezone="Europe/London")
EVERY = st.sampled_from(["day", "week", "month"])
DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))


@pytest.mark.parametrize(
    ("every", "key", "first", "last"),
    [
        ("day", "2026-03-29", date(2026, 3, 29), date(2026, 3, 29)),
        ("week", "2026-W13", date(2026, 3, 23), date(2026, 3, 29)),
        ("month", "2026-03", date(2026, 3, 1), date(2026, 3, 31)),
    ],
)
def test_a_period_has_its_key_and_its_days(every, key, first, last):
    period = period_of(Digest(every=every), first_day(every, date(2026, 3, 29)), LONDON)

    assert (period.key, period.first, period.last) == (key, first, last)


def test_the_day_on_which_clocks_change_ends_at_its_own_midnight_and_is_due_by_the_new_clock():
    period = period_of(Digest(at=time(7, 0)), date(2026, 3, 28), LONDON)
    short = period_of(Digest(at=time(7, 0)), date(2026, 3, 29), LONDON)

    assert (period.end, period.due) == (
        datetime(2026, 3, 29, 0, tzinfo=UTC),
        datetime(2026, 3, 29, 6, tzinfo=UTC),
    )
    assert (short.end - period.end).total_seconds() == 23 * 3600


@given(EVERY, DAYS)
def test_periods_follow_each_other_without_gap(every, day):
    digest = Digest(every=every)
    period = period_of(digest, first_day(every, day), SITE)

    following = period_of(digest, day_after(period.last), SITE)

    assert period.first <= day <= period.last
    assert (following.first, period.end) == (day_after(period.last), before(digest, following, SITE).end)
    assert {key_of(every, period.first), key_of(every, period.last)} == {period.key}


@given(EVERY, st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - a zone is given
def test_what_is_due_ends_with_the_last_that_was(every, now):
    digest = Digest(every=every)
    newest = last_due(digest, SITE, now)
    older = before(digest, before(digest, newest, SITE), SITE)

    due = list(due_after(digest, older.last, SITE, now))

    assert (due[-1], newest.due <= now, len(due)) == (newest, True, 2)


def test_a_limit_of_a_day_begins_at_the_sites_midnight():
    assert midnight(datetime(2026, 3, 2, 20, tzinfo=UTC), SITE) == datetime(2026, 3, 2, 16, tzinfo=UTC)
