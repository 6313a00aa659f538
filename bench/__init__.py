"""Measures a build beside Hugo's: `python -m bench`."""
