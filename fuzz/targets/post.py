"""Takes whole posts all the way: into every feed, page, text and message of a site."""

from collections.abc import Callable, Mapping

from feeds.arrangement import arrange
from feeds.articles import article_of, brief_of
from feeds.census import is_due
from feeds.entries import parse_post
from feeds.identity import with_ids_of_their_own
from feeds.model import Article, Entry
from feeds.outcomes import Parsed
from feeds.plan import plan
from feeds.records import packed, unpacker
from feeds.render import atom, email, jsonfeed, message, opml, pages, rss, text
from feeds.targets import Target as File
from fuzz import safety
from fuzz.promises import ALIEN, holds, is_web, json_of, mail, xml
from fuzz.seeds import ENGINES, HEADERS, POSTS, TAGS
from fuzz.targets import PART, Target
from fuzz.world import FRAME, NOW, READER, SITE

UNPACKED = unpacker(Parsed)
PATHS = ("a.md", "city/2026-03-03-b.html", "City/a.md")
NEIGHBOUR = b"---\ntitle: Neighbour\ndate: 2026-03-02\ncategories: [city]\n---\nIt is always there.\n"
ATOM = "{http://www.w3.org/2005/Atom}"
ITEMS = ("item", f"{ATOM}entry")
HTML_IN_ITEMS = ("description", "{http://purl.org/rss/1.0/modules/content/}encoded", f"{ATOM}content")
OURS = frozenset(["rel"])
"""Of the line that says where an item comes from."""

URLS_IN_XML = frozenset(["href", "url", "uri", "src", "xmlUrl", "htmlUrl"])


def check(data: bytes) -> None:
    """Hold every file that is made of the posts in *data* to its promise; the neighbour is in it, whatever they are."""
    posts = {**dict(zip(PATHS, data.split(PART), strict=False)), "neighbour.md": NEIGHBOUR}
    parsed = [parse_post(post, path, READER) for path, post in posts.items()]
    for outcome in parsed:
        holds(UNPACKED(packed(outcome)) == outcome, "the cache tells something else of a post")
        holds((outcome.entry is None) == (outcome.state != "entry"), "a post has no entry, and is one")
        for problem in outcome.diagnostics:
            holds(problem.code and "\n" not in problem.message, f"a bare {problem}")
    entries, _ = with_ids_of_their_own(tuple(one.entry for one in parsed if one.entry), SITE)
    due = tuple(entry for entry in entries if is_due(entry, NOW))
    holds(any(entry.path == "neighbour.md" for entry in due), "a post costs another")
    articles = {entry.id: article_of(posts[entry.path], entry, READER) for entry in due}
    for entry in due:
        _entry(entry, articles[entry.id], posts[entry.path])
    files = plan(arrange(due, SITE, NOW))
    _paths(files)
    for file in files:
        _made(file, articles)


def _entry(entry: Entry, article: Article, post: bytes) -> None:
    brief = brief_of(post, entry, READER)
    holds(brief.summary == article.summary, "the short way to a summary leads elsewhere")
    holds((brief.image or entry.image) == article.entry.image, "the short way to a picture leads elsewhere")
    holds(entry.title and "\n" not in entry.title and not ALIEN.search(entry.title), f"a title is {entry.title!r}")
    holds(entry.updated >= entry.published, "an entry changed before it was there")
    for url in (entry.original, entry.permalink, *(file.url for file in entry.enclosures)):
        holds(not url or url.startswith(("http://", "https://")), f"an entry leads to {url!r}")
    safety.body(article.html)


def _paths(files: tuple[File, ...]) -> None:
    paths = [file.path.casefold() for file in files]
    holds(len(paths) == len(set(paths)), "two files have one path")
    for path in paths:
        holds(not {"", ".", ".."}.intersection(path.split("/")) and "\\" not in path, f"a file leads to {path!r}")


def _made(file: File, articles: Mapping[str, Article]) -> None:
    shown = {entry.id: articles[entry.id] for entry in file.entries}
    data = RENDERERS[file.kind](file.subject, shown, FRAME)
    found = data.decode()
    holds(not ALIEN.search(found), f"{file.kind} has a character that XML forbids")
    CHECKS[file.kind](data)


def _feed(data: bytes) -> None:
    for element in xml(data).iter():
        for name, value in element.attrib.items():
            holds(name not in URLS_IN_XML or is_web(str(value)) or not value, f"{element.tag} leads to {value!r}")
        parent = element.getparent()
        if parent is not None and parent.tag in ITEMS and element.tag in HTML_IN_ITEMS:
            safety.body(element.text or "", ours=OURS)


def _json(data: bytes) -> None:
    feed = json_of(data)
    assert isinstance(feed, dict)
    for item in feed["items"]:
        holds(item.get("content_html") or item.get("content_text"), "an item has no content")
        safety.body(item.get("content_html", ""), ours=OURS)
        links = (item.get("url"), item.get("image"), *(file["url"] for file in item.get("attachments", ())))
        holds(all(is_web(url) for url in links if url), f"an item leads to one of {links}")


def _page(data: bytes) -> None:
    if data.lstrip().startswith(b"<!DOCTYPE"):
        safety.page(data.decode())
    holds(b"<script" not in data.lower() or data.lstrip().startswith(b"<!DOCTYPE"), "a file has a script")


def _email(data: bytes) -> None:
    safety.page(data.decode(), is_mail=True)


RENDERERS: Mapping[str, Callable[..., bytes]] = {
    "rss": rss.render,
    "atom": atom.render,
    "opml": opml.render,
    "jsonfeed": jsonfeed.render,
    "pages": pages.render,
    "email": email.render,
    "text": text.render,
    "message": message.render,
}
CHECKS: Mapping[str, Callable[[bytes], object]] = {
    "rss": _feed,
    "atom": _feed,
    "opml": xml,
    "jsonfeed": _json,
    "pages": _page,
    "email": _email,
    "text": bytes.decode,
    "message": mail,
}


TARGET = Target(check=check, seeds=(*POSTS, PART.join(POSTS[-3:])), tokens=(*HEADERS, *TAGS, *ENGINES), longest=4096)
