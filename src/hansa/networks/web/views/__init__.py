"""Screens of networks: one file a task."""
