"""Breaks runs of feeds in every way that a machine can, and looks at what is lost: `python -m torture`."""
