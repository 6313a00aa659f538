"""Makes the preview's own pages, and what a preview adds to those of the site."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from html import escape
from pathlib import Path

from feeds.diagnostics import Severity
from feeds.languages import direction
from feeds.preview._look import Look
from feeds.render import previews
from feeds.settings import Site

ROOM = "_preview/"
"""Where the preview's own pages are: no slug begins so."""

_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")')
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
_HEADINGS = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.NOTE: "Notes"}


def page(name: str, look: Look, **values: object) -> str:
    """Return the preview's page *name* with *values*, beside the look that every page shows some of."""
    known = {
        "look": look,
        "site": look.site,
        "room": f"/{ROOM}",
        "headings": _HEADINGS,
        "problem_count": _problems(look),
        "direction": direction,
        "local": partial(_local, look.site),
    }
    return previews.render(name, _templates(), known | values)


def _problems(look: Look) -> str:
    return ", ".join(f"{count} {severity}{'s' if count > 1 else ''}" for severity, count in look.counts.items())


def _local(site: Site, instant: datetime) -> str:
    """Return *instant* as it is written where the site is."""
    return f"{instant.astimezone(site.zone):%Y-%m-%d %H:%M}"


@cache
def _templates() -> Mapping[str, str]:
    folder = Path(__file__).parent / "pages"
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.html"))}


def lively(html: str, look: Look) -> str:
    """Return a page of the site with the script that loads it again when it has changed.

    Its policy keeps all that it forbids, and allows what comes from the preview: the first of two directives counts
    (CSP 3 §2.2.1).
    """
    html = _POLICY.sub(r"\1script-src 'self'; connect-src 'self'; ", html, count=1)
    script = f'<script src="/{ROOM}live.js" data-mark="{escape(look.mark)}" defer></script>'
    head = _HEAD.search(html)
    return f"{html[: head.end()]}{script}{html[head.end() :]}" if head else html + script


def framed(html: str, site: Site, scheme: str) -> str:
    """Return an e-mail's HTML for a frame, as a program shows it whose *scheme* is `light` or `dark`.

    Links open beside the frame, and those to the site lead to what is previewed of it.
    """
    html = html.replace(f'href="{escape(site.url)}', 'href="/')
    html = html.replace('content="light dark"', f'content="{scheme}"')
    html = html.replace("(prefers-color-scheme: dark)", "(min-width: 0)" if scheme == "dark" else "(max-width: 0)")
    return _HEAD.sub(r'\g<0><base target="_blank">', html, count=1)


def news(look: Look) -> str:
    """Return what a page that is open is told of *look*, as a server-sent event."""
    told = {"mark": look.mark, "trouble": look.trouble, "problems": _problems(look)}
    return f"data: {json.dumps(told)}\n\n"
