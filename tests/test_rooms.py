"""Holds the code to the table of rooms in the README."""

import ast
import re
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
PACKAGE = TOP / "feeds"
ROW = re.compile(r"^\| `(?P<room>[\w.*]+)` \| (?P<sentence>[^|]+) \| (?P<may>[^|]+) \|$", re.MULTILINE)

WORLDLY = frozenset(
    [
        *("scan", "beneath", "inventory", "publish", "store", "compiled", "crew", "workers", "reading", "making"),
        *("websub", "transports.*", "vault", "state.*", "inbox", "desk", "build", "survey", "ping", "membership"),
        *(
            "consent",
            "mailroom",
            "office",
            "sending",
            "invitations",
            "proofs",
            "preview.*",
            "web.*",
            "cli.*",
            "visit",
            "whereabouts",
            "beginning",
        ),
    ]
)
"""Rooms that touch files, processes, the network or the clock; all others are pure."""

NETWORKED = frozenset(["websub", "transports.*", "preview.*", "web.*"])
"""Rooms that may talk to other machines."""

SHARED = {
    "lxml": "feedgen and premailer hand its trees over",
    "markupsafe": "a text that is HTML already is of its type",
    "starlette": "two servers, for two publics: who writes the site, and who reads it",
    "uvicorn": "the same",
}
"""Packages that more than one room imports, and why."""

CLOCKED = frozenset(["cli.*"])
"""Rooms that may ask the clock and the environment."""

WORLD = frozenset(["open", "print", "input", "exec", "eval", "urlopen", "getenv"])
FILES = frozenset(
    ["read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "rename", "rmdir", "stat"]
)
CLOCK = frozenset(["now", "today", "utcnow", "monotonic", "time_ns", "getenv"])
WORLDLY_MODULES = frozenset(
    ["os", "time", "random", "secrets", "uuid", "socket", "subprocess", "shutil", "logging", "locale"]
)
NETWORK_MODULES = frozenset(
    ["socket", "socketserver", "ssl", "http", "urllib.request", "smtplib", "imaplib", "poplib", "ftplib", "asyncio"]
)


def rows():
    found = {match["room"]: match for match in ROW.finditer((TOP / "README.md").read_text())}
    return {room: (match["sentence"].strip(), match["may"].strip()) for room, match in found.items()}


def modules():
    """Return every module that belongs to a room; the package's own two files belong to none."""
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent != PACKAGE or not path.name.startswith("__")]


def room_of(path):
    """Return the row that a module belongs to: its own name, or `package.*`."""
    inside = path.relative_to(PACKAGE).with_suffix("").parts
    return inside[0] if len(inside) == 1 else f"{inside[0]}.*"


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _from(node)


def _from(node):
    if node.module == "feeds":
        return [f"feeds.{alias.name}" for alias in node.names if not alias.name.startswith("__")]
    return [node.module or ""]


def rooms_imported(path):
    names = (name.split(".")[1:] for name in imports_of(path) if name.startswith("feeds."))
    packages = {folder.name for folder in PACKAGE.iterdir() if folder.is_dir()}
    return {f"{name[0]}.*" if name[0] in packages else name[0] for name in names}


def calls_of(path):
    """Return the names of what a module calls, methods included."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return {call.id if isinstance(call, ast.Name) else getattr(call, "attr", "") for call in calls}


def ids(path):
    return path.relative_to(PACKAGE).as_posix()


def test_the_page_names_the_rooms_that_touch_the_world():
    named = re.search(r"^Only (.*) touch files", (TOP / "README.md").read_text(), re.MULTILINE)

    assert set(re.findall(r"`(\w+)`", named[1])) == {room.removesuffix(".*") for room in WORLDLY}


def test_every_room_has_a_row_and_every_row_a_room():
    assert {room_of(path) for path in modules()} == set(rows())


@pytest.mark.parametrize("path", modules(), ids=ids)
def test_a_room_imports_only_what_its_row_allows(path):
    room = room_of(path)
    allowed = set(rows()) if rows()[room][1] == "*" else set(re.findall(r"[\w.*]+", rows()[room][1]))

    assert rooms_imported(path) - {room} <= allowed


@pytest.mark.parametrize("room", sorted(rows()))
def test_a_rooms_docstring_opens_with_its_sentence(room):
    path = PACKAGE / room.removesuffix(".*") / "__init__.py" if room.endswith(".*") else PACKAGE / f"{room}.py"

    assert ast.get_docstring(ast.parse(path.read_text())).startswith(rows()[room][0])


@pytest.mark.parametrize("path", [path for path in modules() if room_of(path) not in WORLDLY], ids=ids)
def test_a_pure_room_asks_nothing_of_the_world(path):
    assert not calls_of(path) & (WORLD | CLOCK | FILES)
    assert not {name.split(".")[0] for name in imports_of(path)} & WORLDLY_MODULES


@pytest.mark.parametrize("path", [path for path in modules() if room_of(path) not in CLOCKED], ids=ids)
def test_only_the_command_line_asks_the_clock_and_the_environment(path):
    assert not calls_of(path) & CLOCK
    assert "os.environ" not in path.read_text()


@pytest.mark.parametrize("path", [path for path in modules() if room_of(path) not in NETWORKED], ids=ids)
def test_only_rooms_of_the_network_talk_to_other_machines(path):
    names = {name for found in imports_of(path) for name in (found, found.split(".")[0])}

    assert not names & NETWORK_MODULES


def test_each_third_party_package_is_imported_in_one_room():
    ours = {"feeds", *__import__("sys").stdlib_module_names}
    users = {}
    for path in modules():
        for name in {name.split(".")[0] for name in imports_of(path)} - ours:
            users.setdefault(name, set()).add(room_of(path))

    assert {name: rooms for name, rooms in users.items() if len(rooms) > 1 and name not in SHARED} == {}
