"""Reads the site: nobody else opens `feeds.toml`, `content/` or `templates/`."""

import errno
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path
from re import Pattern
from re import compile as compiled
from typing import NamedTuple

from feeds.diagnostics import Diagnostic, FeedsError, Severity, in_order
from feeds.model import PACKAGED
from feeds.settings import Site

SUFFIXES = (".md", ".markdown", ".html")
OTHER_SUFFIXES = (".mdx", ".rst", ".adoc", ".org", ".textile")
"""Post formats that we do not read; `check` counts them."""

_SAVE_IT = "save it as UTF-8: some programs for Windows write UTF-16"
_OWN_FOLDERS = ("out", "templates", ".feeds")


class PostFile(NamedTuple):
    """A post as the folder lists it. Times are in nanoseconds of the file system's clock."""

    path: str
    """Below the content folder, with `/`."""

    size: int
    """In bytes."""

    written_ns: int
    """When its bytes last changed, or are said to have."""

    status_ns: int
    """When its bytes, its name or its times last changed."""

    inode: int

    @property
    def stamp(self) -> str:
        """Return a text that changes whenever the file's bytes may have."""
        return f"{self.size}:{self.written_ns}:{self.status_ns}:{self.inode}"

    @property
    def changed_ns(self) -> int:
        """Return when anything about it last changed."""
        return max(self.written_ns, self.status_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What the content folder holds."""

    root: str
    """The folder, as it can be opened."""

    posts: tuple[PostFile, ...]
    """By path."""

    skipped: tuple[Diagnostic, ...]
    """Files with a post's suffix that are no readable file: each is left out."""

    notes: tuple[Diagnostic, ...]


def read_config(folder: Path) -> str:
    """Return the text of `feeds.toml` in *folder*; without one: `FeedsError` with exit code 2."""
    path = folder / "feeds.toml"
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        if not folder.is_dir():
            raise FeedsError(f"there is no folder {folder}", help="see that its name is right", exit_code=2) from error
        message = f"there is no feeds.toml in {folder.resolve()}"
        remedy = "go to the site's folder, or name it: feeds -C FOLDER …; or begin one: feeds init"
        raise FeedsError(message, help=remedy, exit_code=2) from error
    except NotADirectoryError as error:
        remedy = "name the folder that holds feeds.toml"
        raise FeedsError(f"{folder} is no folder", help=remedy, exit_code=2) from error
    except UnicodeDecodeError as error:
        raise FeedsError(f"{path}: it is not UTF-8", help=_SAVE_IT, exit_code=2) from error
    except OSError as error:
        remedy = "make it a text file that can be read"
        raise FeedsError(f"{path}: {error.strerror}", help=remedy, exit_code=2) from error


def read_templates(folder: Path) -> dict[str, str]:
    """Return every template by name, `words/en.txt`, sorted: those in *folder*/templates in place of the packaged ones.

    The packaged ones are there as `default/NAME` as well. A site's own folder of that name is a `FeedsError`.
    """
    packaged, own = _templates_in(packaged_templates()), _templates_in(folder / "templates")
    if taken := next((name for name in own if name.startswith(PACKAGED)), ""):
        message = (
            f"templates/{taken}: `{PACKAGED}` stands for the packaged templates, and cannot be a folder of your own"
        )
        raise FeedsError(message, help="give the folder another name", exit_code=2)
    return dict(sorted((packaged | own | {PACKAGED + name: text for name, text in packaged.items()}).items()))


def stamp_of(folder: Path) -> tuple[tuple[str, int, int, int], ...]:
    """Return what changes when `feeds.toml` in *folder* or one of its own templates does: time, size and inode of each.

    What cannot be looked at is left out.
    """
    return tuple(_stamps([folder / "feeds.toml", *sorted((folder / "templates").rglob("*"))]))


def _stamps(paths: Iterable[Path]) -> Iterator[tuple[str, int, int, int]]:
    for path in paths:
        with suppress(OSError):
            status = path.stat()
            yield str(path), status.st_mtime_ns, status.st_size, status.st_ino


def packaged_templates() -> Path:
    """Return the folder of the default templates: beside the modules once installed, at the top of a checkout."""
    here = Path(__file__).parent
    inside = here / "templates"
    return inside if inside.is_dir() else here.parent / "templates"


def _templates_in(folder: Path) -> dict[str, str]:
    try:
        if folder.exists():
            os.listdir(folder)  # rglob passes over what cannot be listed
        files = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
        return {path.relative_to(folder).as_posix(): _template(path) for path in files}
    except OSError as error:
        raise FeedsError(f"{folder}: {error}", help="every template is a UTF-8 text file", exit_code=2) from error


def _template(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        remedy = f"{_SAVE_IT}; every file in templates/ is a template"
        raise FeedsError(f"{path}: it is not UTF-8", help=remedy, exit_code=2) from error


def list_posts(folder: Path, site: Site) -> Listing:
    """Return every post below the site's content folder, by path; hidden and ignored ones are not there at all."""
    root = folder / site.content.folder
    if not root.is_dir():
        raise FeedsError(
            f"there is no folder {root}",
            help="set `folder` under [content] in feeds.toml to where the posts are",
            exit_code=2,
        )
    walk = _Walk(root, site, (folder / name for name in _OWN_FOLDERS))
    posts = tuple(sorted(walk.posts()))
    notes = tuple(_other_formats(walk.others, site) if walk.others else () if posts else _no_posts(site))
    return Listing(root=str(root), posts=posts, skipped=in_order(walk.skipped), notes=notes)


class _Walk:
    """One walk through the content folder, and what it could not take."""

    def __init__(self, root: Path, site: Site, own: Iterator[Path]) -> None:
        self._root = root
        self._site = site
        self._ignored = _any_of(site.content.ignore)
        self._seen = {_inode(path) for path in own if path.exists()} - {_inode(root)}
        self.skipped: list[Diagnostic] = []
        self.others: Counter[str] = Counter()

    def posts(self) -> Iterator[PostFile]:
        """Yield every post, in no order; a loop of links ends where it began."""
        folders = [(str(self._root), "")]
        while folders:
            folder, prefix = folders.pop()
            below = []
            for item in self._listed(folder, prefix):
                name = item.name
                if name[0] == "." or (self._ignored and self._ignored.match(prefix + name)):
                    continue
                if _is_folder(item):
                    below.append((item.path, f"{prefix}{name}/"))
                elif name.lower().endswith(SUFFIXES):
                    yield from self._post(item, prefix + name)
                elif name.lower().endswith(OTHER_SUFFIXES):
                    self.others[name[name.rindex(".") :].lower()] += 1
            folders += sorted(below, reverse=True)

    def _listed(self, folder: str, prefix: str) -> Iterator[os.DirEntry[str]]:
        """Yield what is in *folder*; nothing where it was listed before, or is one of the site's own.

        One after the other: each keeps what the disk said of it, and ten thousand of them keep a lot.
        """
        try:
            inode = _inode(folder)
            if inode not in self._seen:
                self._seen.add(inode)
                with os.scandir(folder) as items:
                    yield from items
        except OSError as error:
            reason = error.strerror or "it cannot be read"
            if not prefix:
                remedy = "make it a folder that can be read"
                raise FeedsError(f"{folder}: {reason}", help=remedy, exit_code=2) from error
            self._skip(prefix.rstrip("/"), reason)

    def _post(self, item: os.DirEntry[str], path: str) -> tuple[PostFile, ...]:
        """Return the post, if it is one that can be read."""
        try:
            status = item.stat()
            path.encode()
        except UnicodeEncodeError:
            return self._skip(path, "its name is not UTF-8")
        except OSError as error:
            return self._skip(path, f"it cannot be read: {error.strerror}")
        size = status.st_size
        if not stat.S_ISREG(status.st_mode):
            return self._skip(path, "it is no file")
        if size > self._site.content.max_bytes:
            problem = f"it has {size:,} bytes, more than `content.max_bytes` allows"
            return self._skip(path, problem, "too-large")
        return (PostFile(path, size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino),)

    def _skip(self, path: str, reason: str, code: str = "file-unreadable") -> tuple[PostFile, ...]:
        """Take down why a file is no post that can be read."""
        shown = path.encode(errors="backslashreplace").decode()
        help_ = (
            "raise `content.max_bytes`, or shorten the post"
            if code == "too-large"
            else "mend it, or name it under `content.ignore`"
        )
        self.skipped.append(Diagnostic(path=self._site.shown(shown), code=code, message=reason, help=help_))
        return ()


def _inode(path: str | Path) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_dev, status.st_ino


def _is_folder(item: os.DirEntry[str]) -> bool:
    try:
        return item.is_dir()
    except OSError:  # a link to itself
        return False


def _any_of(globs: tuple[str, ...]) -> Pattern[str] | None:
    return compiled("|".join(f"(?:{translate(pattern)})" for pattern in globs)) if globs else None


def by_format(others: Counter[str]) -> str:
    """Return how many files there are of each of *others*, by suffix, for people: `2 .mdx, 1 .rst`."""
    return ", ".join(f"{count} {suffix}" for suffix, count in sorted(others.items()))


def _other_formats(others: Counter[str], site: Site) -> Iterator[Diagnostic]:
    yield Diagnostic(
        path=site.content.folder,
        severity=Severity.NOTE,
        code="other-formats",
        message=f"files of other formats are not read: {by_format(others)}",
        help="convert them to Markdown or HTML to publish them",
    )


def _no_posts(site: Site) -> Iterator[Diagnostic]:
    yield Diagnostic(
        path=site.content.folder,
        severity=Severity.NOTE,
        code="no-posts",
        message=f"there is no post in it: no file ends in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}",
        help="write one, or set `folder` under [content] in feeds.toml to where they are",
    )


def read_post(root: str, path: str, site: Site) -> bytes:
    """Return the bytes of the post at *path* below *root*; OSError if it cannot be read, or is no longer such a file.

    Of a file that grows meanwhile, what it had at first: its stamp is another then, and the next run reads it again.
    """
    # A file may have become a pipe since it was listed: opening one without O_NONBLOCK would wait for a writer.
    number = os.open(f"{root}/{path}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(number)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no file")
        if status.st_size > site.content.max_bytes:
            raise OSError(errno.EFBIG, "it has grown beyond `content.max_bytes`")
        return os.read(number, status.st_size)
    finally:
        os.close(number)


def file_size(root: Path, path: str) -> int:
    """Return the size of the regular file at *path* below *root*, in bytes; 0 where there is none."""
    try:
        status = os.stat(root / path)
    except (OSError, ValueError):
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
