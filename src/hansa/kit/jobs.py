"""Queueing a job by its task's name, in the caller's transaction: who queues need not know who runs."""

from __future__ import annotations

from procrastinate.contrib.django import app


def defer(task: str, **arguments: str) -> None:
    """Queue `task` (its full dotted name); it runs after the commit, at least once, and must bear running twice."""
    app.configure_task(task, allow_unknown=False).defer(**arguments)
