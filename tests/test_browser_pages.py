"""The site's own pages as people meet them: in a browser, by keyboard, by ear, at night and on paper."""

import re
from itertools import pairwise

import pytest
from browsers import axe_findings, opened
from sites import built, write

CONFIG = """
[site]
title = "汐州潮信"
url = "https://news.example.org/"
home = "https://www.example.org/"
description = "汐州湾的消息，每天一封。"
language = "zh-CN"
timezone = "Asia/Shanghai"

[feeds]
by = ["category", "source"]

[[digests]]
name = "daily"
"""

POST = """---
title: "{title}"
date: {date} 09:30
lang: {lang}
categories: [{category}]
source: {{name: "{source}", url: "https://{host}.example/"}}
original_url: https://{host}.example/{date}/an-address-that-is-long-and-has-no-place-to-break.html
---
{title}. {title}. {title}.
"""

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
WRITTEN = (
    ("2026-03-05", "zh-CN", "汐湾", "渡轮维修九周之后恢复通航，市议会今晚表决潮闸预算", "港口"),
    ("2026-03-05", "ar", "بريد الخليج", "منارة الخليج تفتح أبوابها للزوار", "港口"),
    ("2026-03-04", "he", "קול הנמל", "המעבורת חזרה אחרי תשעה שבועות במספנה", "科学 Science"),
    ("2026-03-03", "ja", "潟の便り", "渡し船が九週間の修理を終えて戻る", "科学 Science"),
    ("2026-03-02", "de", "Mündungsblatt", f"{LONG} tagt", LONG),
    ("2026-03-02", "en", "Tern Point Observatory", "Lost buoy walks home", "港口"),
    ("2026-02-03", "en", "Tern Point Observatory", "Night ferries return", "科学 Science"),
    ("2026-01-07", "en", "Tern Point Observatory", "Rain for nine weeks", "科学 Science"),
    ("2025-12-24", "en", "Tern Point Observatory", "A quiet harbour", "港口"),
)

PAGES = (
    "index.html",
    "feeds.html",
    "source/index.html",
    "category/港口/index.html",
    "digest/daily/index.html",
    "digest/daily/2026-03-05/index.html",
)
SCHEMES = ("light", "dark")
WIDTHS = (375, 768, 1280)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build a site that speaks Chinese and has posts in six languages; give its `out/`."""
    fields = ("date", "lang", "source", "title", "category")
    posts = {
        f"{number}.md": POST.format(**dict(zip(fields, written, strict=True)), host=f"s{number}")
        for number, written in enumerate(WRITTEN)
    }
    folder = write(tmp_path_factory.mktemp("browsed") / "site", posts, CONFIG)
    built(folder)
    return folder / "out"


@pytest.fixture
def visit(browser, site):
    """Give a function that opens a page of the site."""
    return lambda path="index.html", **options: opened(browser, (site / path).as_uri(), **options)


def at(page, width, scheme="light"):
    """Make the window *width* pixels wide."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    return page


def style(page, selector, name):
    """Return a computed property of every element that *selector* finds."""
    return page.eval_on_selector_all(selector, "(found, name) => found.map(e => getComputedStyle(e)[name])", name)


def contrast(one, other):
    """Return the contrast of two colours, `rgb(…)`, by WCAG 2.2."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    channels = [int(number) / 255 for number in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# --- every page ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_axe_has_nothing_against_a_page_at_any_width_by_day_and_by_night(visit, path):
    with visit(path) as page:
        seen = (at(page, width, scheme) for scheme in SCHEMES for width in WIDTHS)

        assert [finding for page in seen for finding in axe_findings(page)] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_the_narrowest_window_and_asks_for_nothing_but_its_style_sheet(visit, site, path):
    with visit(path, viewport={"width": 320, "height": 900}) as page:
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.reload()

        assert asked == [page.url, (site / "style.css").as_uri()]
        assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("path", [path for path in PAGES if "/20" not in path])
def test_a_page_and_its_style_sheet_have_less_than_50_kilobytes(site, path):
    assert (site / path).stat().st_size + (site / "style.css").stat().st_size < 50_000


def test_the_first_thing_a_keyboard_meets_leads_past_the_head_of_the_page(visit):
    with visit() as page:
        page.keyboard.press("Tab")
        skip = page.locator(":focus")

        assert (skip.inner_text(), skip.bounding_box()["x"] >= 0) == ("跳到正文", True)

        page.keyboard.press("Enter")
        page.keyboard.press("Tab")

        assert page.locator(":focus").inner_text() == "2026年3月5日 星期四"


def test_the_pages_own_policy_lets_its_style_sheet_in(visit):
    with visit(bypass_csp=False) as page:
        assert style(page, ".skip", "position") == ["absolute"]


@pytest.mark.parametrize("path", [PAGES[0], PAGES[-1]])
def test_paper_has_the_words_in_black_on_white_and_nothing_to_press(visit, path):
    with visit(path, color_scheme="dark") as page:
        page.emulate_media(media="print")

        assert page.locator(":is(nav, .side, .calendar, .colophon, .follow):visible").count() == 0
        assert style(page, "body", "backgroundColor") == ["rgb(255, 255, 255)"]
        assert style(page, "main", "color") == ["rgb(0, 0, 0)"]


# --- the calendar --------------------------------------------------------------------------------


def test_a_day_of_the_calendar_says_its_date_and_its_count_in_the_sites_language(visit):
    with visit() as page:
        march = page.get_by_role("table", name="2026年3月")

        assert [link.get_attribute("aria-label") for link in march.get_by_role("link").all()] == [
            "2026年3月2日：2 条",
            "2026年3月3日：1 条",
            "2026年3月4日：1 条",
            "2026年3月5日：2 条",
        ]
        assert march.get_by_role("columnheader").all_inner_texts() == ["一", "二", "三", "四", "五", "六", "日"]
        assert march.get_by_role("link", name="2026年3月5日：2 条", exact=True).inner_text() == "5"


def test_a_day_is_reached_by_tab_and_opened_by_enter(visit):
    with visit() as page:
        page.locator(".side a").last.focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")

        assert page.url.endswith("/digest/daily/2026-03-03/index.html")
        assert page.locator("h1").inner_text() == "2026年3月3日 星期二"
        assert page.locator(".p-name").all_inner_texts() == ["渡し船が九週間の修理を終えて戻る"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_day_that_has_the_focus_has_a_ring_around_it_and_its_date_in_words(visit, scheme):
    with visit(color_scheme=scheme) as page:
        page.locator(".side a").last.focus()
        page.keyboard.press("Tab")
        (ring,), (paper,) = style(page, ":focus", "outlineColor"), style(page, "body", "backgroundColor")

        assert (style(page, ":focus", "outlineStyle"), style(page, ":focus", "outlineWidth")) == (["solid"], ["3px"])
        assert contrast(ring, paper) > 7
        assert page.evaluate("getComputedStyle(document.activeElement, '::after').content").startswith('"2026年3月2日')


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_shade_is_darker_or_brighter_than_the_last_and_its_number_can_be_read(visit, scheme):
    with visit(color_scheme=scheme) as page:
        (paper,) = style(page, "body", "backgroundColor")
        grounds, inks = style(page, ".legend i", "backgroundColor"), style(page, ".legend i", "color")

    assert [pair for pair in zip(grounds, inks, strict=True) if contrast(*pair) < 4.5] == []
    assert [step for step in pairwise([paper, *grounds]) if contrast(paper, step[0]) >= contrast(paper, step[1])] == []
    assert len(grounds) == 5


def test_months_stand_side_by_side_where_there_is_room(visit):
    places = "found => new Set(found.map(table => table.getBoundingClientRect().left)).size"
    with visit() as page:
        columns = [at(page, width).eval_on_selector_all(".months table", places) for width in WIDTHS]

    assert columns == [1, 2, 4]


# --- what people have asked their machines for ---------------------------------------------------


def test_at_night_the_page_is_dark_and_can_be_read(visit):
    with visit(color_scheme="light") as page:
        (day,), (day_ink,) = style(page, "body", "backgroundColor"), style(page, ".count", "color")[:1]
    with visit(color_scheme="dark") as page:
        (night,), (night_ink,) = style(page, "body", "backgroundColor"), style(page, ".count", "color")[:1]

    assert (luminance(day) > 0.9, luminance(night) < 0.05) == (True, True)
    assert min(contrast(day, day_ink), contrast(night, night_ink)) > 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_who_asks_for_more_contrast_gets_it(visit, scheme):
    with visit(color_scheme=scheme, contrast="more") as page:
        (paper,), quiet = style(page, "body", "backgroundColor"), style(page, ".count", "color")[0]

        assert contrast(paper, quiet) > 10


def test_where_colours_are_the_readers_own_lines_of_five_widths_stand_for_the_shades(visit):
    with visit(forced_colors="active") as page:
        assert style(page, ".legend i", "borderBottomWidth") == ["1px", "2px", "4px", "6px", "8px"]


def test_an_entry_runs_its_own_way_on_a_page_that_runs_the_other(visit):
    with visit("digest/daily/2026-03-05/index.html") as page:
        arabic = page.locator("article[dir=rtl]")

        assert arabic.locator("h3").inner_text() == "منارة الخليج تفتح أبوابها للزوار"
        assert style(page, "article[dir=rtl] h3", "direction") == ["rtl"]
        assert arabic.locator(".meta span").first.inner_text().startswith("来源：")
