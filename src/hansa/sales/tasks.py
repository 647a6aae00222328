from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hansa.kit.scope import acting, system
from hansa.networks.queries import scope_of
from hansa.sales.models import SalesReport
from hansa.sales.operations.reading import check_report


@app.task(queue="sales", retry=RetryStrategy(max_attempts=3, wait=5), pass_context=False)
def check(report_id: str, organization_id: str, person_id: str) -> None:
    """Check a received report as the person who sent it."""
    now = timezone.now()
    scope = scope_of(organization_id=UUID(organization_id), person_id=UUID(person_id), on=now.date())

    def tell(done: int, total: int) -> None:
        with acting(system("showing progress")):
            SalesReport.objects.filter(id=report_id).update(rows_done=done, rows_total=total)

    check_report(report_id=UUID(report_id), scope=scope, at=now, tell=tell)
