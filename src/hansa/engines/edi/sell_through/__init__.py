"""Sell-through reports as one shape, whichever standard they came in."""
