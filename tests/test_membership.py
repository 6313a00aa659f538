from dataclasses import replace

import pytest
from postbags import KEY, at, site
from returned_mails import bounce, feedback, mail, ours, postfix, qmail, recipient, vacation

from feeds import membership
from feeds.diagnostics import FeedsError
from feeds.subscribers import Status, Subscriber
from feeds.tokens import token

ADA, BO, CY = "ada@example.com", "bo@example.com", "cy@example.com"
TWO = '\n[[digests]]\nname = "weekly"\nevery = "week"\n'


@pytest.fixture
def quay(tmp_path):
    """Give a site with two digests."""
    folder = site(tmp_path / "quay", [3])
    with (folder / "feeds.toml").open("a") as config:
        config.write(TWO)
    return folder


@pytest.fixture
def office(quay):
    with membership.opened(quay, KEY, "", at("4 08:00")) as office:
        yield office


def person(address, **given):
    return Subscriber(id="", address=address, **given)


def added(office, *people, again=False):
    """Subscribe *people*, and return them with their ids."""
    for one in people:
        membership.add(office, one, again=again)
    return [membership.found(office, one.address).person for one in people]


def statuses(office):
    return {one.address: one.status.value for one in membership.listed(office)}


def imported(office, *rows, header="email"):
    """Return what became of each of *rows*, and the problems."""
    _, results = membership.taken(office, "\n".join([header, *rows]).encode(), "list.csv")
    return [(one.name, one.result) for one, _ in results], [str(problem) for _, problem in results if problem]


# --- by hand ---------------------------------------------------------------------------------------


def test_who_is_added_again_is_the_same_and_only_what_is_said_changes(office):
    added(office, person(ADA, name="Ada", hour=7))

    (again,) = added(office, person("ADA@example.com", digests=("daily",), timezone="Europe/Madrid"))

    assert list(membership.listed(office)) == [again]
    assert (again.address, again.name, again.hour, again.digests, again.timezone) == (
        "ADA@example.com",
        "Ada",
        7,
        ("daily",),
        "Europe/Madrid",
    )


def test_who_left_comes_back_only_where_they_asked_for_it(office):
    added(office, person(ADA), person(BO))
    membership.remove(office, ADA, forget=False)
    membership.remove(office, BO, forget=True)

    with pytest.raises(FeedsError, match=f"{ADA} is unsubscribed\n  help: .* --again") as refused:
        membership.add(office, person(ADA), again=False)
    with pytest.raises(FeedsError, match=f"{BO} is forgotten at their wish"):
        membership.add(office, person(BO), again=False)

    assert (statuses(office), refused.value.exit_code) == ({ADA: "unsubscribed"}, 1)
    added(office, person(ADA), person(BO), again=True)
    assert (statuses(office), imported(office, BO)) == ({ADA: "active", BO: "active"}, ([(BO, "unchanged")], []))


def test_who_bounced_comes_back_when_they_are_added(office):
    added(office, person(ADA, status=Status.BOUNCED))

    added(office, person(ADA))

    assert statuses(office) == {ADA: "active"}


def test_who_complained_is_not_only_unsubscribed_when_they_are_removed(office):
    added(office, person(ADA, status=Status.COMPLAINED))

    removed = membership.remove(office, ADA, forget=False)

    assert (removed.result, statuses(office)) == ("complained", {ADA: "complained"})


@pytest.mark.parametrize(
    ("address", "words", "code"),
    [("nobody@example.com", "nobody is subscribed as nobody@example.com", 1), ("no body", "`no body` has no", 2)],
)
def test_who_is_not_there_or_no_address_is_told(office, address, words, code):
    with pytest.raises(FeedsError, match=words) as refused:
        membership.remove(office, address, forget=False)

    assert refused.value.exit_code == code


def test_what_an_import_would_refuse_is_refused_by_hand_too(office):
    taken = membership.valid(office.site, person(ADA, name=" Ada\x00\x1b[31m\n港 ", timezone="europe/madrid"))

    assert taken == person(ADA, name="Ada[31m 港", timezone="Europe/Madrid")
    with pytest.raises(FeedsError, match=r"`digests` `dayly` is not among .* did you mean `daily`") as refused:
        membership.valid(office.site, person(ADA, digests=("dayly",)))
    assert refused.value.exit_code == 2


# --- lists -----------------------------------------------------------------------------------------


def test_an_import_says_what_it_did_with_each_row(office):
    added(office, person(ADA, name="Ada"), person(BO, name="Bo"))
    membership.remove(office, BO, forget=False)

    results, problems = imported(
        office,
        *("new@example.com,New,", "ADA@example.com,Ada,", f"{ADA},Again,", f"{BO},Bo,", "broken,X,", f"{CY},Cy,gone"),
        header="email,name,state",
    )

    assert results == [
        ("new@example.com", "added"),
        ("ADA@example.com", "unchanged"),
        (ADA, "refused"),
        (BO, "left out"),
        ("broken", "refused"),
        (CY, "refused"),
    ]
    assert [problem.partition(": ")[2].partition(":")[0] for problem in problems] == [
        "stands in line 3 already",
        "note",
        "`email` `broken` has no `@` with something before it",
        "`state` `gone` is no state",
    ]


def test_a_row_changes_what_it_says_and_a_second_time_nothing(office):
    added(office, person(ADA, name="Ada", hour=7))

    results = [imported(office, f"{ADA},Ada L.,weekly", header="email,name,digests")[0] for _ in range(2)]

    found = membership.found(office, ADA)
    assert results == [[(ADA, "changed")], [(ADA, "unchanged")]]
    wanted = person(ADA, name="Ada L.", digests=("weekly",), hour=7)
    assert (replace(found.person, id=""), found.reason) == (wanted, "imported")


@pytest.mark.parametrize("status", [Status.UNSUBSCRIBED, Status.COMPLAINED])
def test_no_import_brings_back_who_left(office, status):
    added(office, person(ADA, name="Ada", status=status))

    results = [
        imported(office, f"{ADA},X,{state}", header="email,name,state")[0] for state in ("", "active", "pending")
    ]

    assert results == [[(ADA, "left out")]] * 3
    assert [(one.name, one.status) for one in membership.listed(office)] == [("Ada", status)]


def test_no_import_brings_back_who_was_forgotten(office):
    added(office, person(ADA))
    membership.remove(office, ADA, forget=True)

    results, problems = imported(office, "Ada@Example.com")

    assert (results, statuses(office)) == ([("Ada@example.com", "left out")], {})
    assert problems == ["list.csv:2: note: left out: the person asked to be forgotten: only they can sign up again"]


def test_a_list_that_is_exported_comes_back_as_it_was(office, tmp_path):
    everyone = added(
        office,
        person(ADA, name='=Ada; "港", O\'Quay', digests=("weekly",), categories=("a;b", "港口"), hour=0),
        person("+odd'@example.com", language="zh-CN", timezone="Europe/Madrid", status=Status.PENDING),
        *(person(f"{status}@example.com", status=status) for status in Status),
    )
    lines = "".join(membership.exported(office))

    with membership.opened(tmp_path / "quay", KEY, f"sqlite:///{tmp_path}/other", office.now) as other:
        membership.taken(other, lines.encode(), "list.csv")
        found = list(membership.listed(other))

    assert found == sorted(everyone, key=lambda one: one.key)
    assert imported(office, *lines.splitlines()[1:], header=lines.splitlines()[0])[1] == []


def test_only_those_of_a_status_are_listed_where_one_is_asked_for(office):
    _, bo = added(office, person(ADA), person(BO, status=Status.BOUNCED))

    assert list(membership.listed(office, Status.BOUNCED)) == [bo]


# --- what came back --------------------------------------------------------------------------------


@pytest.fixture
def box(tmp_path):
    (tmp_path / "Maildir/new").mkdir(parents=True)
    (tmp_path / "Maildir/cur").mkdir()
    return tmp_path / "Maildir"


def processed(office, box, *mails):
    """Return what became of *mails*, once they are in *box* with those that were there before."""
    before = len([*box.rglob("*.*")])
    for number, data in enumerate(mails, before):
        (box / f"new/{number:03}.mail").write_bytes(data)
    return [one.result for one in membership.processed(office, box)]


def token_of(one, digest="daily", key=KEY):
    return token(one.id, digest, [key.encode()])


def request(words="unsubscribe", sender=ADA):
    return mail(f"From: Ada <{sender}>", "To: leave@example.org", f"Subject: {words}")


def soft(one, number):
    """Return the report of a mailbox that is full."""
    told = recipient("failed", "4.2.2", f"Diagnostic-Code: smtp; 452 4.2.2 full, {number} times")
    return bounce(told, to=f"bounces+{token_of(one)}@news.example")


def test_who_asks_for_it_leaves_all_digests(office, box):
    ada, bo = added(office, person(ADA), person(BO))

    results = processed(office, box, request(), request(f"unsubscribe {token_of(bo, '')}", "else@example.com"))

    assert (results, statuses(office)) == (["unsubscribed"] * 2, {ADA: "unsubscribed", BO: "unsubscribed"})
    assert membership.found(office, ADA).reason == "a request to unsubscribe: unsubscribe"
    assert ada.status is Status.ACTIVE


def test_a_token_of_a_digest_leaves_only_that_digest_until_none_is_left(office, box):
    (ada,) = added(office, person(ADA))

    first = processed(office, box, request(f"unsubscribe {token_of(ada, 'weekly')}"))
    left = membership.found(office, ADA).person
    second = processed(office, box, request(f"unsubscribe {token_of(ada, 'daily')}"))

    assert (first, left) == (["unsubscribe"], replace(ada, digests=("daily",)))
    assert (second, statuses(office)) == (["seen", "unsubscribed"], {ADA: "unsubscribed"})


def test_a_token_of_a_digest_that_is_no_more_leaves_all(office, box):
    (ada,) = added(office, person(ADA))

    processed(office, box, request(f"unsubscribe {token_of(ada, 'yearly')}"))

    assert statuses(office) == {ADA: "unsubscribed"}


@pytest.mark.parametrize(
    ("subject", "digests", "status"),
    [
        ("unsubscribe Weekly", ("daily",), "active"),
        ("unsubscribe yearly", (), "unsubscribed"),
        ("Unsubscribe me, please", (), "unsubscribed"),
    ],
)
def test_whose_address_is_known_leaves_the_digest_that_they_name_or_else_all(office, box, subject, digests, status):
    added(office, person(ADA))

    processed(office, box, request(subject))

    left = membership.found(office, ADA).person
    assert (left.digests, left.status) == (digests, status)


def test_a_token_that_is_not_ours_does_nothing(office, box):
    (ada,) = added(office, person(ADA))
    forged = token_of(ada, key="another key of thirty-two characters")

    results = processed(
        office,
        box,
        request(f"unsubscribe {forged}", "else@example.com"),
        postfix(f"bounces+{forged}@news.example"),
        feedback("abuse", original=ours(f"<mailto:leave@news.example?subject=unsubscribe%20{forged}>")),
    )

    assert (results, statuses(office)) == (["ignored"] * 3, {ADA: "active"})


@pytest.mark.parametrize("sender", ["nobody@example.com", "no address", "@", ""])
def test_a_request_of_a_stranger_is_ignored(office, box, sender):
    added(office, person(ADA))

    assert (processed(office, box, request(sender=sender)), statuses(office)) == (["ignored"], {ADA: "active"})


def test_an_address_that_is_none_has_bounced_and_a_complaint_weighs_more(office, box):
    (ada,) = added(office, person(ADA))
    complaint = feedback("abuse", original=ours(f"<mailto:leave@news.example?subject=unsubscribe%20{token_of(ada)}>"))
    dead = postfix(f"bounces+{token_of(ada)}@news.example")

    first = processed(office, box, dead), statuses(office)
    second = processed(office, box, complaint, dead + b"\n"), statuses(office)

    assert (first, second) == (
        (["bounced"], {ADA: "bounced"}),
        (["seen", "complained", "hard"], {ADA: "complained"}),
    )


def test_the_fifth_time_that_a_mailbox_is_full_ends_a_subscription(office, box):
    (ada,) = added(office, person(ADA))

    results = processed(office, box, *(soft(ada, number) for number in range(5)))
    again = processed(office, box)

    assert (results, again) == (["soft"] * 4 + ["bounced"], ["seen"] * 5)
    assert membership.found(office, ADA).reason.startswith("not delivered: failed 4.2.2")


def test_who_left_does_not_become_one_who_bounced(office, box):
    (ada,) = added(office, person(ADA))
    membership.remove(office, ADA, forget=False)

    results = processed(office, box, *(soft(ada, n) for n in range(5)), postfix(f"b+{token_of(ada)}@news.example"))

    assert (results, statuses(office)) == (["soft"] * 5 + ["hard"], {ADA: "unsubscribed"})


def test_who_came_back_after_a_mail_was_processed_stays(office, box):
    added(office, person(ADA))
    processed(office, box, request())
    added(office, person(ADA), again=True)

    assert (processed(office, box), statuses(office)) == (["seen"], {ADA: "active"})


def test_what_asks_for_nothing_is_ignored(office, box):
    (ada,) = added(office, person(ADA))
    late = bounce(recipient("delayed", "4.4.1"), to=f"bounces+{token_of(ada)}@news.example")

    results = processed(office, box, late, vacation("news@example.org"), qmail(), b"", b"\x00\xff", mail("Subject: Hi"))

    assert (results, statuses(office)) == (["ignored"] * 5, {ADA: "active"})


def test_many_mails_are_settled_a_hundred_at_a_time_and_stay_as_they_are(office, box):
    everyone = added(office, *(person(f"{n:03}@example.com") for n in range(101)))
    mails = [request(sender=one.address) for one in everyone]

    results = processed(office, box, *mails)

    assert (results, {*statuses(office).values()}) == (["unsubscribed"] * 101, {"unsubscribed"})
    assert [path.read_bytes() for path in sorted(box.rglob("*.mail"))] == mails


def test_a_failure_later_keeps_what_was_settled_before(office, box):
    everyone = added(office, *(person(f"{n:03}@example.com") for n in range(100)))
    settled = membership.processed(office, box)
    for n, one in enumerate(everyone):
        (box / f"new/{n:03}.mail").write_bytes(request(sender=one.address))

    first = next(settled)
    settled.close()

    assert (first.result, {*statuses(office).values()}) == ("unsubscribed", {"unsubscribed"})


def test_who_looks_on_sees_each_row_of_an_import(office):
    seen = []

    def watch(rows, label, total):
        seen.append(([row.address for row in rows], label, total))
        return rows

    membership.taken(office, f"email\n{ADA}\n".encode(), "list.csv", watch)

    assert seen == [([ADA], "importing", 1)]
