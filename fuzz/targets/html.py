"""Cleans any HTML and any Markdown, in every way that a post's text goes."""

import re

from feeds.body import clean, first_heading, first_image, prose_of, text_of, text_of_clean
from feeds.dialects import plain
from feeds.markdown import before_more, to_html
from feeds.parts import beginnings, pictures
from fuzz import safety
from fuzz.promises import ALIEN, holds, is_web
from fuzz.seeds import ENGINES, HTML, MARKDOWN, TAGS
from fuzz.targets import Target

SURROGATE = re.compile("[\ud800-\udfff]")
"""In no text of a post: its bytes are UTF-8."""

HOME, PAGE = "https://www.example.org/a/", "https://www.example.org/a/b.html"


def check(data: bytes) -> None:
    """Hold `clean` to its promises, of *data* as HTML, as Markdown, and with other engines' tags taken out."""
    text = data.decode("utf-8", "surrogateescape")
    for html in dict.fromkeys((text, to_html(plain(text, root="/r").text, is_html=False))):
        shown = cleaned(html)
        safety.body(shown)
        holds(cleaned(shown) == shown, "cleaning what is clean changes it")
        _words(html, shown)
        safety.body(cleaned(before_more(html)))
        if not SURROGATE.search(html):
            _parts(html, shown)


def _parts(html: str, shown: str) -> None:
    """Hold what is made of parts of a text to what all of it says."""
    for part, is_plain in beginnings(html):
        whole = part if is_plain else cleaned(part)
        holds(text_of_clean(prose_of(whole)) in _prose(shown) or part == html, "a beginning says something else")
    found = [image for part in pictures(html) if (image := first_image(cleaned(part)))]
    holds(found[:1] == [image for image in [first_image(shown)] if image], "the first picture is another one")


def cleaned(html: str) -> str:
    """Return *html* cleaned, with the links of a post at `PAGE`."""
    return clean(html, base=HOME, page=PAGE)


def _prose(shown: str) -> str:
    return text_of_clean(prose_of(shown))


def _words(html: str, shown: str) -> None:
    image = first_image(shown)
    holds(image is None or is_web(image.url), f"a picture at {image}")
    heading = first_heading(html)
    words = (text_of(html), text_of(shown), heading[0] if heading else "")
    holds(not any(ALIEN.search(text) for text in words[1:]), "a text holds what XML forbids")
    holds(heading is None or (heading[0] and "\n" not in heading[0]), "a heading is empty or two lines")


TARGET = Target(check=check, seeds=HTML, tokens=(*TAGS, *MARKDOWN, *ENGINES), longest=1024)
