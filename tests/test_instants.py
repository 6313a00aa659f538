"""Dates as the formats write them."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

from hypothesis import given
from hypothesis import strategies as st

from feeds.render._instants import rfc822, rfc3339

ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=ZONES))
def test_a_date_of_rss_and_mail_is_as_python_writes_it(instant):
    assert rfc822(instant) == format_datetime(instant)


def test_a_date_of_json_and_atom_is_in_utc_to_the_second():
    assert rfc3339(datetime(2026, 3, 1, 4, 5, 6, 789, tzinfo=UTC)) == "2026-03-01T04:05:06Z"
