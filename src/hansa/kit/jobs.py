"""Queueing a job by its task's name, in the caller's transaction: who queues need not know who runs."""

from __future__ import annotations

from procrastinate.contrib.django import app


def defer(task: str, *, lock: str | None = None, **arguments: str) -> None:
    """Queue `task` (its full dotted name); it runs after the commit, at least once, and must bear running twice.

    Jobs of one `lock` run one at a time, in the order in which they were queued.
    """
    app.configure_task(task, allow_unknown=False, lock=lock).defer(**arguments)
