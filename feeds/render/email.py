"""Renders an edition as the HTML part of its message, CSS inlined; the only room that knows premailer."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache

from feeds.diagnostics import FeedsError
from feeds.model import Article, Site
from feeds.render import _mime, _templates
from feeds.render._joining import joined
from feeds.render._letter import SHORT_SUMMARY, SUMMARY, Letter, letter, without_last
from feeds.render._masking import masked
from feeds.targets import EditionPage, Frame, MailSize
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
_STYLES = re.compile(r"<style([^>]*)>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SELECTORS = re.compile(r"[^{};]+(?=\{)")
_TYPE = re.compile(r"(?<![\w.#:-])[a-z][\w-]*")
_ELEMENT = re.compile(r"<([a-zA-Z][\w:-]*)")
_STYLED = re.compile(r"\b(?:class|style)\s*=", re.IGNORECASE)
_OF_THE_PAGE = re.compile(r"[\[#+~]|:(?:first|last|nth)-child")
_OF_ELSEWHERE = re.compile(r"[\[#+~>\s]|:(?:first|last|nth)-child")
_MOVED = re.compile(r"\{%[-+]?\s*(?:macro|call)\b|\{%[-+]?\s*set\b[^=%]*%\}|\bself\.")
_MADE_LATE = re.compile(r"\|\s*(?:safe|safe_html|urlize)\b|\{%[-+]?\s*autoescape\b")
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
    """Return *shown* as HTML, its CSS inlined: in the templates where that is possible, else in the page."""
    inlined = _inlined_templates(tuple(frame.templates.items()))
    if inlined is not None:
        with suppress(FeedsError):  # the slow way meets it again, at the line that its author knows
            page = _templates.render(replace(frame, templates=inlined), _TEMPLATE, letter=shown)
            return printable(page.lstrip()).encode()
    return printable(_inlined(_templates.render(frame, _TEMPLATE, letter=shown))).encode()


def inlined_template(frame: Frame) -> str | None:
    """Return the template with its CSS inlined; None where that can be done only page by page.

    It can be where the HTML between the Jinja tags, those of the templates that it extends and includes as well,
    is that of one well-formed document, and its style sheet asks only for types, classes and descendants.
    """
    inlined = _inlined_templates(tuple(frame.templates.items()))
    return None if inlined is None else inlined[_TEMPLATE]


@lru_cache(maxsize=2)
def _inlined_templates(templates: tuple[tuple[str, str], ...]) -> Mapping[str, str] | None:
    """Return *templates*, by name and text, with the CSS inlined in all that the message is made of."""
    named = dict(templates)
    document = joined(_TEMPLATE, named)
    source = None if document is None else _inlined_source(_assembled(document.text, named), document.aside)
    apart = None if document is None or source is None else document.taken_apart(source)
    return None if apart is None else named | apart


def _assembled(source: str, templates: Mapping[str, str], within: tuple[str, ...] = ()) -> str:
    """Return *source* with the style sheets that it includes, and that they include; one that imports is refused."""

    def sheet(include: re.Match[str]) -> str:
        name = include[1]
        if name not in templates or name in within:
            return include[0]
        _refuse_imports(templates[name], name)
        return _assembled(templates[name], templates, (*within, name))

    for style in _STYLE.findall(source):
        _refuse_imports(style, _TEMPLATE)
    return _INCLUDED_CSS.sub(sheet, source)


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


def _inlined_source(source: str, aside: str) -> str | None:
    """Return the same for the document *source*, whatever its Jinja tags will bring; None where they may decide.

    *aside* is what they may bring from elsewhere.
    """
    before, doctype, document = source.partition(_DOCTYPE)
    template = masked(document) if doctype else None
    if template is None or _is_decided_late(document, f"{before}{aside}", _rules(template.text)):
        return None
    try:
        lifted = template.lifted(_inlined(f"{doctype}{template.text}"))
    except FeedsError:
        return None
    return None if lifted is None else f"{before}{lifted}"


def _rules(page: str) -> list[str]:
    """Return the selectors of the rules that are written into elements."""
    styles = (style for opening, style in _STYLES.findall(page) if "data-premailer" not in opening)
    groups = (group for style in styles for group in _SELECTORS.findall(_CSS_COMMENT.sub("", style)))
    return [rule.strip() for group in groups if "@" not in group for rule in group.split(",")]


def _is_decided_late(document: str, aside: str, rules: Sequence[str]) -> bool:
    """Say whether only the page shows which elements there are, or which of the *rules* are theirs.

    So it is with text that becomes elements, with elements that *aside* brings, and with rules that ask for
    attributes and neighbours, or for the place of what stands in a macro.
    """
    if _MADE_LATE.search(_STYLE.sub("", document)) or _STYLED.search(aside):
        return True
    types = {name for rule in rules for name in _TYPE.findall(rule)}
    if not types.isdisjoint(map(str.lower, _ELEMENT.findall(aside))):
        return True
    asked = _OF_ELSEWHERE if _MOVED.search(document) else _OF_THE_PAGE
    return any(map(asked.search, rules))


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
