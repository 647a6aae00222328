from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hansa.activity import outbox
from hansa.kit.scope import acting, system


@app.task(queue="reactions", retry=RetryStrategy(max_attempts=8, exponential_wait=4), pass_context=False)
def react(event_id: str, kind: str, reaction: str) -> None:
    """Run one reaction to one event; it must bear running twice."""
    with acting(system(f"reaction {reaction}")):
        outbox.reaction(kind, reaction)(UUID(event_id), timezone.now())
