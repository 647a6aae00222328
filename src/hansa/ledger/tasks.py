from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hansa.kit.scope import acting
from hansa.ledger.operations.closing import finish_closing
from hansa.networks.queries import scope_of


@app.task(queue="settlement", retry=RetryStrategy(max_attempts=5, wait=5), pass_context=False)
def finish(period_id: str, organization_id: str, person_id: str) -> None:
    """Seal a period that is being closed, as the person who closed it; a sealed one stays as it is."""
    now = timezone.now()
    with acting(scope_of(organization_id=UUID(organization_id), person_id=UUID(person_id), on=now.date())):
        finish_closing(period_id=UUID(period_id), at=now)
