"""Finds the folder of a site that its posts are in."""

from collections import Counter
from collections.abc import Iterable, Sequence

from feeds.generators.found import Post

_ENOUGH, _MOST = 0.9, 0.5
"""The share of a site's posts that its folder of posts has: one page with a date is not the blog.

Half is enough for a folder whose name says what it is.
"""

_LIKELY = frozenset(["blog", "posts", "post", "_posts", "articles", "news", "writing", "journal", "notes"])


def joined(*parts: str) -> str:
    """Return the folder that *parts* lead to, each below the one before; `.` where they lead nowhere."""
    names: list[str] = []
    for name in "/".join(parts).split("/"):
        if name == ".." and names and names[-1] != "..":
            names.pop()
        elif name not in {"", "."}:
            names.append(name)
    return "/".join(names) or "."


def is_below(path: str, folder: str) -> bool:
    """Say whether *path* is *folder*, or lies in it."""
    return folder in {".", path} or path.startswith(folder + "/")


def below(path: str, folder: str) -> str:
    """Return *path* from *folder* on; empty where it is that folder."""
    return path if folder == "." else path[len(folder) + 1 :]


def narrower(folder: str, scope: str) -> str:
    """Return the *scope* that was asked for where it lies in *folder*, else the folder."""
    return scope if is_below(scope, folder) else folder


def within(posts: Iterable[Post], folder: str) -> tuple[Post, ...]:
    """Return those of *posts* that lie in *folder*."""
    return tuple(post for post in posts if is_below(post.path, folder))


def folder_of_posts(posts: Sequence[Post], top: str = ".") -> str:
    """Return the deepest folder below *top* that has nine in ten of the dated *posts*, or half of them and such a name.

    A year is no such folder, and neither is a bundle.
    """
    paths = [post.path for post in within(posts, top) if post.is_dated]
    stems = {post.path.rpartition(".")[0] for post in posts}
    folder = top
    while best := _fullest(paths, folder):
        name, count = best
        is_enough = count >= (_MOST if name in _LIKELY else _ENOUGH) * sum(is_below(path, folder) for path in paths)
        if not is_enough or name.isdigit() or joined(folder, name, "index") in stems:
            break
        folder = joined(folder, name)
    return folder


def _fullest(paths: Sequence[str], folder: str) -> tuple[str, int] | None:
    inside = [below(path, folder) for path in paths if is_below(path, folder)]
    names = Counter(path.partition("/")[0] for path in inside if "/" in path)
    return min(names.items(), key=lambda item: (-item[1], item[0]), default=None)
