"""Writes messages of editions whose titles, names and addresses strangers chose."""

import json
import re
from collections.abc import Iterator

from feeds.arrangement import arrange
from feeds.articles import article_of, reader_of
from feeds.config import parse_site
from feeds.diagnostics import ConfigError, FeedsError
from feeds.entries import parse_post
from feeds.identity import with_ids_of_their_own
from feeds.model import Article
from feeds.plan import plan
from feeds.render import email, message, text
from feeds.targets import EditionPage, Frame
from fuzz import safety
from fuzz.promises import holds, mail
from fuzz.seeds import HEADERS
from fuzz.targets import PART, Target, texts
from fuzz.world import NOW, TEMPLATES, workshop

HEAD = [
    *("From", "Reply-To", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Help"),
    *("List-Archive", "List-Post", "Archived-At", "Auto-Submitted", "Precedence", "X-Auto-Response-Suppress"),
    *("Content-Language", "MIME-Version", "Content-Type"),
]
"""Every header of a message, in its order."""

_UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\x00-\x1f\x7f-\x9f]")


def check(data: bytes) -> None:
    """Hold messages to their promise: no text of a stranger's ends a header, and every part is well-formed."""
    values = [value.encode("utf-8", "replace").decode() for value in texts(data, 9)]
    try:
        site = parse_site(_config(values))
        frame = Frame(site=site, templates=TEMPLATES, workshop=workshop())
        for subject, articles in _editions(_post(values), frame):
            _message(subject, articles, frame)
    except (ConfigError, FeedsError) as error:
        holds(error.exit_code == 2, f"a message could not be written: {error}")  # noqa: PLR2004 - the contract's


def _message(subject: EditionPage, articles: dict[str, Article], frame: Frame) -> None:
    written = message.render(subject, articles, frame)
    parsed = mail(written)
    mailed = frame.site.mail
    wanted = [name for name in HEAD if name != "Reply-To" or mailed.reply_to]
    holds(parsed.keys() == wanted, f"the headers are {parsed.keys()}")
    letter = email.fitted(subject, articles, frame).letter
    subject_line = str(parsed["Subject"])
    holds(subject_line == letter.subject, f"the subject {letter.subject!r} is read as {subject_line!r}")
    holds(not _UNSEEN.search(subject_line), f"the subject {subject_line!r} has what nobody sees")
    for name in ("From", "Reply-To"):
        addresses = parsed[name].addresses if parsed[name] else ()
        holds(len(addresses) == (name in wanted), f"{name} has {len(addresses)} addresses")
    _parts(parsed.get_payload(), subject, articles, frame)


def _parts(parts: object, subject: EditionPage, articles: dict[str, Article], frame: Frame) -> None:
    assert isinstance(parts, list)
    holds([part.get_content_type() for part in parts] == ["text/plain", "text/html"], "the parts are others")
    plain, html = (part.get_payload(decode=True).decode().replace("\r\n", "\n").rstrip("\n") for part in parts)
    holds(plain == text.render(subject, articles, frame).decode().rstrip("\n"), "the text part is another")
    holds(html == email.render(subject, articles, frame).decode().rstrip("\n"), "the HTML part is another")
    safety.page(html, is_mail=True)


def _editions(post: bytes, frame: Frame) -> Iterator[tuple[EditionPage, dict[str, Article]]]:
    """Yield each message that there is to write, with the articles that it shows."""
    reader = reader_of(frame.site)
    entry = parse_post(post, "a.md", reader).entry
    entries, _ = with_ids_of_their_own((entry,) if entry else (), frame.site)
    for file in plan(arrange(entries, frame.site, NOW)):
        if isinstance(file.subject, EditionPage) and file.kind == "message":
            yield file.subject, {one.id: article_of(post, one, reader) for one in file.entries}


def _config(values: list[str]) -> str:
    title, sender, reply, author, digest, unsubscribe, address, *_ = map(_quoted, values)
    return f"""
    [site]
    title = {title if title != '""' else '"Tide"'}
    url = "https://news.example.org/"
    author = {{ name = {author}, email = "desk@example.org" }}
    [[digests]]
    title = {digest}
    [mail]
    from = {sender}
    reply_to = {reply}
    unsubscribe = {unsubscribe}
    postal_address = {address}
    """


def _quoted(value: str) -> str:
    """Return *value* as a string of TOML."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _post(values: list[str]) -> bytes:
    title, category = values[7:9]
    header = {"title": title, "date": "2026-03-02 09:00", "categories": [category], "source": title, "author": category}
    return f"{json.dumps(header)}\nIt was late.\n".encode()


TARGET = Target(
    check=check,
    seeds=tuple(
        PART.join(value.encode() for value in values)
        for values in (
            ("Tide", "", "", "", "", "", "", "Low tide", "City"),
            ("Tide", "", "", "Ada", "=?utf-8?q?x?=", "", "", "=?utf-8?b?eA==?= b", "City"),
            ("Tide", '"\u202ea" <a@b.example>', "", "Ada", "\u202eday\u200b", "", "", "a\u202eb", "\u2066c"),
            (
                "潮汐",
                "潮汐 <news@example.org>",
                "desk@example.org",
                "Ada",
                "每日",
                "leave@example.org",
                "12 Quay St",
                "晚报" * 40,
                "城",
            ),
            (
                "A\r\nBcc: x@y.example",
                '"A\\"B" <a@b.example>',
                "A, B <a@b.example>",
                "x\ny",
                "=?utf-8?q?x?=",
                "a@例え.example",
                "",
                "\u202eX\r\n\r\n<b>",
                "a\\b",
            ),
            (
                "a" * 200,
                "x" * 300 + " <a@b.example>",
                "é" * 90 + " <a@b.example>",
                "",
                " b" * 60,
                "a+b%c@d.example",
                "\t",
                "👨‍👩‍👧" * 30,
                ".",
            ),
            ("Tide", '"' + "a, " * 400 + '" <a@b.example>', "", "", "e" * 1200, "", "", "Ebb", "City"),
            ("Tide", "", "", "Ada " * 300, "", "", "", "Ebb", "City"),
            ("Tide", "a" * 1200 + "@b.example", "", "", "", "", "", "Ebb", "City"),
            ("Tide", "", "a@" + "b." * 600 + "example", "", "", "", "", "Ebb", "City"),
        )
    ),
    tokens=(
        *(
            "\r\n",
            "\n",
            "\r",
            "\x00",
            "=?utf-8?B?",
            "?=",
            "=?",
            " <",
            ">",
            "@",
            '"',
            "\\",
            ",",
            ";",
            ":",
            "(",
            ")",
            "<a@b.example>",
        ),
        *(
            "\u202e",
            "\u2028",
            "\u200b",
            "é",
            "晚",
            "👨‍👩‍👧",
            "\u0301",
            "Bcc: ",
            "--=_",
            "From ",
            ".",
            "   ",
            "a@b.example",
            *HEADERS[:4],
        ),
    ),
    longest=2048,
)
