import errno
import os
from datetime import UTC, datetime

import pytest

from feeds import beginning
from feeds.beginning import Setting, begin
from feeds.diagnostics import FeedsError
from feeds.whereabouts import Known

NOW = datetime(2026, 3, 8, 12, tzinfo=UTC)


def setting(folder):
    return Setting(folder=folder, now=NOW, timezone=Known("UTC", "default"), language=Known("en", "default"))


def test_what_comes_into_being_meanwhile_is_not_replaced(tmp_path):
    (tmp_path / "feeds.toml").write_text("mine")

    with pytest.raises(FeedsError, match=r"feeds\.toml is in the way: it was not touched"):
        beginning._write(tmp_path / "feeds.toml", "ours")

    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("feeds.toml", "mine")]


def test_a_disk_without_second_names_for_files_will_do(tmp_path, monkeypatch):
    def refuse(source, target):
        raise PermissionError(errno.EPERM, "Operation not permitted", str(source), None, str(target))

    monkeypatch.setattr(os, "link", refuse)
    begin(setting(tmp_path))

    assert sorted(os.listdir(tmp_path)) == ["content", "feeds.toml"]
    with pytest.raises(FeedsError, match="cannot be written: Operation not permitted"):
        beginning._write(tmp_path / "feeds.toml", "ours")


def test_the_configuration_comes_last(tmp_path):
    (tmp_path / "content").write_text("mine")

    with pytest.raises(FeedsError, match="content is in the way"):
        begin(setting(tmp_path))

    assert os.listdir(tmp_path) == ["content"]
