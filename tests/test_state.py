"""The same on SQLite and on PostgreSQL."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.deliveries import Delivery, Fate, Mailing, Number, Progress
from feeds.diagnostics import FeedsError
from feeds.state import opened
from feeds.state._tables import insert, meta, subscriber, update
from feeds.state._times import read, written
from feeds.state.people import _row
from feeds.subscribers import Status, Subscriber

NOW = datetime(2026, 3, 4, 8, tzinfo=UTC)
SQLITE = "sqlite:///.feeds/state.sqlite3"
OLD, NEW = b"o" * 32, b"n" * 32
DAY = timedelta(days=1)
ADA = Subscriber(
    id="",
    address="Ada@example.org",
    name='Ada "港" Quay',
    status=Status.PENDING,
    digests=("daily",),
    categories=("港口", "a;b"),
    language="de",
    timezone="Europe/Madrid",
    hour=7,
)
BO = Subscriber(id="", address="bo@example.org")
MAILING = Mailing(
    headers=(("Subject", "港"), ("To", "=?utf-8?q?x?=\r\n y")),
    text=b"\x00\xff\r\n",
    html="<p>港</p>".encode(),
    mark="a-mark",
    seed="a seed",
    domain="example.org",
    entries=3,
)


def state_at(url, folder, *, keys=(NEW,), **given):
    return opened(url, folder, keys, NOW, **given)


def sender_at(url, folder):
    """Return a state in a folder in which the lock is already."""
    (folder / ".feeds").mkdir(exist_ok=True)
    return state_at(url, folder)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lasting(request, tmp_path_factory):
    url = SQLITE if request.param == "sqlite" else request.getfixturevalue("postgresql")
    with state_at(url, tmp_path_factory.mktemp("site")) as state:
        yield state


@pytest.fixture
def state(lasting):
    """Give an empty state in the middle of a transaction; what a test does there, the next does not see."""
    with lasting._connection.begin() as begun:
        yield lasting
        begun.rollback()


@pytest.fixture
def people(state):
    return state.people


@pytest.fixture
def ledger(state):
    return state.ledger


def edition(day, progress=Progress.SENDING, digest="daily"):
    key = date(2026, 3, day)
    due = NOW.replace(day=day) + DAY
    return Number(digest=digest, key=str(key), first=key, last=key, due=due, progress=progress, content="c")


def delivery(subscriber, fate=Fate.QUEUED, *, after=0, **given):
    """Return a delivery that is due some hours *after* now."""
    facts = {"address": "", "variant": "all", "next_at": NOW + timedelta(hours=after), "not_after": NOW + DAY}
    return Delivery(subscriber=subscriber, fate=fate, **(facts | given))


def frozen(ledger, *deliveries, hashes=(), mailings=None, now=NOW, **given):
    return ledger.freeze(edition(**({"day": 3} | given)), hashes, mailings or {}, deliveries, now)


# --- people ----------------------------------------------------------------------------------------


def test_a_subscriber_comes_back_as_they_were_however_the_address_is_written(people):
    put = people.put(ADA, NOW, reason="added by hand")

    assert replace(put, id="") == ADA
    assert [people.of_address("aDA@EXAMPLE.org"), people.of_id(put.id)] == [put, put]
    assert [people.of_address("bo@example.org"), people.of_id("")] == [None, None]


def test_a_change_keeps_since_when_a_subscriber_is_known(people):
    put = people.put(ADA, NOW, reason="added by hand")

    changed = people.put(replace(put, status=Status.BOUNCED, hour=None), NOW + DAY, reason="no such address")

    assert people.of_id(put.id) == changed == replace(put, status=Status.BOUNCED, hour=None)
    assert people.history(put.id) == ("2026-03-04T08:00:00Z", "2026-03-05T08:00:00Z", "no such address")


def test_the_order_of_people_is_that_of_code_points_whatever_language_a_server_speaks(people):
    addresses = [f"{name}@example.org" for name in ("a", "B", "a.b", "a-b", "a_b", "ab", "a+b", "Z", "10", "9", "{")]
    for address in addresses:
        people.put(replace(BO, address=address), NOW, reason="")

    assert [one.address for one in people.all()] == sorted(addresses, key=str.casefold)


def test_all_of_many_come_while_others_are_asked_for_and_changed(people):
    everyone = [replace(BO, id=f"{n:016}", address=f"{n:04}@example.org") for n in range(2100)]
    rows = [_row(one) | {"since": "", "changed": "", "reason": ""} for one in everyone]
    people._connection.execute(insert(subscriber), rows)

    found = people.all()
    first = people.put(people.of_id(next(found).id), NOW, reason="again")

    assert [first, *found] == everyone


def test_of_the_forgotten_a_hash_is_known_also_under_a_new_key(state_url, tmp_path):
    with state_at(state_url, tmp_path, keys=(OLD,)) as state, state.transaction():
        state.people.forget(state.people.put(ADA, NOW, reason=""))
        assert (list(state.people.all()), state.people.of_address(ADA.address)) == ([], None)

    with state_at(state_url, tmp_path, keys=(NEW, OLD)) as state, state.transaction():
        assert [state.people.is_forgotten(one) for one in ("ADA@example.org", BO.address)] == [True, False]


def test_who_was_forgotten_twice_is_remembered_at_once(people):
    for _ in range(2):
        people.forget(people.put(ADA, NOW, reason=""))
    people.forget(people.put(BO, NOW, reason=""))

    people.remember("aDA@example.org")

    assert [people.is_forgotten(one.address) for one in (ADA, BO)] == [False, True]


def test_nothing_of_the_forgotten_is_left_in_the_file(tmp_path):
    with state_at(SQLITE, tmp_path) as state:
        with state.transaction():
            ada = state.people.put(ADA, NOW, reason="Ada asked")
            said = "550 5.1.1 <ada@example.org>: no such user"
            frozen(state.ledger, delivery(ada.id, Fate.REJECTED, reason=said))
        with state.transaction():
            state.people.forget(ada)

    left = b"".join(path.read_bytes() for path in (tmp_path / ".feeds").iterdir()).lower()
    assert [word for word in (b"ada@", b"quay", b"asked", b"5.1.1") if word in left] == []


def test_of_the_forgotten_there_is_still_what_became_of_each_delivery_but_no_word_of_a_server(people, ledger):
    ada = people.put(ADA, NOW, reason="")
    number = frozen(ledger, delivery(ada.id, Fate.REJECTED, reason="no such user ada"))
    late = frozen(ledger, delivery(ada.id, Fate.SKIPPED, reason="late"), day=4)

    people.forget(ada)

    assert ledger.deliveries(number) == (delivery(ada.id, Fate.REJECTED),)
    assert ledger.deliveries(late) == (delivery(ada.id, Fate.SKIPPED, reason="late"),)


@pytest.mark.parametrize(
    ("days", "results"),
    [
        ([0, 1, 2, 3, 4], [False, False, False, False, True]),
        ([0, 7, 14, 21, 30], [False] * 5),
        ([0, 7, 14, 21, 29.9], [False, False, False, False, True]),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [False, False, False, False, True] * 2),
    ],
)
def test_five_failures_within_thirty_days_are_too_many_and_then_it_counts_anew(people, days, results):
    ada, bo = people.put(ADA, NOW, reason=""), people.put(BO, NOW, reason="")

    found = [people.bounced(ada, "4.2.2", NOW + day * DAY) for day in days]

    assert (found, people.bounced(bo, "4.2.2", NOW)) == (results, False)


def test_a_mail_is_known_from_when_something_followed_from_it(people):
    for mail in ("a", "a"):
        people.process(mail, NOW)

    assert [people.is_processed(mail) for mail in ("a", "b")] == [True, False]


# --- the ledger ------------------------------------------------------------------------------------


def test_editions_come_back_by_their_last_day_each_digest_alone(ledger):
    later, earlier = edition(4, Progress.EMPTY), edition(2, Progress.PASSED)
    numbers = [ledger.record(one, (), NOW) for one in (later, earlier, edition(3, digest="weekly"))]

    assert ledger.numbers("daily") == (earlier, later)
    assert [ledger.number_of("daily", "2026-03-02"), ledger.number_of("daily", "2026-03-03")] == [numbers[1], None]


def test_two_editions_with_the_same_last_day_come_in_the_order_they_were_kept(ledger):
    day = edition(8, Progress.DONE)
    week = replace(day, key="2026-W10", first=date(2026, 3, 2))
    ledger.record(week, (), NOW)
    ledger.record(day, (), NOW)

    assert ledger.numbers("daily") == (week, day)


def test_an_entry_counts_as_sent_with_the_first_edition_that_has_it(ledger):
    first = frozen(ledger, hashes=["a", "b"])
    second = frozen(ledger, delivery("x", Fate.SKIPPED, reason="late"), day=4, hashes=["b", "c", "c"])

    assert (ledger.sent("daily"), ledger.sent("weekly")) == ({"a", "b", "c"}, frozenset())
    assert (ledger.close(second, merge=True), ledger.sent("daily")) == (Progress.EXPIRED, {"a", "b"})
    assert [number for number, _ in ledger.sending()] == [first]


def test_a_mailing_comes_back_as_it_was_frozen(ledger):
    number = frozen(ledger, mailings={"all": MAILING, "de": replace(MAILING, text=b"", headers=())})

    assert ledger.mailings(number) == {"all": MAILING, "de": replace(MAILING, text=b"", headers=())}


def test_mailings_are_kept_for_thirty_days_and_while_somebody_waits(ledger):
    done = frozen(ledger, mailings={"all": MAILING}, progress=Progress.DONE)
    waiting = frozen(ledger, mailings={"all": MAILING}, day=4)

    frozen(ledger, day=5, now=NOW + 30 * DAY)
    before = ledger.mailings(done)
    frozen(ledger, day=6, now=NOW + 30 * DAY + timedelta(seconds=1))

    assert (before, ledger.mailings(done), ledger.mailings(waiting)) == ({"all": MAILING}, {}, {"all": MAILING})


def test_an_edition_is_frozen_wholly_or_not_at_all(state_url, tmp_path):
    with state_at(state_url, tmp_path) as state:
        with pytest.raises(FeedsError) as refused, state.transaction():
            frozen(state.ledger, delivery("x"), delivery("x"), hashes=["a"], mailings={"all": MAILING})
        with pytest.raises(ZeroDivisionError), state.transaction():
            frozen(state.ledger, delivery("x"), hashes=(1 / n for n in (1, 0)))

        with state.transaction():
            assert (state.ledger.numbers("daily"), state.ledger.sent("daily")) == ((), frozenset())
        assert refused.value.exit_code == 75


def test_those_who_were_never_asked_are_claimed_first_by_when_they_are_due_and_no_more_than_asked_for(people, ledger):
    ada = people.put(ADA, NOW, reason="")
    number = frozen(
        ledger,
        *(delivery("c", after=-1), delivery("b"), delivery(ada.id, after=-2), delivery("later", after=1)),
        *(delivery("d", Fate.DEFERRED, after=-9), delivery("e", Fate.HELD), delivery("f", Fate.SKIPPED)),
    )
    frozen(ledger, delivery("another"), day=4)

    claimed = [ledger.claim(number, NOW, most) for most in (9, 2)]

    assert [[one.delivery.subscriber for one in some] for some in claimed] == [[ada.id, "c", "b", "d"], [ada.id, "c"]]
    assert [(one.subscriber, one.delivery.address) for one in claimed[1]] == [(ada, ADA.address), (None, "")]


def test_what_became_of_a_delivery_is_kept(ledger):
    number, other = frozen(ledger, delivery("a"), delivery("b")), frozen(ledger, delivery("a"), day=4)
    settled = delivery("a", Fate.DEFERRED, after=3, reason="451 港", attempt=2)

    ledger.settle(number, [settled, delivery("b", Fate.ACCEPTED, attempt=1)], NOW)
    ledger.settle(number, [], NOW)

    assert ledger.deliveries(number) == (settled, delivery("b", Fate.ACCEPTED, attempt=1))
    assert ledger.deliveries(other) == (delivery("a"),)


@pytest.mark.parametrize(("hold", "fate"), [(True, Fate.HELD), (False, Fate.QUEUED)])
def test_what_a_killed_run_left_is_held_or_sent_again(ledger, hold, fate):
    number = frozen(ledger, delivery("a", Fate.FINALISING), delivery("b"))

    recovered = [ledger.recover(hold=hold), ledger.recover(hold=hold)]

    said = "it ended before the server had answered"
    assert (recovered, ledger.deliveries(number)) == ([1, 0], (delivery("a", fate, reason=said), delivery("b")))


def test_what_is_too_late_is_skipped_at_the_second(ledger):
    number = frozen(
        ledger,
        *(delivery(fate.value, fate, not_after=NOW) for fate in (Fate.ACCEPTED, Fate.DEFERRED, Fate.QUEUED)),
        delivery("z", not_after=NOW + timedelta(seconds=1)),
    )

    expired = ledger.expire(NOW)

    assert (expired, ledger.counts(number)) == (2, {Fate.ACCEPTED: 1, Fate.SKIPPED: 2, Fate.QUEUED: 1})
    assert {one.reason for one in ledger.deliveries(number) if one.fate is Fate.SKIPPED} == {"late"}


LATE, EMPTY = delivery("a", Fate.SKIPPED, reason="late"), delivery("b", Fate.SKIPPED, reason="empty")


@pytest.mark.parametrize(
    ("deliveries", "merge", "progress", "hashes"),
    [
        ([], True, Progress.DONE, {"h"}),
        ([EMPTY], True, Progress.DONE, {"h"}),
        ([LATE, EMPTY], True, Progress.EXPIRED, set()),
        ([LATE, EMPTY], False, Progress.EXPIRED, {"h"}),
        ([LATE, delivery("c", Fate.ACCEPTED)], True, Progress.DONE, {"h"}),
        ([LATE, delivery("c", Fate.HELD)], True, Progress.DONE, {"h"}),
        ([LATE, delivery("c", Fate.REJECTED)], True, Progress.DONE, {"h"}),
        ([LATE, delivery("c", Fate.FINALISING)], True, Progress.SENDING, {"h"}),
        ([LATE, delivery("c", Fate.DEFERRED)], True, Progress.SENDING, {"h"}),
        ([LATE, delivery("c")], True, Progress.SENDING, {"h"}),
    ],
)
def test_an_edition_is_closed_when_nobody_waits_and_comes_again_only_if_nobody_got_it(
    ledger, deliveries, merge, progress, hashes
):
    number = frozen(ledger, *deliveries, hashes=["h"])

    closed = ledger.close(number, merge=merge)

    assert (closed, ledger.numbers("daily")[0].progress, ledger.sent("daily")) == (progress, progress, hashes)


def test_what_was_accepted_is_counted_since_an_instant_whatever_its_edition(ledger):
    first, second = frozen(ledger, delivery("a"), delivery("b")), frozen(ledger, delivery("a"), delivery("c"), day=4)
    ledger.settle(first, [delivery("a", Fate.ACCEPTED), delivery("b", Fate.REJECTED)], NOW)
    ledger.settle(second, [delivery("a", Fate.ACCEPTED)], NOW + DAY)

    assert [ledger.accepted_since(NOW + n * DAY) for n in (0, 1, 2)] == [2, 1, 0]


def test_an_edition_waits_until_the_first_who_is_not_done_is_due(ledger):
    number = frozen(ledger, delivery("a", after=2), delivery("b", Fate.DEFERRED, after=1), delivery("c", Fate.HELD))
    done = frozen(ledger, delivery("a", Fate.ACCEPTED), day=4)

    assert [ledger.waits_until(number), ledger.waits_until(done)] == [NOW + timedelta(hours=1), None]


def test_deliveries_come_by_address_those_of_the_forgotten_first(people, ledger):
    ids = [people.put(replace(BO, address=address), NOW, reason="").id for address in ("b.c@a.example", "bb@a.example")]
    number = frozen(ledger, *map(delivery, [*ids, "ff", "00"]))

    assert [(one.subscriber, one.address) for one in ledger.deliveries(number)] == [
        ("00", ""),
        ("ff", ""),
        (ids[0], "b.c@a.example"),
        (ids[1], "bb@a.example"),
    ]


# --- several at once -------------------------------------------------------------------------------

OTHER = """
import sys
from pathlib import Path
from test_state import BO, NOW, replace, state_at

with state_at(sys.argv[1], Path(sys.argv[2])) as state:
    print("ready", flush=True)
    for n in range(50):
        with state.transaction():
            known = state.people.of_address(BO.address)
            state.people.put(replace(known, hour=(known.hour + 1) % 24), NOW, reason="")
"""


def test_two_processes_change_the_same_rows_and_none_is_lost(state_url, tmp_path):
    with sender_at(state_url, tmp_path) as state:
        with state.transaction():
            bo = state.people.put(replace(BO, hour=0), NOW, reason="")
        command = [sys.executable, "-c", OTHER, state_url, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parent) as other:
            other.stdout.readline()
            for _ in range(50):
                with state.sending(), state.step():
                    known = state.people.of_id(bo.id)
                    state.people.put(replace(known, hour=(known.hour + 1) % 24), NOW, reason="")

        with state.transaction():
            assert (other.returncode, state.people.of_id(bo.id).hour) == (0, 100 % 24)


def test_who_waits_too_long_for_another_is_told_to_come_again(state_url, tmp_path):
    with state_at(state_url, tmp_path) as state, state.transaction(), pytest.raises(FeedsError) as refused:
        state_at(state_url, tmp_path, patience=0.02).__enter__()

    assert "the state cannot be used: " in str(refused.value)
    assert (refused.value.exit_code, "see that it can be reached" in str(refused.value)) == (75, True)


def test_what_one_connection_writes_is_seen_whoever_came_and_went_meanwhile(tmp_path):
    """A process that has two, and closes one, must not lose the locks of the other."""
    count = "select count(*) from subscriber"
    look = f"import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute({count!r}).fetchone())"
    command = [sys.executable, "-c", look, str(tmp_path / ".feeds/state.sqlite3")]

    with state_at(SQLITE, tmp_path) as lasting:
        with state_at(SQLITE, tmp_path):
            pass
        before = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        with lasting.transaction():
            lasting.people.put(ADA, NOW, reason="")
        after = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert (before, after) == ("0\n", "1\n")


def test_another_machine_cannot_send_from_the_same_server_until_this_one_ends(database, tmp_path):
    with sender_at(database, tmp_path) as here, sender_at(database, tmp_path) as there:
        with here.sending(), pytest.raises(FeedsError, match="another machine is sending") as refused, there.sending():
            pass

        ended(database, here)
        with there.sending(), there.step():
            pass
        with pytest.raises(FeedsError, match="the state cannot be used: ") as lost, here.step():
            here.people.put(ADA, NOW, reason="")

        with there.transaction():
            assert (refused.value.exit_code, lost.value.exit_code, list(there.people.all())) == (75, 75, [])


def ended(database, state):
    """End the connection of *state*, as a server that is restarted does."""
    import psycopg  # noqa: PLC0415 - where it is installed

    with state.transaction():
        number = state._connection.exec_driver_sql("select pg_backend_pid()").scalar()
    with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("select pg_terminate_backend(%s, 5000)", [number])


def lost_after_a_change(state):
    with state.transaction():
        state.people.put(ADA, NOW, reason="")
        state._connection.exec_driver_sql("select pg_terminate_backend(pg_backend_pid())")


def test_a_connection_that_is_lost_in_the_middle_is_told_and_leaves_nothing(database, tmp_path):
    with state_at(database, tmp_path) as state, pytest.raises(FeedsError, match="terminating") as lost:
        lost_after_a_change(state)

    with state_at(database, tmp_path) as state, state.transaction():
        assert (lost.value.exit_code, list(state.people.all())) == (75, [])


# --- an older one, or another ----------------------------------------------------------------------


def test_a_state_that_went_back_is_not_sent_from(state_url, tmp_path):
    with sender_at(state_url, tmp_path) as state:
        with state.sending(), state.step():
            pass
        with state.transaction():
            state._connection.execute(update(meta).where(meta.c.name == "generation").values(value="0"))

        with pytest.raises(FeedsError, match="is older than the one that was last sent from here") as refused:
            state.sending().__enter__()
        (tmp_path / ".feeds/state.stamp").unlink()
        with state.sending(), state.step():
            assert refused.value.exit_code == 75


def test_another_state_is_not_sent_from(state_url, tmp_path):
    with sender_at(state_url, tmp_path) as state:
        (tmp_path / ".feeds/state.stamp").write_text("0123456789abcdef 1\n")

        with pytest.raises(FeedsError, match="is another one than the one that was last sent from here") as refused:
            state.sending().__enter__()

    assert refused.value.exit_code == 75


@pytest.mark.parametrize("said", ["", "one", "a b c", "instance number", "\xff"])
def test_a_stamp_that_cannot_be_read_stops_nobody(tmp_path, said):
    with sender_at(SQLITE, tmp_path) as state:
        (tmp_path / ".feeds/state.stamp").write_text(said, encoding="latin-1")

        with state.sending(), state.transaction():
            assert list(state.people.all()) == []


def test_a_stamp_that_cannot_be_written_ends_the_run(tmp_path):
    with sender_at(SQLITE, tmp_path) as state:
        (tmp_path / ".feeds/state.stamp").symlink_to(tmp_path / "elsewhere")

        with (
            state.sending(),
            pytest.raises(FeedsError, match=r"state\.stamp: Too many levels") as refused,
            state.step(),
        ):
            pass

    assert (refused.value.exit_code, (tmp_path / "elsewhere").exists()) == (75, False)


def test_a_state_of_a_later_version_is_left_alone(state_url, tmp_path):
    with state_at(state_url, tmp_path) as state, state.transaction():
        state._connection.execute(update(meta).where(meta.c.name == "schema").values(value="99"))

    with pytest.raises(FeedsError, match="the state is a later version's") as refused:
        state_at(state_url, tmp_path).__enter__()

    assert refused.value.exit_code == 2


# --- the way to it ---------------------------------------------------------------------------------


def test_a_trial_begins_no_state(state_url, tmp_path):
    for _ in range(2):
        with state_at(state_url, tmp_path, is_lasting=False) as state, state.transaction():
            assert list(state.people.all()) == []
            state.people.put(ADA, NOW, reason="")

    assert list(tmp_path.iterdir()) == []


def test_a_trial_sees_the_state_that_there_is(state_url, tmp_path):
    with state_at(state_url, tmp_path) as state, state.transaction():
        ada = state.people.put(ADA, NOW, reason="")

    with state_at(state_url, tmp_path, is_lasting=False) as state, state.transaction():
        assert list(state.people.all()) == [ada]


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "sqlite://",
        "sqlite+aiosqlite:///hush.sqlite3",
        "mysql://ada:hush@127.0.0.1/x",
        "postgresql://ada:hush@127.0.0.1/x",
        "postgresql+psycopg://ada:8@hush:9@127.0.0.1/x",
        "postgresql+psycopg://ada:pass@127.0.0.1:hush/x",
    ],
)
def test_what_names_no_database_of_ours_is_wrong_and_nothing_of_it_is_shown(tmp_path, url):
    with pytest.raises(FeedsError, match="cannot be used: it ") as refused:
        state_at(url, tmp_path).__enter__()

    assert (refused.value.exit_code, "hush" in str(refused.value)) == (2, False)


def test_without_its_driver_postgresql_is_wrong(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(FeedsError, match=r"psycopg is not installed\n .* install feeds\[postgresql\]") as refused:
        state_at("postgresql+psycopg://ada:hush@127.0.0.1/x", tmp_path).__enter__()

    assert refused.value.exit_code == 2


def test_a_server_that_is_away_is_told_without_the_password(tmp_path):
    pytest.importorskip("psycopg", reason="psycopg is not installed")

    with pytest.raises(FeedsError, match="Connection refused\n  help: see that it can be reached") as refused:
        state_at("postgresql+psycopg://ada:hush@127.0.0.1:9/x", tmp_path).__enter__()

    assert (refused.value.exit_code, "hush" in str(refused.value)) == (75, False)


def test_a_file_that_is_no_database_is_to_come_from_a_backup(tmp_path):
    (tmp_path / "state").write_bytes(b"x" * 5000)

    with pytest.raises(FeedsError, match="file is not a database\n  help: take it from a backup") as refused:
        state_at("sqlite:///state", tmp_path).__enter__()

    assert refused.value.exit_code == 75


def test_a_folder_that_is_missing_or_a_link_is_told(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FeedsError, match="deep/er: No such file") as missing:
        state_at("sqlite:///deep/er/state", tmp_path).__enter__()
    with pytest.raises(FeedsError, match="link: Too many levels of symbolic links"):
        state_at("sqlite:///link", tmp_path).__enter__()

    assert missing.value.exit_code == 75


def test_the_state_is_the_owners_alone_also_in_a_folder_of_others(tmp_path):
    with state_at(SQLITE, tmp_path) as state, state.transaction():
        state.people.put(ADA, NOW, reason="")
        modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / ".feeds").iterdir()}

    assert modes == dict.fromkeys(["state.sqlite3", "state.sqlite3-wal", "state.sqlite3-shm"], 0o600)
    assert (tmp_path / ".feeds").stat().st_mode & 0o777 == 0o700


def test_who_may_not_make_tables_is_not_sent_to_the_backup(postgresql, tmp_path):
    import psycopg  # noqa: PLC0415 - where it is installed

    with psycopg.connect(postgresql.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("create role guest login")

    with pytest.raises(FeedsError, match=r"permission denied for .*\n  help: see that it can") as refused:
        state_at(postgresql.replace("feeds@", "guest@"), tmp_path).__enter__()

    assert refused.value.exit_code == 75


# --- times -----------------------------------------------------------------------------------------

INSTANTS = st.datetimes(timezones=st.just(UTC)).map(lambda instant: instant.replace(microsecond=0))


@given(INSTANTS)
def test_an_instant_comes_back_as_it_was_written(instant):
    assert read(written(instant)) == instant


@given(INSTANTS, INSTANTS)
def test_the_order_of_written_instants_is_that_of_time(one, other):
    assert (written(one) < written(other)) == (one < other)


def test_an_instant_is_written_in_utc_and_to_the_second():
    assert written(datetime.fromisoformat("2026-03-04T08:00:00.999+08:00")) == "2026-03-04T00:00:00Z"
