"""Turns a folder of posts into feeds and a daily digest e-mail."""

__version__ = "0.1.0"
