"""Understands `_config.yml` of Jekyll."""

from collections.abc import Iterator, Mapping

from feeds.frontmatter import Value
from feeds.generators import permalinks
from feeds.generators.folders import below, folder_of_posts, is_below, joined, narrower, within
from feeds.generators.found import Fact, Found, Post, Tree, Unclear, first, present
from feeds.generators.found import joined as address
from feeds.generators.tables import Table, tables_in

_OF_PEOPLE = 40
"""How many names at the top of a site `ignore` lists: more are no list that anybody reads."""


def understand(tree: Tree) -> Found | None:
    """Return what Jekyll's configuration says; None: there is none."""
    config = next(iter(tables_in(tree, "_config")), None)
    if config is None:
        return None
    source = joined(_folder(config, "source"))
    collections = joined(source, _folder(config, "collections_dir"))
    posts = [post for post in within(tree.posts, collections) if "_posts" in post.path.split("/")]
    folder = _common(posts, collections) if posts else folder_of_posts(tree.posts, narrower(source, tree.scope))
    facts = {
        "title": first([config.fact("title"), config.fact("name")]),
        "description": config.fact("description"),
        "home": address(config.fact("url"), first([config.fact("baseurl")])),
        "language": first([config.fact("lang"), config.fact("locale"), config.fact("language")]),
        "timezone": config.fact("timezone"),
        **_author(config),
        "permalink": _permalink(config),
    }
    return Found(
        generator="jekyll",
        because=config.path,
        facts=present(facts),
        folder=folder,
        ignore=(*_others(tree, folder), *_excluded(config, source, folder)),
        reads=(source,),
        notes=tuple(_notes(config)),
    )


def _folder(config: Table, key: str) -> str:
    value = config.get(key)
    return value if isinstance(value, str) else "."


def _common(posts: list[Post], top: str) -> str:
    """Return the folder that all *posts* lie in: a `_posts`, or what several of them lie in."""
    folders = {post.path[: post.path.index("_posts") + len("_posts")] for post in posts}
    if len(folders) == 1:
        return next(iter(folders))
    parts = [folder.split("/")[:-1] for folder in folders]
    shared = next((n for n, names in enumerate(zip(*parts, strict=False)) if len(set(names)) > 1), min(map(len, parts)))
    return joined(*parts[0][:shared]) if shared else top


def _others(tree: Tree, folder: str) -> Iterator[str]:
    """Yield globs for what lies beside several `_posts` at the top: pages, layouts, other collections."""
    if folder != "." or not any("/_posts/" in f"/{post.path}" for post in tree.posts):
        return
    holding = {post.path.partition("/")[0] for post in tree.posts if "_posts" in post.path.split("/")}
    files = {post.path for post in tree.posts if "/" not in post.path}
    folders = {post.path.partition("/")[0] for post in tree.posts if "/" in post.path}
    yield from sorted([*(f"{name}/*" for name in folders - holding), *files])[:_OF_PEOPLE]


def _excluded(config: Table, source: str, folder: str) -> Iterator[str]:
    """Yield globs for what Jekyll leaves out of the folder of the posts."""
    listed = config.get("exclude")
    for name in listed if isinstance(listed, tuple) else ():
        path = joined(source, name) if isinstance(name, str) else folder
        if path != folder and is_below(path, folder):
            yield below(path, folder) + "/*" * (isinstance(name, str) and name.endswith("/"))


def _author(config: Table) -> Mapping[str, Fact | None]:
    if isinstance(config.get("author"), str):
        return {"author.name": config.fact("author")}
    return {
        "author.name": config.fact("author", "name"),
        "author.email": config.fact("author", "email"),
        "author.url": first([config.fact("author", "url"), config.fact("author", "uri")]),
    }


def _permalink(config: Table) -> Fact:
    """Return our pattern of the posts: front matter defaults go before the collection's, and that before the site's."""
    stated = next(_stated(config), Fact("date", "Jekyll's default"))
    if isinstance(stated.value, Unclear):
        return stated
    try:
        return Fact(permalinks.of_jekyll(stated.value), stated.place)
    except permalinks.UnknownPartError as error:
        return Fact(Unclear(str(error)), stated.place)


def _stated(config: Table) -> Iterator[Fact]:
    defaults = config.get("defaults")
    for item in reversed(defaults) if isinstance(defaults, tuple) else ():
        template = _default(item)
        if template:
            yield Fact(template, config.place("defaults", "permalink"))
    for keys in (("collections", "posts", "permalink"), ("permalink",)):
        if fact := config.fact(*keys):
            yield fact


def _default(item: Value) -> str:
    """Return the permalink that *item* of `defaults` gives to posts; empty: none."""
    scope = item.get("scope") if isinstance(item, Mapping) else None
    values = item.get("values") if isinstance(item, Mapping) else None
    if not isinstance(values, Mapping) or not isinstance(scope, Mapping):
        return ""
    is_for_posts = scope.get("type") in {None, "posts"} and scope.get("path") in {None, "", "_posts"}
    template = values.get("permalink")
    return template if is_for_posts and isinstance(template, str) else ""


def _notes(config: Table) -> Iterator[str]:
    if config.problem:
        yield config.problem
    if config.get("future") == "true":
        yield f"`future` ({config.place('future')}): feeds shows a post once its date has come"
