from django.utils import timezone
from procrastinate.contrib.django import app

from hansa.deals.operations import run_clocks


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="run_deal_clocks", pass_context=False)
def clocks(timestamp: int) -> None:
    """Do what fell due: answers, ends of protection, what was not decided in time. How late it runs changes nothing."""
    run_clocks(at=timezone.now())
