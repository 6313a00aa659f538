"""Hides a template's Jinja tags from an HTML parser, and puts them back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_STRING = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
JINJA = (
    r"\{\#.*?\#\}\n?"
    r"|\{%[-+]?\s*raw\b.*?\{%[-+]?\s*endraw\s*[-+]?%\}"
    rf"|\{{%(?:{_STRING}|[^\"'])*?%\}}"
    rf"|\{{\{{(?:{_STRING}|[^\"'])*?\}}\}}"
)
"""A regular expression of what Jinja takes for a tag, a comment or raw text; DOTALL and IGNORECASE."""

_TEXT_ONLY = ("style", "title", "script", "textarea")

_NEXT = {
    state: re.compile(f"(?P<jinja>{JINJA})|{ends}", re.DOTALL | re.IGNORECASE)
    for state, ends in {
        "text": r"<!--|</?[a-z][a-z0-9:]*",
        "tag": r"""["'>]""",
        '"': '"',
        "'": "'",
        "comment": "-->",
        **{name: f"</{name}" for name in _TEXT_ONLY},
    }.items()
}
_BLOCK = re.compile(r"\{%[-+]?\s*(?P<end>end)?(?P<name>if|for)\b", re.IGNORECASE)
_MASK = re.compile(r"<!--(?P<text>zq\d+t)-->|\s?(?P<tag>zq\d+a)(?:=\"\")?|(?P<word>zq\d+[ws])")
_OUTLINE = re.compile(r"</?[a-z][a-z0-9:]*|zq\d+[taw]")
_STYLE = re.compile(r"<style.*?</style>", re.DOTALL)
_STYLED = re.compile(r"\b(?:class|style)\s*=|\|\s*xmlattr\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """A template that an HTML parser understands."""

    text: str
    tags: Mapping[str, str]
    """The Jinja tags by their mask."""

    def lifted(self, text: str) -> str | None:
        """Return *text*, made of this one's, with the tags put back; None where it is not the same document.

        Every tag must be there, in its order, and every element begin and end where it did.
        """
        masks = {match.group(match.lastgroup or 0) for match in _MASK.finditer(text)}
        if masks != self.tags.keys() or _outline(text) != _outline(self.text):
            return None
        return _MASK.sub(lambda match: self.tags[match.group(match.lastgroup or 0)], text)


def masked(source: str) -> Masked | None:
    """Return *source* with its Jinja tags masked by where they stand; None where that cannot be done.

    Between elements a tag becomes a comment, within an element's tag an attribute, elsewhere a word.
    A condition within an element's tag is masked whole. A tag within a class name cannot be masked, nor one that
    brings a class or a style: what it will be is not known. Jinja comments are left out.
    """
    if "zq" in source.lower():
        return None
    pieces: list[str] = []
    tags: dict[str, str] = {}
    state, opened, at = "text", "", 0
    while match := _NEXT[state].search(source, at):
        pieces.append(source[at : match.start()])
        at = match.end()
        if not match["jinja"]:
            pieces.append(match.group())
            state, opened = _after(state, match.group().lower(), opened)
        elif not match["jinja"].startswith("{#"):
            if state in "\"'" and _is_class(pieces):
                return None
            at = _end_of_block(source, match) if state == "tag" else at
            if state == "tag" and _STYLED.search(source, match.start(), at):
                return None
            pieces.append(_mask(state, source[match.start() : at], pieces, tags))
    return Masked(text="".join([*pieces, source[at:]]), tags=tags)


def _after(state: str, found: str, opened: str) -> tuple[str, str]:
    """Return the state after *found*, and the element whose tag is open."""
    if state == "text":
        return ("comment", "") if found == "<!--" else ("tag", found.removeprefix("<"))
    if state == "tag":
        inside = opened if opened in _TEXT_ONLY else "text"
        return (inside, "") if found == ">" else (found, opened)
    if state in "\"'":
        return "tag", opened
    return ("text", "") if state == "comment" else ("tag", f"/{state}")


def _mask(state: str, tag: str, pieces: Sequence[str], tags: dict[str, str]) -> str:
    """Return a new mask for *tag*, and remember what it stands for."""
    kind = {"text": "t", "tag": "a", "style": "s"}.get(state, "w")
    name = f"zq{len(tags)}{kind}"
    blank = " " if kind == "a" and pieces[-1][-1:].isspace() else ""
    tags[name] = blank + tag
    return {"t": f"<!--{name}-->", "a": f" {name} "}.get(kind, name)


def _is_class(pieces: Sequence[str]) -> bool:
    """Say whether what follows *pieces*, inside quotes, is a class name."""
    return re.search(r"""\sclass\s*=\s*["'][^"'<>]*$""", "".join(pieces[-8:]), re.IGNORECASE) is not None


def _end_of_block(source: str, match: re.Match[str]) -> int:
    """Return where the condition or loop that *match* opens ends; of another tag its own end."""
    depth, at = 0, match.start()
    for tag in re.compile(JINJA, re.DOTALL | re.IGNORECASE).finditer(source, at):
        block = _BLOCK.match(tag.group())
        if block:
            depth += -1 if block["end"] else 1
        if depth <= 0:
            return tag.end()
    return match.end()


def _outline(text: str) -> list[str]:
    """Return the elements' tags and the masks of *text* in order, style sheets left out."""
    return _OUTLINE.findall(_STYLE.sub("", text).lower())
