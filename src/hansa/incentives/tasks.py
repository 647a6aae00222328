from uuid import UUID

from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from hansa.incentives.models import SettlementRun
from hansa.incentives.operations.runs import abandon_run, compute_run
from hansa.kit.scope import acting, system
from hansa.networks.queries import scope_of

RETRIES = 3


@app.task(queue="settlement", retry=RetryStrategy(max_attempts=RETRIES, wait=5), pass_context=True)
def compute(context: JobContext, run_id: str, organization_id: str, person_id: str) -> None:
    """Compute the preview of a requested run as the person who asked for it."""
    now = timezone.now()
    scope = scope_of(organization_id=UUID(organization_id), person_id=UUID(person_id), on=now.date())

    def tell(step: str) -> None:
        with acting(system("showing progress")):
            SettlementRun.objects.filter(id=run_id).update(progress=step[:120])

    try:
        compute_run(run_id=UUID(run_id), scope=scope, at=now, tell=tell)
    except Exception:
        if context.job.attempts >= RETRIES:
            with acting(system("stopping a run that cannot be computed")):
                abandon_run(run_id=UUID(run_id), at=now)
        raise
