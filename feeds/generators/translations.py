"""Knows posts that are translations by their names: `post.fr.md`."""

import re
from collections.abc import Iterator, Sequence

from feeds.generators.found import Post
from feeds.languages import language_tag

_NAMED = re.compile(r"\.([a-z]{2,3}(?:-[A-Za-z]{2,4})?)\.md$")


def other_languages(posts: Sequence[Post], default: str) -> tuple[str, ...]:
    """Return the codes of languages that names of *posts* have, without the *default*; sorted."""
    codes = {found[1] for post in posts if (found := _NAMED.search(post.path))}
    return tuple(sorted(code for code in codes if language_tag(code) and code.lower() != default.lower()))


def left_out(codes: Sequence[str]) -> Iterator[str]:
    """Yield what is to be said of the languages that are not read."""
    if codes:
        listed = ", ".join(codes)
        yield f"translations ({listed}) are not read: a site of feeds has one pattern of links"
