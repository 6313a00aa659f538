from datetime import UTC, datetime, timedelta

import pytest

from feeds.signup import Answer, Request, answer, confirmed, is_open
from feeds.subscribers import Status, Subscriber

NOW = datetime(2026, 3, 4, 8, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ADA = Subscriber(id="0123456789abcdef", address="ada@example.org", name="Ada", digests=("weekly",), hour=7)
WISHES = Subscriber(id=ADA.id, address=ADA.address, digests=("daily",), categories=("harbour",))


def known(status):
    return Subscriber(id=ADA.id, address=ADA.address, status=status)


def request(*, ago=MINUTE, is_used=False):
    return Request(number=1, person=WISHES, at=NOW - ago, source="the form", is_used=is_used)


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (None, Answer.CONFIRM),
        (Status.PENDING, Answer.CONFIRM),
        (Status.UNSUBSCRIBED, Answer.CONFIRM),
        (Status.ACTIVE, Answer.KNOWN),
        (Status.BOUNCED, Answer.NOTHING),
        (Status.COMPLAINED, Answer.NOTHING),
    ],
)
def test_what_an_address_is_sent_depends_on_who_has_it(status, sent):
    assert answer(known(status) if status else None, [], NOW) is sent


@pytest.mark.parametrize(
    ("ago", "sent"),
    [
        ([DAY], Answer.CONFIRM),
        ([10 * MINUTE], Answer.CONFIRM),
        ([9 * MINUTE], Answer.NOTHING),
        ([3 * DAY, 2 * DAY], Answer.CONFIRM),
        ([3 * DAY, 2 * DAY, DAY], Answer.NOTHING),
        ([8 * DAY, 2 * DAY, DAY], Answer.CONFIRM),
        ([-9 * MINUTE], Answer.NOTHING),
    ],
)
def test_nobody_gets_more_than_three_mails_a_week_or_two_within_ten_minutes(ago, sent):
    assert answer(None, [NOW - one for one in ago], NOW) is sent


@pytest.mark.parametrize(
    ("ago", "is_used", "opens"),
    [(MINUTE, False, True), (7 * DAY, False, False), (7 * DAY - MINUTE, False, True), (MINUTE, True, False)],
)
def test_a_request_is_open_for_a_week_and_once(ago, is_used, opens):
    assert is_open(request(ago=ago, is_used=is_used), NOW) is opens


def test_who_confirms_gets_what_they_asked_for_and_keeps_the_rest():
    found = confirmed(Subscriber(id=ADA.id, address=ADA.address, name="Ada", hour=7, status=Status.PENDING), request())

    wanted = Subscriber(id=ADA.id, address=ADA.address, name="Ada", digests=("daily",), categories=("harbour",), hour=7)
    assert found == wanted


@pytest.mark.parametrize("status", [Status.COMPLAINED, Status.BOUNCED])
def test_who_complained_meanwhile_or_is_gone_stays_as_they_are(status):
    assert confirmed(known(status), request()) == known(status)
