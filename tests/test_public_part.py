"""From the form to the mail, the click, the edition and the way out: by HTTP, a mail server and a browser."""

import re
from socket import create_server

import pytest
from browsers import opened
from mail_servers import real
from postbags import at, foreseen, post, send, site
from served import PUBLIC, heading, link_in, mail_of, served

from feeds.build import build
from feeds.reports import Wishes

ADA = "ada@example.com"


def quay_at(folder, port, public):
    """Make a site with news of two days and a public part, whose mail goes to the server at *port*."""
    quay = site(folder, [3, 4], smtp=f"smtp://127.0.0.1:{port}", mail=f'public_url = "{public}"')
    (quay / "content/weather.md").write_text(post(3, "Rain", category="weather"))
    build(quay, Wishes(now=at("4 06:00"), jobs=1))
    return quay


def test_who_subscribes_gets_editions_until_one_click_ends_it(tmp_path):
    with real() as (port, keeper):
        quay = quay_at(tmp_path / "quay", port, PUBLIC)
        with served(quay, now="4 06:00") as public:
            public.post("/mail/subscribe", {"email": ADA, "category": "news"})
            asked = mail_of(keeper.arrived.get(timeout=20))
            unconfirmed = foreseen(quay, "4 08:00").editions[0].deliveries
            pages = [heading(public.ask(method, f"/mail/{link_in(asked, 'c')}")[2]) for method in ("GET", "POST")]
            send(quay, "4 08:00")
            edition = mail_of(keeper.arrived.get(timeout=20))
            one_click = re.search(f"<{PUBLIC}(.*?)>", edition["List-Unsubscribe"])[1]
            left = public.post(f"/mail/{one_click}", {"List-Unsubscribe": "One-Click"})[0]
            send(quay, "5 08:00")

    assert (unconfirmed, pages, left) == ((), ["Confirm your subscription", "You are subscribed"], 200)
    assert edition["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (edition["Subject"], "Rain" in edition.as_string()) == ("Daily digest: Story of 3 March", False)
    assert [to for _, to, _ in keeper.kept] == [[ADA], [ADA]]


@pytest.fixture
def port():
    """Return a port that is free."""
    with create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_same_in_a_browser_without_script(browser, tmp_path, port, scheme):
    here = f"http://127.0.0.1:{port}/"
    window = {"color_scheme": scheme, "viewport": {"width": 375, "height": 800}, "java_script_enabled": False}
    with real() as (smtp, keeper):
        quay = quay_at(tmp_path / "quay", smtp, here)
        with (
            served(quay, "--port", str(port), now="4 06:00"),
            opened(browser, here, bypass_csp=False, **window) as page,
        ):
            page.get_by_label("E-mail address").fill(ADA)
            page.get_by_label("E-mail address").press("Enter")
            shown = [page.locator("h1").inner_text()]
            page.goto(re.search(rf"{here}c/\w+", text_of(keeper))[0])
            page.get_by_role("button").press("Enter")
            shown.append(page.locator("h1").inner_text())
            send(quay, "4 08:00")
            page.goto(re.search(rf"{here}u/\w+", text_of(keeper))[0])
            page.get_by_role("button").press("Enter")
            shown.append(page.locator("h1").inner_text())
            send(quay, "5 08:00")

    assert shown == ["Please look into your mailbox", "You are subscribed", "You are unsubscribed"]
    assert len(keeper.kept) == 2


def text_of(keeper):
    """Return the text of the mail that comes next."""
    return mail_of(keeper.arrived.get(timeout=20)).get_body(("plain",)).get_content()
