"""Opens everything that a site of hostile posts publishes in a real browser, and sees who is asked for what."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

from torture.attempts import attempts
from torture.chromium import Browser, Visit, browsing, program
from torture.recorder import Asked, Recorder, recording
from torture.runs import environment, run
from torture.wards import Tally

SITE = "news.example"
"""Where the site believes to be."""

BARE = "bare.example"
"""Where texts are shown alone, as mail programs and feed readers do."""

CONFIG = f"""
[site]
title = "Tide"
url = "http://{SITE}/"

[content]
dedupe = false

[feeds]
by = ["category", "tag", "author", "source", "language"]
entries = 2000
max_bytes = 100_000_000

[[digests]]
entries = 2000
per_category = 2000
"""
_UNSAFE = """
import feeds.body
feeds.body.clean = lambda html, *, base, page: html
from feeds.cli import main
main()
"""
"""feeds without its sanitiser, so that the pages' policy stands alone."""

_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
_PICTURES = frozenset(["Image", "Media"])
_OURS = re.compile(rf"(?:{re.escape(SITE)}|{re.escape(BARE)})\Z")
_SHOWN = re.compile(r"p\d+\.example\Z")
_TRIED = re.compile(r"[hj](\d+)\.example\Z")
_IN_LOG = re.compile(rb"https?://([hj]\d+\.example)\b|(?<![/\w.])([hj]\d+\.example):\d")

_LOOK = Path(__file__).with_name("look.js").read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Document:
    """Something to open."""

    url: str
    name: str
    """For the report."""

    kind: str
    """page, mail, data or text."""


def trial(folder: Path, seed: int = 1, kills: int = 0) -> Tally:  # noqa: ARG001 - it leaves nothing to chance
    """Open what a site of hostile posts publishes in *folder*, with its policy and without it; count what got out."""
    tally = Tally()
    if not program():
        tally.remarks.append("left out: there is no Chromium on this machine")
        return tally
    tried = attempts()
    site = hostile_site(folder / "site")
    ended = run(site)
    tally.holds(ended.code in {0, 1}, f"the build ended with {ended.code}: {ended.words[-400:]}")
    served, documents = _published(site)
    pages = [document for document in documents if document.kind == "page"]
    raw = {f"{BARE}/raw/{attempt.number}.html": _bare(attempt.raw) for attempt in tried if attempt.raw}
    with recording(served | raw) as recorder, browsing(folder / "profile", recorder.port) as browser:
        _all_opened(browser, recorder, documents, tally)
        pictures = _pictures(recorder.asked)
        browser.bypass_policy(enabled=True)
        _all_opened(browser, recorder, pages, tally, how=" without policy")
    logged = _hosts_in(folder / "profile/net.json")
    tally.findings += [f"the browser's own log knows {host}" for host in sorted(logged)]
    with recording(raw) as recorder, browsing(folder / "bare", recorder.port) as browser:
        fired = _fired(browser, recorder, raw)
    logged = _hosts_in(folder / "bare/net.json")
    tally.holds(len(logged) > len(fired) // 2, f"the browser's own log knows only {len(logged)} hosts")
    tally.holds(len(fired) > len(raw) // 3, f"only {len(fired)} attempts did anything in a page without protection")
    tally.disturbances, tally.files = len(tried), len(documents) + len(pages)
    kinds = Counter(document.kind for document in documents)
    tally.remarks += [
        f"{len(tried)} attempts; {len(fired)} of {len(raw)} bodies do something in a page without protection",
        "opened, and pages without policy again: "
        + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())),
        f"pictures and sounds shown on purpose: {pictures}",
        _policy_alone(folder / "unsafe", tally),
    ]
    return tally


# --- the site ------------------------------------------------------------------------------------


def hostile_site(folder: Path) -> Path:
    """Return *folder*, made a site of every attempt."""
    (folder / "content").mkdir(parents=True)
    (folder / "feeds.toml").write_text(CONFIG, encoding="utf-8")
    for attempt in attempts():
        (folder / "content" / attempt.path).write_text(attempt.text, encoding="utf-8")
    return folder


def _published(site: Path) -> tuple[dict[str, bytes], list[Document]]:
    """Return what is served, by host and path, and what is to be opened of it."""
    out = site / "out"
    files = {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    served = {f"{SITE}/{quote(path)}": data for path, data in files.items()}
    documents = [
        Document(url=f"http://{SITE}/{quote(path)}", name=path, kind=_kind(path))
        for path in files
        if path.endswith((".html", ".xml", ".json", ".opml"))
    ]
    for number, (name, kind, html) in enumerate(_texts(files)):
        place = f"{BARE}/{number}.html"
        served[place] = html
        documents.append(Document(url=f"http://{place}", name=name, kind=kind))
    return served, documents


def _kind(path: str) -> str:
    return "mail" if path.endswith("email.html") else "page" if path.endswith(".html") else "data"


def _texts(files: Mapping[str, bytes]) -> Iterator[tuple[str, str, bytes]]:
    """Yield name, kind and HTML of what is shown outside of pages: HTML parts of messages, entries of feeds."""
    seen: set[str] = set()
    for path, data in files.items():
        if path.endswith(".eml"):
            part = message_from_bytes(data, policy=policy.default).get_body(("html",))
            yield path, "mail", (part.get_content() if part else "").encode()
        for number, text in enumerate(_contents(path, data)):
            if text not in seen:
                seen.add(text)
                yield f"{path}, text {number + 1}", "text", _bare(text)


def _contents(path: str, data: bytes) -> Iterator[str]:
    """Yield each text of a feed that readers show as HTML."""
    if path.endswith("feed.json"):
        yield from (item.get("content_html", "") for item in json.loads(data)["items"])
    elif path.endswith(".xml"):
        # of RSS, an item's description is HTML, all other text is plain (RSS Advisory Board, Best Practices)
        feed = ET.fromstring(data)
        html = [*feed.iterfind(".//item/description"), *feed.iterfind(f".//{_ENCODED}")]
        html += [element for element in feed.iter() if element.get("type") in {"html", "xhtml"}]
        yield from (element.text or "" for element in html)


def _bare(html: str) -> bytes:
    return f"<!DOCTYPE html><meta charset=utf-8><title>text</title><body>{html}".encode("utf-8", "replace")


# --- opening -------------------------------------------------------------------------------------


def _all_opened(
    browser: Browser, recorder: Recorder, documents: Iterable[Document], tally: Tally, *, how: str = ""
) -> None:
    """Open each of *documents*, and take down whatever it does that nobody wants."""
    for document in documents:
        known = len(recorder.asked)
        visit = browser.visit(document.url)
        found = [*_unwanted(visit, document.url), *_strangers(recorder.asked[known:])]
        found += browser.ask(_LOOK.replace("MAIL", "true" if document.kind == "mail" else "false")) or []
        tally.findings += [f"{document.name}{how}: {what}" for what in dict.fromkeys(found)]
    known = len(recorder.asked)
    late = [*_unwanted(browser.wait(1), ""), *_strangers(recorder.asked[known:])]
    tally.findings += [f"later{how}: {what}" for what in dict.fromkeys(late)]


def _unwanted(visit: Visit, url: str) -> Iterator[str]:
    """Yield what a visit to *url* did beyond showing text, pictures and sounds."""
    for facts in visit.of("Network.requestWillBeSent"):
        asked, kind = facts["request"]["url"], facts.get("type", "")
        host = urlsplit(asked).hostname or ""
        is_icon = asked.startswith("data:image/") and kind == "Image"  # of players; a post's would be an attribute
        if not (is_icon or _OURS.match(host) or (_SHOWN.match(host) and kind in _PICTURES)):
            yield f"asks {asked[:90]} as {kind}"
    for facts in visit.of("Debugger.scriptParsed"):
        if not facts["url"].startswith("chrome-error:"):  # the browser's page where a frame was refused
            yield f"runs a script: {facts['url'][:60]}"
    yield from (f"opens a dialog: {facts['message'][:60]}" for facts in visit.of("Page.javascriptDialogOpening"))
    yield from (f"opens {facts['targetInfo']['url'][:60]}" for facts in visit.of("Target.targetCreated"))
    for facts in visit.of("Page.frameNavigated"):
        if url and facts["frame"]["url"].partition("#")[0] != url:
            yield f"goes to {facts['frame']['url'][:60]}"


def _strangers(asked: Iterable[Asked]) -> Iterator[str]:
    """Yield who else was asked, by those who heard it."""
    for one in asked:
        if one.host.endswith(".example") and not _SHOWN.match(one.host) and not _OURS.match(one.host):
            yield f"{one.host} was asked: {one.line[:60]}"


def _pictures(asked: Iterable[Asked]) -> str:
    shown = [one for one in asked if _SHOWN.match(one.host)]
    told = Counter(one.referrer or "no referrer" for one in shown if one.line != "TLS")
    hosts = {one.host for one in shown}
    return f"{len(shown)} requests to {len(hosts)} hosts; told in the clear: {dict(told)}"


def _fired(browser: Browser, recorder: Recorder, raw: Iterable[str]) -> set[str]:
    """Return the numbers of the attempts that do something where nothing protects the reader."""
    known = len(recorder.asked)
    numbers: set[str] = set()
    for place in raw:
        visit = browser.visit(f"http://{place}")
        urls = [facts["request"]["url"] for facts in visit.of("Network.requestWillBeSent")]
        numbers |= {found[1] for url in urls if (found := _TRIED.match(urlsplit(url).hostname or ""))}
    browser.wait(1)
    return numbers | {found[1] for one in recorder.asked[known:] if (found := _TRIED.match(one.host))}


def _hosts_in(log: Path) -> set[str]:
    """Return the hosts of attempts that the browser's own record of the network names: a second witness."""
    return {found.decode() for pair in _IN_LOG.findall(log.read_bytes()) for found in pair if found}


def _policy_alone(folder: Path, tally: Tally) -> str:
    """Open the pages of a build without sanitiser: only their policy protects; say what gets past it."""
    site = hostile_site(folder / "site")
    line = [sys.executable, "-c", _UNSAFE, "-C", str(site), "-q", "build", "--jobs", "1"]
    subprocess.run(line, env=environment(), capture_output=True, check=False)
    served, documents = _published(site)
    pages = [document for document in documents if document.kind == "page"]
    with recording(served) as recorder, browsing(folder / "profile", recorder.port) as browser:
        scripts = [what for page in pages for what in _unwanted(browser.visit(page.url), "") if what.startswith("runs")]
        browser.wait(1)
        hosts = {one.host for one in recorder.asked}
    ran = sorted(host for host in hosts if re.match(r"j\d", host))
    tally.findings += [f"the policy alone lets a script ask {host}" for host in ran]
    past = sorted({int(found[1]) for host in hosts if (found := _TRIED.match(host)) and host[0] == "h"})
    return (
        f"without sanitiser, the policy alone on {len(pages)} pages: {len(scripts)} scripts, {len(ran)} requests by"
        f" scripts; other requests by attempts {past}"
    )
