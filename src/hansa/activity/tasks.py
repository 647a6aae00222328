from uuid import UUID

from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from hansa.activity import outbox
from hansa.activity.operations import sign_todays_heads
from hansa.kit.scope import acting, system

SILENT_SECONDS = 60


@app.task(queue="reactions", retry=RetryStrategy(max_attempts=8, exponential_wait=4), pass_context=False)
def react(event_id: str, kind: str, reaction: str) -> None:
    """Run one reaction to one event; it must bear running twice."""
    with acting(system(f"reaction {reaction}")):
        outbox.reaction(kind, reaction)(UUID(event_id), timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="revive_stalled", pass_context=True)
async def revive_stalled(context: JobContext, timestamp: int) -> None:
    """Queue again the jobs whose worker died over them: the queue itself would leave them in progress for ever."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await jobs.retry_job(job)


@app.periodic(cron="17 2 * * *")
@app.task(queue="upkeep", queueing_lock="sign_heads", pass_context=False)
def sign_heads(timestamp: int) -> None:
    """Sign the head of each network's chain and keep it, so that a tail cut later shows."""
    with acting(system("signing the day's heads")):
        sign_todays_heads(at=timezone.now())
