"""Splits a post into fields, body and line numbers, whatever its dialect."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from frontmatter import detect_format
from frontmatter.default_handlers import BaseHandler

from feeds.decoding import decode
from feeds.diagnostics import Diagnostic, excerpt
from feeds.headers import from_json, from_lines, from_toml, from_yaml
from feeds.headers.fields import Field, HeaderError, Reading, Value, normalised, refusal, warning

__all__ = ["Dialect", "Field", "Header", "Value", "normalised", "split"]

Dialect: TypeAlias = Literal["yaml", "toml", "json", "pelican", "links", "none"]

LONGEST = 65_536
"""Characters of a header."""

_BLANK_LINES = re.compile(r"(?:[ \t]*\n)*")
_STRONG_KEY = re.compile(r"^(?:title|date|slug)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_KNOWN_KEY = re.compile(
    r"^(?:title|date|slug|layout|author|authors|category|categories|tags|status|summary|description|excerpt|lang"
    r"|language|draft|published|pubdate|permalink|subject|modified|updated|source|url|link|image)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_ANY_KEY = re.compile(r"[A-Za-z][\w-]*:(?:[ \t]|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A post, split."""

    dialect: Dialect
    values: Reading
    """By normalised key."""

    body: str
    """As written, with `\\n` at the ends of lines."""

    body_line: int
    """The line of the file in which the body begins."""

    @property
    def fields(self) -> Mapping[str, Field]:
        """Return the values with their places, by normalised key; these may have to be looked for, so ask once."""
        return self.values.fields


def split(data: bytes, *, path: str) -> tuple[Header | None, tuple[Diagnostic, ...]]:
    """Return the post in *data*, and what is wrong with it; None where an error says why it cannot be read.

    Nothing in *data* makes this raise. A post without a header has the dialect `none` and is all body.
    *path* is only for the diagnostics: `not-utf8`, `empty-post`, `header-…`, `key-repeated`, `value-is-comment`,
    `lone-surrogate`, `control-characters`, `rule-first`.
    """
    text, problems = decode(data, path=path)
    if text is None:
        return None, problems
    try:
        header, problems = _header(text)
    except HeaderError as error:
        header, problems = None, (error.diagnostic,)
    return header, _placed(problems, text, path) if problems else ()


def _header(text: str) -> tuple[Header, tuple[Diagnostic, ...]]:
    start = _end(_BLANK_LINES.match(text)) if text[0] in " \t\n" else 0
    top = text[start:] if start else text
    handler = detect_format(top, _DIALECTS)
    if handler is None:
        return _all_body(text), ()
    line = text.count("\n", 0, start) if start else 0
    try:
        header, body = handler.split(top)
    except ValueError:
        return _unclosed(text, top, line + 1)
    if isinstance(handler, _Fenced) and _is_text_between_rules(header):
        return _all_body(text), (_rule_first(line + 1),)
    values = _read(handler, header, line + isinstance(handler, _Fenced))
    body_line = 1 + text.count("\n", 0, len(text) - len(body))
    return Header(dialect=_DIALECTS[handler], values=values, body=body, body_line=body_line), values.problems


def _read(handler: BaseHandler, header: str, lines_above: int) -> Reading:
    """Return the fields of *header*, read below as many empty lines: so all numbers are the file's."""
    if len(header) > LONGEST:
        raise refusal(
            code="header-too-large",
            line=lines_above or 1,
            message=f"the header has {len(header):,} characters, more than {LONGEST:,}",
            help="is the closing line of the header missing? It ends where the next `---` stands",
        )
    reading = handler.load("\n" * lines_above + header)
    assert isinstance(reading, Reading)
    return reading


def _all_body(text: str) -> Header:
    return Header(dialect="none", values=Reading.of(()), body=text, body_line=1)


# --- the dialects, as python-frontmatter wants them ----------------------------------------------


class _Fenced(BaseHandler):
    """A header between two fences."""

    def __init__(self, opening: str, fence: str, read: Callable[[str], Reading]) -> None:
        super().__init__(re.compile(rf"(?:{fence})[ \t]*(?:\n|\Z)"), opening, opening)
        self._opening = opening
        self._closing = re.compile(rf"\n(?:{fence})[ \t]*(?:\n|\Z)")
        self._read = read

    def detect(self, text: str) -> bool:
        """Say whether *text* begins with the opening fence."""
        return text.startswith(self._opening) and super().detect(text)

    def split(self, text: str) -> tuple[str, str]:
        """Return what stands between the first line and the next fence, and the rest; without one: ValueError."""
        start = text.index("\n")
        closing = self._closing.search(text, start)
        if closing is None:
            raise ValueError("the closing fence is missing")
        return text[start + 1 : closing.start() + 1], text[closing.end() :]

    def load(self, fm: str) -> Reading:
        """Return the fields."""
        return self._read(fm)


class _Block(BaseHandler):
    """A header without an opening fence: lines of a certain look at the very top; group 1 has its fields."""

    def __init__(self, look: str, read: Callable[[str], Reading], keys: Callable[[str], bool] | None = None) -> None:
        super().__init__(re.compile(look))
        self._look = re.compile(look)
        self._read = read
        self._keys = keys

    def detect(self, text: str) -> bool:
        """Say whether *text* begins with such lines, and has the keys of a post among them."""
        match = self._look.match(text)
        return match is not None and (self._keys is None or self._keys(match[1]))

    def split(self, text: str) -> tuple[str, str]:
        """Return the lines of the header, and the rest."""
        match = self._look.match(text)
        assert match is not None
        return match[1], text[match.end() :]

    def load(self, fm: str) -> Reading:
        """Return the fields."""
        return self._read(fm)


class _BareJson(BaseHandler):
    """A JSON object at the very top; the text follows it."""

    FM_BOUNDARY = re.compile(r'\{\s*["}]')

    def split(self, text: str) -> tuple[str, str]:
        """Return the object, or what looks like one, and the rest."""
        end = from_json.end_of_object(text) or _end(re.compile(r"(?:.*\n)*?}|.*").match(text))
        line_end = re.compile(r"[ \t]*\n").match(text, end)
        return text[:end], text[_end(line_end) or end :]

    def load(self, fm: str) -> Reading:
        """Return the fields."""
        return from_json.read(fm)


def _has_post_keys(lines: str) -> bool:
    """Say whether *lines* are a header and no prose: `Note: this is text` is prose."""
    return _STRONG_KEY.search(lines) is not None or len(_KNOWN_KEY.findall(lines)) > 1


def _has_two_lines(lines: str) -> bool:
    """Say whether *lines* are a header and not a heading that `---` underlines."""
    return lines.count("\n") > 1 and _has_post_keys(lines)


_LINES = r"[A-Za-z][\w -]*:.*(?:\n|\Z)"
_DIALECTS: Mapping[BaseHandler, Dialect] = {
    _Fenced("---", r"-{3,}|\.{3}", from_yaml.read): "yaml",
    _Fenced("+++", r"\+{3}", from_toml.read): "toml",
    _Fenced("---yaml", r"---(?:yaml)?", from_yaml.read): "yaml",
    _Fenced("---toml", r"---(?:toml)?", from_toml.read): "toml",
    _Fenced("---json", r"---(?:json)?", from_json.read): "json",
    _Fenced(";;;", r";{3,}", from_json.read): "json",
    _BareJson(): "json",
    # Hexo: a closing fence only.
    _Block(r'("[\w -]+"[ \t]*:(?:.*\n)+?);{3,}[ \t]*(?:\n|\Z)', from_json.read): "json",
    _Block(rf"((?:{_LINES}|[ \t-](?!--).*\n)+)-{{3,}}[ \t]*(?:\n|\Z)", from_yaml.read, _has_two_lines): "yaml",
    _Block(
        rf"((?:{_LINES}|[ \t]+\S.*(?:\n|\Z))+)(?=[ \t]*(?:\n|\Z))", from_lines.read_pelican, _has_post_keys
    ): "pelican",
    _Block(r"((?:\[#\]:[ \t]*[\w-]+[ \t]*:.*(?:\n|\Z))+)", from_lines.read_links): "links",
}
"""In the order in which they are tried. The fences with a name are Eleventy's."""


# --- what is no header after all -----------------------------------------------------------------


def _is_text_between_rules(header: str) -> bool:
    """Say whether *header* is text between two thematic breaks: after a blank line, without a known key."""
    if header[:1] not in {" ", "\t", "\n"} or not _end(_BLANK_LINES.match(header)):
        return False
    return bool(header.strip()) and _KNOWN_KEY.search(header) is None


def _unclosed(text: str, top: str, line: int) -> tuple[Header, tuple[Diagnostic, ...]]:
    """Return *text* as body where its first line is a rule, not a fence."""
    fence, _, rest = top.partition("\n")
    if fence.startswith("-") and _ANY_KEY.match(rest.lstrip()) is None:
        return _all_body(text), (_rule_first(line),)
    raise refusal(
        code="header-unclosed",
        line=line,
        column=1,
        message=f"the header begins with `{fence.strip()[:20]}` and never ends",
        help=f"put a line of `{fence.strip()[:3]}` between the header and the text",
    )


def _rule_first(line: int) -> Diagnostic:
    return warning(
        code="rule-first",
        line=line,
        message="the post begins with a rule, not with a header: all of it was taken as text",
        help="write the rule as `***` if there is no header",
    )


def _placed(problems: tuple[Diagnostic, ...], text: str, path: str) -> tuple[Diagnostic, ...]:
    """Return *problems* with path and line."""
    lines = text.split("\n")
    return tuple(replace(problem, path=path, excerpt=excerpt(lines, problem)) for problem in problems)


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match is not None else 0
