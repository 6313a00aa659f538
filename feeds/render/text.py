"""Renders an edition as the text part of its message."""

from collections.abc import Mapping

from feeds.model import Article
from feeds.render import _columns, _templates, email
from feeds.render._letter import Letter
from feeds.render._memory import latest
from feeds.targets import EditionPage, Frame
from feeds.text import printable


def render(subject: EditionPage, articles: Mapping[str, Article], frame: Frame) -> bytes:
    """Return *subject* as plain text, UTF-8: the same entries in the same order as in the HTML part.

    Latin text is in lines of at most 72 columns; CJK text is not broken, nor is any URL.
    """
    return text(email.fitted(subject, articles, frame).letter, frame)


@latest
def text(shown: Letter, frame: Frame) -> bytes:
    """Return *shown* as plain text, UTF-8; remembered, for an edition's message has it as well."""
    page = _templates.render(frame, "email.txt", letter=shown, wrap=_columns.wrap, width=_columns.width)
    return printable(page).encode()
