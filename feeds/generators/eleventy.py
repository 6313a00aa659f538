"""Understands the configuration and the data files of Eleventy, without running them."""

from collections.abc import Iterator, Sequence

from feeds.generators import permalinks
from feeds.generators.folders import below, folder_of_posts, is_below, joined, narrower
from feeds.generators.found import Fact, Found, Tree, Unclear, first, present
from feeds.generators.found import joined as address
from feeds.generators.javascript import Script, script_of
from feeds.generators.tables import SUFFIXES, Table, table_of

_FILES = (
    *(f"eleventy.config.{suffix}" for suffix in ("js", "mjs", "cjs", "ts")),
    *(f".eleventy.{suffix}" for suffix in ("js", "cjs", "mjs")),
)
_OF_THE_SITE = ("metadata", "site", "siteconfig", "meta", "config", "globals", "settings", "seo")
"""Names of data files that say what a site is called."""


def understand(tree: Tree) -> Found | None:
    """Return what Eleventy's configuration says; None: there is none."""
    path = next((path for path in _FILES if path in tree.texts), "")
    package = tree.texts.get("package.json", "")
    if not path and '"@11ty/eleventy"' not in package:
        return None
    config = script_of(path, tree.texts.get(path, ""))
    source = _folder(config)
    folder = folder_of_posts(tree.posts, narrower(source, tree.scope))
    data = [config, *_data(tree)]
    facts = {
        "title": _stated(data, "title", "name", "sitename", "siteName"),
        "description": _stated(data, "description", "subtitle"),
        "home": address(_stated(data, "url", "origin", "siteUrl", "baseUrl", "base"), config.fact("pathPrefix")),
        "language": _stated(data, "language", "lang", "locale", "defaultLanguage"),
        "author.name": first([*_nested(data, "author", "name"), *_nested(data, "author")]),
        "author.email": first(_nested(data, "author", "email")),
        "author.url": first(_nested(data, "author", "url")),
        "permalink": _permalink(tree, folder, source),
    }
    return Found(
        generator="eleventy",
        because=path or "package.json",
        facts=present(facts),
        folder=folder,
        reads=(source,),
        notes=tuple(table.problem for table in data if isinstance(table, Table) and table.problem),
    )


def _folder(config: Script) -> str:
    stated = config.fact("dir", "input")
    return joined(stated.value) if stated and isinstance(stated.value, str) else "."


def _data(tree: Tree) -> Iterator[Table | Script]:
    """Yield the data files that may speak of the whole site, the likeliest first."""
    for stem in _OF_THE_SITE:
        for path in sorted(tree.texts):
            folder, _, name = path.rpartition("/")
            if folder.rpartition("/")[2] == "_data" and _stem(name) == stem:
                yield _read(path, tree.texts[path])


def _stem(name: str) -> str:
    return name.partition(".")[0].casefold().replace("-", "").replace("_", "")


def _read(path: str, text: str) -> Table | Script:
    return table_of(path, text) if path.endswith(SUFFIXES) and not path.endswith("js") else script_of(path, text)


def _stated(data: Sequence[Table | Script], *names: str) -> Fact | None:
    """Return what the site's data say under one of *names*, else what the feed of the configuration is told."""
    config, *files = data
    own = [file.fact(name) for file in files for name in names]
    return first([*own, *(config.fact("metadata", name) for name in names)])


def _nested(data: Sequence[Table | Script], *keys: str) -> Iterator[Fact | None]:
    config, *files = data
    for fact in (*(file.fact(*keys) for file in files), config.fact("metadata", *keys)):
        if fact is not None and (len(keys) > 1 or isinstance(fact.value, str)):
            yield fact


def _permalink(tree: Tree, folder: str, source: str) -> Fact:
    """Return our pattern: that of the folder's data file, else the rule by which Eleventy goes."""
    rule = "/" + joined(below(folder, source), "{folder}/{name}")
    stated = first(_of_folders(tree, folder, source))
    if stated is None:
        return Fact(f"{rule}/", "Eleventy's rule")
    if isinstance(stated.value, Unclear):
        return stated
    try:
        return Fact(permalinks.of_eleventy(stated.value, rule), stated.place)
    except permalinks.UnknownPartError as error:
        return Fact(Unclear(str(error)), stated.place)


def _of_folders(tree: Tree, folder: str, source: str) -> Iterator[Fact | None]:
    """Yield what the data files of *folder* and those above it say of permalinks, the nearest first."""
    while folder != "." and is_below(folder, source):
        name = folder.rpartition("/")[2]
        ends = (".json", ".11tydata.json", ".11tydata.js", ".11tydata.mjs", ".11tydata.cjs")
        for path in (f"{folder}/{name}{end}" for end in ends):
            if path in tree.texts:
                data = _read(path, tree.texts[path])
                yield first([data.fact("permalink"), data.fact("eleventyComputed", "permalink")])
        folder = joined(folder, "..")
    return
