"""Turns a post's Markdown into raw HTML."""

import re

from pyromark import Markdown, Options

from feeds.text import printable

_MARKDOWN = Markdown(
    options=Options.ENABLE_TABLES
    | Options.ENABLE_FOOTNOTES
    | Options.ENABLE_STRIKETHROUGH
    | Options.ENABLE_TASKLISTS
    | Options.ENABLE_HEADING_ATTRIBUTES
    | Options.ENABLE_GFM,
)
_DOCUMENT = re.compile(r"\s*+(?:<\?xml[^>]*>\s*+)?<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_CONTENT = re.compile(r"<body\b[^<>]*>", re.IGNORECASE)
_HEAD_END = re.compile(r"</head\s*>", re.IGNORECASE)
_CONTENT_END = re.compile(r"</body\s*>", re.IGNORECASE)
_ALIGNED = re.compile(r'<(t[hd]) style="text-align: (\w+)">')
_NOTE = re.compile(r'<sup class="footnote-reference"><a href="#[^"]*">(\d+)</a></sup>')
_NOTE_LABEL = re.compile(r'<sup class="footnote-definition-label">(\d+)</sup>\n(<p>)?')
_MORE = re.compile(
    r"<!--\s*(?:more\b[^>]{0,200}?|truncate|read-?more|excerpt|end[-_ ]?(?:excerpt|summary)|pelican_end_summary)\s*-->",
    re.IGNORECASE,
)


def to_html(text: str, *, is_html: bool) -> str:
    """Return a post's text as raw HTML: `clean` it before anyone sees it.

    Markdown is CommonMark with tables, footnotes, task lists, strikethrough and heading attributes; quotes and dashes
    stay as written. Footnotes are numbers in brackets, not links: their places are ours, and not on the post's own
    page. HTML stays as it is. Of a whole document, whichever way it came, the body's content is left.
    """
    if _DOCUMENT.match(text):
        before = _CONTENT.search(text) or _HEAD_END.search(text)
        start = before.end() if before else 0
        end = _CONTENT_END.search(text, start)
        return text[start : end.start() if end else None]
    if is_html:
        return text
    try:
        html = _MARKDOWN.html(text)
    except UnicodeEncodeError:
        html = _MARKDOWN.html(printable(text))
    if 'style="text-align: ' in html:
        html = _ALIGNED.sub(r'<\1 align="\2">', html)
    if 'class="footnote-' in html:
        html = _NOTE_LABEL.sub(r"\2[\1] ", _NOTE.sub(r"<sup>[\1]</sup>", html))
    return html


def before_more(html: str) -> str:
    """Return what stands before `<!--more-->` or another engine's mark of the same meaning in raw *html*; else nothing.

    The marks: `more` (with WordPress's words), `truncate`, `read-more`, `excerpt`, `end-excerpt`, `end-summary`,
    `PELICAN_END_SUMMARY`. Elements may be left open: `clean` closes them.
    """
    mark = _MORE.search(html) if "<!--" in html else None
    return html[: mark.start()] if mark else ""
