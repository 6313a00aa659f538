"""Writes the rules of the e-mail's style sheet into its elements; the only room that knows premailer."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from feeds.diagnostics import FeedsError
from feeds.render._joining import joined
from feeds.render._letter import MESSAGE
from feeds.render._masking import masked

_SILENT = 60
"""A level of logging above all others."""

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


def inlined_templates(name: str, templates: Mapping[str, str]) -> dict[str, str] | None:
    """Return those of *templates* that the message *name* is made of, with its rules inlined.

    None where only the page can be. A style sheet that imports another is a `FeedsError`.
    """
    document = joined(name, templates)
    source = (
        None if document is None else _inlined_source(_assembled(document.text, templates, (name,)), document.aside)
    )
    return None if document is None or source is None else document.taken_apart(source)


def _assembled(source: str, templates: Mapping[str, str], within: tuple[str, ...]) -> str:
    """Return *source*, the first of *within*, with the style sheets that it includes, and that they include.

    One that imports is refused.
    """

    def sheet(include: re.Match[str]) -> str:
        name = include[1]
        if name not in templates or name in within:
            return include[0]
        _refuse_imports(templates[name], name)
        return _assembled(templates[name], templates, (*within, name))

    for style in _STYLE.findall(source):
        _refuse_imports(style, within[0])
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
        lifted = template.lifted(inlined_page(f"{doctype}{template.text}"))
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


def inlined_page(page: str, name: str = MESSAGE) -> str:
    """Return *page*, which the template *name* made, with the rules of its first style sheet in its elements.

    Nothing is fetched or read.
    """
    from premailer import Premailer  # noqa: PLC0415 - costs a quarter of a second

    for style in _STYLE.findall(page):
        _refuse_imports(style, name)
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
            f"templates/{name}: premailer cannot inline its CSS: {error}",
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
