"""Settings of all tests."""

from hypothesis import settings

# The result of a run depends on our files alone: the same examples each time, and no clock.
settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.load_profile("same")
