"""Where somebody may write."""

from __future__ import annotations

from uuid import UUID

from hansa.companies.models import Company
from hansa.kit.failures import NotFound
from hansa.kit.scope import current_scope


def require_place(space: UUID, known_to: UUID | None) -> None:
    """Refuse whoever may not write here: the directory is written by those who run the space, a private row by its own."""
    scope = current_scope()
    own = known_to is not None and known_to == scope.organization_id
    if not (scope.system or own or (known_to is None and space in scope.operates)):
        raise NotFound()


def locked_company(company_id: UUID) -> Company:
    """A company that the scope may write, locked until the end of the transaction; NotFound otherwise."""
    found: Company | None = Company.objects.select_for_update(of=("self",)).filter(id=company_id).first()
    if found is None:
        raise NotFound()
    require_place(found.space, found.known_to)
    return found
