"""Takes of what a site says of itself what `feeds.toml` can have, and tells the rest."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from feeds.generators import permalinks
from feeds.generators.folders import below, is_below
from feeds.generators.found import Fact, Found, Tree, Unclear
from feeds.languages import language_tag
from feeds.starter import refusal

WORDS = {
    "title": "title",
    "description": "description",
    "home": "home",
    "language": "language",
    "timezone": "time zone",
    "author.name": "author",
    "author.email": "author's address",
    "author.url": "author's page",
    "permalink": "permalink",
}
"""What people read for each key, in the order in which they read it."""

_LOCAL = re.compile(r"https?://(?:localhost|127\.|0\.0\.0\.0|\[::1\])", re.IGNORECASE)
_NO_POST = re.compile(r"(?:^|/)(?:_index|README|404)\.[^/]*$", re.IGNORECASE)
_FEW = 3
_BY_PLACE = frozenset(["jekyll", "pelican"])
"""Generators that know posts by their folder alone: what has a date elsewhere is a page."""

_COSTS = {"permalink": "; until `content.permalink` says it, entries link to their editions"}
"""What is missing without a value, by key."""


def checked(found: Found, tree: Tree) -> Found:
    """Return *found* with those of its facts that `feeds.toml` can have; notes tell of the others, and of doubts."""
    facts = {key: _usual(key, fact) for key, fact in found.facts.items()}
    refused = {key: why for key, fact in facts.items() if (why := _refused(key, fact))}
    folder = found.folder if is_below(found.folder, tree.scope) else tree.scope
    ignore = (glob for glob in dict.fromkeys(found.ignore) if not refusal("ignore", glob))
    result = replace(
        found,
        facts={key: fact for key, fact in facts.items() if key not in refused},
        folder=folder,
        ignore=tuple(ignore) if folder == found.folder else (),
    )
    told = (f"{WORDS[key]} ({facts[key].place}) {why}: not taken{_COSTS.get(key, '')}" for key, why in refused.items())
    return replace(result, notes=(*found.notes, *told, *_doubts(result, tree)))


def _usual(key: str, fact: Fact) -> Fact:
    """Return *fact* in the spelling of `feeds.toml`."""
    if isinstance(fact.value, Unclear):
        return fact
    value = " ".join(fact.value.split())
    if key == "language":
        value = re.split(r"[.@]", value)[0].replace("_", "-")
        value = language_tag(value) or value
    if key == "home":
        value = f"https:{value}" if value.startswith("//") else value
        value = value.rstrip("/") + "/" if "://" in value else value
    return Fact(value, fact.place)


def _refused(key: str, fact: Fact) -> str:
    """Return why *fact* cannot be taken, as a predicate; empty: it can."""
    if isinstance(fact.value, Unclear):
        return fact.value.why
    if key == "home" and _LOCAL.match(fact.value):
        return "is an address of the author's own machine"
    if "{{" in fact.value or "{%" in fact.value:
        return "is computed when the site is built"
    why = refusal(key, fact.value)
    return why.partition("` ")[2] or why


# --- doubts --------------------------------------------------------------------------------------


def read(found: Found, paths: Iterable[str]) -> Iterator[str]:
    """Yield those of *paths* that are read: in the folder of the posts, and not ignored."""
    for path in paths:
        if is_below(path, found.folder) and not any(fnmatchcase(below(path, found.folder), g) for g in found.ignore):
            yield path


def _doubts(found: Found, tree: Tree) -> Iterator[str]:
    """Yield which posts will not be published, and whose links may not be those of the site."""
    taken = set(read(found, (post.path for post in tree.posts)))
    posts = [post for post in tree.posts if post.path in taken and not _NO_POST.search(post.path)]
    dated = [post for post in posts if post.is_dated]
    if undated := [post.path for post in posts if not post.is_dated]:
        yield f"{len(undated)} of {len(posts)} files have no date, such as {undated[0]}: feeds leaves them out"
    elsewhere = Counter(_top(post.path) for post in tree.posts if post.is_dated and _is_elsewhere(post.path, found))
    if elsewhere:
        listed = ", ".join(f"{folder} ({count})" for folder, count in elsewhere.most_common(_FEW))
        yield f"files with dates elsewhere are not read: {listed}{', …' * (len(elsewhere) > _FEW)}"
    fact = found.facts.get("permalink")
    pattern = str(fact.value) if fact else ""
    if pattern and (unlike := permalinks.unlike(pattern, dated, found.generator)):
        what = "titles" if "{title}" in pattern else "names"
        yield (
            f"{len(unlike)} of {len(dated)} posts have {what} that may be written otherwise in addresses, "
            f"such as {unlike[0].path}: look at their links, or give them a `slug`"
        )


def _is_elsewhere(path: str, found: Found) -> bool:
    """Say whether *path* would be a post of the generator's, if the folder of the posts were a wider one."""
    if is_below(path, found.folder) or _NO_POST.search(path) or (found.reads and found.generator in _BY_PLACE):
        return False
    return not found.reads or any(is_below(path, folder) for folder in found.reads)


def _top(path: str) -> str:
    """Return the folder of *path*, at most two deep."""
    return "/".join(path.split("/")[:-1][:2]) or path
