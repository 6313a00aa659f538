"""Turns the text of a header into fields, one module for each way of writing one."""
