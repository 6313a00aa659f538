"""Makes a site to torture and edits it at random; one seed makes one site and one row of edits."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
"""The time that runs go by unless a trial says otherwise."""

INPUT = ("content", "templates", "feeds.toml")
"""What a site is made of; no run may write there."""

RACY = 2.2
"""Seconds after which a post counts as settled, and is remembered."""

_DAYS = 16
_CATEGORIES = ("harbour", "城市", "Markets & Money", "weather", "晚报")
_SOURCES = ("Tide Evening Post", "潮汐晚报", "The Lamplighter")
_WORDS = (
    "rain",
    "tide",
    "ferry",
    "lamp",
    "market",
    "harbour",
    "night",
    "港口",
    "今日",
    "小雨",
    "灯塔",
    "Ω",
    "&",
    "<tag>",
    "“q”",
    "naïve",
)
_CONFIG = """
[site]
title = "Tide {number}"
url = "https://news.example.org/"
language = "{language}"
timezone = "Asia/Shanghai"

[content]
ignore = ["*.tmp"]

[feeds]
by = {by}
entries = {entries}
archive = {archive}
aliases = {aliases}

[[digests]]
name = "daily"

[[digests]]
name = "weekly"
every = "week"
categories = ["harbour", "晚报"]
"""


def posts_for(kills: int) -> int:
    """Return how many posts a site has that is to be disturbed *kills* times: few where it is for a quick look."""
    return 24 if kills >= 100 else 6


class Garden:
    """A site in a folder, and the chance by which it grows."""

    def __init__(self, folder: Path, seed: int, posts: int = 24, *, is_lean: bool = False) -> None:
        """Make a site of some *posts* in *folder*, which is made too; a lean one has RSS and no digests."""
        self.folder = folder
        self._random = Random(seed)
        self._number = 0
        self._is_lean = is_lean
        (folder / "content").mkdir(parents=True)
        for _ in range(posts):
            self._new_post()
        (folder / "content/sounds").mkdir()
        (folder / "content/sounds/bell.mp3").write_bytes(b"ID3" + bytes(997))
        self._configure()

    def edit(self, changes: int = 4) -> None:
        """Change some things: posts mostly, now and then the configuration or a template."""
        for _ in range(changes):
            self._random.choices(*zip(*self._edits(), strict=True))[0]()

    def _edits(self) -> tuple[tuple[Callable[[], None], int], ...]:
        return (
            (self._new_post, 4),
            (self._change_post, 4),
            (self._remove_post, 3),
            (self._rename_post, 2),
            (self._configure, 1),
            (self._template, 1),
            (self._sound, 1),
        )

    # --- posts -----------------------------------------------------------------------------------

    def posts(self) -> list[Path]:
        """Return every post, in order."""
        return sorted((self.folder / "content").rglob("*.md"))

    def _new_post(self) -> None:
        self._number += 1
        folder = self._random.choice(("", "harbour", "deep/er", "晚报"))
        place = self.folder / "content" / folder / f"post-{self._number:04}.md"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(self._text(), encoding="utf-8")

    def _change_post(self) -> None:
        """Write a post anew: under its name, or to a new file that is moved there, as editors do."""
        place = self._random.choice(self.posts())
        if self._random.random() < 0.5:
            place.write_text(self._text(), encoding="utf-8")
            return
        new = place.with_suffix(".tmp")
        new.write_text(self._text(), encoding="utf-8")
        new.replace(place)

    def _remove_post(self) -> None:
        if len(self.posts()) > 6:
            self._random.choice(self.posts()).unlink()

    def _rename_post(self) -> None:
        place = self._random.choice(self.posts())
        self._number += 1
        place.replace(place.with_name(f"post-{self._number:04}.md"))

    def _text(self) -> str:
        random = self._random
        moment = NOW - timedelta(minutes=random.randrange(-2 * 24 * 60, _DAYS * 24 * 60))
        lines = [f"title: '{self._words(4)}'", f"date: {moment:%Y-%m-%d %H:%M:%S} +0000", *self._extras(moment)]
        paragraphs = "\n\n".join(self._words(random.randrange(5, 60)) for _ in range(random.randrange(1, 5)))
        picture = "\n\n![Tide](/pictures/tide.png)\n" if random.random() < 0.3 else "\n"
        return "\n".join(["---", *lines, "---", paragraphs + picture])

    def _extras(self, moment: datetime) -> list[str]:
        random = self._random
        chance = (
            (0.8, f"categories: ['{random.choice(_CATEGORIES)}']"),
            (0.3, f"tags: [{random.choice(('sun', 'moon', '晴'))}]"),
            (0.5, f"source: {{name: '{random.choice(_SOURCES)}', url: 'https://paper.example/'}}"),
            (0.5, f"original_url: https://paper.example/{random.randrange(40)}"),
            (0.1, f"expires: {moment + timedelta(days=3):%Y-%m-%d}"),
            (0.08, "draft: true"),
            (0.1, "enclosure: /sounds/bell.mp3"),
            (0.05, "date: 2026-02-30"),
            (0.1, "lang: ar"),
        )
        return [line for likely, line in chance if random.random() < likely]

    def _words(self, count: int) -> str:
        return " ".join(self._random.choices(_WORDS, k=count)).replace("'", "")

    # --- all else --------------------------------------------------------------------------------

    def _configure(self) -> None:
        random = self._random
        text = _CONFIG.format(
            number=random.randrange(3),
            language=random.choice(("en", "zh-CN")),
            by=random.choice(('["category"]', '["category", "source", "tag"]')),
            entries=random.choice((4, 8)),
            archive=random.choice(("true", "false")),
            aliases=random.choice(('{ "old.xml" = "rss.xml" }', '{ "old.xml/feed.xml" = "rss.xml" }', "{}")),
        )
        if self._is_lean:
            text = text.partition("[[digests]]")[0].replace("[feeds]", '[feeds]\nformats = ["rss"]')
            text = f"digests = []\n{text}"
        (self.folder / "feeds.toml").write_text(text, encoding="utf-8")

    def _template(self) -> None:
        """Write a template of the site's own, or take it away again."""
        place = self.folder / "templates/style.css"
        if self._random.random() < 0.3:
            place.unlink(missing_ok=True)
            return
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"main {{ margin: {self._random.randrange(4)}rem }}\n", encoding="utf-8")

    def _sound(self) -> None:
        """Change the length of a file that posts name."""
        (self.folder / "content/sounds/bell.mp3").write_bytes(b"ID3" + bytes(self._random.randrange(2000)))


def copied(site: Path, folder: Path) -> Path:
    """Return *folder*, made anew as a copy of what *site* is made of, without anything that a run has left there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in INPUT:
        if (site / name).is_dir():
            shutil.copytree(site / name, folder / name)
        elif (site / name).exists():
            shutil.copy2(site / name, folder / name)
    return folder
