"""Understands the configuration of Zola."""

from collections.abc import Iterator

from feeds.generators.folders import below, folder_of_posts, joined, narrower
from feeds.generators.found import Fact, Found, Tree, first, present
from feeds.generators.tables import Table, header_of, tables_in
from feeds.generators.translations import left_out, other_languages

_CONTENT = "content"


def understand(tree: Tree) -> Found | None:
    """Return what Zola's configuration says; None: there is none."""
    config = next((table for table in tables_in(tree, "zola", "config") if _is_zola(table)), None)
    if config is None:
        return None
    folder = folder_of_posts(tree.posts, narrower(_CONTENT, tree.scope))
    home = header_of(tree, f"{_CONTENT}/_index.md")
    language = config.fact("default_language")
    facts = {
        "title": first([config.fact("title"), home.fact("title") if home else None]),
        "description": first([config.fact("description"), home.fact("description") if home else None]),
        "home": config.fact("base_url"),
        "language": language,
        "author.name": first([config.fact("author"), config.fact("extra", "author")]),
        "permalink": Fact("/" + joined(below(folder, _CONTENT), "{folder}/{slug}") + "/", "Zola's rule"),
    }
    others = other_languages(tree.posts, str(language.value) if language else "en")
    return Found(
        generator="zola",
        because=config.path,
        facts=present(facts),
        folder=folder,
        ignore=(*_ignored(config), *_beside(tree), *(f"*.{code}.md" for code in others)),
        reads=(_CONTENT, "static", "templates", "sass"),
        notes=(*((config.problem,) if config.problem else ()), *left_out(others)),
    )


def _is_zola(table: Table) -> bool:
    return table.path.startswith("zola.") or "base_url" in table.text


def _beside(tree: Tree) -> Iterator[str]:
    """Yield a glob of the pages that Zola publishes as they are, beside posts that use them: it reads Markdown only."""
    if any(post.path.endswith(".html") for post in tree.posts):
        yield "*.html"


def _ignored(config: Table) -> tuple[str, ...]:
    listed = config.get("ignored_content")
    return tuple(glob for glob in listed if isinstance(glob, str)) if isinstance(listed, tuple) else ()
