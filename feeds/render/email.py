"""Renders an edition as the HTML part of its message, CSS inlined; the only room that knows premailer."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache

from feeds.diagnostics import FeedsError
from feeds.model import Article, Site
from feeds.render import _mime, _templates
from feeds.render._letter import SHORT_SUMMARY, SUMMARY, Letter, letter, without_last
from feeds.render._masking import masked
from feeds.targets import EditionPage, Frame
from feeds.text import printable

BUDGET = 95_000
"""Bytes of the HTML part as it is sent; Gmail cuts a message at about 102 KB."""

LONG = 60_000
"""Bytes from which on a way to unsubscribe stands at the top too."""

_SILENT = 60
"""A level of logging above all others."""

_TEMPLATE = "email.html"
_DOCTYPE = "<!DOCTYPE html>"
_INCLUDED_CSS = re.compile(r"""\{%-?\s*include\s+["']([^"']+\.css)["']\s*-?%\}""")
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_REFUSED = re.compile(r"@import|@namespace|expression\s*\(|behavior\s*:", re.IGNORECASE)


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


def fitted(subject: EditionPage, articles: Mapping[str, Article], frame: Frame) -> Fitted:
    """Return the HTML part of *subject*, and the letter that the other parts must show as well.

    What is too large gets shorter summaries; then the section with most stories loses its last, and so on
    until the part fits. Nothing else is cut.
    """
    shown = tuple(articles[entry.id] for entry in subject.edition.entries)
    return _fitted(subject, shown, frame.site, tuple(frame.templates.items()))


@lru_cache(maxsize=2)
def _fitted(
    subject: EditionPage, shown: tuple[Article, ...], site: Site, templates: tuple[tuple[str, str], ...]
) -> Fitted:
    """Return the same; remembered, for the three files of an edition need it one after the other."""
    frame = Frame(site=site, templates=dict(templates))
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
    """Return *shown* as HTML, its CSS inlined: in the template where that is possible, else in the page."""
    inlined = inlined_template(frame)
    if inlined is not None:
        with suppress(FeedsError):  # the slow way meets it again, at the line that its author knows
            page = _templates.render(_with(frame, inlined), _TEMPLATE, letter=shown)
            return printable(page).encode()
    return printable(_inlined(_templates.render(frame, _TEMPLATE, letter=shown))).encode()


def inlined_template(frame: Frame) -> str | None:
    """Return the template with its CSS inlined; None where that can be done only page by page.

    It can be where the HTML between the Jinja tags is that of one well-formed document.
    """
    return _inlined_source(_assembled(frame))


def _with(frame: Frame, source: str) -> Frame:
    return replace(frame, templates={**frame.templates, _TEMPLATE: source})


def _assembled(frame: Frame) -> str:
    """Return the template with the style sheets that it includes; one that imports is refused."""
    source = frame.templates.get(_TEMPLATE, "")
    for name in _INCLUDED_CSS.findall(source):
        _refuse_imports(frame.templates.get(name, ""), name)
    for style in _STYLE.findall(source):
        _refuse_imports(style, _TEMPLATE)
    return _INCLUDED_CSS.sub(lambda match: frame.templates.get(match[1], match[0]), source)


def _tidied(style: str) -> str:
    """Return a style element without comments and blank lines."""
    return "\n".join(line for line in _CSS_COMMENT.sub("", style).splitlines() if line.strip())


def _refuse_imports(css: str, name: str) -> None:
    found = _REFUSED.search(_CSS_COMMENT.sub(lambda match: "\n" * match[0].count("\n"), css))
    if found:
        raise FeedsError(
            f"templates/{name}: `{found[0].strip()}` is not allowed in the style sheet of an e-mail",
            help="write the rules into the template itself: mail programs fetch nothing",
        )


@lru_cache(maxsize=4)
def _inlined_source(source: str) -> str | None:
    """Return the same for the template *source*; remembered, for it costs as much as a hundred pages."""
    before, doctype, document = source.partition(_DOCTYPE)
    template = masked(document) if doctype else None
    if template is None:
        return None
    try:
        lifted = template.lifted(_inlined(f"{doctype}{template.text}"))
    except FeedsError:
        return None
    return None if lifted is None else f"{before}{lifted}"


def _inlined(page: str) -> str:
    """Return *page* with the rules of its first style sheet in its elements; nothing is fetched or read."""
    from premailer import Premailer  # noqa: PLC0415 - costs a quarter of a second

    for style in _STYLE.findall(page):
        _refuse_imports(style, _TEMPLATE)
    try:
        with _closed_cssutils():
            inlined = Premailer(
                _STYLE.sub(lambda match: _tidied(match[0]), page.strip()),
                method="html",
                allow_network=False,
                allow_loading_external_files=False,
                base_url=None,
                disable_link_rewrites=True,
                external_styles=None,
                css_text=None,
                strip_important=False,
                keep_style_tags=False,
                remove_classes=False,
                exclude_pseudoclasses=True,
                include_star_selectors=False,
                disable_leftover_css=False,
                capitalize_float_margin=False,
                align_floating_images=False,
                disable_basic_attributes=["width", "height"],
                remove_unset_properties=True,
                disable_validation=True,
                cache_css_parsing=False,
                preserve_handlebar_syntax=False,
            ).transform(pretty_print=False)
    except Exception as error:
        raise FeedsError(
            f"templates/{_TEMPLATE}: premailer cannot inline its CSS: {error}",
            help="mend the style sheet, or delete your copy of the template to use the packaged one",
        ) from error
    return f"{inlined.strip()}\n"


@contextmanager
def _closed_cssutils() -> Iterator[None]:
    """Keep cssutils from fetching and from logging; what it had is put back."""
    import cssutils  # noqa: PLC0415 - comes with premailer

    level, fetcher = cssutils.log.getEffectiveLevel(), cssutils.util._defaultFetcher  # noqa: SLF001 - no public way
    cssutils.log.setLevel(_SILENT)
    cssutils.util._defaultFetcher = lambda _url: None  # noqa: SLF001 - the same
    try:
        yield
    finally:
        cssutils.log.setLevel(level)
        cssutils.util._defaultFetcher = fetcher  # noqa: SLF001 - the same
