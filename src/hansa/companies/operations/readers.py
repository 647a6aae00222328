"""Who reads the directory of a space; said by whoever keeps the space's members."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from hansa.companies.models import Reader
from hansa.kit.scope import acting, system


@transaction.atomic
def let_read(*, space: UUID, organization_ids: Iterable[UUID]) -> None:
    """Let organizations read the directory of a space; whoever reads it already goes on."""
    readers = [Reader(space=space, organization_id=each) for each in organization_ids]
    with acting(system("letting members read the directory")):
        Reader.objects.bulk_create(readers, ignore_conflicts=True, batch_size=2_000)


@transaction.atomic
def stop_reading(*, space: UUID, organization_id: UUID) -> None:
    """From now on an organization does not read the directory of a space."""
    with acting(system("ending a member's reading of the directory")):
        Reader.objects.filter(space=space, organization_id=organization_id).delete()
