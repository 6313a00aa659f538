"""Serves `out/` and the subscribers' pages to the public."""
