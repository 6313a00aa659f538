"""Understands the configuration of Hugo: one file, or several in `config/_default/`."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from feeds.frontmatter import Value
from feeds.generators import permalinks
from feeds.generators.folders import below, folder_of_posts, joined, narrower, within
from feeds.generators.found import Fact, Found, Post, Tree, Unclear, first, present
from feeds.generators.tables import Table, header_of, table_of, tables_in
from feeds.generators.translations import left_out, other_languages

_DEFAULT = "config/_default"
_PART = re.compile(
    rf"{_DEFAULT}/(?P<part>params|languages|permalinks|module)(?:\.(?P<language>[\w-]+))?\.(?:toml|ya?ml|json)"
)


def understand(tree: Tree) -> Found | None:
    """Return what Hugo's configuration says; None: there is none."""
    main = tables_in(tree, "hugo", f"{_DEFAULT}/hugo", f"{_DEFAULT}/config")
    main += [table for table in tables_in(tree, "config") if not main and _is_hugo(table)]
    if not main:
        return None
    site = _Hugo([*main, *_parts(tree)])
    content = site.content_folder()
    folder = site.posts_folder(tree, content)
    by_name = other_languages(tree.posts, site.default)
    return Found(
        generator="hugo",
        because=main[0].path,
        facts=present(_facts(site, tree, content, folder)),
        folder=folder,
        ignore=tuple(f"*.{code}.md" for code in by_name),
        reads=(content, "static", "assets", "layouts", "data"),
        notes=(*site.problems(), *left_out(sorted({*by_name, *site.languages_apart()}))),
    )


def _facts(site: "_Hugo", tree: Tree, content: str, folder: str) -> dict[str, Fact | None]:
    home = header_of(tree, joined(content, "_index.md"))
    return {
        "title": first([*site.spoken("title"), home.fact("title") if home else None]),
        "description": first([*site.spoken("params", "description"), site.stated("description")]),
        "home": first(site.spoken("baseurl")),
        "language": site.language(),
        "timezone": site.stated("timezone"),
        **site.author(),
        "permalink": site.permalink(within(tree.posts, folder), folder, content),
    }


def _is_hugo(table: Table) -> bool:
    return table.get("baseurl") is not None and "base_url" not in table.text


def _parts(tree: Tree) -> Iterator[Table]:
    """Yield the files of which each has a part: `params.toml`, `languages.pt-br.toml`, `params.en.yaml`."""
    for path in sorted(tree.texts):
        found = _PART.fullmatch(path)
        if found is not None:
            part, language = found["part"], found["language"]
            own = ("languages", language) if part == "languages" else ("languages", language, part)
            yield table_of(path, tree.texts[path], *(own if language else (part,)))


class _Hugo:
    """The tables of a site, which count as one."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._tables = tables
        languages = self.languages()
        named = self.stated("defaultcontentlanguage")
        self._named = named or (Fact(next(iter(languages)), "languages") if len(languages) == 1 else None)
        self.default = str(self._named.value) if self._named else "en"

    def problems(self) -> Iterator[str]:
        """Yield why files could not be read."""
        return (table.problem for table in self._tables if table.problem)

    def stated(self, *keys: str) -> Fact | None:
        """Return what the first table says that says anything below *keys*."""
        return first(table.fact(*keys) for table in self._tables)

    def spoken(self, *keys: str) -> list[Fact | None]:
        """Return what is said of the default language, and then of all."""
        return [self.stated("languages", self.default, *keys), self.stated(*keys)]

    def language(self) -> Fact | None:
        """Return the language, with its country where that is said."""
        return first([*self.spoken("locale"), *self.spoken("languagecode"), self._named])

    def author(self) -> dict[str, Fact | None]:
        """Return what is said of the author, wherever themes look for it."""
        tables = [("params", "author"), ("author",)]
        return {
            "author.name": first(
                fact for keys in tables for fact in (self._text(*keys), *self.spoken(*keys, "name")) if fact
            ),
            "author.email": first(fact for keys in tables for fact in self.spoken(*keys, "email")),
        }

    def content_folder(self) -> str:
        """Return the folder of the default language's content."""
        named = first(self.spoken("contentdir"))
        mounts = next((table.get("module", "mounts") for table in self._tables if table.get("module", "mounts")), ())
        sources = [
            mount["source"]
            for mount in (mounts if isinstance(mounts, tuple) else ())
            if isinstance(mount, Mapping) and mount.get("target") == "content" and _speaks(mount, self.default)
        ]
        mounted = sources[0] if sources and isinstance(sources[0], str) else ""
        return joined(named.value if named and isinstance(named.value, str) else mounted or "content")

    def posts_folder(self, tree: Tree, content: str) -> str:
        """Return the folder of the posts: of sections whose links have other patterns, the fullest."""
        folder = folder_of_posts(tree.posts, narrower(content, tree.scope))
        dated = [post for post in within(tree.posts, folder) if post.is_dated]
        sections = Counter(_section(post, content) for post in dated) if folder == content else Counter[str]()
        patterns = {name: self._template(name) for name in sections if name}
        if len({fact and fact.value for fact in patterns.values()}) < 2:  # noqa: PLR2004 - they all have the same
            return folder
        return joined(content, max(patterns, key=lambda name: (sections[name], name)))

    def permalink(self, posts: Sequence[Post], folder: str, content: str) -> Fact:
        """Return our pattern for *posts*, which lie in *folder* below *content*."""
        sections = below(folder, content)
        section = sections.partition("/")[0]
        stated = self._template(section) if section else None
        if stated is None:
            return Fact(self._by_folders(posts, sections), "Hugo's default")
        if isinstance(stated.value, Unclear):
            return stated
        try:
            return Fact(permalinks.of_hugo(stated.value, section, sections), stated.place)
        except permalinks.UnknownPartError as error:
            return Fact(Unclear(str(error)), stated.place)

    def _by_folders(self, posts: Sequence[Post], sections: str) -> str:
        """Return the pattern of a site that states none: a name keeps its date, unless dates are read from names."""
        keeps = permalinks.dated_names(posts) and not any(post.slug for post in posts) and not self._reads_names()
        is_ugly = first(table.fact("uglyurls") for table in self._tables)
        end = ".html" if is_ugly and is_ugly.value == "true" else "/"
        return "/" + "/".join(part for part in (sections, "{path}" if keeps else "{folder}/{slug}") if part) + end

    def _reads_names(self) -> bool:
        listed = next((table.get("frontmatter", "date") for table in self._tables if table.get("frontmatter")), ())
        return isinstance(listed, tuple) and ":filename" in listed

    def _template(self, section: str) -> Fact | None:
        return first([self.stated("permalinks", "page", section), self._text("permalinks", section)])

    def _text(self, *keys: str) -> Fact | None:
        """Return what is stated below *keys* if it is a text."""
        found = self.stated(*keys)
        return found if found and isinstance(found.value, str) else None

    def languages_apart(self) -> list[str]:
        """Return the other languages whose posts have folders of their own."""
        return [
            str(said.get("locale") or said.get("languagecode") or code)
            for code, said in self.languages().items()
            if code != self.default and "contentdir" in said
        ]

    def languages(self) -> Mapping[str, Mapping[str, Value]]:
        """Return what is said of each language, by its code."""
        found = [table.get("languages") for table in self._tables]
        merged: dict[str, Mapping[str, Value]] = {}
        for value in found:
            for code, said in value.items() if isinstance(value, Mapping) else ():
                merged[code] = {**merged.get(code, {}), **(said if isinstance(said, Mapping) else {})}
        return merged


def _section(post: Post, content: str) -> str:
    name, below_it, _ = below(post.path, content).partition("/")
    return name if below_it else ""


def _speaks(mount: Mapping[str, object], language: str) -> bool:
    return mount.get("lang") in {None, language}
