"""Looks at the site of another generator, and changes nothing of it."""

import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from feeds import fields as meaning
from feeds.dates import date_in_name
from feeds.diagnostics import FeedsError
from feeds.frontmatter import split
from feeds.generators import is_site
from feeds.generators.found import Post, Tree
from feeds.scan import OTHER_SUFFIXES, SUFFIXES

_LONGEST = 262_144
"""Bytes of a file of configuration; more is none that people write."""

_MOST_TEXTS, _MOST_FILES, _MOST_POSTS, _DEEPEST = 500, 200_000, 2_000, 40
_HEAD = 16_384
"""Bytes of a post that are looked at: its header."""

_HIGHEST = 6
"""How many folders above the one that is named a site may begin."""

_SETTINGS = re.compile(
    r"""_config\.(yml|yaml|toml)|(hugo|zola|config)\.(toml|yaml|yml|json)|config/_default/[^/]+\.(toml|yaml|yml|json)
      | (pelicanconf|publishconf|settings|conf)\.py | (\.eleventy|eleventy\.config|astro\.config)\.\w+ | package\.json
      | ([^/]+/)?CNAME""",
    re.VERBOSE,
)
_DATA = re.compile(
    r"""(.*/)?_data/[^/]+\.(json|js|mjs|cjs|ts|yaml|yml|toml) | .*\.11tydata\.(json|js|mjs|cjs)
      | (.*/)?(?P<own>[^/]+)/(?P=own)\.json | ([^/]+/){0,3}_index\.md
      | src/([^/]+/)?[^/]+\.(ts|js|mjs) | src/pages/.*\[.*""",
    re.VERBOSE,
)
_OF_OTHERS = frozenset(["node_modules", "bower_components", "__pycache__"])
_AT_THE_TOP = frozenset(["vendor", "themes", "target", "public", "dist", "output", "out", "_site"])
"""Folders of what is made, and of what others made: the first wherever they are, the second at the top of a site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """What a site of another generator's holds."""

    root: Path
    """The site's folder, without links in its path."""

    tree: Tree
    paths: tuple[str, ...] = ()
    """Of all files that may be posts, below it."""

    others: Counter[str] = field(default_factory=Counter)
    """Files in formats of posts that are not read, by suffix."""

    notes: tuple[str, ...] = ()
    """Which files of configuration were not read, and why."""


def visit(folder: Path) -> Visited:
    """Return what the site holds that *folder* is, or lies in; one that cannot be read is a `FeedsError`."""
    asked = Path(os.path.realpath(folder))
    if not asked.is_dir():
        raise FeedsError(f"there is no folder {folder}", help="name the folder of the site", exit_code=2)
    root = next(filter(_is_root, _from(asked)), asked)
    texts, notes = _texts(root, (path for path in _Walk(root).files() if _may_configure(path)))
    others: Counter[str] = Counter()
    paths = sorted(_posts(asked, root, others))
    step = max(1, -(-len(paths) // _MOST_POSTS))
    tree = Tree(
        texts=texts,
        posts=tuple(_post(root, path) for path in paths[::step]),
        names=frozenset(os.listdir(root)),
        scope=str(asked.relative_to(root)),
    )
    return Visited(root=root, tree=tree, paths=tuple(paths), others=others, notes=notes)


def _from(folder: Path) -> Iterator[Path]:
    """Yield *folder* and those above it, as far as a site may reach: a repository is one at most."""
    for one in (folder, *folder.parents[:_HIGHEST]):
        yield one
        if (one / ".git").exists():
            return


def _is_root(folder: Path) -> bool:
    return is_site(Tree(texts=_texts(folder, filter(_SETTINGS.fullmatch, _nearby(folder)))[0]))


def _nearby(folder: Path) -> Iterator[str]:
    """Yield the paths of the files in which a site begins."""
    for place in ("", "config/_default/"):
        with suppress(OSError):
            yield from (place + name for name in os.listdir(folder / place) if _is_text(name))


def _may_configure(path: str) -> bool:
    return bool(_SETTINGS.fullmatch(path) or _DATA.fullmatch(path))


def _texts(top: Path, paths: Iterable[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the texts of the files at *paths*, the top's first; what is too large has none, and a note."""
    texts, notes = {}, []
    for path in sorted(paths, key=lambda path: (path.count("/"), path))[:_MOST_TEXTS]:
        data, problem = _read(top / path, _LONGEST + 1)
        if problem or len(data) > _LONGEST:
            notes.append(f"{path}: {problem or f'it has more than {_LONGEST:,} bytes'}: nothing of it was taken")
            data = b""
        texts[path] = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\0", "\ufffd")
    return texts, tuple(notes)


def _posts(asked: Path, root: Path, others: Counter[str]) -> Iterator[str]:
    """Yield the path below *root* of each file in *asked* that may be a post; count those in other formats."""
    prefix = f"{asked.relative_to(root)}/".removeprefix("./")
    for path in _Walk(asked, is_root=asked == root).files():
        if path.lower().endswith(SUFFIXES):
            yield prefix + path
        elif path.lower().endswith(OTHER_SUFFIXES):
            others[path[path.rindex(".") :].lower()] += 1


class _Walk:
    """One walk through a folder, in the order of names; links to folders are followed, loops end where they began."""

    def __init__(self, top: Path, *, is_root: bool = True) -> None:
        self._top = top
        self._is_root = is_root
        self._seen: set[tuple[int, int]] = set()

    def files(self) -> Iterator[str]:
        """Yield the path of each file, as far as a site may reach."""
        folders, left = [""], _MOST_FILES
        while folders and left > 0:
            prefix = folders.pop()
            below = []
            for name, is_folder in self._listed(prefix):
                left -= 1
                if not is_folder:
                    yield prefix + name
                elif prefix.count("/") < _DEEPEST and self._is_source(prefix, name):
                    below.append(f"{prefix}{name}/")
            folders += reversed(below)

    def _is_source(self, prefix: str, name: str) -> bool:
        is_left_out = name in _OF_OTHERS or (self._is_root and not prefix and name in _AT_THE_TOP)
        return name[0] != "." and not is_left_out

    def _listed(self, prefix: str) -> list[tuple[str, bool]]:
        """Return the names in a folder, each with whether it is a folder; none where it was listed before."""
        try:
            status = os.stat(self._top / prefix)
            if (status.st_dev, status.st_ino) in self._seen:
                return []
            self._seen.add((status.st_dev, status.st_ino))
            with os.scandir(self._top / prefix) as items:
                return sorted((item.name, item.is_dir()) for item in items if _is_text(item.name))
        except OSError:
            return []


def _is_text(name: str) -> bool:
    """Say whether *name* is UTF-8."""
    try:
        return bool(name.encode())
    except UnicodeEncodeError:
        return False


def _read(path: Path, most: int) -> tuple[bytes, str]:
    """Return the first *most* bytes of the regular file at *path*, and why there are none."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # opening a pipe would wait for its writer
        with open(number, "rb") as file:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                return b"", "it is no file"
            return file.read(most), ""
    except OSError as error:
        return b"", f"it cannot be read: {error.strerror}"


def _post(root: Path, path: str) -> Post:
    """Return what the header of the file at *path* says."""
    data, _ = _read(root / path, _HEAD)
    header = split(data[: data.rfind(b"\n") + 1] if len(data) == _HEAD else data, path=path)[0]
    has_date = date_in_name(path) is not None
    if header is None:
        return Post(path=path, header="unreadable", is_dated=has_date)
    values = meaning.fields_of(header)
    address = values.text(*meaning.ADDRESS)
    has_date = has_date or date_in_name(address) is not None
    return Post(
        path=path,
        header=header.dialect,
        keys=frozenset(header.values),
        title=values.text(*meaning.TITLE),
        slug=values.text("slug"),
        address=address,
        is_dated=has_date or not values.values.keys().isdisjoint(meaning.DATE),
    )
