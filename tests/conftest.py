"""Settings of all tests."""

import signal

from browsers import browser
from hypothesis import settings
from postgres import database, postgresql, state_url

__all__ = ["browser", "database", "postgresql", "state_url"]

# Shells have what they run aside ignore Ctrl-C, and all that it starts; our programs are tried as at a terminal.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The result of a run depends on our files alone: the same examples each time, and no clock.
settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.load_profile("same")
