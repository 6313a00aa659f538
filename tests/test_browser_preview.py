"""The preview in a Chromium, where one is installed."""

from contextlib import ExitStack

import pytest
from browsers import axe_findings, opened
from previews import previewed
from sites import write

POST = "---\ntitle: Rain\ndate: 2026-03-02\nsource: 晚报\noriginal_url: https://paper.example/1\n---\nBridges reopen.\n"
CONFIG = '[site]\ntitle = "潮信"\nurl = "https://news.example.org/"\n'
PAGES = ["", "edition/daily/2026-03-02", "feed/atom.xml", "problems", "stats"]
BACKGROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture(scope="module")
def preview(tmp_path_factory):
    bad = "---\ntitle: Ferry\ndate: 2026-02-30\n---\nText."
    with previewed(write(tmp_path_factory.mktemp("preview") / "site", {"rain.md": POST, "bad.md": bad}, CONFIG)) as run:
        yield run


@pytest.fixture
def own(tmp_path):
    """Return a site that a test may change."""
    return write(tmp_path / "site", {"rain.md": POST}, CONFIG)


def test_a_page_that_is_open_shows_what_was_saved(own, browser):
    with (
        previewed(own) as preview,
        opened(browser, f"{preview.address}digest/daily/2026-03-02/", bypass_csp=False) as page,
    ):
        page.get_by_role("link", name="preview").wait_for()
        (own / "content/rain.md").write_text(POST.replace("Rain", "Hail"))

        page.get_by_role("heading", name="Hail").wait_for()


def test_what_is_wrong_with_a_template_lies_over_the_page_until_it_is_mended(own, browser):
    (own / "templates").mkdir()
    with previewed(own) as preview, opened(browser, preview.address, bypass_csp=False) as page:
        (own / "templates/index.html").write_text("{{ nope }}")
        page.get_by_role("alert").filter(has_text="templates/index.html:1: 'nope' is undefined").wait_for()
        (own / "templates/index.html").unlink()

        page.get_by_role("alert").wait_for(state="hidden")

        assert page.get_by_role("heading", name="潮信").is_visible()


def test_a_page_that_is_left_open_says_that_the_preview_has_ended(own, browser):
    with ExitStack() as still_open:
        with previewed(own) as preview:
            page = still_open.enter_context(opened(browser, preview.address, bypass_csp=False))
            page.get_by_role("link", name="preview", exact=True).wait_for()

        page.get_by_role("link", name="preview: no connection").wait_for()


def test_mails_are_dark_and_light_beside_each_other(preview, browser):
    with opened(browser, f"{preview.address}_preview/edition/daily/2026-03-02") as page:
        page.wait_for_load_state("networkidle")

        colours = {
            frame.url.rpartition("/")[2]: frame.evaluate(BACKGROUND) for frame in page.frames if "mail" in frame.url
        }

        widths = [box["width"] for box in (one.bounding_box() for one in page.locator("iframe").all())]
        assert colours["light"] != colours["dark"]
        assert widths[:4] == [600, 600, 375, 375]


def test_a_link_of_a_page_leads_to_the_preview_of_its_edition(preview, browser):
    with opened(browser, f"{preview.address}digest/daily/2026-03-02/index.html", bypass_csp=False) as page:
        page.get_by_role("link", name="preview: 1 error").click()

        page.get_by_role("heading", name="Rain").first.wait_for()

        assert page.url.endswith("/_preview/edition/daily/2026-03-02")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_has_nothing_against_the_previews_pages(path, scheme, preview, browser):
    with opened(browser, f"{preview.address}_preview/{path}", color_scheme=scheme) as page:
        page.wait_for_load_state("load")

        assert axe_findings(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_the_previews_pages_fit_a_phone(path, preview, browser):
    with opened(browser, f"{preview.address}_preview/{path}", viewport={"width": 360, "height": 700}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == 360
