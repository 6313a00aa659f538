from datetime import timedelta

import pytest

from feeds.parcels import Reply, Step
from feeds.replies import Breaker, Verdict, again_after, verdict

CONNECT, SENDER, RECIPIENT, DATA, END = Step


def says(step, code, text=""):
    return verdict(Reply(step=step, code=code, text=text))


@pytest.mark.parametrize("code", [200, 250, 251, 252, 299])
def test_only_a_2xx_to_the_end_is_acceptance(code):
    assert [says(step, code, "2.0.0 Ok") for step in Step] == [Verdict.DEFERRED] * 4 + [Verdict.ACCEPTED]


@pytest.mark.parametrize("code", [-1, 25, 199, 300, 354, 600, 999])
def test_a_code_that_has_no_meaning_there_is_doubt_after_the_end_and_another_try_before(code):
    assert [says(step, code) for step in Step] == [Verdict.DEFERRED] * 4 + [Verdict.UNCERTAIN]


@pytest.mark.parametrize("step", [RECIPIENT, DATA, END])
def test_a_command_out_of_turn_is_no_recipients_fault(step):
    assert says(step, 503, "5.5.1 Error: need RCPT command") is Verdict.DEFERRED


def test_no_answer_is_a_pause_and_after_the_end_doubt():
    assert [says(step, 0, "no answer within 300 seconds") for step in Step] == [Verdict.PAUSE] * 4 + [Verdict.UNCERTAIN]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (450, "4.2.0 Recipient address rejected: Greylisted"),
        (450, "4.7.1 <ada@example.com>: Greylisting in action, please come back later"),
        (451, "4.7.1 Graylisted"),
        (450, "4.1.1 unverified address"),
        (450, "mailbox busy"),
        (452, "4.2.2 mailbox full"),
        (455, ""),
        (499, ""),
    ],
)
def test_a_4xx_to_the_recipient_is_that_recipients(code, text):
    assert says(RECIPIENT, code, text) is Verdict.DEFERRED


@pytest.mark.parametrize("text", ["4.3.0 local error", "4.7.1 Greylisted"])
@pytest.mark.parametrize("step", [DATA, END])
def test_a_4xx_to_the_message_is_that_recipients(step, text):
    assert says(step, 451, text) is Verdict.DEFERRED


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (421, ""),
        (421, "4.2.1 too many messages for this mailbox"),
        (454, "Throttling failure: Maximum sending rate exceeded."),
        (450, "4.7.1 too much mail from your address"),
        (451, "4.7.650 The mail server has been temporarily rate limited"),
        (452, "insufficient system storage"),
        (452, "4.3.1 insufficient system storage"),
        (451, "4.3.2 system not accepting network messages"),
        (450, "4.3.2 <gray@example.com> try again later"),
        (450, "4.7.1 <gray@example.com> try again later"),
    ],
)
@pytest.mark.parametrize("step", Step)
def test_a_server_that_wants_a_rest_gets_it_at_any_step(step, code, text):
    assert says(step, code, text) is Verdict.PAUSE


@pytest.mark.parametrize("step", [CONNECT, SENDER])
@pytest.mark.parametrize("text", ["", "4.2.2 mailbox full", "4.7.1 Greylisted"])
def test_a_4xx_before_the_recipient_is_everyones(step, text):
    assert says(step, 450, text) is Verdict.PAUSE


@pytest.mark.parametrize("step", [RECIPIENT, END])
@pytest.mark.parametrize(
    "text", ["5.1.1 no user of this relay", "5.1.10 null MX", "#5.1.1 unknown", "5.1.1 <relay@example.com>"]
)
def test_an_address_that_does_not_exist_is_gone(step, text):
    assert says(step, 550, text) is Verdict.GONE


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (550, ""),
        (550, "no such user"),
        (550, "relay@example.com is unknown"),
        (550, "<authenticate@example.com>: unknown"),
        (550, "4.1.1 a code that contradicts itself"),
        (550, "5.1.100 not the one that it begins like"),
        (553, "5.1.3 bad address"),
        (552, "5.2.2 mailbox full"),
        (552, "5.2.3 longer than this mailbox takes"),
        (552, "mailbox full"),
        (550, "5.7.1 <ada@example.com> takes no newsletters"),
        (501, "5.5.4 syntax"),
    ],
)
def test_a_5xx_to_the_recipient_is_that_recipients(code, text):
    assert says(RECIPIENT, code, text) is Verdict.REJECTED


@pytest.mark.parametrize(("code", "text"), [(550, ""), (554, "transaction failed"), (552, "5.2.2 mailbox full")])
@pytest.mark.parametrize("step", [DATA, END])
def test_a_5xx_to_the_message_that_names_neither_size_nor_policy_is_that_recipients(step, code, text):
    assert says(step, code, text) is Verdict.REJECTED


@pytest.mark.parametrize(
    ("step", "code", "text"),
    [
        *((step, 552, "5.3.4 message too big") for step in Step),
        *((step, 554, "5.7.1 blocked") for step in (RECIPIENT, DATA, END)),
        *((step, 550, "5.7.350 looks like spam") for step in (DATA, END)),
        *((step, 552, "size limit exceeded") for step in (SENDER, DATA, END)),
        (SENDER, 500, "5.3.4 message too big"),
        (END, 552, "5.7.0 potential security issue"),
    ],
)
def test_a_message_that_is_refused_for_size_or_policy_is_refused_for_all(step, code, text):
    assert says(step, code, text) is Verdict.REFUSED


@pytest.mark.parametrize("step", [CONNECT, SENDER])
@pytest.mark.parametrize("text", ["", "5.7.1 blocked", "5.1.8 sender's domain not found", "5.1.1 no"])
@pytest.mark.parametrize("code", [500, 550, 554])
def test_a_5xx_before_the_recipient_is_for_the_operator(step, code, text):
    assert says(step, code, text) is Verdict.STOP


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (530, ""),
        (530, "5.7.0 Must issue a STARTTLS command first"),
        (534, "5.7.9"),
        (535, "5.7.8 bad credentials"),
        (538, ""),
        (550, "5.7.0 must authenticate"),
        (554, "5.7.1 <ada@example.com>: Relay access denied"),
        (550, "relay not permitted"),
        (550, "Authentication required"),
    ],
)
@pytest.mark.parametrize("step", [RECIPIENT, DATA, END])
def test_a_server_that_does_not_know_us_is_for_the_operator_at_any_step(step, code, text):
    assert says(step, code, text) is Verdict.STOP


def test_waiting_grows_to_three_hours():
    waits = [again_after(attempt, "daily/2026-03-02/ada") / timedelta(minutes=1) for attempt in range(1, 8)]

    assert waits == pytest.approx([1, 5, 15, 60, 180, 180, 180], rel=0.2)


def test_waiting_is_the_same_for_one_delivery_and_spread_over_many():
    waits = [again_after(3, f"ada{number}@example.com") for number in range(1000)]

    assert waits == [again_after(3, f"ada{number}@example.com") for number in range(1000)]
    assert min(waits) < timedelta(minutes=12, seconds=5)
    assert max(waits) > timedelta(minutes=17, seconds=55)
    assert sum(waits, timedelta()) / 1000 == pytest.approx(timedelta(minutes=15), abs=timedelta(seconds=10))


def test_waiting_differs_between_the_attempts_of_one_delivery():
    assert again_after(5, "ada@example.com") != again_after(6, "ada@example.com")


def opened_at(results):
    breaker = Breaker()
    states = [(breaker.count(result), breaker.is_open)[1] for result in results]
    return states.index(True) + 1 if any(states) else None


@pytest.mark.parametrize("failure", [Verdict.DEFERRED, Verdict.REJECTED, Verdict.UNCERTAIN])
def test_the_breaker_opens_at_twenty_failures_in_a_row(failure):
    assert opened_at([Verdict.ACCEPTED] * 5 + [failure] * 20) == 25


def test_one_acceptance_interrupts_the_row():
    assert opened_at([Verdict.REJECTED] * 19 + [Verdict.ACCEPTED] + [Verdict.REJECTED] * 19) is None


def test_the_breaker_opens_when_more_than_five_of_the_last_fifty_have_failed():
    ten_of_a_hundred = ([Verdict.DEFERRED] + [Verdict.ACCEPTED] * 9) * 10

    assert opened_at(ten_of_a_hundred) is None
    assert opened_at([*ten_of_a_hundred, Verdict.DEFERRED, Verdict.DEFERRED]) == 102


def test_the_breaker_waits_for_fifty_results_before_it_counts_shares():
    assert opened_at([Verdict.REJECTED, Verdict.ACCEPTED] * 30) == 50


def test_failures_of_long_ago_are_forgotten():
    assert opened_at([Verdict.REJECTED] * 5 + [Verdict.ACCEPTED] * 50 + [Verdict.REJECTED] * 5) is None


def test_addresses_that_do_not_exist_never_open_the_breaker():
    assert opened_at([Verdict.GONE] * 200) is None


def test_an_open_breaker_stays_open():
    breaker = Breaker()
    [breaker.count(Verdict.DEFERRED) for _ in range(20)]

    [breaker.count(Verdict.ACCEPTED) for _ in range(100)]

    assert breaker.is_open
