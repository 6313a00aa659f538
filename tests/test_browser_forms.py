"""The pages where people subscribe, choose and leave, in a browser: looked at, listened to, and used by keyboard."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from browsers import axe_findings, opened
from form_samples import FORMS, MANY, PACKAGED, SITE, TEMPLATES, TOPICS

from feeds.forms import Form, Kind, Topic
from feeds.render import forms, pages
from feeds.targets import FeedLink, Frame, FrontPage

LOOKED_AT = (
    *(("subscribe", "zh-CN"), ("problem", "ar"), ("problem", "en"), ("preferences", "ar"), ("saved", "en")),
    *(("leave", "ar"), ("confirm", "zh-CN")),
)
SEEN = ((320, "light"), (320, "dark"), (1280, "light"))
SCHEMES = ("light", "dark")
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
LONGEST = replace(FORMS["preferences"], topics=(*TOPICS, Topic(name=LONG, title=LONG)))
FEED = FeedLink(kind="digest", name="", page="digest/daily/index.html", formats=(), count=1)
FRONT = FrontPage(feed=None, digests=(FEED, FEED), groups=(), latest=None, recent=(), days=(), count=0, topics=MANY)


@pytest.fixture
def visit(browser, tmp_path):
    """Give a function that opens a page, in the language of its own."""

    def visited(form, language="en", **options):
        frame = Frame(site=replace(SITE, language=language), templates=PACKAGED)
        is_form = isinstance(form, Form)
        made = forms.render(replace(form, depth=0), frame) if is_form else pages.render(form, {}, frame)
        (tmp_path / "style.css").write_text(TEMPLATES["style.css"])
        (tmp_path / "page.html").write_bytes(made)
        return opened(browser, (tmp_path / "page.html").as_uri(), **options)

    return visited


def found_at(page, width, scheme):
    """Return what is wrong with the page in a window *width* pixels wide."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    over = page.evaluate("document.documentElement.scrollWidth") - width
    return [*axe_findings(page), *(["it scrolls sideways"] if over > 0 else [])]


@pytest.mark.parametrize(("name", "language"), LOOKED_AT)
def test_axe_has_nothing_against_a_page_and_it_fits_a_phone_by_day_and_by_night(visit, name, language):
    with visit(FORMS[name], language) as page:
        assert [found for seen in SEEN for found in found_at(page, *seen)] == []


def test_axe_has_nothing_against_the_front_page_with_its_form(visit):
    with visit(FRONT) as page:
        page.locator("summary").click()

        assert [found for seen in SEEN for found in found_at(page, *seen)] == []


def test_the_longest_name_of_a_category_fits_a_phone(visit):
    with visit(LONGEST) as page:
        assert found_at(page, 320, "light") == []


@pytest.mark.parametrize(
    "form", [FORMS["subscribe"], FORMS["preferences"], FRONT], ids=["form", "preferences", "front"]
)
def test_whatever_is_pressed_is_large_enough_for_a_finger(visit, form):
    with visit(form, viewport={"width": 375, "height": 800}) as page:
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        pressed = page.locator(".form :is(.tick, summary, select, button, [type=email])")
        sizes = [pressed.nth(number).bounding_box()["height"] for number in range(pressed.count())]

    assert len(sizes) > 4
    assert [size for size in sizes if size < 44] == []


def test_the_keyboard_meets_every_field_in_order_and_never_the_one_for_machines(visit):
    names = []
    with visit(FORMS["subscribe"]) as page:
        page.locator(".offer a").focus()
        for _ in range(7):
            page.keyboard.press("Tab")
            names.append(page.evaluate("document.activeElement.name || document.activeElement.textContent"))

        assert names == ["email", "digest", "digest", "category", "category", "category", "Subscribe"]
        assert page.locator("p:has([name=website])").bounding_box()["width"] <= 1


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_field_that_has_the_focus_has_a_ring(visit, scheme):
    with visit(FORMS["subscribe"], color_scheme=scheme) as page:
        page.locator("[name=email]").focus()

        assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


def test_a_problem_is_heard_with_its_field(visit):
    with visit(FORMS["problem"]) as page:
        field = page.get_by_role("textbox", name="E-mail address")

        assert field.get_attribute("aria-invalid") == "true"
        assert page.locator("#_problem").is_visible()


def test_colours_of_the_readers_own_leave_buttons_and_fields_their_lines(visit):
    with visit(FORMS["preferences"], forced_colors="active") as page:
        lines = page.eval_on_selector_all(
            ".form :is(select, button)", "all => all.map(one => getComputedStyle(one).borderTopWidth)"
        )

    assert lines == ["1px"] * 5


def test_without_a_script_the_front_page_sends_what_was_typed_to_the_public_part(visit):
    with visit(FRONT, java_script_enabled=False, bypass_csp=False) as page:
        sent = []
        page.route("https://mail.example.org/**", lambda route: (sent.append(route.request), route.fulfill(body="ok")))
        page.locator("[name=email]").fill("ada@example.com")
        page.locator("[name=digest]").nth(0).uncheck()
        page.locator("[name=digest]").nth(1).check()
        page.locator("[name=email]").press("Enter")
        page.wait_for_url("https://mail.example.org/subscribe")

    assert (sent[0].method, parse_qsl(sent[0].post_data, keep_blank_values=True)) == (
        "POST",
        [("email", "ada@example.com"), ("digest", "sea"), ("website", "")],
    )


def test_without_an_address_nothing_is_sent(visit):
    with visit(Form(kind=Kind.SUBSCRIBE)) as page:
        page.get_by_role("button", name="Subscribe").click()

        assert page.url.endswith("/page.html")
        assert page.evaluate("document.activeElement.name") == "email"
