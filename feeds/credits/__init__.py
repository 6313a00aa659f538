"""Tells credits from text: the parts of `attribution`."""
