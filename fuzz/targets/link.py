"""Makes any text into a link, or says that it is none."""

import re

from feeds.links import absolute, absolute_image, absolute_set, uri
from fuzz.promises import holds, is_web
from fuzz.safety import SCHEMES, candidates, scheme_of
from fuzz.targets import PART, Target, texts

HOME, PAGE = "https://www.example.org/a/b/", "https://www.example.org/a/b/c.html"
URI = re.compile(r"(?:[!#$&'()*+,/:;=?@A-Za-z0-9._~\[\]-]|%[0-9A-Fa-f]{2})*")
"""RFC 3986 §2."""


def check(data: bytes) -> None:
    """Hold `absolute` and its kin to their promises: a URI that leads where links may lead, or nothing."""
    text, srcset, iri = texts(data, 3)
    found = absolute(text, base=HOME, page=PAGE)
    if found:
        holds(URI.fullmatch(found), f"{found!r} is no URI")
        holds(scheme_of(found) in SCHEMES, f"{text!r} leads to {found!r}")
        holds(scheme_of(found) not in {"http", "https"} or is_web(found), f"{found!r} has no host")
        holds(absolute(found, base=HOME, page=PAGE) == found, f"{found!r} is not settled")
    image = absolute_image(text, base=HOME)
    holds(not image or is_web(image), f"a picture at {image!r}")
    pictures = absolute_set(srcset, base=HOME)
    holds(all(map(is_web, candidates(pictures))), f"pictures at {pictures!r}")
    holds(absolute_set(pictures, base=HOME) == pictures, f"{pictures!r} is not settled")
    encoded = uri(iri)
    holds(URI.fullmatch(encoded), f"{encoded!r} is no URI")
    holds(uri(encoded) == encoded, f"{encoded!r} is not settled")


SEEDS = (
    *(
        "/a?b=c&d#e",
        "c.html",
        "../../../d",
        "//x.example/e",
        "#place",
        "?q",
        "https://x.example:8080/f%20g",
        "mailto:a@b.example",
    ),
    *(
        "javascript:alert(1)",
        "JaVa\tScRiPt:1",
        "data:text/html,x",
        "http://[::1]/a",
        "http://[bad",
        "https://例え.example/道",
    ),
    *(
        "http://u:p@x.example/",
        "http:\\\\x.example",
        "https:x.example",
        "http:///x",
        "tel:+1",
        "\x01javascript:1",
        "http://a%00b/",
        "news://[::% ]",
        "http://[a@::1]/b c",
        "http://" + "é." * 120 + "example/",
        "http://" + "🦄." * 60 + "example/",
    ),
)
TARGET = Target(
    check=check,
    seeds=tuple(PART.join([one.encode(), f"{one} 2x, /b.png 100w,{one}".encode(), one.encode()]) for one in SEEDS),
    tokens=(
        *(
            "http://",
            "https:",
            "javascript:",
            "mailto:",
            "//",
            "\\",
            "[",
            "]",
            "::1",
            "%",
            "%2F",
            "%zz",
            "@",
            ":",
            ":80",
            "#",
            "?",
        ),
        *("\t", "\n", "\u3000", "\u200b", "xn--", "例え", "..", "./", " 2x", ", ", "\x00", "。", "\ufdd0", "ﬁ", "ß"),
    ),
    longest=512,
)
