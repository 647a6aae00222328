"""Hansa: the open, self-hosted platform for partner ecosystems."""
