"""Who asks. Every read and write happens inside one scope, and without one the database is silent.

Two walls stand behind each other: `visible_to` on each model filters what the ORM returns, and PostgreSQL's row-level
security, fed with the same facts per transaction, filters again whatever the first wall forgot.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.db import connection, models, transaction

from hansa.kit.failures import NotAllowed, NotFound

if TYPE_CHECKING:
    from django.db.models import Q


class UnscopedAccess(RuntimeError):
    """A model that belongs to organizations was touched outside any scope."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The acting organization and person, what they may do, and the networks that the organization runs.

    `capabilities` are the names of `organizations.rules`; `system` holds the reason when the platform itself acts.
    """

    organization_id: UUID | None = None
    person_id: UUID | None = None
    capabilities: frozenset[str] = field(default_factory=frozenset)
    operates: frozenset[UUID] = field(default_factory=frozenset)
    system: str = ""

    def can(self, capability: str) -> bool:
        """Whether the acting person's roles (and token) allow this."""
        return bool(self.system) or capability in self.capabilities

    def require(self, capability: str) -> None:
        """Refuse with 403 when the roles do not allow this."""
        if not self.can(capability):
            raise NotAllowed("Ask an owner of your organization for the role that allows this.")

    def require_operator(self, network_id: UUID, capability: str) -> None:
        """Refuse outsiders as if the network did not exist, insiders without the role with 403."""
        if not self.system and network_id not in self.operates:
            raise NotFound()
        self.require(capability)


NOBODY = Scope()
_current: ContextVar[Scope | None] = ContextVar("hansa_scope", default=None)


def system(reason: str) -> Scope:
    """The platform acting by itself (sign-in, jobs that span organizations); says why."""
    return Scope(system=reason)


def current_scope() -> Scope:
    """The scope in force; raises UnscopedAccess when there is none."""
    scope = _current.get()
    if scope is None:
        raise UnscopedAccess("open a scope with `acting(...)` before touching this model")
    return scope


@contextmanager
def acting(scope: Scope) -> Iterator[Scope]:
    """One transaction in which everything is read and written as `scope`; nests and restores."""
    with transaction.atomic():
        before, wanted = _settings_of(_current.get()), _settings_of(scope)
        token = _current.set(scope)
        if wanted != before:
            _tell_database(wanted)
        try:
            yield scope
        finally:
            _current.reset(token)
        if wanted != before and not connection.needs_rollback:  # a rollback itself restores the settings
            _tell_database(before)


def _settings_of(scope: Scope | None) -> tuple[str, str, str]:
    if scope is None:
        return "", "", ""
    operated = ",".join(sorted(str(network) for network in scope.operates))
    return str(scope.organization_id or ""), operated, "on" if scope.system else ""


def _tell_database(settings: tuple[str, str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('hansa.org', %s, true), set_config('hansa.operates', %s, true),"
            " set_config('hansa.system', %s, true)",
            settings,
        )


_M = TypeVar("_M", bound=models.Model)


class ScopedManager(models.Manager[_M]):
    """Returns what the current scope may see and refuses to work without one."""

    def get_queryset(self) -> models.QuerySet[_M]:
        """The rows of this model that are visible in the current scope."""
        scope = current_scope()
        rows = super().get_queryset()
        if scope.system:
            return rows
        model: Any = self.model
        return rows.filter(model.visible_to(scope))


class Scoped(models.Model):
    """A model whose rows belong to organizations. Each subclass says in `visible_to` who may see a row."""

    objects: ScopedManager[Any] = ScopedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The condition under which a row may be seen in `scope`."""
        raise UnscopedAccess(f"{cls.__name__} does not say who may see it")
