"""Understands a folder of posts without any configuration, by the posts alone."""

from collections import Counter
from collections.abc import Sequence

from feeds.generators.folders import folder_of_posts
from feeds.generators.found import Found, Post, Tree

_ASTRO = frozenset(["pubdate", "heroimage", "updateddate"])
_ZOLA = frozenset(["taxonomies", "extra", "path"])


def understand(tree: Tree) -> Found:
    """Return what the posts say: their dialect, and the folder they are in."""
    folder = folder_of_posts(tree.posts, tree.scope)
    posts = tree.posts
    dialect, because = _dialect(posts)
    return Found(generator=dialect, because=because, folder=folder)


def _dialect(posts: Sequence[Post]) -> tuple[str, str]:
    """Return the dialect of *posts*, and what it was known by; `none` where any would do."""
    if any("_posts" in post.path.split("/")[:-1] for post in posts):
        return "jekyll", "the folder `_posts`"
    headers = Counter(post.header for post in posts)
    usual = min(headers, key=lambda header: (-headers[header], header), default="none")
    if usual == "toml":
        is_zola = any(post.keys & _ZOLA for post in posts if post.header == "toml")
        return ("zola" if is_zola else "hugo"), "headers between lines of `+++`"
    if usual == "pelican":
        return "pelican", "headers of `Title: …` lines"
    if any(post.keys & _ASTRO for post in posts):
        return "astro", "`pubDate` in headers"
    if any(post.path.rpartition("/")[2].startswith("_index.") for post in posts):
        return "hugo", "files named `_index`"
    return "none", ""
