"""Every way known to us in which a post may try to run a script, or make a browser load or send something.

`@H@` is a host that nobody may ever ask, `@J@` a statement that asks one, `@P@` the host of a picture or sound that a
post shows, which a reader sees on purpose. Each attempt has a number of its own in all three.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BODIES = Path(__file__).with_name("attempts.txt")
"""One a line; ⏎ stands for a line's end."""

_FIELD_VALUES = (
    "<script>@J@</script>",
    '"><script>@J@</script>',
    "'><img src=x onerror=@J@>",
    'x" onmouseover="@J@" autofocus onfocus="@J@',
    "</title></style></textarea><svg onload=@J@>",
    "]]><script>@J@</script>",
    "&lt;img src=x onerror=@J@&gt;",
    "{{ '<script>@J@</script>' | safe_html }}",
    "<style>@import '//@H@/f.css'</style><link rel=stylesheet href=//@H@/l.css>",
    '<p style="background: url(//@H@/s.png)"><base href=//@H@/>',
    "--><script>@J@</script>",
    "?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>@J@</x:script>",
)
_FIELD_URLS = (
    "javascript:@J@",
    "java\\tscript:@J@",
    "data:text/html,<script>@J@</script>",
    '//@H@/x\\"><script>@J@</script>',
    'https://l.example/\\" onmouseover=\\"@J@',
    "https://l.example/'><script>@J@</script>",
    "https://l.example/]]><script>@J@</script>",
    "vbscript:@J@",
)
_NAMED = (
    "title", "description", "summary", "categories", "tags", "author", "source", "lang", "slug", "id", "subtitle",
    "image_alt", "keywords", "copyright",
)  # fmt: skip
_ADDRESSED = (
    "source_url", "original_url", "canonical_url", "link", "permalink", "image", "enclosure", "author_url", "via",
    "cover", "thumbnail", "audio", "guid",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try, as a post."""

    number: int
    path: str
    text: str
    """The whole post."""

    raw: str = ""
    """What it tries, as HTML; empty where it stands in the header."""


def attempts() -> tuple[Attempt, ...]:
    """Return every attempt: each body as Markdown and as HTML, each value in each field."""
    return tuple(_armed(number, *parts) for number, parts in enumerate(_tries(), 1))


def _tries() -> Iterator[tuple[str, str, str]]:
    """Yield suffix, header and body of each."""
    for body in BODIES.read_text(encoding="utf-8").splitlines():
        for suffix in ("md", "html"):
            yield suffix, f"title: A {suffix} body", body.replace("⏎", "\n")
    for name in _NAMED:
        for value in _FIELD_VALUES:
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            title = "" if name == "title" else "title: A field\n"
            yield "md", f'{title}{name}: "{escaped}"', ""
    for name in _ADDRESSED:
        for value in _FIELD_URLS:
            yield "md", f'title: An address\n{name}: "{value}"', ""


def _armed(number: int, suffix: str, header: str, body: str) -> Attempt:
    def arm(text: str) -> str:
        statement = f"new/**/Image().src='//j{number}.example/'"
        known = {"@J@": statement, "@H@": f"h{number}.example", "@P@": f"p{number}.example"}
        for mark, value in known.items():
            text = text.replace(mark, value)
        return text

    day, minute = number % 25 + 1, number % 60
    date = f"date: 2026-02-{day:02}T08:{minute:02}:00Z"
    text = f"---\n{arm(header)}\n{date}\n---\n{arm(body) or 'Text.'}\n"
    return Attempt(number=number, path=f"{number:04}.{suffix}", text=text, raw=arm(body))
