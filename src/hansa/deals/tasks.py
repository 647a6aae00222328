from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hansa.deals.operations import register_next_row, run_clocks
from hansa.networks.queries import scope_of


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="run_deal_clocks", pass_context=False)
def clocks(timestamp: int) -> None:
    """Do what fell due: answers, ends of protection, what was not decided in time. How late it runs changes nothing."""
    run_clocks(at=timezone.now())


@app.task(queue="deals", retry=RetryStrategy(max_attempts=3, wait=5), pass_context=False)
def register_rows(list_id: str, organization_id: str, person_id: str) -> None:
    """Register the rows of a list as the person who confirmed it, each at its own instant."""
    while True:
        now = timezone.now()
        scope = scope_of(organization_id=UUID(organization_id), person_id=UUID(person_id), on=now.date())
        if not register_next_row(list_id=UUID(list_id), scope=scope, at=now):
            return
