"""Whoever needs the state comes one after the other."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from postbags import KEY, at, site

from feeds import membership
from feeds.diagnostics import BUSY, FeedsError
from feeds.web._clerk import Clerk
from feeds.web._site import LiveSite


def test_whose_turn_comes_too_late_is_told_to_come_again_and_nothing_is_done():
    with closing(Clerk(None, None, None, patience=-1.0)) as clerk, pytest.raises(FeedsError) as refused:
        asyncio.run(clerk.do(lambda _: 1 / 0))

    assert refused.value.exit_code == BUSY


def test_who_asks_after_the_state_was_brought_back_from_a_copy_need_not_know(tmp_path):
    quay = site(tmp_path / "quay", [3])
    now, state = at("4 08:00"), quay / ".feeds/state.sqlite3"
    with closing(Clerk(lambda: membership.opened(quay, KEY, "", now), LiveSite(quay, print), lambda: now)) as clerk:
        asyncio.run(clerk.do(everyone))
        with closing(sqlite3.connect(state)) as known, closing(sqlite3.connect(tmp_path / "copy")) as copy:
            known.backup(copy)
        state.unlink()
        (tmp_path / "copy").rename(state)

        assert asyncio.run(clerk.do(everyone)) == []


def test_what_cannot_be_opened_is_tried_once():
    tried = []

    def refused():
        tried.append(1)
        raise FeedsError("no", help="no", exit_code=BUSY)

    with closing(Clerk(refused, None, None)) as clerk, pytest.raises(FeedsError):
        asyncio.run(clerk.do(everyone))

    assert tried == [1]


def everyone(register):
    return list(membership.listed(register))
