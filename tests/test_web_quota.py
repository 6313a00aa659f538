"""How often a network may type in an address."""

from datetime import timedelta

import pytest
from postbags import at

from feeds.web._quota import Quota, network_of

NOW = at("4 08:00")
HOUR, NOTHING = timedelta(hours=1), timedelta()


def asked(quota, times, now=NOW, address="192.0.2.1"):
    """Return how long each of so many who ask *now* has to wait."""
    return [quota.takes(address, now) for _ in range(times)]


def test_who_has_asked_for_all_waits_until_one_is_free_again():
    quota = Quota(most=2, within=HOUR)

    assert asked(quota, 4) == [NOTHING, NOTHING, HOUR / 2, HOUR / 2]
    assert asked(quota, 2, NOW + HOUR / 2) == [NOTHING, HOUR / 2]
    assert asked(quota, 3, NOW + 3 * HOUR) == [NOTHING, NOTHING, HOUR / 2]


def test_a_clock_that_is_set_back_shuts_nobody_out():
    quota = Quota(most=2, within=HOUR)
    asked(quota, 3)

    assert asked(quota, 1, NOW - 9 * HOUR) == [HOUR / 2]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2"),
        ("::ffff:192.0.2.1", "192.0.2"),
        ("2001:db8:0:1234::1", "2001:0db8:0000:12"),
        ("2001:db8:0:12ff::1%eth0", "2001:0db8:0000:12"),
        ("testclient", ""),
        ("", ""),
    ],
)
def test_a_network_is_what_a_household_is_given(address, network):
    assert network_of(address) == network
