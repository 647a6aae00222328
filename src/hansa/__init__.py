"""Hansa: the open, self-hosted platform for partner ecosystems."""

__version__ = "0.1.0"
