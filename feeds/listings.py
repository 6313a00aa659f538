"""Finds the code in a post's text, where nothing may be changed."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

BEGIN = r"`+|~{3,}|<!--|<(?i:(pre|code|script|style|textarea))\b"
"""What code, or what is as untouchable, may begin with; the group is an element's name."""

_FENCED = re.compile(r"[ \t>*+\-\d.)]*")
_BLANK_LINE = re.compile(r"\n[ \t]*(?:\n|\Z)")
_ITEM = re.compile(r"[ ]{0,3}(?:[-*+]|\d{1,9}[.)])[ \t]")
_INDENTED = re.compile(r"(?: {4}| {0,3}\t)[ \t]*")
_FENCE, _MOST_TICKS, _LINES_BACK, _LONG_LINE = 3, 32, 50, 2000

_RAW = re.compile(r"(?<=\n)[ \t]*\{%-?\s*raw\s*-?%\}[ \t]*\n|\{%-?\s*raw\s*-?%\}")
_ENDRAW = re.compile(r"(?<=\n)[ \t]*\{%-?\s*endraw\s*-?%\}[ \t]*\n|\{%-?\s*endraw\s*-?%\}")
_ESCAPED = re.compile(r"\{\{([<%])/\*(.{0,500}?)\*/([>%])\}\}", re.DOTALL)


@dataclass(slots=True)
class Listings:
    """The code of one body; asked from its beginning on, it reads every part once."""

    text: str
    is_html: bool
    paragraph_end: int = -1
    judged: tuple[int, bool] = (-1, False)
    """The last indented line, and whether it was a listing."""

    never_closed: set[str] = field(default_factory=set)

    def end(self, found: "re.Match[str]") -> int | None:
        """Return where the code ends that begins with what was *found* by `BEGIN`; None: it begins nothing."""
        start, marks = found.span()
        if marks - start and found[0][0] == "<":
            name = (found[1] or "").lower()
            return self._after(rf"</{name}\s*>" if name else "-->", start)
        if self.is_html:
            return None
        marks -= start
        return self._fence_end(start, marks) or self._span_end(start, marks)

    def is_indented(self, position: int) -> bool:
        """Say whether *position* is in an indented listing: after an empty line, and not in a list."""
        start = line_start(self.text, position)
        if self.is_html or not _INDENTED.match(self.text, start):
            return False
        last, verdict = self.judged
        self.judged = (start, verdict if start == last else self._is_listing(start))
        return self.judged[1]

    def _is_listing(self, start: int) -> bool:
        """Say of the indented line at *start* whether it is a listing, by the lines above it."""
        after_blank = False
        for _ in range(_LINES_BACK):
            if start == 0:
                return True
            if start == self.judged[0] and (self.judged[1] or not after_blank):
                return self.judged[1]
            previous = line_start(self.text, start - 1)
            line = self.text[previous : start - 1]
            if not line.strip():
                after_blank = True
            elif not _INDENTED.match(line):
                return after_blank and not _ITEM.match(line) and line[0] not in " \t"
            start = previous
        return True

    def _fence_end(self, start: int, length: int) -> int | None:
        """Return the end of a fenced block (CommonMark 0.31 §4.5); without a closing fence, of the text."""
        if length < _FENCE or not _FENCED.fullmatch(self.text, line_start(self.text, start), start):
            return None
        first_line = line_end(self.text, start)
        if "`" in self.text[start + length : first_line]:
            return None
        closing = _closing_fence(self.text[start], min(length, 99)).search(self.text, first_line)
        return closing.end() if closing else len(self.text)

    def _span_end(self, start: int, length: int) -> int | None:
        """Return the end of a code span (CommonMark 0.31 §6.1)."""
        if self.text[start] == "~" or length > _MOST_TICKS:
            return None
        if self.paragraph_end < start:
            blank = _BLANK_LINE.search(self.text, start)
            self.paragraph_end = blank.start() if blank else len(self.text)
        closing = _closing_ticks(length).search(self.text, start + length, self.paragraph_end)
        return closing.end() if closing else None

    def _after(self, pattern: str, start: int) -> int | None:
        if pattern in self.never_closed:
            return None
        closing = _closing(pattern).search(self.text, start)
        if not closing:
            self.never_closed.add(pattern)
        return closing.end() if closing else None


def as_shown(code: str) -> str:
    """Return *code* as its engine shows it: `{% raw %}` tags are gone, `{{</* x */>}}` is `{{< x >}}`."""
    if "{%" in code and "endraw" in code:
        code = _without_raw(code)
    return _ESCAPED.sub(r"{{\1\2\3}}", code) if "*/" in code else code


def _without_raw(code: str) -> str:
    kept, position = [], 0
    while (start := _RAW.search(code, position)) and (end := _ENDRAW.search(code, start.end())):
        kept += [code[position : start.start()], code[start.end() : end.start()]]
        position = end.end()
    return "".join([*kept, code[position:]])


def line_start(text: str, position: int) -> int:
    """Return where the line of *position* begins, or some point in a line of excessive length."""
    first = max(position - _LONG_LINE, 0)
    return text.rfind("\n", first, position) + 1 or first


def line_end(text: str, position: int) -> int:
    """Return where the line of *position* ends, before its line feed, or some point in a line of excessive length."""
    end = text.find("\n", position, position + _LONG_LINE)
    return min(position + _LONG_LINE, len(text)) if end < 0 else end


@lru_cache(maxsize=256)
def _closing_fence(character: str, length: int) -> "re.Pattern[str]":
    return re.compile(rf"^[ \t>]*{character}{{{length},}}[ \t\r]*$", re.MULTILINE)


@lru_cache(maxsize=_MOST_TICKS)
def _closing_ticks(length: int) -> "re.Pattern[str]":
    return re.compile(rf"(?<!`)`{{{length}}}(?!`)")


@lru_cache(maxsize=16)
def _closing(pattern: str) -> "re.Pattern[str]":
    return re.compile(pattern, re.IGNORECASE)
