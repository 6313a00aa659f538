"""Understands `pelicanconf.py` and `publishconf.py` of Pelican, without running them."""

from collections.abc import Iterator, Sequence

from feeds.generators import permalinks
from feeds.generators.folders import folder_of_posts, is_below, joined, narrower, within
from feeds.generators.found import Fact, Found, Post, Tree, Unclear, first, present
from feeds.generators.python import Module, module_of

_FILES = ("pelicanconf.py", "settings.py", "conf.py")
_PUBLISHED = "publishconf.py"
"""What is published goes before what is shown on the author's machine."""


def understand(tree: Tree) -> Found | None:
    """Return what Pelican's configuration says; None: there is none."""
    modules = list(_modules(tree))
    if not modules:
        return None
    content = _content(modules, tree)
    folder, articles = _articles(modules, tree, content)
    posts = within(tree.posts, folder)
    facts = {
        "title": _stated(modules, "SITENAME"),
        "description": first([_stated(modules, "SITE_DESCRIPTION"), _stated(modules, "SITESUBTITLE")]),
        "home": _stated(modules, "SITEURL"),
        "language": _stated(modules, "DEFAULT_LANG"),
        "timezone": _stated(modules, "TIMEZONE"),
        "author.name": _stated(modules, "AUTHOR"),
        "permalink": _permalink(modules, posts),
    }
    return Found(
        generator="pelican",
        because=modules[-1].path,
        facts=present(facts),
        folder=folder,
        ignore=tuple(_pages(modules, content, folder)),
        reads=(content,),
        notes=(*(module.problem for module in modules if module.problem), *articles),
    )


def _modules(tree: Tree) -> Iterator[Module]:
    """Yield the files of configuration, the one that counts most first; it knows the names of the other."""
    path = next((path for path in _FILES if path in tree.texts and _is_pelican(tree, path)), "")
    own = module_of(path, tree.texts[path]) if path else None
    if _PUBLISHED in tree.texts:
        yield module_of(_PUBLISHED, tree.texts[_PUBLISHED], own)
    if own is not None:
        yield own


def _is_pelican(tree: Tree, path: str) -> bool:
    return path.startswith("p") or "SITENAME" in tree.texts[path]


def _stated(modules: Sequence[Module], name: str) -> Fact | None:
    return first(module.fact(name) for module in modules)


def _listed(modules: Sequence[Module], name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    value = next((module.values[name][0] for module in modules if name in module.values), default)
    listed = value if isinstance(value, tuple) else (value,)
    return tuple(item for item in listed if isinstance(item, str))


def _content(modules: Sequence[Module], tree: Tree) -> str:
    """Return the folder of all content: as stated, else `content` where there is one."""
    stated = _stated(modules, "PATH")
    if stated and isinstance(stated.value, str) and not stated.value.startswith("/"):
        return joined(stated.value)
    return "content" if "content" in tree.names else "."


def _articles(modules: Sequence[Module], tree: Tree, content: str) -> tuple[str, tuple[str, ...]]:
    """Return the folder of the articles, and what is not read: there may be several."""
    first_path, *others = [joined(content, path) for path in _listed(modules, "ARTICLE_PATHS", ("",))] or [content]
    notes = (f"ARTICLE_PATHS: {', '.join(others)}: not read: a site of feeds has one folder",) if others else ()
    pages = [
        post for post in tree.posts if not any(is_below(post.path, page) for page in _page_folders(modules, content))
    ]
    return folder_of_posts(pages, narrower(first_path, tree.scope)), notes


def _page_folders(modules: Sequence[Module], content: str) -> list[str]:
    return [joined(content, path) for path in _listed(modules, "PAGE_PATHS", ("pages",)) if joined(path) != "."]


def _pages(modules: Sequence[Module], content: str, folder: str) -> Iterator[str]:
    """Yield globs for pages and for what is no article, below *folder*."""
    excluded = [joined(content, path) for path in _listed(modules, "ARTICLE_EXCLUDES", ())]
    for path in dict.fromkeys([*_page_folders(modules, content), *excluded]):
        if path != folder and is_below(path, folder):
            yield f"{path.removeprefix(folder + '/')}/*"


def _permalink(modules: Sequence[Module], posts: Sequence[Post]) -> Fact:
    stated = _stated(modules, "ARTICLE_URL") or Fact("{slug}.html", "Pelican's default")
    if isinstance(stated.value, Unclear):
        return stated
    try:
        return Fact(permalinks.of_pelican(stated.value, _slug(modules, posts)), stated.place)
    except permalinks.UnknownPartError as error:
        return Fact(Unclear(str(error)), stated.place)


def _slug(modules: Sequence[Module], posts: Sequence[Post]) -> str:
    """Return what a slug is made of where a post has none: its title, or its file's name."""
    source, names = _stated(modules, "SLUGIFY_SOURCE"), _stated(modules, "FILENAME_METADATA")
    from_name = (source and source.value == "basename") or (names and "<slug>" in str(names.value))
    return "{slug}" if from_name or all(post.slug for post in posts) else "{title}"
