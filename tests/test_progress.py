import re
from functools import partial
from io import StringIO
from itertools import count

import click
import pytest

from feeds.progress import shown


class Terminal(StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("pace", "percents"), [(0.2, []), (0.4, ["75%", "100%"]), (2, ["25%", "50%", "75%", "100%"])])
def test_a_bar_is_shown_of_what_takes_longer_than_a_second(pace, percents):
    terminal = Terminal()
    clock = count(0, pace)

    items = list(shown("abcd", "reading", 4, clock=clock.__next__, drawing=partial(click.progressbar, file=terminal)))

    drawn = dict.fromkeys(re.findall(r"\d+%", terminal.getvalue()))
    assert (items, [percent for percent in drawn if percent != "0%"]) == (["a", "b", "c", "d"], percents)
