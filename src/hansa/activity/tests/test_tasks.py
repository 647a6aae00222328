import asyncio
from types import SimpleNamespace

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from hansa.activity.tasks import react, revive_stalled

pytestmark = pytest.mark.django_db(transaction=True)


def states():
    with connection.cursor() as cursor:
        cursor.execute("select status::text from procrastinate_jobs order by id")
        return [status for (status,) in cursor.fetchall()]


def test_a_job_whose_worker_died_over_it_is_queued_again():
    react.defer(event_id="x", kind="y", reaction="z")
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'doing'")
    assert states() == ["doing"]

    asyncio.run(_revive())

    assert states() == ["todo"]


async def _revive() -> None:
    working = app.replace_connector(app.connector.get_worker_connector())
    with working as live:
        async with live.open_async():
            await revive_stalled.func(SimpleNamespace(app=live), 0)
