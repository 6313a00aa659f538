"""Renders an edition as the HTML part of its message, CSS inlined."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from feeds import compiled
from feeds.diagnostics import FeedsError
from feeds.model import Article
from feeds.render import _mime, _templates
from feeds.render._letter import MESSAGE, SHORT_SUMMARY, SUMMARY, Letter, letter, without_last
from feeds.render._memory import latest
from feeds.targets import EditionPage, Frame, MailSize
from feeds.text import printable

BUDGET = 95_000
"""Bytes of the HTML part as it is sent; Gmail cuts a message at about 102 KB."""

LONG = 60_000
"""Bytes from which on a way to unsubscribe stands at the top too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A message's HTML part within the budget, and what it shows."""

    letter: Letter
    html: bytes
    size: int
    """Bytes of `html` as it is sent: encoded."""


def render(subject: EditionPage, articles: Mapping[str, Article], frame: Frame) -> bytes:
    """Return *subject* as the HTML part of its message: UTF-8, within `BUDGET` once encoded.

    *articles* are by their entry's id. A template that is malformed or imports CSS is a `FeedsError`.
    """
    return fitted(subject, articles, frame).html


def mail_size(subject: EditionPage, articles: Mapping[str, Article], frame: Frame) -> MailSize:
    """Return how much of `BUDGET` the HTML part of *subject* takes; it costs nothing once that is rendered."""
    whole = fitted(subject, articles, frame)
    shown = len(whole.letter.stories)
    return MailSize(size=whole.size, budget=BUDGET, shown=shown, count=subject.edition.count)


def fitted(subject: EditionPage, articles: Mapping[str, Article], frame: Frame) -> Fitted:
    """Return the HTML part of *subject*, and the letter that the other parts must show as well.

    What is too large gets shorter summaries; then the section with most stories loses its last, and so on
    until the part fits. Nothing else is cut.
    """
    shown = tuple(articles[entry.id] for entry in subject.edition.entries)
    return _fitted(subject, shown, frame)


@latest
def _fitted(subject: EditionPage, shown: tuple[Article, ...], frame: Frame) -> Fitted:
    """Return the same; remembered, for the three files of an edition need it one after the other."""
    articles = {article.entry.id: article for article in shown}
    attempt = _attempt(subject, articles, frame, SUMMARY)
    if attempt.size > BUDGET:
        attempt = _attempt(subject, articles, frame, SHORT_SUMMARY)
    return attempt if attempt.size <= BUDGET else _cut(subject, articles, frame)


def _cut(subject: EditionPage, articles: Mapping[str, Article], frame: Frame) -> Fitted:
    """Return the largest attempt that fits, by bisection over the number of stories left out."""
    fits = len(subject.edition.entries)
    best = _shortened(subject, articles, frame, fits)
    too_few = 0
    while fits - too_few > 1:
        middle = (fits + too_few) // 2
        attempt = _shortened(subject, articles, frame, middle)
        if attempt.size <= BUDGET:
            fits, best = middle, attempt
        else:
            too_few = middle
    return best


def _shortened(subject: EditionPage, articles: Mapping[str, Article], frame: Frame, left_out: int) -> Fitted:
    shorter = replace(subject, edition=without_last(subject.edition, left_out))
    return _attempt(shorter, articles, frame, SHORT_SUMMARY)


def _attempt(subject: EditionPage, articles: Mapping[str, Article], frame: Frame, summary: int) -> Fitted:
    shown = letter(subject, articles, frame, summary=summary)
    attempt = _measured(shown, frame)
    if attempt.size <= LONG:
        return attempt
    return _measured(replace(shown, is_long=True), frame)


def _measured(shown: Letter, frame: Frame) -> Fitted:
    page = html(shown, frame)
    return Fitted(letter=shown, html=page, size=len(_mime.encoded(page)[1]))


def html(shown: Letter, frame: Frame) -> bytes:
    """Return *shown* as HTML, its CSS inlined: in the templates where that is possible, else in the page."""
    return inlined_html(MESSAGE, shown, frame)


def inlined_html(name: str, shown: object, frame: Frame) -> bytes:
    """Return the page that the template *name* makes of the letter *shown*, its CSS inlined likewise."""
    inlined = _inlined_frame(frame, name)
    if inlined is not None:
        with suppress(FeedsError):  # the slow way meets it again, at the line that its author knows
            page = _templates.render(inlined, name, letter=shown)
            return printable(page.lstrip()).encode()
    from feeds.render._inlining import inlined_page  # noqa: PLC0415 - as below

    return printable(inlined_page(_templates.render(frame, name, letter=shown), name)).encode()


def inlined_template(frame: Frame, name: str = MESSAGE) -> str | None:
    """Return the template *name* with its CSS inlined; None where that can be done only page by page.

    It can be where the HTML between the Jinja tags, those of the templates that it extends and includes as well,
    is that of one well-formed document, and its style sheet asks only for types, classes and descendants.
    """
    inlined = _inlined_frame(frame, name)
    return None if inlined is None else inlined.templates[name]


@latest
def _inlined_frame(frame: Frame, name: str) -> Frame | None:
    """Return *frame* with the CSS inlined in all templates that the message of *name* is made of."""
    made_of = "\0".join(text for named in sorted(frame.templates.items()) for text in named)
    kept = compiled.kept(frame.workshop, name, made_of)
    changed = _inlined(name, frame.templates) if kept is None else json.loads(kept)
    if kept is None:
        compiled.keep(frame.workshop, name, made_of, json.dumps(changed).encode())
    return None if changed is None else replace(frame, templates={**frame.templates, **changed})


def _inlined(name: str, templates: Mapping[str, str]) -> dict[str, str] | None:
    from feeds.render._inlining import inlined_templates  # noqa: PLC0415 - a run that has the result needs none of it

    return inlined_templates(name, templates)
