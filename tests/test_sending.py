"""Each edition reaches each subscriber once."""

import re
import shutil
import sqlite3
from dataclasses import replace

import postbags
import pytest
from postbags import KEY, at, foreseen, got, html_of, mails, opened, post, send, site, subscribe, text_of
from sites import tree

from feeds import proofs, sending
from feeds.consent import ask
from feeds.deliveries import Fate, Progress
from feeds.diagnostics import FeedsError
from feeds.dispatch import Order
from feeds.membership import found, listed, remove
from feeds.membership import opened as membership
from feeds.store import locked
from feeds.subscribers import Subscriber

ADA, BO = "ada@example.com", "bo@example.com"


@pytest.fixture(autouse=True)
def _states(state_url, monkeypatch):
    """Let every site of a test keep its state where *state_url* says: each test runs on SQLite and on PostgreSQL."""
    monkeypatch.setattr(postbags, "CONFIG", f'{postbags.CONFIG}\n[state]\nurl = "{state_url}"\n')


of_a_file = pytest.mark.parametrize("state_url", ["sqlite"], indirect=True)
"""A test that is about the file of SQLite."""


def test_the_first_send_covers_the_last_complete_edition(tmp_path):
    quay = site(tmp_path, [1, 2, 3, 4])
    subscribe(quay, ADA, BO)

    sent = send(quay, "4 08:00")

    assert got(quay) == [(ADA, "Story of 3 March"), (BO, "Story of 3 March")]
    assert sent.passed == (("daily", "2026-03-02", Progress.PASSED),)


def test_nothing_goes_twice_however_often_it_runs(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA)
    send(quay, "4 08:00")
    (quay / "box/new").rename(quay / "box/read")
    (quay / "box/new").mkdir()

    again = [send(quay, now).editions for now in ("4 08:01", "4 23:00", "3 12:00", "4 08:00")]

    assert (got(quay), again) == ([], [(), (), (), ()])


@pytest.mark.parametrize(
    ("policy", "headlines"),
    [("merge", ["Story of 3 March", "Story of 7 March"]), ("each", ["Story of 3 March", "Story of 7 March"])],
)
def test_after_an_outage_what_was_missed_is_merged_or_stays_on_the_web(tmp_path, policy, headlines):
    quay = site(tmp_path, [3, 4, 5, 7], catch_up=policy)
    subscribe(quay, ADA)
    send(quay, "4 08:00")

    sent = send(quay, "8 08:00")

    missed = Progress.MERGED if policy == "merge" else Progress.EXPIRED
    assert [headline for _, headline in got(quay)] == headlines
    assert sent.passed == (
        ("daily", "2026-03-04", missed),
        ("daily", "2026-03-05", missed),
        ("daily", "2026-03-06", Progress.EMPTY),
    )
    assert ("Story of 5 March" in text_of(mails(quay)[-1])) == (policy == "merge")


def test_missed_entries_stand_under_their_own_day_with_a_link_to_its_edition(tmp_path):
    quay = site(tmp_path, [3, 4, 5])
    subscribe(quay, ADA)
    send(quay, "4 08:00")

    send(quay, "6 08:00")

    words = text_of(mails(quay)[-1])
    assert "4–5 March 2026 · 2 entries" in words
    assert (
        words.index("Story of 5 March") < words.index("Wednesday, 4 March 2026 (1)") < words.index("Story of 4 March")
    )
    assert "https://quay.example.org/digest/daily/2026-03-04/" in words


def test_skip_sends_only_the_newest_of_what_is_in_time(tmp_path):
    quay = site(tmp_path, [3, 4, 5], catch_up="skip")
    subscribe(quay, ADA)
    send(quay, "4 08:00")

    sent = send(quay, "6 08:00")

    assert [headline for _, headline in got(quay)] == ["Story of 3 March", "Story of 5 March"]
    assert sent.passed == (("daily", "2026-03-04", Progress.EXPIRED),)


def test_what_is_too_late_waits_for_the_next_edition(tmp_path):
    quay = site(tmp_path, [3, 4, 5])
    subscribe(quay, ADA)
    send(quay, "4 08:00")

    late = send(quay, "6 04:00")
    send(quay, "6 07:00")

    assert (late.editions, late.passed) == ((), ())
    assert [headline for _, headline in got(quay)] == ["Story of 3 March", "Story of 5 March"]


def test_a_day_without_entries_is_recorded_and_nothing_sent(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA)
    send(quay, "4 08:00")

    sent = send(quay, "5 08:00")

    assert (sent.editions, sent.passed) == ((), (("daily", "2026-03-04", Progress.EMPTY),))


def test_an_entry_that_comes_late_goes_into_the_next_edition_and_none_goes_twice(tmp_path):
    quay = site(tmp_path, [3, 4, 5])
    subscribe(quay, ADA)
    send(quay, "4 08:00")
    (quay / "content/late.md").write_text(post(3, "A late one"))

    send(quay, "5 08:00")
    send(quay, "6 08:00")

    first, second, third = (text_of(mail) for mail in mails(quay))
    assert ["A late one" in words for words in (first, second, third)] == [False, True, False]
    assert ["Story of 3 March" in words for words in (first, second, third)] == [True, False, False]


def test_a_post_that_is_renamed_or_dated_anew_does_not_come_again(tmp_path):
    quay = site(tmp_path, [3, 4])
    subscribe(quay, ADA)
    send(quay, "4 08:00")
    (quay / "content/3.md").rename(quay / "content/three.md")

    send(quay, "5 08:00")

    assert "Story of 3 March" not in text_of(mails(quay)[-1])


def test_an_old_post_that_is_new_in_the_archive_is_no_news(tmp_path):
    quay = site(tmp_path, [3, 4])
    subscribe(quay, ADA)
    send(quay, "4 08:00")
    (quay / "content/old.md").write_text(post(1, "An old one"))

    send(quay, "5 08:00")

    assert "An old one" not in text_of(mails(quay)[-1])


def test_the_day_on_which_clocks_change_is_one_edition_with_each_entry_once(tmp_path):
    quay = site(tmp_path, [28])
    hours = ("00:30", "00:59", "02:00", "23:59")
    for hour in hours:
        (quay / f"content/{hour[:2]}{hour[3:]}.md").write_text(post(29, f"At {hour}", time=hour))
    (quay / "content/30.md").write_text(post(30, time="00:00"))
    subscribe(quay, ADA)

    send(quay, "29 06:30")
    send(quay, "30 06:30")
    send(quay, "31 06:30")

    assert [headline for _, headline in got(quay)] == ["At 23:59", "Story of 28 March", "Story of 30 March"]
    assert "4 entries" in text_of(mails(quay)[0])


def test_who_leaves_after_the_freeze_gets_nothing(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA)
    subscribe(quay, BO, timezone="America/New_York")
    send(quay, "4 08:00")
    with membership(quay, KEY, "", at("4 09:00")) as office:
        remove(office, BO, forget=False)

    sent = send(quay, "4 13:00")

    assert got(quay) == [(ADA, "Story of 3 March")]
    assert [(one.address, one.fate, one.reason) for one in sent.editions[0].deliveries][1] == (
        BO,
        Fate.SKIPPED,
        "unsubscribed",
    )


def test_each_gets_it_at_their_hour_in_their_time_zone(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA, hour=9)
    subscribe(quay, BO, timezone="America/New_York")

    waits = foreseen(quay, "4 07:30").editions[0].deliveries

    assert {one.address: one.next_at for one in waits} == {ADA: at("4 09:00"), BO: at("4 12:00")}


def test_those_who_agree_in_language_and_categories_get_one_message(tmp_path):
    quay = site(tmp_path, [3])
    (quay / "content/b.md").write_text(post(3, "A match", category="sport", time="10:00"))
    subscribe(quay, ADA, categories=("sport",))
    subscribe(quay, BO, language="de")
    subscribe(quay, "cy@example.com", categories=("art",))

    sent = send(quay, "4 08:00")

    assert got(quay) == [(ADA, "A match"), (BO, "Story of 3 March")]
    assert "Tagesüberblick" in text_of(mails(quay)[1])
    assert [(one.address, one.fate, one.reason) for one in sent.editions[0].deliveries if not one.variant] == [
        ("cy@example.com", Fate.SKIPPED, "empty"),
    ]


def test_what_is_frozen_does_not_change_with_its_posts(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA)
    subscribe(quay, BO, timezone="America/New_York")
    send(quay, "4 08:00")
    (quay / "content/3.md").write_text(post(3, "Another title"))

    send(quay, "4 13:00")

    assert got(quay) == [(ADA, "Story of 3 March"), (BO, "Story of 3 March")]


def test_each_copy_differs_only_in_what_is_the_recipients_own(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA, BO)
    send(quay, "4 08:00")

    ada, bo = mails(quay)

    own = {"To", "Message-ID", "List-Unsubscribe"}
    assert {name for name in ada if ada[name] != bo[name]} == own
    token = ada["List-Unsubscribe"].partition("unsubscribe%20")[2].removesuffix(">")
    assert (len(token), text_of(ada).count(token), text_of(bo).count(token)) == (47, 1, 0)


def test_with_a_public_part_one_click_leaves_and_the_links_are_each_recipients_own(tmp_path):
    quay = site(tmp_path, [3], mail='public_url = "https://quay.example.org/mail/"')
    subscribe(quay, ADA)
    send(quay, "4 08:00")

    (mail,) = mails(quay)

    ways = re.findall("<([^>]*)>", mail["List-Unsubscribe"])
    token = ways[0].removeprefix("https://quay.example.org/mail/u/")
    assert (len(token), ways[1]) == (47, f"mailto:leave@example.org?subject=unsubscribe%20{token}")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"\nhttps://quay.example.org/mail/p/{token}\n" in text_of(mail)
    assert f'href="https://quay.example.org/mail/p/{token}"' in html_of(mail)


@pytest.mark.parametrize(
    ("take", "url", "post"),
    [
        ('unsubscribe = "leave@example.org"', "https://quay.example.org/", "List-Unsubscribe=One-Click"),
        ("rate = 10000", "http://127.0.0.1:8000/", None),
    ],
)
def test_one_click_needs_no_mailbox_and_is_offered_by_https_alone(tmp_path, take, url, post):
    quay = site(tmp_path, [3])
    config = quay / "feeds.toml"
    config.write_text(config.read_text().replace(take, f'public_url = "{url}"'))
    subscribe(quay, ADA)

    send(quay, "4 08:00")

    (mail,) = mails(quay)
    assert (mail["List-Unsubscribe"][: len(url) + 3], mail["List-Unsubscribe-Post"]) == (f"<{url}u/", post)


def test_what_became_of_each_message_is_known_of_its_subscriber(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA)
    send(quay, "4 08:00")

    with membership(quay, KEY, "", at("4 09:00")) as register:
        known = found(register, ADA)

    assert known.deliveries == (("daily", "2026-03-03", "accepted", "2026-03-04T08:00:00Z"),)


def test_who_looks_on_sees_each_delivery_that_is_tried(tmp_path):
    quay, seen = site(tmp_path, [3]), []
    subscribe(quay, ADA, BO)

    def watch(items, label, total):
        for item in items:
            seen.append((label, item, total))
            yield item

    with opened(quay, "4 08:00", watch=watch) as office:
        sending.send(office, Order())

    assert [one for one in seen if one[0] == "sending"] == [("sending", 0, 2), ("sending", 1, 2)]


def test_an_edition_is_sent_alone_when_its_day_is_named_whenever_it_was_due(tmp_path):
    quay = site(tmp_path, [1, 2, 3])
    subscribe(quay, ADA)
    send(quay, "4 08:00")

    send(quay, "20 12:00", date="2026-03-01")
    send(quay, "20 13:00", date="2026-03-01")

    assert [headline for _, headline in got(quay)] == ["Story of 1 March", "Story of 3 March"]


@pytest.mark.parametrize(("date", "words"), [("2026-03-04", "still open"), ("2025-01-01", "no edition covers")])
def test_an_edition_that_is_open_or_is_none_is_refused(tmp_path, date, words):
    quay = site(tmp_path, [3, 4])

    with pytest.raises(FeedsError, match=words) as refused:
        send(quay, "4 10:00", date=date)

    assert refused.value.exit_code == 2


# --- without sending -------------------------------------------------------------------------------


@of_a_file
def test_a_dry_run_names_everyone_and_writes_nothing(tmp_path):
    quay = site(tmp_path / "quay", [3])
    subscribe(quay, ADA)
    before = (quay / ".feeds/state.sqlite3").read_bytes()

    found = foreseen(quay, "4 08:00")

    assert [(one.address, one.fate) for one in found.editions[0].deliveries] == [(ADA, Fate.QUEUED)]
    assert ((quay / ".feeds/state.sqlite3").read_bytes(), tree(quay), (quay / "box").exists()) == (before, {}, False)


def test_a_dry_run_of_a_site_without_state_makes_none(tmp_path):
    quay = site(tmp_path / "quay", [3])

    foreseen(quay, "4 08:00")

    assert sorted(path.name for path in quay.iterdir()) == ["content", "feeds.toml"]


def test_a_test_message_is_what_subscribers_get_and_leaves_no_trace(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA)
    with opened(quay, "4 08:00") as office:
        proofs.proof(office, Order(to="me@example.net"))

    sent = send(quay, "4 08:00")

    ada, me = mails(quay)
    own = {"To", "Message-ID", "List-Unsubscribe"}
    assert {name for name in ada if ada[name] != me[name]} == own
    assert sent.editions[0].counts == {Fate.ACCEPTED: 1}


def test_messages_can_be_written_instead_of_sent(tmp_path):
    quay = site(tmp_path / "quay", [3])
    subscribe(quay, ADA, "odd/one@example.com")
    with opened(quay, "4 08:00", dry_run=True) as office:
        proofs.files(office, Order(eml=str(tmp_path / "eml")))

    send(quay, "4 08:00")

    written = {path.name: path.read_bytes() for path in (tmp_path / "eml").iterdir()}
    assert sorted(written) == ["daily-2026-03-03-ada@example.com.eml", "daily-2026-03-03-odd%2Fone@example.com.eml"]
    sent = sorted(path.read_bytes().replace(b"\n", b"\r\n") for path in (quay / "box/new").iterdir())
    assert sorted(written.values()) == sent


# --- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("take", "put", "words"),
    [
        ('from = "The Quay <news@example.org>"', "", "`mail.from` is missing"),
        ('unsubscribe = "leave@example.org"', "", "nobody could leave"),
        ("rate = 10000", 'bounces = "a-mailbox-of-ours@example.org"', "more than 16 characters"),
    ],
)
def test_a_site_that_is_not_set_up_for_sending_is_refused(tmp_path, take, put, words):
    quay = site(tmp_path, [3])
    config = quay / "feeds.toml"
    config.write_text(config.read_text().replace(take, put))

    with pytest.raises(FeedsError, match=words) as refused:
        send(quay, "4 08:00")

    assert (refused.value.exit_code, (quay / ".feeds").exists()) == (2, False)


@of_a_file
def test_an_old_copy_of_the_state_is_refused_until_its_stamp_is_removed(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA)
    shutil.copy(quay / ".feeds/state.sqlite3", tmp_path / "old")
    send(quay, "4 08:00")
    shutil.copy(tmp_path / "old", quay / ".feeds/state.sqlite3")

    with pytest.raises(FeedsError, match="is older than the one") as refused:
        send(quay, "4 08:10")
    (quay / ".feeds/state.stamp").unlink()
    send(quay, "4 08:20")

    assert refused.value.exit_code == 75
    assert got(quay) == [(ADA, "Story of 3 March")]


@of_a_file
def test_another_state_than_the_one_that_was_last_sent_from_is_refused(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA)
    send(quay, "4 08:00")
    (quay / ".feeds/state.sqlite3").unlink()
    subscribe(quay, ADA, now="4 08:05")

    with pytest.raises(FeedsError, match="is another one than"):
        send(quay, "4 08:10")


def test_two_senders_at_once_are_one(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA)

    with locked(quay / ".feeds", "sending"), pytest.raises(FeedsError, match="another run holds") as refused:
        send(quay, "4 08:00")

    assert (refused.value.exit_code, (quay / "box").exists()) == (75, False)


def test_a_run_that_is_asked_to_end_stops_between_messages_and_the_next_goes_on(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, *(f"{n}@example.com" for n in range(5)))
    asked = iter([False, False, True])
    with opened(quay, "4 08:00", is_over=lambda: next(asked)) as office:
        ended = sending.send(office, Order())

    send(quay, "4 08:10")

    assert (ended.is_waiting, ended.editions[0].counts) == (True, {Fate.ACCEPTED: 2, Fate.QUEUED: 3})
    assert [to for to, _ in got(quay)] == [f"{n}@example.com" for n in range(5)]


def test_a_limit_of_messages_a_day_holds_across_runs(tmp_path):
    quay = site(tmp_path, [3], mail="per_day = 2")
    subscribe(quay, *(f"{n}@example.com" for n in range(5)))

    counts = [send(quay, now).editions[0].counts[Fate.ACCEPTED] for now in ("4 08:00", "4 09:00", "5 00:30")]

    assert counts == [2, 2, 4]


def test_an_edition_that_nobody_got_in_time_is_merged_into_the_next(tmp_path):
    quay = site(tmp_path, [3, 4], smtp="smtp://127.0.0.1:9")
    subscribe(quay, ADA)
    failed = send(quay, "4 08:00")
    config = quay / "feeds.toml"
    config.write_text(config.read_text().replace("smtp://127.0.0.1:9", "maildir:box"))

    send(quay, "5 08:00")

    assert (failed.is_waiting, failed.editions[0].counts) == (True, {Fate.DEFERRED: 1})
    assert "Story of 3 March" in text_of(mails(quay)[0])


@of_a_file
def test_the_state_is_the_owners_alone(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA)

    modes = {path.name: path.stat().st_mode & 0o777 for path in (quay / ".feeds").iterdir()}

    assert set(modes.values()) == {0o600}


@of_a_file
def test_a_state_of_a_later_version_is_left_alone(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA)
    with sqlite3.connect(quay / ".feeds/state.sqlite3") as connection:
        connection.execute("update meta set value = '99' where name = 'schema'")
    connection.close()

    with pytest.raises(FeedsError, match="a later version") as refused:
        send(quay, "4 08:00")

    assert refused.value.exit_code == 2


@of_a_file
def test_a_damaged_state_is_told_and_never_begun_anew(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA)
    (quay / ".feeds/state.sqlite3").write_bytes(b"x" * 5000)

    with pytest.raises(FeedsError, match="the state cannot be used") as refused:
        send(quay, "4 08:00")

    assert (refused.value.exit_code, (quay / ".feeds/state.sqlite3").read_bytes()) == (75, b"x" * 5000)


# --- what goes wrong beside ------------------------------------------------------------------------


def test_a_broken_template_keeps_nothing_that_is_frozen_from_its_recipients(tmp_path):
    quay = site(tmp_path, [3, 4])
    subscribe(quay, ADA)
    subscribe(quay, BO, hour=6)
    send(quay, "4 08:00")
    (quay / "templates").mkdir()
    (quay / "templates/email.html").write_text("{% broken %}")

    sent = send(quay, "5 08:00")

    assert got(quay) == [(ADA, "Story of 3 March"), (BO, "Story of 3 March")]
    assert (sent.is_refused, [problem.code for problem in sent.diagnostics]) == (True, ["edition-not-made"])


def test_the_first_edition_that_is_named_begins_no_sequence(tmp_path):
    quay = site(tmp_path, [1, 2, 3])
    subscribe(quay, ADA)

    send(quay, "3 08:00", date="2026-03-01")
    send(quay, "4 08:00")

    words = [text_of(mail) for mail in mails(quay)]
    assert [headline for _, headline in got(quay)] == ["Story of 1 March", "Story of 3 March"]
    assert "Story of 2 March" not in words[1]


def test_an_edition_that_was_sent_before_its_turn_leaves_no_gap_and_does_not_come_again(tmp_path):
    quay = site(tmp_path, [3, 4, 5, 6])
    subscribe(quay, ADA)
    send(quay, "4 08:00")
    send(quay, "6 08:00", date="2026-03-05")

    send(quay, "6 08:30")
    send(quay, "7 08:00")

    headlines = [headline for _, headline in got(quay)]
    assert headlines == ["Story of 3 March", "Story of 4 March", "Story of 5 March", "Story of 6 March"]


@pytest.mark.parametrize("day", ["2026-03-02", "2026-03-04"])
def test_an_edition_that_was_passed_or_too_late_is_sent_when_it_is_named(tmp_path, day):
    quay = site(tmp_path, [2, 3, 4, 5], catch_up="each")
    subscribe(quay, ADA)
    send(quay, "4 08:00")
    send(quay, "6 08:00")

    send(quay, "9 12:00", date=day)

    assert (ADA, f"Story of {int(day[-2:])} March") in got(quay)


def test_a_day_that_one_digest_has_no_complete_edition_of_is_sent_by_the_other(tmp_path):
    quay = site(tmp_path, [3])
    with (quay / "feeds.toml").open("a") as config:
        config.write('[[digests]]\nname = "weekly"\nevery = "week"\n')
    subscribe(quay, ADA)

    sent = send(quay, "4 08:00", date="2026-03-03")

    assert [(one.digest, one.counts) for one in sent.editions] == [("daily", {Fate.ACCEPTED: 1})]


def test_a_run_with_another_key_is_refused_and_a_new_key_before_the_old_is_not(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA)
    other = "another-key-of-thirty-two-letters"

    with (
        pytest.raises(FeedsError, match="another than the one that sealed") as refused,
        membership(quay, other, "", at("2 00:00")),
    ):
        pass
    with membership(quay, f"{other} {KEY}", "", at("2 00:00")), membership(quay, other, "", at("2 00:00")):
        pass

    assert refused.value.exit_code == 2


def test_a_time_zone_that_is_none_any_more_is_the_sites(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA)
    with opened(quay, "3 08:00") as office, office.state.transaction():
        person = office.state.people.of_address(ADA)
        office.state.people.put(replace(person, timezone="Mars/Olympus", hour=9), at("3 08:00"), reason="test")

    assert foreseen(quay, "4 08:00").editions[0].deliveries[0].next_at == at("4 09:00")


def test_a_dry_run_of_what_is_frozen_says_who_has_left(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA, hour=12)
    send(quay, "4 08:00")
    with membership(quay, KEY, "", at("4 09:00")) as register:
        remove(register, ADA, forget=False)

    (edition,) = foreseen(quay, "4 13:00").editions

    assert [(one.fate, one.reason) for one in edition.deliveries] == [(Fate.SKIPPED, "unsubscribed")]


def test_a_test_message_has_what_was_missed_as_the_real_one_will(tmp_path):
    quay = site(tmp_path, [3, 4, 5])
    subscribe(quay, ADA)
    send(quay, "4 08:00")

    with opened(quay, "6 08:00") as office:
        proofs.proof(office, Order(to="me@example.net"))

    assert "Story of 4 March" in text_of(mails(quay)[-1])


def test_who_chose_a_digest_that_has_another_name_now_is_told_of(tmp_path):
    quay = site(tmp_path, [3])
    subscribe(quay, ADA, digests=("daily",))
    config = quay / "feeds.toml"
    config.write_text(config.read_text().replace('name = "daily"', 'name = "morning"'))

    (problem,) = send(quay, "4 08:00").diagnostics

    assert (problem.code, problem.message) == (
        "digest-unknown",
        "1 subscribed to `daily`, which no digest is called: they get nothing by that",
    )


def test_who_never_confirmed_is_forgotten_by_a_run_after_a_week(tmp_path):
    quay, waiting = site(tmp_path, [3]), []
    with membership(quay, KEY, "", at("4 08:00")) as register:
        ask(register, Subscriber(id="", address=ADA), "https://quay.example.org/")

        for now in ("11 07:59", "11 08:00"):
            send(quay, now)
            waiting.append([person.address for person in listed(register)])

    assert waiting == [[ADA], []]
