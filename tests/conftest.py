"""Settings of all tests."""

from browsers import browser
from hypothesis import settings
from postgres import database, postgresql, state_url

__all__ = ["browser", "database", "postgresql", "state_url"]

# The result of a run depends on our files alone: the same examples each time, and no clock.
settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.load_profile("same")
