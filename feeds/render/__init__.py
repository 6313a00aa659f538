"""Turns records into bytes, one module per format."""
