import pytest
from hypothesis import given
from hypothesis import strategies as st
from returned_mails import (
    NOBODY,
    apple,
    bounce,
    exchange,
    exim,
    feedback,
    gmail,
    mail,
    ours,
    outlook,
    postfix,
    qmail,
    recipient,
    report,
    vacation,
)

from feeds.returns import Kind, Returned, returned
from feeds.text import one_line
from feeds.tokens import Claim, scope_of, token

KEYS = [b"k" * 32, b"older" * 8]
TOKEN = token("0123456789abcdef", "daily", KEYS)
ADA = Claim("0123456789abcdef", scope_of("daily"))
VERP = f"bounces+{TOKEN}@news.example"
MAILTO = f"<mailto:leave@news.example?subject=unsubscribe%20{TOKEN}>"
FOREIGN = token("0123456789abcdef", "daily", [b"another"])


def read(data):
    """Return the kind, who by token, who by address, and the status of each."""
    return [(one.kind, one.claim, one.address, one.status) for one in returned(data, KEYS)]


def only(data):
    (one,) = returned(data, KEYS)
    return one


def asking(*headers):
    return only(mail("From: Nobody <nobody@mail.example>", *headers))


@pytest.mark.parametrize(
    "data",
    [
        postfix(VERP),
        postfix(VERP.upper()),
        postfix("bounces@news.example", leave=MAILTO),
        postfix("bounces@news.example", leave=f"<https://news.example/u/{TOKEN}>,\n {MAILTO}"),
        postfix("bounces@news.example", leave=MAILTO.replace("%20", "%2F")),
        postfix("bounces@news.example", leave=f"<https://news.example/u?t=3D{TOKEN}>"),
        gmail(VERP),
        bounce(recipient(), original=ours(to=VERP)),
        bounce(recipient(), original=f"Return-Path: <{VERP}>\n{ours()}"),
        bounce(recipient(), headers=[f"Cc: {VERP}"]),
        bounce(recipient(), headers=[f"Envelope-To: {VERP}"]),
    ],
)
def test_a_token_says_who_a_bounce_is_of(data):
    assert read(data) == [(Kind.HARD, ADA, "", "5.1.1")]


def test_the_bounces_own_token_goes_before_that_of_the_message_in_it():
    other = token("ffffffffffffffff", "", KEYS)

    assert only(postfix(VERP, leave=MAILTO.replace(TOKEN, other))).claim == ADA


def test_a_token_of_an_older_key_is_ours_and_one_of_anothers_key_is_not():
    older = token("0123456789abcdef", "daily", KEYS[1:])

    assert only(postfix(VERP.replace(TOKEN, older))).claim == ADA
    assert read(postfix(VERP.replace(TOKEN, FOREIGN))) == [(Kind.HARD, None, NOBODY, "5.1.1")]


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.1.1 (unknown)"])
def test_a_status_that_denies_the_address_is_a_hard_bounce(status):
    assert only(bounce(recipient("failed", status))).kind is Kind.HARD


@pytest.mark.parametrize(
    "status",
    ["5.2.2", "5.2.1", "4.4.7", "4.1.1", "5.7.1", "5.3.4", "5.4.4", "5.0.0", "5.1.7", "5.1.8", "5.1.351", "", "odd"],
)
def test_any_other_failure_is_a_soft_bounce(status):
    assert only(bounce(recipient("failed", status))).kind is Kind.SOFT


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", "", "odd"])
def test_without_failure_there_is_no_bounce(action):
    assert only(bounce(recipient(action, "5.1.1"))).kind is Kind.OTHER


def test_the_case_of_an_action_is_irrelevant_and_so_is_its_comment():
    assert only(bounce(recipient("Failed (no such user)"))).kind is Kind.HARD


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ("550 5.1.1 No such user", (Kind.HARD, "5.1.1")),
        ("550-5.1.1 No such user\n 550 5.1.1 at all", (Kind.HARD, "5.1.1")),
        ("550 #5.1.2 Address rejected", (Kind.HARD, "5.1.2")),
        ("552 5.2.2 Over quota", (Kind.SOFT, "5.2.2")),
        ("550 No such user: 5.1.1", (Kind.SOFT, "5.0.0")),
        ("451 5.1.1 Mixed up", (Kind.SOFT, "5.0.0")),
    ],
)
def test_a_status_that_says_nothing_gives_way_to_the_servers_own(reply, found):
    one = only(exim(reply))

    assert (one.kind, one.status, one.address) == (*found, NOBODY)


def test_a_status_that_says_something_stays_whatever_the_server_replied():
    data = bounce(recipient("failed", "5.2.2", "Diagnostic-Code: smtp; 550 5.1.1 No such user"))

    assert read(data) == [(Kind.SOFT, None, NOBODY, "5.2.2")]


def test_words_count_for_nothing():
    data = bounce(recipient("failed", "4.4.1", "Diagnostic-Code: smtp; user unknown, 5.1.1"))

    assert read(data) == [(Kind.SOFT, None, NOBODY, "4.4.1")]


def test_exchange_is_understood_and_the_words_around_its_report_are_not_read():
    assert read(exchange("5.1.10")) == [(Kind.HARD, None, NOBODY, "5.1.10")]


THREE = [
    (Kind.HARD, None, "a@mail.example", "5.1.1"),
    (Kind.OTHER, None, "b@mail.example", "4.4.1"),
    (Kind.SOFT, None, "c@mail.example", "5.2.2"),
]


@pytest.mark.parametrize("between", ["\n", "\n\n", " \n", ""])
def test_each_recipient_is_reported_with_and_without_a_blank_line_between_them(between):
    fields = between.join(
        [
            "Final-Recipient: rfc822; a@mail.example\nAction: failed\nStatus: 5.1.1\n",
            "Final-Recipient: rfc822; b@mail.example\nAction: delayed\nStatus: 4.4.1\n",
            "Action: failed\nFinal-Recipient: rfc822; c@mail.example\nStatus: 5.2.2\n",
        ]
    )

    assert read(bounce(fields)) == THREE


def test_an_original_recipient_after_a_blank_line_is_the_next_ones():
    first = "Final-Recipient: rfc822; x@mail.example\nAction: failed\nStatus: 5.2.2\n"
    second = "Original-Recipient: rfc822; b@mail.example\nFinal-Recipient: rfc822; y@mail.example\nAction: delayed\n"

    assert [one[2] for one in read(bounce(first, second))] == ["x@mail.example", "b@mail.example"]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("rfc822; a@mail.example", "a@mail.example"),
        ("RFC822;<a@mail.example>", "a@mail.example"),
        ("a@mail.example", "a@mail.example"),
        ("utf-8; 张@mail.example", "张@mail.example"),
        (r"utf-8; \x{5F20}@mail.example", "张@mail.example"),
        (r"utf-8; \x{D800}a@mail.example", "a@mail.example"),
        ("rfc822; a@mail.example (expanded from list)", "a@mail.example"),
        ('"a b"@mail.example', ""),
        ("x400; /CN=a/O=b", ""),
        ("unknown; " + "a" * 100_000, ""),
    ],
)
def test_an_address_is_found_whatever_its_type(written, address):
    assert only(bounce(f"Final-Recipient: {written}\nAction: failed\nStatus: 5.2.2\n")).address == address


def test_the_address_that_we_wrote_to_goes_before_the_one_it_was_forwarded_to():
    told = recipient("failed", "5.1.1", "Original-Recipient: rfc822; ada@mail.example")

    assert only(bounce(told)).address == "ada@mail.example"


@pytest.mark.parametrize(
    "damaged",
    [
        postfix(VERP).replace(b"\n", b"\r\n"),
        postfix(VERP).replace(b"\n", b"\r"),
        postfix(VERP).replace(b"\n", b"\r\r\n"),
        postfix(VERP).replace(b"\n--=_b/1--", b""),
        postfix(VERP).replace(b"status\n\nReporting", b"status\nReporting"),
        postfix(VERP).replace(b"status\n\nReporting", b"status\nReporting").replace(b"(CET)\n\n", b"(CET)\n"),
        postfix("bounces@news.example", leave=MAILTO).replace(b"rfc822\n\nFrom", b"rfc822\nFrom"),
        postfix(VERP).replace(b"\n--=_b/1\n", b"\n--=_b/1 \t\n"),
        postfix(VERP).replace(b"\n\nThis is a MIME", b"\nThis is a MIME"),
        postfix(VERP).replace(b"; boundary", b";\n\tBoundary ").replace(b"message/d", b"Message/D"),
        postfix(VERP).replace(b"\n\nI'm", b"\nX-Odd: \xff\xfe\n\nI'm \xff\xfe"),
        postfix(VERP).replace(b"multipart/report; report-type=delivery-status", b"multipart/mixed"),
        postfix(VERP).replace(b"delivery-status\n\n", b"global-delivery-status; charset=utf-8\n\n"),
        b"\n\nFrom MAILER-DAEMON Mon Mar  2 08:00:00 2026\n" + postfix(VERP),
        postfix(VERP) + b"x" * 2_000_000,
    ],
)
def test_a_damaged_bounce_is_read_as_far_as_it_goes(damaged):
    assert read(damaged) == [(Kind.HARD, ADA, "", "5.1.1")]


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("base64", "RmluYWwtUmVjaXBpZW50OiBhQG1haWwuZXhhbXBsZQpBY3Rpb246IGZhaWxlZApTdGF0dXM6IDUuMS4x\nCg=="),
        ("Quoted-Printable", "Final-Recipient: a@mail.exam=\nple\nAction: failed\nStatus:=205.1.1\n"),
        ("base64", "Final-Recipient: a@mail.example\nAction: failed\nStatus: 5.1.1\n"),
    ],
)
def test_a_report_is_decoded_if_it_can_be(coding, body):
    data = report(
        "delivery-status", (f"message/delivery-status\nContent-Transfer-Encoding: {coding}", body), headers=["To: x"]
    )

    assert read(data) == [(Kind.HARD, None, "a@mail.example", "5.1.1")]


def test_headers_alone_that_came_back_have_the_token_too():
    told = ("message/delivery-status", recipient())
    data = report("delivery-status", told, ("text/rfc822-headers; charset=us-ascii", ours(MAILTO)))

    assert read(data) == [(Kind.HARD, ADA, "", "5.1.1")]


def test_a_report_in_a_message_that_was_passed_on_is_not_this_messages():
    inner = postfix(VERP).decode().replace("=_b/1", "=_b/2")
    data = report("delivery-status", ("message/rfc822", inner), headers=["From: a@mail.example"])

    assert only(data).kind is Kind.OTHER


def test_a_status_before_its_recipient_is_that_recipients():
    said = "Diagnostic-Code: smtp; 550 x\nStatus: {}\nFinal-Recipient: rfc822; {}@mail.example\nAction: failed\n"

    assert read(bounce(said.format("5.1.1", "a"), said.format("5.2.2", "c"))) == [THREE[0], THREE[2]]


def test_a_blank_line_within_what_is_said_of_a_recipient_divides_nothing():
    data = bounce(recipient().replace("Action", "\nAction"), f"Action: delayed\n\nFinal-Recipient: {NOBODY}\n")

    assert read(data) == [(Kind.HARD, None, NOBODY, "5.1.1"), (Kind.OTHER, None, NOBODY, "")]


def test_one_recipient_that_is_reported_twice_is_one():
    assert read(bounce(recipient(), recipient())) == [(Kind.HARD, None, NOBODY, "5.1.1")]


@pytest.mark.parametrize(
    "data",
    [
        b"X: " + b"x" * 1_000_000 + b"\nSubject: unsubscribe\n",
        report("delivery-status", *[("text/plain", "x")] * 20, ("message/delivery-status", recipient())),
    ],
)
def test_what_stands_too_far_behind_is_not_read(data):
    assert only(data).kind is Kind.OTHER


def test_a_report_without_recipients_says_so():
    assert only(bounce("X-Nothing: here\n")) == Returned(kind=Kind.OTHER, words="a report that names no recipient")


@pytest.mark.parametrize(
    ("feedback_type", "kind"),
    [
        ("abuse", Kind.COMPLAINT),
        ("Fraud", Kind.COMPLAINT),
        ("other", Kind.COMPLAINT),
        ("opt-out", Kind.UNSUBSCRIBE),
        ("opt-out-list", Kind.UNSUBSCRIBE),
        ("not-spam", Kind.OTHER),
        ("auth-failure", Kind.OTHER),
        ("odd", Kind.OTHER),
    ],
)
def test_a_feedback_report_counts_by_its_type(feedback_type, kind):
    assert read(feedback(feedback_type, original=ours(MAILTO))) == [(kind, ADA, "", "")]


@pytest.mark.parametrize(
    ("data", "claim", "address"),
    [
        (feedback("abuse", f"Original-Mail-From: <{VERP}>"), ADA, ""),
        (feedback("abuse", headers=[f"Delivered-To: {VERP}"]), ADA, ""),
        (feedback("abuse", "Original-Rcpt-To: <ada@mail.example>"), None, "ada@mail.example"),
        (feedback("opt-out", "Removal-Recipient: ada@mail.example"), None, "ada@mail.example"),
        (feedback("abuse"), None, NOBODY),
        (feedback("abuse", original=ours(to="undisclosed")), None, ""),
    ],
)
def test_who_complains_is_told_by_token_or_by_what_the_report_names(data, claim, address):
    one = only(data)

    assert (one.claim, one.address) == (claim, address)


def test_outlook_complains_without_report():
    assert read(outlook(ours(MAILTO))) == [(Kind.COMPLAINT, ADA, "", "")]
    assert read(outlook(ours(to="redacted"))) == [(Kind.COMPLAINT, None, NOBODY, "")]


@pytest.mark.parametrize(
    "subject",
    [
        f"unsubscribe {TOKEN}",
        f"Unsubscribe  {TOKEN.upper()}",
        f"Re: AW: unsubscribe {TOKEN}",
        f"unsubscribe\n {TOKEN}",
        f"=?utf-8?Q?unsubscribe_{TOKEN}?=",
        f"unsubscribe%20{TOKEN}",
        f"unsubscribe daily {TOKEN}",
    ],
)
def test_a_subject_with_a_token_asks_for_whom_it_names_whoever_sent_it(subject):
    one = asking(f"Subject: {subject}")

    assert (one.kind, one.claim, one.address, one.digest) == (Kind.UNSUBSCRIBE, ADA, "", "")


@pytest.mark.parametrize(
    ("subject", "digest"),
    [
        ("unsubscribe daily", "daily"),
        ("unsubscribe", ""),
        ("UNSUBSCRIBE!", ""),
        ("回复：unsubscribe daily", "daily"),
        ("=?UTF-8?B?dW5zdWJzY3JpYmUg5pel5oql?=", "日报"),
        ("unsubscribe =?no-such-charset?Q?daily?=", "daily"),
        ("unsubscribe =?idna?Q?daily=FF?=", "dailyÿ"),
        ("unsubscribe =?utf-8?B?a?=", "=?utf-8?B?a?="),
        (f"unsubscribe {FOREIGN}", ""),
    ],
)
def test_without_token_the_sender_is_who_asks(subject, digest):
    one = asking(f"Subject: {subject}")

    assert (one.kind, one.claim, one.address, one.digest) == (Kind.UNSUBSCRIBE, None, NOBODY, digest)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ('"<b@mail.example>" <a@mail.example>', "a@mail.example"),
        ("a@mail.example (Ada)", "a@mail.example"),
        ("b@mail.example, <c@mail.example> <a@mail.example>", "a@mail.example"),
        ("=?utf-8?Q?=E5=BC=A0?= <a@mail.example>", "a@mail.example"),
        ("((((" * 200, ""),
        ("", ""),
    ],
)
def test_the_senders_address_is_taken_from_the_header(written, address):
    assert only(mail("Subject: unsubscribe", f"From: {written}")).address == address


def test_a_mail_to_the_address_with_a_token_for_leaving_needs_no_subject():
    assert asking(f"To: unsubscribe+{TOKEN}@news.example").claim == ADA
    assert asking(f"To: unsubscribe+{FOREIGN}@news.example").kind is Kind.OTHER
    assert asking(f"To: {VERP}", "Subject: Thank you").kind is Kind.OTHER


@pytest.mark.parametrize("subject", ["unsubscribed", "unsubscribe-me", "please unsubscribe", "Fwd: unsubscribe", ""])
def test_any_other_subject_asks_for_nothing(subject):
    assert asking(f"Subject: {subject}").kind is Kind.OTHER


@pytest.mark.parametrize(
    "header", ["Auto-Submitted: auto-generated", "X-Autoreply: yes", "Precedence: bulk", "Auto-Submitted: auto-replied"]
)
def test_a_machine_asks_for_the_person_only_whose_token_is_in_the_subject(header):
    assert asking(header, f"Subject: unsubscribe {TOKEN}").claim == ADA
    assert asking(header, "Subject: unsubscribe").kind is Kind.OTHER
    assert asking(header, "Subject: Re: Unsubscribe, a novel", f"To: {VERP}").kind is Kind.OTHER


def test_what_says_that_no_machine_wrote_it_is_a_persons():
    assert asking("Auto-Submitted: no", "Precedence: first-class", "Subject: unsubscribe").kind is Kind.UNSUBSCRIBE


def test_apple_mail_asks_for_a_person_though_it_calls_that_a_reply():
    assert read(apple("unsubscribe daily")) == [(Kind.UNSUBSCRIBE, None, NOBODY, "")]
    assert read(apple(f"unsubscribe {TOKEN}")) == [(Kind.UNSUBSCRIBE, ADA, "", "")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (vacation(VERP), "a vacation reply: Automatic reply: The Quay, 2 March"),
        (qmail(), "a bounce without report: failure notice"),
        (mail("From: a@mail.example", f"X-Failed-Recipients: {NOBODY}"), "a bounce without report"),
        (mail("Auto-Submitted: auto-generated", "Subject: =?utf-8?Q?Caf=C3=A9?="), "an automatic message: Café"),
        (mail("Subject: Hello\x1b[2J\x07 there"), "no report and no request in it: Hello[2J there"),
        (report("disposition-notification", ("message/disposition-notification", "X: y")), "a receipt"),
        (b"", "no report and no request in it"),
    ],
)
def test_what_says_nothing_to_us_is_named(data, words):
    assert returned(data, KEYS) == (Returned(kind=Kind.OTHER, words=words),)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (bounce(recipient("failed", "5.1.1")), "no such address: failed 5.1.1"),
        (exim("452 4.2.2\n \x1b[1m Full"), "not delivered: failed 4.2.2, smtp; 452 4.2.2 [1m Full"),
        (bounce(recipient("delayed", "4.4.1")), "no failure: delayed 4.4.1"),
        (feedback("abuse"), "a complaint: abuse"),
        (feedback("opt-out"), "a request to unsubscribe, by the provider: opt-out"),
        (feedback("not-spam"), "no complaint: not-spam"),
        (apple("unsubscribe"), "a request to unsubscribe: unsubscribe"),
    ],
)
def test_the_words_say_why_on_one_line(data, words):
    assert only(data).words == words


def test_the_words_are_few():
    assert len(only(mail(f"Subject: unsubscribe {'x' * 900}")).words) == 200


PIECES = st.sampled_from(
    [
        *(
            b"\n",
            b"\r",
            b" ",
            b":",
            b";",
            b'"',
            b"--b",
            b"--b--",
            b"\xff",
            b"\0",
            b"=?utf-8?b?",
            b"=?idna?q?",
            b"?=",
            b"@",
        ),
        *(b"Content-Type: multipart/report; boundary=b", b"Content-Type: message/delivery-status", b"From: ", b"<"),
        *(b"Content-Transfer-Encoding: base64", b"Final-Recipient: rfc822; a@b.example", b"Action: failed", b"=3"),
        *(b"Status: 5.1.1", b"Content-Type: message/feedback-report", b"Subject: unsubscribe ", TOKEN.encode()),
        *(b"Feedback-Type: abuse", b"Content-Type: message/rfc822", b"To: ", b"\\x{10FFFF}", b"\\x{D800}"),
    ]
)


@given(st.one_of(st.binary(), st.lists(st.one_of(PIECES, st.binary(max_size=3)), max_size=60).map(b"".join)))
def test_any_bytes_say_something_on_lines_that_can_be_printed(data):
    found = returned(data, KEYS)

    assert found
    assert [one_line(text) for one in found for text in (one.words, one.address, one.digest)] == [
        text for one in found for text in (one.words, one.address, one.digest)
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"Content-Type: multipart/mixed; boundary=b\n\n"
        + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 20_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 250_000,
        b"Subject: " + b"=?a?q?" * 150_000,
        b"From: " + b"(" * 1_000_000 + b"\nSubject: unsubscribe",
        b"To: " + b"a" * 1_000_000,
        b"a" * 1_000_000,
        b"a: " + b"\n " * 500_000,
        b" \n\t" * 300_000,
        bounce("Action: failed\n" * 60_000),
        bounce("\n" * 900_000),
    ],
)
def test_what_was_made_to_be_slow_is_not(data):
    assert returned(data, KEYS)
