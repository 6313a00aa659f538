"""A PostgreSQL server of the tests' own, where its programs are installed; gone when they end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
_INITDB = ["initdb", "--auth=trust", "--username=feeds", "--no-sync", "--no-instructions", "--encoding=UTF8"]
_LANGUAGE = ["--locale=C", "--locale-provider=icu", "--icu-locale=en"]
"""Whose order of letters is not that of their numbers."""

_OPTIONS = "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
_NUMBERS = count()


@pytest.fixture(scope="session")
def postgresql():
    """Run a server, and give the URL of its one database; where none can be run, the test is left out."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with tempfile.TemporaryDirectory(prefix="feeds-", ignore_cleanup_errors=True) as folder, _running(Path(folder)):
        yield f"postgresql+psycopg://feeds@/postgres?host={folder}"


@pytest.fixture
def database(postgresql):
    """Give the URL of an empty part of the database: a schema costs a hundredth of what another database costs."""
    import psycopg  # noqa: PLC0415 - where it is installed

    name = f"site{next(_NUMBERS)}"
    with psycopg.connect(postgresql.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"create schema {name}")
    return f"{postgresql}&options=-csearch_path%3D{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def state_url(request):
    """Give the URL of an empty state: each test that takes it runs on both."""
    return "sqlite:///.feeds/state.sqlite3" if request.param == "sqlite" else request.getfixturevalue("database")


@contextmanager
def _running(folder):
    """Run a server of which all is in *folder*; the one user who may not run it is root."""
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    os.chown(folder, user.pw_uid, user.pw_gid)
    data = f"--pgdata={folder / 'data'}"
    _run(user, folder, *_INITDB, *_LANGUAGE, data)
    _run(user, folder, "pg_ctl", "start", data, "--wait", f"--log={folder / 'log'}", f"-o -k {folder} {_OPTIONS}")
    try:
        yield
    finally:
        _run(user, folder, "pg_ctl", "stop", data, "--mode=immediate")


def _run(user, folder, program, *arguments):
    found = shutil.which(program, path=os.pathsep.join([*map(str, _PROGRAMS), os.environ["PATH"]]))
    if found is None:
        pytest.skip(f"PostgreSQL's {program} is not installed")
    other = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with (folder / "said").open("w") as said:  # the server holds what it was started with open
        ended = subprocess.run(
            [found, *arguments], cwd=folder, stdout=said, stderr=said, check=False, env={"LC_ALL": "C"}, **other
        )
    if ended.returncode:
        pytest.skip(f"{program} failed: {(folder / 'said').read_text()[-500:]}")
