"""The pages on which people subscribe, confirm, choose and leave, as browsers and mail providers ask for them."""

import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from mail_servers import real, scripted
from postbags import KEY, at, post, site, subscribe
from served import FORM, PUBLIC, Served, begun, heading, link_in, mail_of, served

from feeds import membership
from feeds.build import build
from feeds.reports import Wishes
from feeds.tokens import confirmation, subscriber_id, token

ADA = "ada@example.com"
KEYS = (KEY.encode(),)
WEEKLY = '\n[[digests]]\nname = "weekly"\nevery = "week"\n'
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def quay_at(folder, smtp="maildir:box", more=""):
    """Make a site of two digests and three categories with a public part, and build it."""
    quay = site(folder, [3], smtp=smtp, mail=f'public_url = "{PUBLIC}"')
    for day, category in enumerate(("harbour", "weather"), 1):
        (quay / f"content/{category}.md").write_text(post(day, category=category))
    with (quay / "feeds.toml").open("a") as config:
        config.write(WEEKLY + more)
    build(quay, Wishes(now=at("4 07:00"), jobs=1))
    return quay


@pytest.fixture(scope="module")
def quay(tmp_path_factory):
    """Give a site that is served; nothing is sent."""
    return quay_at(tmp_path_factory.mktemp("quay") / "quay")


@pytest.fixture(scope="module")
def public(quay):
    with served(quay, "--forwarded-allow-ips", "127.0.0.1") as public:
        yield public


@contextmanager
def register(quay):
    with membership.opened(quay, KEY, "", at("4 08:00")) as opened:
        yield opened


def known(quay, address):
    """Return what is known of the subscriber at *address*."""
    with register(quay) as opened:
        return membership.found(opened, address)


def person(quay, address):
    return known(quay, address).person


def token_of(address, digest=""):
    return token(subscriber_id(address, KEYS), digest, KEYS)


# --- to leave --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "kind", "body"),
    [
        (1, "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
        (
            2,
            "multipart/form-data; boundary=b",
            '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
        ),
        (3, "application/x-www-form-urlencoded", ""),
        (4, "text/plain", "\0"),
    ],
)
def test_one_post_unsubscribes_without_more_ado(quay, public, number, kind, body):
    address = f"one{number}@example.com"
    subscribe(quay, address)

    path = f"/u/{token_of(address)}"
    first, again = (public.ask("POST", path, body, Content_Type=kind) for _ in range(2))

    assert (first[0], again[0], first[1]["Set-Cookie"], first[1]["Location"]) == (200, 200, None, None)
    assert heading(first[2]) == heading(again[2]) == "You are unsubscribed"
    assert (person(quay, address).status, len(known(quay, address).changes)) == ("unsubscribed", 2)


def test_the_link_of_a_digest_leaves_that_digest_alone(quay, public):
    subscribe(quay, "some@example.com")

    public.post(f"/u/{token_of('some@example.com', 'daily')}", ONE_CLICK)

    assert (person(quay, "some@example.com").status, person(quay, "some@example.com").digests) == (
        "active",
        ("weekly",),
    )


@pytest.mark.parametrize(
    ("method", "status"), [("GET", 200), ("HEAD", 200), ("OPTIONS", 204), ("PUT", 405), ("DELETE", 405)]
)
@pytest.mark.parametrize("folder", ["u", "p"])
def test_to_look_at_a_link_changes_nothing(quay, public, folder, method, status):
    subscribe(quay, "look@example.com")
    before = known(quay, "look@example.com")

    answer = public.ask(method, f"/{folder}/{token_of('look@example.com', 'daily')}", "leave=all")

    assert (answer[0], known(quay, "look@example.com")) == (status, before)
    assert method == "GET" or answer[2] == "" or status == 405


def test_the_page_of_the_link_has_one_button_and_what_it_does_is_named(quay, public):
    subscribe(quay, "button@example.com")

    _, text = public.get(f"/u/{token_of('button@example.com', 'weekly')}")

    assert (text.count("<form"), text.count("<button"), "Weekly digest" in text) == (1, 1, True)


def test_whoever_is_forgotten_has_left(public):
    answers = [public.ask(method, f"/u/{token_of('nobody@example.com')}") for method in ("GET", "POST")]

    assert [(status, heading(text)) for status, _, text in answers] == [(200, "You are unsubscribed")] * 2


# --- tokens ----------------------------------------------------------------------------------------


def forged():
    right = token_of(ADA, "daily")
    other = token(subscriber_id(ADA, KEYS), "daily", (b"another key of thirty-two bytes!",))
    return [
        right[:-1],
        right[1:],
        right[:-1] + "b",
        right + "a",
        other,
        "",
        ".",
        "%00",
        "a" * 47,
        "%ff" * 20,
        "u/" + right,
    ]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("folder", ["u", "p", "c"])
@pytest.mark.parametrize("written", forged())
def test_a_token_that_is_not_ours_leads_nowhere(public, folder, method, written):
    fields = "digest=daily" if method == "POST" else None

    status, _, text = public.ask(
        method, f"/{folder}/{written}", fields, Content_Type="application/x-www-form-urlencoded"
    )

    assert (status, heading(text)) == (404, "There is no such page")


def test_nobody_is_led_to_a_host_that_the_request_names(public):
    status, headers, _ = public.ask("POST", f"/u/{token_of(ADA)}/", Host="evil.example")

    assert (status, headers["Location"]) == (404, None)


def test_a_token_serves_for_what_it_was_made_alone(quay, public):
    subscribe(quay, "apart@example.com")
    asks = confirmation(subscriber_id("apart@example.com", KEYS), 1, KEYS)

    found = [public.get(path)[0] for path in (f"/u/{asks}", f"/p/{asks}", f"/c/{token_of('apart@example.com')}")]

    assert found == [404, 404, 404]


def test_pages_with_tokens_are_kept_nowhere_and_tell_nobody_where_they_are(quay, public):
    subscribe(quay, "secret@example.com")

    status, headers, text = public.ask("GET", f"/p/{token_of('secret@example.com')}")

    wanted = {
        "cache-control": "no-store",
        "referrer-policy": "same-origin",
        "x-robots-tag": "noindex",
        "x-content-type-options": "nosniff",
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": (
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        ),
    }
    assert (status, {name: headers[name] for name in wanted}) == (200, wanted)
    assert ("secret@example.com" in text, token_of("secret@example.com") in text) == (False, False)


# --- to choose -------------------------------------------------------------------------------------


def test_what_is_chosen_is_kept_and_shown(quay, public):
    subscribe(quay, "choose@example.com")
    fields = [("digest", "weekly"), ("category", "harbour"), ("category", "weather"), ("hour", "7")]

    path = f"/p/{token_of('choose@example.com', 'daily')}"
    status, text = public.post(path, [*fields, ("timezone", "Europe/Madrid"), ("language", "de")])

    chosen = person(quay, "choose@example.com")
    assert (chosen.digests, chosen.categories, chosen.hour) == (("weekly",), ("harbour", "weather"), 7)
    assert (chosen.timezone, chosen.language) == ("Europe/Madrid", "de")
    assert (status, 'role="status"' in text, '<html lang="de"' in text) == (200, True, True)


@pytest.mark.parametrize("fields", [[("leave", "all"), ("digest", "daily")], [("hour", "7")]])
def test_who_chooses_nothing_leaves(quay, public, fields):
    subscribe(quay, "nothing@example.com", again=True)

    status, text = public.post(f"/p/{token_of('nothing@example.com')}", fields)

    assert (status, heading(text), person(quay, "nothing@example.com").status) == (
        200,
        "You are unsubscribed",
        "unsubscribed",
    )


@pytest.mark.parametrize(
    "field",
    [
        ("digest", "hourly"),
        ("category", "gossip"),
        ("hour", "24"),
        ("hour", "７"),
        ("timezone", "Mars/Olympus"),
        ("language", "tlh"),
        ("leave", "perhaps"),
    ],
)
def test_what_no_form_of_ours_has_is_refused_and_changes_nothing(quay, public, field):
    subscribe(quay, "mistaken@example.com")
    before = known(quay, "mistaken@example.com")

    status, _ = public.post(f"/p/{token_of('mistaken@example.com')}", [("digest", "daily"), field])

    assert (status, known(quay, "mistaken@example.com")) == (400, before)


@pytest.mark.parametrize("body", ["", "x=y", '{"leave": "all"}', "List-Unsubscribe=One-Click", "leave=", "hour=soon"])
def test_what_says_nothing_that_can_be_chosen_is_no_choice_to_leave(quay, public, body):
    subscribe(quay, "garbled@example.com")

    status, _, _ = public.ask("POST", f"/p/{token_of('garbled@example.com')}", body, Content_Type=FORM)

    assert (status, person(quay, "garbled@example.com").status) == (400, "active")


@pytest.mark.parametrize("site_of", ["cross-site", "same-site"])
def test_no_other_sites_page_can_choose_for_anybody(quay, public, site_of):
    subscribe(quay, "foreign@example.com")
    before = known(quay, "foreign@example.com")

    status, _ = public.post(f"/p/{token_of('foreign@example.com')}", {"leave": "all"}, Sec_Fetch_Site=site_of)

    assert (status, known(quay, "foreign@example.com")) == (403, before)


def test_who_leaves_everything_may_do_so_on_a_page_of_last_year(quay, public):
    subscribe(quay, "late@example.com")

    public.post(f"/p/{token_of('late@example.com')}", [("digest", "no-more"), ("leave", "all")])

    assert person(quay, "late@example.com").status == "unsubscribed"


def test_who_has_left_sees_so_and_cannot_choose(quay, public):
    subscribe(quay, "gone@example.com")
    path = token_of("gone@example.com")
    public.post(f"/u/{path}", ONE_CLICK)

    status, text = public.post(f"/p/{path}", {"digest": "daily"})

    assert (status, "<form" in text, person(quay, "gone@example.com").status) == (200, False, "unsubscribed")


# --- to subscribe ----------------------------------------------------------------------------------


def states(quay):
    """Put an address of each state into the list, and return them with one that is not in it."""
    with register(quay) as opened:
        rows = [
            f"{state}@example.com,{state}" for state in ("pending", "active", "unsubscribed", "bounced", "complained")
        ]
        membership.taken(opened, "\n".join(["email,state", *rows]).encode(), "list.csv")
    return [row.partition(",")[0] for row in rows] + ["new@example.com"]


def test_the_answer_is_the_same_for_every_address_and_for_machines(quay, public):
    fields = [{"email": address} for address in states(quay)] + [{"email": "new@example.com"}]
    fields.append({"email": "machine@example.com", "website": "http://spam.example"})

    answers = {public.post("/subscribe", one, X_Forwarded_For="192.0.2.1") for one in fields}

    ((status, text),) = answers
    assert (status, heading(text)) == (200, "Please look into your mailbox")
    with register(quay) as opened:
        assert "machine@example.com" not in [one.address for one in membership.listed(opened)]


@pytest.mark.parametrize(
    "address", ["", "ada", "ada@localhost", "é@example.com", "a@b@c", "<script>@x", "a\r\nBcc: b@example.com"]
)
def test_an_address_that_is_none_is_shown_again_with_what_is_wrong(public, address):
    status, text = public.post("/subscribe", {"email": address, "category": "harbour"})

    assert (status, 'aria-invalid="true"' in text, "<script>" in text) == (422, True, False)
    assert 'value="harbour" checked' in text


def test_who_names_none_of_several_digests_asks_for_the_first_alone(quay, public):
    public.post("/subscribe", {"email": "first@example.com"}, X_Forwarded_For="192.0.4.1")

    assert person(quay, "first@example.com").digests == ("daily",)


def test_what_is_asked_for_waits_with_its_page_until_it_is_confirmed(quay, public):
    fields = [("email", "Wish@Example.com"), ("digest", "weekly"), ("category", "weather")]

    public.post("/subscribe", fields, Referer="https://blog.example/post?x=1#y", X_Forwarded_For="192.0.2.7")

    wish = known(quay, "wish@example.com")
    assert (wish.person.address, wish.person.status, wish.person.digests) == (
        "Wish@example.com",
        "pending",
        ("weekly",),
    )
    assert wish.reason == "asked for it: https://blog.example/post"


def test_who_confirms_is_subscribed_and_led_to_their_own_page(quay, public):
    public.post("/subscribe", {"email": "sure@example.com"}, X_Forwarded_For="192.0.3.9", Sec_Fetch_Site="cross-site")
    with register(quay) as opened, opened.state.transaction():
        ledger = opened.state.ledger
        waiting = ledger.deliveries(ledger.invitations(opened.now))
        number = next(int(one.variant) for one in waiting if one.address == "sure@example.com")
    path = f"/c/{confirmation(subscriber_id('sure@example.com', KEYS), number, KEYS)}"

    looked, pending = public.get(path), person(quay, "sure@example.com").status
    foreign = public.post(path, Sec_Fetch_Site="cross-site")[0]
    first, again = public.post(path), public.post(path)

    assert [heading(text) for _, text in (looked, first, again)] == [
        "Confirm your subscription",
        *["You are subscribed"] * 2,
    ]
    assert (pending, foreign, person(quay, "sure@example.com").status) == ("pending", 403, "active")
    assert f'href="../p/{token_of("sure@example.com")}"' in first[1]


def test_a_network_that_asks_like_a_machine_has_to_wait_and_others_have_not(public):
    asked = [
        public.ask(
            *("POST", "/subscribe", f"email=n{number}@example.com"),
            Content_Type="application/x-www-form-urlencoded",
            X_Forwarded_For=f"198.51.100.{number}",
        )
        for number in range(11)
    ]
    other = public.post("/subscribe", {"email": "n12@example.com"}, X_Forwarded_For="198.51.101.1")

    assert [status for status, *_ in asked] == [*[200] * 10, 429]
    assert (0 < int(asked[10][1]["Retry-After"]) <= 360, other[0]) == (True, 200)


# --- what is sent ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "application/json"}, "{}", 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "email=" + "a" * 70_000, 413),
        ({"Content-Type": "multipart/form-data"}, "x", 400),
        (
            {"Content-Type": "multipart/form-data; boundary=b"},
            '--b\r\nContent-Disposition: form-data; name="email"; filename="x"\r\n\r\ny\r\n--b--\r\n',
            400,
        ),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "&".join(f"f{n}=" for n in range(3000)), 400),
        (
            {"Content-Type": "multipart/form-data; boundary=b; charset=undefined"},
            '--b\r\nContent-Disposition: form-data; name="email"\r\n\r\ny\r\n--b--\r\n',
            400,
        ),
    ],
)
def test_what_is_no_form_or_too_large_is_refused(public, headers, body, status):
    assert public.ask("POST", "/subscribe", body, **headers)[0] == status


def test_pages_stand_where_the_proxy_puts_them_and_the_site_beside(quay, public):
    subscribe(quay, "proxy@example.com")
    path = f"u/{token_of('proxy@example.com')}"

    found = [public.get(f"{top}{path}")[0] for top in ("/", "/mail/")]

    assert (found, public.get("/healthz"), public.get("/mail/healthz")) == ([200, 200], (200, "ok\n"), (200, "ok\n"))


def test_where_there_is_nothing_a_page_says_so(public):
    answers = [
        public.get(path)
        for path in (
            *("/nothing", "/a/b/c", "/u", "/u/", "/.feeds", "/subscribe/x", "//evil.example"),
            *("/subscribe/", f"/u/{token_of(ADA)}/"),
        )
    ]

    assert {(status, heading(text)) for status, text in answers} == {(404, "There is no such page")}
    assert 'href="../../style.css"' in answers[1][1]


# --- the mail that asks to confirm -----------------------------------------------------------------


def invitation(keeper):
    return mail_of(keeper.arrived.get(timeout=20))


def test_who_asks_gets_one_mail_at_once_whose_link_subscribes(tmp_path):
    with real() as (port, keeper), served(quay_at(tmp_path / "quay", f"smtp://127.0.0.1:{port}")) as public:
        public.post("/subscribe", {"email": ADA, "digest": "daily", "category": "harbour"})
        mail = invitation(keeper)
        status, text = public.post(f"/{link_in(mail, 'c')}")

    assert (mail["To"], mail["Subject"]) == (ADA, "Confirm your subscription to The Quay")
    assert (status, heading(text), len(keeper.kept)) == (200, "You are subscribed", 1)
    assert person(tmp_path / "quay", ADA).categories == ("harbour",)


def test_who_gets_mail_already_is_led_to_what_they_get(tmp_path):
    with real() as (port, keeper):
        quay = quay_at(tmp_path / "quay", f"smtp://127.0.0.1:{port}")
        subscribe(quay, ADA)
        with served(quay) as public:
            public.post("/subscribe", {"email": ADA})
            mail = invitation(keeper)
            status, text = public.get(f"/{link_in(mail, 'p')}")

    assert (mail["Subject"], status, heading(text)) == ("You are already subscribed to The Quay", 200, "Preferences")


def test_a_mail_that_could_not_be_sent_is_sent_by_the_next_server(tmp_path):
    with real(refused={ADA: "450 4.2.1 come back later"}) as (port, _):
        quay = quay_at(tmp_path / "quay", f"smtp://127.0.0.1:{port}")
        with begun(quay) as process:
            ask(process)
            process.kill()
            process.communicate()
    with real() as (port, keeper):
        config = quay / "feeds.toml"
        config.write_text(config.read_text().replace('smtp = "smtp://', f'smtp = "smtp://127.0.0.1:{port}" # "'))
        with served(quay, now="4 08:30"):
            mail = invitation(keeper)

    assert (mail["To"], len(keeper.kept)) == (ADA, 1)


def test_a_mail_server_that_stops_is_told_of_and_nobody_is_named(tmp_path):
    with scripted({"RCPT": f"421 4.7.0 <{ADA}> too fast\r\n".encode()}) as server:
        quay = quay_at(tmp_path / "quay", f"smtp://{server.host}")
        with begun(quay, "--port", "0") as process:
            ask(process)
            said = [process.stderr.readline() for _ in range(3)]

    lines = [line for line in said if " POST " not in line]
    assert lines == ["invitations wait: 421 4.7.0 <…> too fast\n", f"  help: see that {server.host} takes mail\n"]


def ask(process):
    """Type Ada's address into the form of the server that *process* is."""
    Served(process.stdout.readline().strip(), process).post("/subscribe", {"email": ADA})


# --- trouble ---------------------------------------------------------------------------------------


def test_while_another_process_writes_pages_ask_to_come_again_and_files_go_on(tmp_path):
    quay = quay_at(tmp_path / "quay")
    subscribe(quay, ADA)
    with served(quay) as public:
        with sqlite3.connect(quay / ".feeds/state.sqlite3", isolation_level=None) as other:
            other.execute("begin immediate")
            busy = public.ask("POST", f"/u/{token_of(ADA)}")
            files = public.get("/rss.xml")[0]
            other.execute("rollback")
        other.close()
        after = public.ask("POST", f"/u/{token_of(ADA)}")

    assert (busy[0], busy[1]["Retry-After"], files, after[0]) == (503, "10", 200, 200)
    assert heading(busy[2]) == "Please try again in a moment"


def test_a_state_that_is_damaged_is_told_and_never_begun_anew(tmp_path):
    quay = quay_at(tmp_path / "quay")
    subscribe(quay, ADA)
    damaged = b"no database at all, but long enough to be one" * 99
    (quay / ".feeds/state.sqlite3").write_bytes(damaged)

    with begun(quay) as process:
        said = process.communicate(timeout=20)

    assert (process.returncode, said[0], "the state cannot be used: " in said[1]) == (75, "", True)
    assert (quay / ".feeds/state.sqlite3").read_bytes() == damaged


def test_a_change_of_the_configuration_counts_at_once_and_a_mistake_changes_nothing(tmp_path):
    quay = quay_at(tmp_path / "quay")
    config = quay / "feeds.toml"
    with served(quay) as public:
        config.write_text(config.read_text().replace("The Quay", "The Pier"))
        changed = public.get("/subscribe")[1]
        config.write_text("title = ")
        broken = public.get("/subscribe")[1]

    assert ("The Pier" in changed, broken) == (True, changed)


def test_a_mistake_in_the_configuration_keeps_nobody_from_leaving(tmp_path):
    quay = quay_at(tmp_path / "quay")
    subscribe(quay, ADA)
    with served(quay) as public:
        config = (quay / "feeds.toml").read_text()
        (quay / "feeds.toml").write_text("title = ")
        answers = [public.post(f"/u/{token_of(ADA)}", ONE_CLICK)[0], public.get("/healthz")[0]]
        (quay / "feeds.toml").write_text(config)

    assert (answers, person(quay, ADA).status) == ([200, 200], "unsubscribed")


def test_who_leaves_after_the_state_was_brought_back_from_a_copy_has_left(tmp_path):
    quay = quay_at(tmp_path / "quay")
    subscribe(quay, ADA)
    state, path = quay / ".feeds/state.sqlite3", f"/u/{token_of(ADA)}"
    with served(quay) as public:
        before = public.get(path)[0]
        copy = state.read_bytes()
        state.unlink()
        state.write_bytes(copy)
        answers = [public.post(path)[0] for _ in range(2)]

    assert (before, answers, person(quay, ADA).status) == (200, [200, 200], "unsubscribed")


def test_the_time_is_the_clocks_unless_it_is_given(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    with begun(quay_at(tmp_path / "quay"), now="") as process:
        ask(process)
        said = process.stderr.readline()

    assert abs(datetime.fromisoformat(said.split()[0]) - datetime.now(UTC)) < timedelta(minutes=5)


def test_where_a_template_is_broken_what_was_done_is_done_and_said(tmp_path):
    quay = quay_at(tmp_path / "quay")
    subscribe(quay, ADA)
    (quay / "templates").mkdir(exist_ok=True)
    with served(quay) as public:
        (quay / "templates/answer.html").write_text("{{ nothing }}")
        status, text = public.post(f"/u/{token_of(ADA)}", ONE_CLICK)

    assert (status, text, person(quay, ADA).status) == (200, "OK\n", "unsubscribed")


def test_a_site_without_a_public_part_serves_its_files_alone(tmp_path):
    quay = site(tmp_path / "quay", [3])
    build(quay, Wishes(now=at("4 07:00"), jobs=1))
    with served(quay) as public:
        answers = [public.get(path)[0] for path in ("/rss.xml", "/", "/subscribe", f"/u/{token_of(ADA)}", "/healthz")]

    assert (answers, (quay / ".feeds/state.sqlite3").exists()) == ([200, 200, 404, 404, 200], False)


def test_a_site_that_could_not_send_is_refused_before_it_is_served(tmp_path):
    quay = quay_at(tmp_path / "quay")
    config = quay / "feeds.toml"
    config.write_text(config.read_text().replace('from = "The Quay <news@example.org>"', ""))

    with begun(quay) as process:
        said = process.communicate(timeout=20)

    assert (process.returncode, said[0], said[1].splitlines()[0]) == (2, "", "feeds.toml: `mail.from` is missing")


def test_the_log_names_nobody(tmp_path):
    quay = quay_at(tmp_path / "quay")
    subscribe(quay, ADA)
    with begun(quay) as process:
        public = Served(process.stdout.readline().strip(), process)
        public.post("/subscribe", {"email": ADA})
        for path in (f"/u/{token_of(ADA)}", f"//u/{token_of(ADA)}", f"/old/U/{token_of(ADA).upper()}/x"):
            public.get(path)
        process.send_signal(15)
        said = process.communicate(timeout=20)[1]

    assert [line.split()[1:4] for line in said.splitlines()] == [
        ["POST", "/subscribe", "200"],
        ["GET", "/u/…", "200"],
        ["GET", "//u/…", "404"],
        ["GET", "/old/U/…/x", "404"],
    ]
