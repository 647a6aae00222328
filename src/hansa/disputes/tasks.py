from django.utils import timezone
from procrastinate.contrib.django import app

from hansa.disputes.operations import lapse_clocks
from hansa.kit.scope import acting, system


@app.periodic(cron="*/5 * * * *")
@app.task(queue="upkeep", queueing_lock="lapse_dispute_clocks", pass_context=False)
def lapse(timestamp: int) -> None:
    """Do what the clocks of cases demand; an operation on a case never waits for this."""
    with acting(system("running the clocks of cases")):
        lapse_clocks(at=timezone.now())
