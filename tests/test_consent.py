"""What people ask for on the public pages, on both databases."""

from dataclasses import replace
from datetime import timedelta

import postbags
import pytest
from postbags import KEY, at, site

from feeds import membership
from feeds.consent import Bearer, ask, bearer, choose, confirm, invited, leave
from feeds.deliveries import Fate
from feeds.signup import Request
from feeds.subscribers import Status, Subscriber
from feeds.tokens import confirmation, subscriber_id, token

ADA = Subscriber(id="", address="ada@example.com", digests=("daily",), categories=("harbour",))
FORM = "https://quay.example.org/"
TWO = '\n[[digests]]\nname = "weekly"\nevery = "week"\n'
NEVER = "a" * 47


@pytest.fixture
def register(tmp_path, state_url, monkeypatch):
    """Give the subscribers of a site with two digests, on the fourth of March."""
    monkeypatch.setattr(postbags, "CONFIG", f'{postbags.CONFIG}{TWO}\n[state]\nurl = "{state_url}"\n')
    with membership.opened(site(tmp_path / "quay", [3]), KEY, "", at("4 08:00")) as register:
        yield register


def later(register, **passed):
    return replace(register, now=register.now + timedelta(**passed))


def person(register, address=ADA.address):
    with register.state.transaction():
        return register.state.people.of_address(address)


def invitations(register):
    """Return the fate of the mail to each who asked, and the number of the request that it answers."""
    with register.state.transaction():
        ledger = register.state.ledger
        return [(one.address, one.fate, one.variant) for one in ledger.deliveries(ledger.invitations(register.now))]


def link(register, number=1, address=ADA.address):
    """Return the token that the mail about the request *number* has."""
    return confirmation(person(register, address).id, number, register.keys)


def subscribed_by_link(register):
    """Return what Ada hears who has confirmed."""
    ada = replace(ADA, id=subscriber_id(ADA.key, register.keys))
    return Bearer(person=ada, is_done=True, own=token(ada.id, "", register.keys))


def subscribed(register, **given):
    """Subscribe Ada by hand, and return her with the token of her daily messages."""
    membership.add(register, replace(ADA, **given), again=False)
    return person(register), token(person(register).id, "daily", register.keys)


# --- to subscribe ------------------------------------------------------------------------------------


def test_who_asks_is_pending_until_they_confirm_and_gets_a_mail(register):
    assert ask(register, ADA, FORM)

    assert person(register) == replace(ADA, id=person(register).id, status=Status.PENDING)
    assert invitations(register) == [(ADA.address, Fate.QUEUED, "1")]


def test_who_confirms_is_active_and_when_and_where_they_asked_is_kept(register):
    ask(register, ADA, FORM)

    confirmed = confirm(later(register, hours=1), link(register))

    assert confirmed == subscribed_by_link(register)
    assert membership.found(register, ADA.address).changes == (
        ("2026-03-04T08:00:00Z", "pending", f"asked for it: {FORM}"),
        ("2026-03-04T09:00:00Z", "active", f"confirmed by the link in a mail, asked for: {FORM}"),
    )


def test_all_that_was_asked_for_and_sent_can_be_shown(register):
    ask(register, ADA, FORM)
    confirm(register, link(register))

    known = membership.found(register, ADA.address)

    wanted = Request(number=1, person=known.person, at=register.now, source=FORM, is_used=True)
    assert (known.requests, known.deliveries) == ((wanted,), ())


def test_to_ask_changes_nothing_for_anybody_who_is_known(register):
    ada, _ = subscribed(register, digests=("weekly",))

    ask(register, ADA, FORM)

    assert (person(register), invitations(register)) == (ada, [(ADA.address, Fate.QUEUED, "1")])


@pytest.mark.parametrize("status", [Status.COMPLAINED, Status.BOUNCED])
def test_who_complained_or_is_gone_is_sent_nothing(register, status):
    ada, _ = subscribed(register)
    with register.state.transaction():
        register.state.people.put(replace(ada, status=status), register.now, reason="test")

    assert not ask(register, ADA, FORM)
    assert (person(register).status, invitations(register)) == (status, [])


def test_who_left_comes_back_by_the_link_in_the_mail_and_not_by_the_form(register):
    _, left = subscribed(register)
    leave(register, left)

    assert ask(register, ADA, FORM)
    before = person(register).status
    confirm(register, link(register))

    assert (before, person(register).status) == (Status.UNSUBSCRIBED, Status.ACTIVE)


def test_who_was_forgotten_is_known_again_when_they_confirm_and_no_sooner(register):
    subscribed(register)
    membership.remove(register, ADA.address, forget=True)
    ask(register, ADA, FORM)

    with register.state.transaction():
        before = register.state.people.is_forgotten(ADA.address)
    confirm(register, link(register))
    with register.state.transaction():
        after = register.state.people.is_forgotten(ADA.address)

    assert (before, after) == (True, False)


def test_an_address_typed_again_and_again_gets_three_mails_a_week(register):
    asked = [ask(later(register, minutes=minutes), ADA, FORM) for minutes in (0, 5, 10, 15, 20, 60, 5000)]

    assert asked == [True, False, True, False, True, False, False]
    assert invitations(register) == [(ADA.address, Fate.QUEUED, "3")]


def test_the_link_of_each_mail_confirms_what_was_asked_for_then(register):
    ask(register, ADA, FORM)
    ask(later(register, minutes=10), replace(ADA, digests=(), categories=()), FORM)

    confirm(register, link(register, 2))

    assert (person(register).digests, person(register).categories) == ((), ())


def test_a_link_confirms_for_a_week_and_who_never_did_is_forgotten(register):
    ask(register, ADA, FORM)
    asked, late = link(register), later(register, days=7)

    assert invited(late, asked) == Bearer(person=replace(ADA, id=person(register).id, status=Status.PENDING))
    assert confirm(late, asked) == invited(late, asked)
    ask(late, replace(ADA, address="bo@example.com"), FORM)
    assert (person(register), confirm(late, asked)) == (None, Bearer(person=None))
    assert [address for address, *_ in invitations(register)] == ["bo@example.com"]


def test_no_number_comes_again_when_what_was_asked_for_is_forgotten(register):
    ask(register, ADA, FORM)
    old, late = link(register), later(register, days=8)

    ask(late, ADA, FORM)

    assert invitations(late) == [(ADA.address, Fate.QUEUED, "2")]
    assert confirm(late, old) == Bearer(person=None)


def test_what_became_of_a_mail_says_nothing_of_the_one_that_was_asked_for_meanwhile(register):
    ask(register, ADA, FORM)
    ledger = register.state.ledger
    with register.state.transaction():
        (under_way,) = ledger.claim(ledger.invitations(register.now), register.now, 1)

    ask(later(register, minutes=10), ADA, FORM)
    with register.state.transaction():
        settled = replace(under_way.delivery, fate=Fate.ACCEPTED)
        ledger.settle(ledger.invitations(register.now), [settled], register.now)

    assert invitations(register) == [(ADA.address, Fate.QUEUED, "2")]


def test_who_was_imported_and_waits_is_not_forgotten_with_what_was_typed(register):
    with register.state.transaction():
        register.state.people.put(replace(ADA, status=Status.PENDING), register.now, reason="imported")
    ask(register, ADA, FORM)

    ask(later(register, days=8), replace(ADA, address="bo@example.com"), FORM)

    assert person(register).status is Status.PENDING


def test_a_link_that_was_used_says_the_same_again_and_brings_nobody_back_who_left(register):
    ask(register, ADA, FORM)
    asked = link(register)
    first, again = confirm(register, asked), confirm(register, asked)
    leave(register, token(person(register).id, "", register.keys))

    assert first == again == subscribed_by_link(register)
    assert (confirm(register, asked).is_done, person(register).status) == (False, Status.UNSUBSCRIBED)


def test_to_look_at_a_link_changes_nothing(register):
    ask(register, ADA, FORM)
    before = membership.found(register, ADA.address)

    looked = [invited(register, link(register)), bearer(register, token(before.person.id, "daily", register.keys))]

    assert looked == [Bearer(person=before.person, is_open=True), Bearer(person=before.person, digest="daily")]
    assert membership.found(register, ADA.address) == before


# --- to leave and to choose --------------------------------------------------------------------------


def test_who_leaves_a_digest_keeps_the_others_and_to_leave_twice_is_to_leave_once(register):
    ada, daily = subscribed(register, digests=())

    left = leave(register, daily)
    changes = membership.found(register, ADA.address).changes

    assert left == leave(register, daily) == Bearer(person=replace(ada, digests=("weekly",)), digest="daily")
    assert membership.found(register, ADA.address).changes == changes
    assert [reason for *_, reason in changes] == ["added by hand", "left by the link"]


def test_who_leaves_everything_is_unsubscribed(register):
    ada, daily = subscribed(register, digests=())

    assert leave(register, daily, everything=True) == Bearer(person=replace(ada, status=Status.UNSUBSCRIBED))


def test_who_leaves_a_digest_that_is_no_more_leaves_everything(register):
    ada, _ = subscribed(register)

    assert leave(register, token(ada.id, "hourly", register.keys)).person.status is Status.UNSUBSCRIBED


def test_a_complaint_stays_one(register):
    ada, daily = subscribed(register)
    with register.state.transaction():
        register.state.people.put(replace(ada, status=Status.COMPLAINED), register.now, reason="test")

    assert leave(register, daily).person.status is Status.COMPLAINED


def test_whoever_is_known_no_more_has_left(register):
    _, daily = subscribed(register)
    membership.remove(register, ADA.address, forget=True)

    assert leave(register, daily) == bearer(register, daily) == Bearer(person=None, digest="daily")


def test_what_is_chosen_counts_for_who_is_active_alone(register):
    ada, daily = subscribed(register)
    wishes = Subscriber(id="", address="", digests=("weekly",), language="de", timezone="Europe/Madrid", hour=7)

    chosen = choose(register, daily, wishes).person
    leave(register, daily, everything=True)
    again = choose(register, daily, Subscriber(id="", address="")).person

    wanted = replace(wishes, id=ada.id, address=ada.address)
    assert (chosen, again) == (wanted, replace(wanted, status=Status.UNSUBSCRIBED))


@pytest.mark.parametrize("written", [NEVER, "", "\0", "ſ" * 47])
def test_a_token_that_is_none_of_ours_does_nothing(register, written):
    subscribed(register)

    wishes = Subscriber(id="", address="")
    found = [do(register, written) for do in (invited, confirm, bearer, leave)]

    assert [*found, choose(register, written, wishes)] == [None] * 5


def test_a_token_to_leave_confirms_nothing_and_one_to_confirm_leaves_nothing(register):
    ask(register, ADA, FORM)
    asked, mine = link(register), token(person(register).id, "daily", register.keys)

    assert [confirm(register, mine), leave(register, asked), bearer(register, asked), invited(register, mine)] == [
        None
    ] * 4


def test_who_is_forgotten_leaves_no_trace_of_what_they_asked_for(register):
    ask(register, ADA, FORM)
    membership.remove(register, ADA.address, forget=True)

    with register.state.transaction():
        left = [
            register.state.requests.of_number(1),
            register.state.people.changes(subscriber_id(ADA.key, register.keys)),
        ]

    assert left == [None, ()]
