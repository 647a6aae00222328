from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hansa.customers.operations import take_list
from hansa.networks.queries import scope_of


@app.task(queue="customers", retry=RetryStrategy(max_attempts=3, wait=5), pass_context=False)
def take(list_id: str, organization_id: str, person_id: str) -> None:
    """Take an account list as the person who confirmed its columns."""
    now = timezone.now()
    scope = scope_of(organization_id=UUID(organization_id), person_id=UUID(person_id), on=now.date())
    take_list(list_id=UUID(list_id), scope=scope, at=now)
