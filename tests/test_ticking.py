from dataclasses import replace
from datetime import UTC, datetime, time

import pytest
from samples import SITE

from feeds.settings import Digest
from feeds.ticking import is_time, tick

SHANGHAI = replace(SITE, digests=(Digest(at=time(7, 10)),))


@pytest.mark.parametrize(
    ("clock", "wanted"),
    [("23:00", True), ("23:15", True), ("23:10", True), ("23:11", False), ("07:10", False), ("07:45", True)],
)
def test_a_run_is_wanted_each_quarter_and_when_a_digest_is_due_in_the_sites_zone(clock, wanted):
    assert is_time(datetime.fromisoformat(f"2026-03-02T{clock}:00+00:00"), SHANGHAI) == wanted


def test_a_site_that_cannot_be_read_is_tried_each_quarter():
    minutes = [minute for minute in range(60) if is_time(datetime(2026, 3, 2, 7, minute, tzinfo=UTC), None)]

    assert minutes == [0, 15, 30, 45]


def test_ticking_ends_when_it_is_woken_and_waits_no_longer_than_a_minute():
    runs, waits = [], []

    tick(lambda: runs.append(1), lambda seconds: bool(waits.append(seconds)) or True)

    assert (runs, len(waits), 0 <= waits[0] <= 60) == ([], 1, True)
