"""Tries feeds with inputs that nobody would write: `python -m fuzz`."""
