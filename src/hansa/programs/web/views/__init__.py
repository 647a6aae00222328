"""Screens of programs: one file a task."""
