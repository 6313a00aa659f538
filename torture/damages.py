"""The damages: each a name, what it does to a site, and what the next run is to make of it."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from torture.runs import STAGE
from torture.wards import STRANGERS


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Where a damage is done, and the chance by which."""

    site: Path
    folder: Path
    """Of the trial: another site `other`, and a copy `older.sqlite3` of the site's own cache."""

    random: Random

    @property
    def cache(self) -> Path:
        """Return the cache's file."""
        return self.site / ".feeds/cache.sqlite3"

    @property
    def out(self) -> Path:
        """Return the folder of what is published."""
        return self.site / "out"

    def a_file(self) -> Path:
        """Return a file of ours in `out/`."""
        return self.out / self.random.choice((self.out / ".feeds").read_text().splitlines())


def _nothing(_site: Path) -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class Damage:
    """A way to damage a site."""

    name: str
    do: Callable[[Scene], object]
    told: int = 0
    """The exit code of the next run where it cannot heal the damage, and says what to do; 0: it heals it."""

    remedy: Callable[[Path], object] = _nothing
    """What the user then does."""

    options: tuple[str, ...] = ()
    """Of the run that heals it."""

    weight: int = 1


# --- the cache's file ----------------------------------------------------------------------------


def _flip(place: Path, random: Random, count: int) -> None:
    data = bytearray(place.read_bytes())
    for _ in range(count if data else 0):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    place.write_bytes(data)


def _flipped(scene: Scene) -> None:
    _flip(scene.cache, scene.random, scene.random.choice((1, 1, 2, 8, 64)))


def _scribbled(scene: Scene) -> None:
    data = bytearray(scene.cache.read_bytes())
    start, length = scene.random.randrange(len(data)), scene.random.choice((4, 64, 512, 4096))
    data[start : start + length] = scene.random.randbytes(len(data[start : start + length]))
    scene.cache.write_bytes(data)


def _reworded(scene: Scene) -> None:
    """Change letters of what posts say, which leaves every record readable."""
    data = scene.cache.read_bytes()
    word = scene.random.choice((b"harbour", b"ferry", b"tide", b"lamp", b"https", b"Tide Evening", b"2026"))
    scene.cache.write_bytes(data.replace(word, word[::-1]))


def _truncated(scene: Scene) -> None:
    os.truncate(scene.cache, scene.random.randrange(scene.cache.stat().st_size))


def _truncated_at_a_page(scene: Scene) -> None:
    os.truncate(scene.cache, scene.random.randrange(scene.cache.stat().st_size // 4096) * 4096)


def _pages_swapped(scene: Scene) -> None:
    """Put one page of the file, of this cache or an older one, in another's place."""
    data = bytearray(scene.cache.read_bytes())
    source = scene.random.choice((bytes(data), (scene.folder / "older.sqlite3").read_bytes()))
    here, there = (scene.random.randrange(1, len(kind) // 4096) * 4096 for kind in (data, source))
    data[here : here + 4096] = source[there : there + 4096]
    scene.cache.write_bytes(data)


def _pages_of_an_older_one(scene: Scene) -> None:
    """Leave some pages as they were before the last run, as a disk may that lost power."""
    data, older = bytearray(scene.cache.read_bytes()), (scene.folder / "older.sqlite3").read_bytes()
    for start in range(0, min(len(data), len(older)), 4096):
        if scene.random.random() < 0.5:
            data[start : start + 4096] = older[start : start + 4096]
    scene.cache.write_bytes(data)


def _replaced(data: bytes) -> Callable[[Scene], object]:
    return lambda scene: scene.cache.write_bytes(data)


def _older(scene: Scene) -> None:
    shutil.copy(scene.folder / "older.sqlite3", scene.cache)


def _of_another_site(scene: Scene) -> None:
    shutil.copy(scene.folder / "other/.feeds/cache.sqlite3", scene.cache)


def _sql(*statements: str) -> Callable[[Scene], object]:
    def do(scene: Scene) -> None:
        with closing(sqlite3.connect(scene.cache)) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    return do


def _beside(ending: str, make: Callable[[Scene], bytes]) -> Callable[[Scene], object]:
    return lambda scene: scene.cache.with_name(scene.cache.name + ending).write_bytes(make(scene))


def _hot_journal(scene: Scene) -> bytes:
    """Return what a run leaves beside the cache that is killed while it writes there: of another site's cache."""
    copy = scene.folder / "journaled.sqlite3"
    shutil.copy(scene.folder / "other/.feeds/cache.sqlite3", copy)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("pragma cache_size = 1")
        connection.execute("update posts set row = x'00'")
        data = Path(f"{copy}-journal").read_bytes()
        connection.rollback()
    return data


def _garbage(scene: Scene) -> bytes:
    return scene.random.randbytes(5000)


def _in_place_of(name: str, make: Callable[[Path, Scene], object]) -> Callable[[Scene], object]:
    def do(scene: Scene) -> None:
        place = scene.site / name
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
        make(place, scene)

    return do


def _link_to_a_post(place: Path, scene: Scene) -> None:
    place.symlink_to(next((scene.site / "content").rglob("*.md")))


def _link_to_an_empty_file(place: Path, scene: Scene) -> None:
    (scene.site / "content/empty.tmp").touch()
    place.symlink_to(scene.site / "content/empty.tmp")


def _full_folder(place: Path, _scene: Scene) -> None:
    place.mkdir()
    (place / "x").touch()


def _gone(name: str) -> Callable[[Path], object]:
    return lambda site: shutil.rmtree(site / name)


_CACHE = "cache.sqlite3"


def _of_the_cache() -> Iterator[Damage]:
    yield Damage(name="bits of the cache flipped", do=_flipped, weight=60)
    yield Damage(name="the cache scribbled over", do=_scribbled, weight=30)
    yield Damage(name="words of the cache changed", do=_reworded, weight=10)
    yield Damage(name="the cache cut short", do=_truncated, weight=20)
    yield Damage(name="the cache cut at a page", do=_truncated_at_a_page, weight=20)
    yield Damage(name="pages of the cache in each other's place", do=_pages_swapped, weight=30)
    yield Damage(name="pages of the cache as they were before", do=_pages_of_an_older_one, weight=30)
    yield Damage(name="an older cache", do=_older, weight=2)
    yield Damage(name="another site's cache", do=_of_another_site, weight=2)
    yield Damage(name="an empty cache", do=_replaced(b""))
    yield Damage(name="garbage for a cache", do=_replaced(b"no database" * 999))
    yield Damage(name="garbage with sqlite's header", do=_replaced(b"SQLite format 3\0" + b"\xff" * 9000))
    yield Damage(name="another version's cache", do=_sql("pragma user_version = 3"))
    yield Damage(name="a version that was never set", do=_sql("pragma user_version = 0"))
    yield Damage(name="an application's own database", do=_sql("drop table posts", "drop table targets"))
    for table in ("meta", "posts", "targets", "standing", "told"):
        yield Damage(name=f"no table {table}", do=_sql(f"drop table {table}"))
        yield Damage(name=f"an empty table {table}", do=_sql(f"delete from {table}"))
    for value in ("null", "5", "2.5", "'text'", "x'00'", "x''", "x'93c0c0c0'"):
        for column in ("posts set row", "posts set brief", "posts set stamp", "targets set row", "standing set row"):
            yield Damage(name=f"{column} = {value}", do=_sql(f"update or ignore {column} = {value}"))
    yield Damage(name="another's rows", do=_sql("update posts set row = (select max(row) from posts)"))
    yield Damage(name="another's briefs", do=_sql("update posts set brief = (select max(brief) from posts)"))
    yield Damage(name="another's files", do=_sql("update targets set row = (select max(row) from targets)"))
    yield Damage(name="paths that are bytes", do=_sql("update posts set path = cast(path as blob)"))
    yield Damage(name="a column of another name", do=_sql("alter table posts rename column stamp to stomp"))
    yield Damage(name="a key of another name", do=_sql("alter table meta rename column value to worth"))
    yield Damage(
        name="a trigger", do=_sql("create trigger t after insert on targets begin select raise(abort, 'x'); end")
    )
    yield Damage(name="a stale journal", do=_beside("-journal", _garbage))
    yield Damage(name="another's hot journal", do=_beside("-journal", _hot_journal))
    yield Damage(name="a stale log", do=_beside("-wal", _garbage))
    yield Damage(name="a cache in WAL mode", do=_sql("pragma journal_mode = wal"))
    place = f".feeds/{_CACHE}"
    yield Damage(
        name="an empty folder for a cache", do=_in_place_of(place, lambda p, _: p.mkdir()), told=75, remedy=_gone(place)
    )
    yield Damage(name="a folder for a cache", do=_in_place_of(place, _full_folder), told=75, remedy=_gone(place))
    yield Damage(name="a FIFO for a cache", do=_in_place_of(place, lambda p, _: os.mkfifo(p)))
    yield Damage(name="a link to a post for a cache", do=_in_place_of(place, _link_to_a_post))
    yield Damage(name="a link to an empty file for a cache", do=_in_place_of(place, _link_to_an_empty_file))
    yield Damage(name="a link to nothing for a cache", do=_in_place_of(place, lambda p, _: p.symlink_to("nowhere")))
    yield Damage(name="no .feeds/", do=lambda scene: shutil.rmtree(scene.site / ".feeds"))
    yield Damage(
        name="a file for .feeds/",
        do=_in_place_of(".feeds", lambda p, _: p.touch()),
        told=75,
        remedy=lambda s: (s / ".feeds").unlink(),
    )
    yield Damage(
        name="a folder for the lock",
        do=_in_place_of(".feeds/lock", lambda p, _: p.mkdir()),
        told=75,
        remedy=_gone(".feeds/lock"),
    )
    yield Damage(
        name="a FIFO for the lock",
        do=_in_place_of(".feeds/lock", lambda p, _: os.mkfifo(p)),
        told=75,
        remedy=lambda site: (site / ".feeds/lock").unlink(),
    )
    yield Damage(
        name="a link to a post for the lock",
        do=_in_place_of(".feeds/lock", _link_to_a_post),
        told=75,
        remedy=lambda s: (s / ".feeds/lock").unlink(),
    )


# --- compiled templates --------------------------------------------------------------------------


def _compiled(change: Callable[[Path, Scene], object]) -> Callable[[Scene], object]:
    def do(scene: Scene) -> None:
        places = sorted((scene.site / ".feeds/compiled").iterdir())
        for place in scene.random.sample(places, scene.random.randint(1, len(places))):
            change(place, scene)

    return do


def _swap(place: Path, scene: Scene) -> None:
    place.write_bytes(scene.random.choice(sorted(place.parent.iterdir())).read_bytes())


def _as_folder(place: Path, _scene: Scene) -> None:
    place.unlink()
    place.mkdir()


def _as_fifo(place: Path, _scene: Scene) -> None:
    place.unlink()
    os.mkfifo(place)


def _of_compiled() -> Iterator[Damage]:
    yield Damage(name="compiled templates flipped", do=_compiled(lambda p, s: _flip(p, s.random, 3)), weight=10)
    yield Damage(
        name="compiled templates cut short",
        do=_compiled(lambda p, s: os.truncate(p, s.random.randrange(p.stat().st_size))),
        weight=5,
    )
    yield Damage(name="compiled templates exchanged", do=_compiled(_swap), weight=5)
    yield Damage(name="compiled templates gone", do=_compiled(lambda p, _: p.unlink()))
    yield Damage(name="no compiled templates", do=lambda s: shutil.rmtree(s.site / ".feeds/compiled"))
    yield Damage(name="a file for compiled/", do=_in_place_of(".feeds/compiled", lambda p, _: p.touch()))
    yield Damage(name="FIFOs for compiled templates", do=_compiled(_as_fifo))
    yield Damage(name="folders for compiled templates", do=_compiled(_as_folder))
    yield Damage(name="compiled templates of long ago", do=_compiled(lambda p, _: os.utime(p, (1, 1))))


# --- out/ ----------------------------------------------------------------------------------------


def _unseen(scene: Scene) -> None:
    """Change a file's bytes and give it back its time: no run can see that but one that makes everything anew."""
    place = scene.a_file()
    status = place.stat()
    place.write_bytes(bytes(status.st_size))
    os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))


def _with_list(change: Callable[[bytes, Scene], bytes]) -> Callable[[Scene], object]:
    def do(scene: Scene) -> None:
        place = scene.out / ".feeds"
        place.write_bytes(change(place.read_bytes(), scene))

    return do


def _hostile(data: bytes, scene: Scene) -> bytes:
    lines = ["../feeds.toml", "../content", str(scene.site / "feeds.toml"), "./rss.xml", "category/../atom.xml", "."]
    lines += ["..", "/", "\0", "a\0b/c", "category//index.html", "category", "x" * 5000, ".feeds", f"{STAGE}/x"]
    return data + "".join(f"{line}\n" for line in lines).encode() + b"\xff\xfe\n"


def _a_list_with_flips(data: bytes, scene: Scene) -> bytes:
    changed = bytearray(data)
    changed[scene.random.randrange(len(changed))] ^= 1 << scene.random.randrange(8)
    return bytes(changed)


def _of_out() -> Iterator[Damage]:
    yield Damage(name="a file of ours changed", do=lambda s: s.a_file().write_bytes(b"x"), weight=4)
    yield Damage(name="a file of ours flipped", do=lambda s: _flip(s.a_file(), s.random, 1), weight=4)
    yield Damage(name="a file of ours empty", do=lambda s: s.a_file().write_bytes(b""), weight=4)
    yield Damage(name="a file of ours changed in secret", do=_unseen, options=("--clean",), weight=2)
    yield Damage(name="a file of ours gone", do=lambda s: s.a_file().unlink(), weight=4)
    yield Damage(name="a folder of ours gone", do=lambda s: shutil.rmtree(s.out / "digest/daily"))
    yield Damage(name="files of ours of all times", do=_times_changed)
    yield Damage(name="a link to a stranger's file for a file of ours", do=lambda s: _linked(s.a_file(), s))
    yield Damage(name="no list", do=lambda s: (s.out / ".feeds").unlink())
    yield Damage(name="an empty list", do=_with_list(lambda *_: b""))
    yield Damage(name="half a list", do=_with_list(lambda data, s: data[: s.random.randrange(len(data))]), weight=4)
    yield Damage(name="a list of garbage", do=_with_list(lambda _, s: s.random.randbytes(3000)))
    yield Damage(name="a list with Windows' line ends", do=_with_list(lambda data, _: data.replace(b"\n", b"\r\n")))
    yield Damage(name="a hostile list", do=_with_list(_hostile))
    yield Damage(name="a list with a flip", do=_with_list(_a_list_with_flips), weight=8)
    yield Damage(
        name="a folder for the list", do=_in_place_of("out/.feeds", _full_folder), told=75, remedy=_gone("out/.feeds")
    )
    yield Damage(
        name="a link for the list",
        do=_in_place_of("out/.feeds", _link_to_a_post),
        told=75,
        remedy=lambda site: (site / "out/.feeds").unlink(),
    )
    yield Damage(name="what a killed run left in out/", do=lambda s: _full_folder(s.out / STAGE, s))
    yield Damage(
        name="a link for the folder where files wait", do=lambda s: (s.out / STAGE).symlink_to(s.site / "content")
    )
    yield Damage(name="no list and no cache", do=_no_list_and_no_cache, told=1, remedy=_cleared)
    yield Damage(
        name="a folder for a file of ours",
        do=_in_place_of("out/rss.xml", _full_folder),
        told=1,
        remedy=_gone("out/rss.xml"),
    )


def _times_changed(scene: Scene) -> None:
    for seconds in (0, 1, 2**31, 2**32):
        os.utime(scene.a_file(), (seconds, seconds))


def _linked(place: Path, scene: Scene) -> None:
    place.unlink()
    place.symlink_to(scene.out / "theirs.txt")


def _cleared(site: Path) -> None:
    """Remove what was published: no run can know all that is ours any more."""
    for place in (*(site / "out").rglob("*.*"), site / "out/_headers", site / "out/_redirects"):
        if place.is_file() and place.relative_to(site / "out").as_posix() not in STRANGERS:
            place.unlink()
    for folder in sorted((site / "out").rglob("*"), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _no_list_and_no_cache(scene: Scene) -> None:
    (scene.out / ".feeds").unlink()
    shutil.rmtree(scene.site / ".feeds")


DAMAGES = (*_of_the_cache(), *_of_compiled(), *_of_out())
