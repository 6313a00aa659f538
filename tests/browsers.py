"""A Chromium for the tests that look at pages, where one is installed; it reaches this machine only."""

import os
import shutil
from contextlib import contextmanager

import pytest

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_HERE_ONLY = ("--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost")
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")


@pytest.fixture(scope="module")
def browser():
    """Run a headless Chromium; where none can be run, the test is left out.

    It lives for one module, since while it does its thread has a running event loop, and no other test can have one.
    To start it takes 0.6 s.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        pytest.skip("Chromium is not installed")
    is_root = os.geteuid() == 0  # whom Chromium's sandbox refuses
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=program, args=_HERE_ONLY, chromium_sandbox=not is_root)
        yield chromium
        chromium.close()


@contextmanager
def opened(browser, url, **options):
    """Open *url* in a window of its own, with options of `browser.new_context`, and give the page.

    Its policy is not held, so that axe runs in it; `bypass_csp=False` holds it.
    """
    context = browser.new_context(**({"bypass_csp": True, "reduced_motion": "reduce"} | options))
    try:
        page = context.new_page()
        page.goto(url)
        yield page
    finally:
        context.close()


def axe_findings(page):
    """Return what axe has against the page, WCAG 2.2 AA and good practice: (rule, where, why), in axe's order."""
    from axe_playwright_python.base import AXE_SCRIPT  # noqa: PLC0415 - where it is installed

    options = {"runOnly": {"type": "tag", "values": list(_RULES)}, "resultTypes": ["violations"]}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(options).then(found => found.violations)", options)
    return [(rule["id"], " ".join(map(str, node["target"])), _why(node)) for rule in found for node in rule["nodes"]]


def _why(node):
    return "; ".join(check["message"] for check in (*node["any"], *node["all"], *node["none"]))
