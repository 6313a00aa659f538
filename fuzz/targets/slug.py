"""Gives names folders of their own."""

import re
from unicodedata import category, normalize

from feeds.model import short_hash
from feeds.slugs import MAX_BYTES, assigned, slug
from fuzz.promises import holds
from fuzz.targets import PART, Target

DEVICE = re.compile(r"(?:con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³])(?:\..*)?", re.IGNORECASE)
"""Names that Windows has no files of."""

HASH = 1 + len(short_hash(""))


def check(data: bytes) -> None:
    """Hold `slug` and `assigned` to their promises: one path segment for any disk, and no two names with one."""
    names = [part.decode("utf-8", "replace") for part in data.split(PART)][:8]
    for name in names:
        _is_folder(slug(name))
        holds(slug(normalize("NFD", name)) == slug(normalize("NFC", name)), f"{name!r} has two slugs")
        holds(slug(slug(name)) == slug(name), f"the slug of {name!r} is not settled")
    wished = {name: slug(name) for name in names[:1]}
    rivals = [f"{slug(name)}-{short_hash(other)}" for name in names for other in names]
    for every in (names, [*names, *rivals], [*rivals, *names], [*names, *map(str.upper, names)]):
        for fixed in ({}, wished):
            _are_apart(every, fixed)


def _is_folder(folder: str) -> None:
    holds(folder and len(folder.encode()) <= MAX_BYTES + HASH, f"{folder!r} is empty or too long")
    holds(all(category(c)[0] in "LMN" or c == "-" for c in folder), f"{folder!r} is no plain name")
    holds(folder == folder.strip("-") and normalize("NFC", folder) == folder, f"{folder!r} is not settled")
    holds(not DEVICE.fullmatch(folder), f"{folder!r} is a device on Windows")


def _are_apart(names: list[str], fixed: dict[str, str]) -> None:
    slugs = assigned(names, fixed)
    holds(slugs.keys() == {*names, *fixed}, "a name has no slug")
    folders = [normalize("NFC", folder.casefold()) for folder in slugs.values()]
    holds(len(folders) == len(set(folders)), f"two names have one folder: {slugs}")
    for folder in slugs.values():
        _is_folder(folder)
    fewer = assigned(names[:-1], fixed)
    holds(all(slugs[name] == folder for name, folder in fewer.items()), "a new name moves an old one")


TARGET = Target(
    check=check,
    seeds=tuple(
        PART.join(name.encode() for name in names)
        for names in (
            ("City", "city", "CITY!", "Ci/ty"),
            ("Café", "Cafe\u0301", "CAFÉ"),
            ("CON", "con", "Nul.txt", "aux "),
            ("..", ".", "", "/", "\\", "\x00"),
            ("晚报", "萍乡日报", "ﬁ", "ß", "SS", "İ", "ı"),
            ("a" * 90, "a" * 91, "汉" * 40),
            ("C++", "C#", "C"),
            ("ᾳ", "ΑΙ", "ſ", "K", "Å", "Å"),
        )
    ),
    tokens=(
        "İ",
        "ﬀ",
        "ß",
        "\u0345",
        "\u0301",
        "K",
        "ǆ",
        "CON",
        "lpt1",
        "com¹",
        "..",
        "/",
        "-",
        "\u200d",
        "🏳️",
        "ᾳ",
        "\u00b7",
    ),
    longest=256,
)
