"""Whole sites for tests: made in a folder, built there, and read back."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from feeds.build import Wishes, build

NOW = datetime(2026, 3, 8, 12, tzinfo=UTC)

CONFIG = """
[site]
title = "Tide"
url = "https://news.example.org/"
language = "zh-CN"
timezone = "Asia/Shanghai"

[feeds]
by = ["category", "source", "tag"]
entries = 4
archive = true

[[digests]]
name = "daily"

[[digests]]
name = "weekly"
every = "week"
categories = ["city", "晚报"]
"""


def write(folder, posts, config=CONFIG):
    """Make *folder* a site with *posts*, texts by path below `content/`, in the order given."""
    folder.mkdir(exist_ok=True)
    (folder / "feeds.toml").write_text(config)
    (folder / "content").mkdir(exist_ok=True)
    for path, text in posts.items():
        (folder / "content" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "content" / path).write_text(text)
    return folder


def built(folder, **wishes):
    """Build *folder* and return the report."""
    if not (folder / ".feeds").exists() and not wishes.get("dry_run"):
        (folder / ".feeds").mkdir(mode=0o700)
        lend(folder)
    report = build(folder, Wishes(**({"now": NOW} | wishes)))
    learn(folder)
    return report


_COMPILED = Path(tempfile.mkdtemp()) / "compiled"
atexit.register(shutil.rmtree, _COMPILED.parent, ignore_errors=True)


def lend(folder):
    """Let a site find its templates compiled, as its second run would: that is most of what a small one takes."""
    if _COMPILED.exists() and not (folder / ".feeds/compiled").exists():
        shutil.copytree(_COMPILED, folder / ".feeds/compiled", copy_function=os.link)


def learn(folder):
    """Keep what the templates of a site were compiled into for the next."""
    if (folder / ".feeds/compiled").exists() and not _COMPILED.exists():
        shutil.copytree(folder / ".feeds/compiled", _COMPILED)


def tree(folder):
    """Return every published file's bytes by path."""
    out = folder / "out"
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def feeds(folder, *arguments, **environment):
    """Run the command line in *folder* as a process of its own."""
    command = [sys.executable, "-m", "feeds", "-C", str(folder), "--now", NOW.isoformat(), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | environment)


_WORDS = st.sampled_from(["Rain", "港口", "Low tide", "晴", "A & B <c>", "Night", "Ω"])
_DATES = st.integers(0, 8 * 24 * 60).map(
    lambda minutes: (datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M")
)
_LINES = st.lists(
    st.sampled_from(
        [
            "categories: city",
            "categories: [City, 晚报]",
            "tags: [sun, 晴]",
            "source: {name: The Paper, url: 'https://paper.example/'}",
            "original_url: https://paper.example/1",
            "original_url: https://paper.example/2",
            "permalink: /own/page.html",
            "updated: 2026-03-07",
            "expires: 2026-03-05",
            "draft: true",
            "id: same",
            "lang: ar",
        ],
    ),
    max_size=4,
    unique_by=lambda line: line.split(":")[0],
)
_BODIES = st.sampled_from(
    [
        "Text.",
        "# Heading\n\n<p>One <b>two</p>",
        "（文章来源：潮汐晚报）\n\n<https://wanbao.example/1>\n",
        "- [a](b.html)\n- ![x](y.png)",
        "",
    ],
)


@st.composite
def texts(draw):
    """Draw a post: mostly whole, now and then one that cannot be read."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from(["---\ntitle: [", "no header", "", "---\ntitle: x\ndate: 2026-02-30\n---\n"]))
    header = [f"title: '{draw(_WORDS)}'", f"date: {draw(_DATES)}", *draw(_LINES)]
    return "\n".join(["---", *header, "---", draw(_BODIES)])


PATHS = st.sampled_from(
    [f"{folder}{name}{suffix}" for folder in ("", "city/", "_posts/") for name in "abcd" for suffix in (".md", ".html")]
)


def sites(least=0):
    """Return a strategy of posts by path."""
    return st.dictionaries(PATHS, texts(), min_size=least, max_size=8)
