"""Whoever needs the state comes one after the other."""

import asyncio
from contextlib import closing

import pytest

from feeds.diagnostics import BUSY, FeedsError
from feeds.web._clerk import Clerk


def test_whose_turn_comes_too_late_is_told_to_come_again_and_nothing_is_done():
    with closing(Clerk(None, None, None, patience=-1.0)) as clerk, pytest.raises(FeedsError) as refused:
        asyncio.run(clerk.do(lambda _: 1 / 0))

    assert refused.value.exit_code == BUSY
