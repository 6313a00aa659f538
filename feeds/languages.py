"""Reads language tags, and knows which languages run from right to left."""

import re
from functools import lru_cache

# RFC 5646 §2.1, without the grandfathered tags and the lengths of languages that were never assigned.
_TAG = re.compile(
    r"[a-z]{2,3}(?:-[a-z]{3}){0,3}"
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?",
)
_RTL_LANGUAGES = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "syr", "ug", "ur", "yi"))
_RTL_SCRIPTS = frozenset(("adlm", "arab", "aran", "hebr", "nkoo", "rohg", "syrc", "thaa"))


@lru_cache(maxsize=256)
def language_tag(text: str) -> str:
    """Return *text* as a BCP 47 tag in the usual case, `zh-Hant-HK` (RFC 5646 §2.1.1); empty: it is none."""
    match = _TAG.fullmatch(text.lower())
    if match is None:
        return ""
    tag = match[0]
    for group, case in (("script", str.title), ("region", str.upper)):
        start, end = match.span(group)
        tag = tag[:start] + case(tag[start:end]) + tag[end:] if match[group] else tag
    return tag


def direction(language: str) -> str:
    """Return `rtl` where *language* (BCP 47) is written from right to left, else `ltr`."""
    first, *others = language.lower().split("-")
    script = next((subtag for subtag in others if len(subtag) == 4 and subtag.isalpha()), "")  # noqa: PLR2004 - ISO 15924
    return "rtl" if (script in _RTL_SCRIPTS if script else first in _RTL_LANGUAGES) else "ltr"
