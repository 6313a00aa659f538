"""Understands the configuration and the pages of Astro, without running them."""

import re
from collections.abc import Iterator, Sequence

from feeds.generators.folders import below, folder_of_posts, is_below, joined, narrower, within
from feeds.generators.found import Fact, Found, Tree, Unclear, first, present
from feeds.generators.found import joined as address
from feeds.generators.javascript import Script, script_of

_FILES = tuple(f"astro.config.{suffix}" for suffix in ("mjs", "ts", "js", "mts", "cjs"))
_PAGES = "src/pages"
_OBJECTS = ("", "SITE", "siteConfig", "site", "config", "SITE_METADATA", "metadata")
_COLLECTIONS = ("src/content.config.ts", "src/content.config.js", "src/content/config.ts", "src/content/config.js")
_PAGED = re.compile(r"\[(?:\.\.\.)?page\]|/tags?/|/og|\.(?:png|xml|json)\.")
_DYNAMIC = re.compile(r"(?P<folder>.*?)/?\[(?:\.\.\.)?\w+\](?:/index)?\.(?:astro|js|ts|mdx?)")


def understand(tree: Tree) -> Found | None:
    """Return what Astro's configuration says; None: there is none."""
    path = next((path for path in _FILES if path in tree.texts), "")
    if not path and '"astro"' not in tree.texts.get("package.json", ""):
        return None
    config = script_of(path, tree.texts.get(path, ""))
    constants = [script_of(name, text) for name, text in sorted(tree.texts.items()) if _may_name(name)]
    top = "src" if any(post.is_dated for post in within(tree.posts, "src")) else "."
    folder = folder_of_posts(tree.posts, narrower(top, tree.scope))
    facts = {
        "title": _stated(constants, "SITE_TITLE", "title", "TITLE", "name"),
        "description": _stated(constants, "SITE_DESCRIPTION", "description", "desc", "DESCRIPTION"),
        "home": address(
            first([config.fact("site"), _stated(constants, "SITE_URL", "website", "url")]), config.fact("base")
        ),
        "language": first([config.fact("i18n", "defaultLocale"), _stated(constants, "lang", "locale", "language")]),
        "timezone": _stated(constants, "timezone"),
        "author.name": _stated(constants, "author", "SITE_AUTHOR", "AUTHOR"),
        "permalink": _permalink(tree, config, folder),
    }
    return Found(
        generator="astro",
        because=path or "package.json",
        facts=present(facts),
        folder=folder,
        reads=("src", "public", *(() if is_below(folder, "src") else (folder,))),
    )


def _may_name(path: str) -> bool:
    """Say whether the file at *path* may say what the site is called: one of collections speaks of posts."""
    is_of_posts = path.startswith(_PAGES) or "content" in path or "collection" in path
    return not is_of_posts and path.startswith("src/") and path.endswith((".ts", ".js", ".mjs"))


def _stated(scripts: Sequence[Script], *names: str) -> Fact | None:
    """Return the first plain value that has one of *names*, however the site's constants are put together."""
    facts = (
        script.fact(*(key for key in (holder, name) if key))
        for name in names
        for holder in _OBJECTS
        for script in scripts
    )
    return next((fact for fact in facts if fact is not None and isinstance(fact.value, str)), None)


def _permalink(tree: Tree, config: Script, folder: str) -> Fact:
    """Return our pattern: the path of the page that shows the posts of *folder*."""
    end = _end(config)
    if is_below(folder, _PAGES):
        return Fact("/" + joined(below(folder, _PAGES), "{path}") + end, "Astro's rule")
    shown = sorted(_showing(tree, folder), key=lambda path: (path.count("/"), path))
    if not shown:
        return Fact(Unclear(f"has no page that shows `{folder}`"), _PAGES)
    page = _DYNAMIC.fullmatch(below(shown[0], _PAGES))
    if page is None or "[" in page["folder"]:
        return Fact(Unclear("has a path of several parts"), shown[0])
    return Fact("/" + joined(page["folder"], "{path}") + end, shown[0])


def _showing(tree: Tree, folder: str) -> Iterator[str]:
    """Yield the pages with a `[…]` in their path that show the collection in *folder*; not those of its pages."""
    asked = re.compile(rf"getCollection\(\s*[\"'](?:{'|'.join(map(re.escape, _collections(tree, folder)))})[\"']")
    for path, text in tree.texts.items():
        is_one = path.startswith(_PAGES) and "[" in path and not _PAGED.search(path)
        if is_one and (asked.search(text) or f"/{folder.rpartition('/')[2]}/[" in path):
            yield path


def _collections(tree: Tree, folder: str) -> list[str]:
    """Return the names that the collection in *folder* may have: its folder's, and those that are given it."""
    scripts = [script_of(path, tree.texts[path]) for path in _COLLECTIONS if path in tree.texts]
    given = [
        keys[0]
        for script in scripts
        for keys, (value, _) in script.values.items()
        if keys[1:] == ("loader", "base") and isinstance(value, str) and joined(value) == folder
    ]
    return [folder.rpartition("/")[2], *given]


def _end(config: Script) -> str:
    form, slash = config.fact("build", "format"), config.fact("trailingSlash")
    if form and form.value == "file":
        return ".html" if not (slash and slash.value == "never") else ""
    return "" if slash and slash.value == "never" else "/"
