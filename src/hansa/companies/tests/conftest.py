"""A space with whoever runs it, two rival readers and an outsider, and a second space."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from hansa.companies.operations import know_company, let_read
from hansa.kit.scope import Scope, acting

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@dataclass
class Places:
    """Ids by plain names, and the scopes of those who act."""

    space: UUID = field(default_factory=uuid4)
    elsewhere: UUID = field(default_factory=uuid4)
    organizations: dict[str, UUID] = field(
        default_factory=lambda: {name: uuid4() for name in ("vendor", "elm", "fir", "outsider")}
    )

    def scope(self, name: str) -> Scope:
        """The scope of an organization; the vendor runs both spaces."""
        runs = frozenset({self.space, self.elsewhere}) if name == "vendor" else frozenset()
        return Scope(organization_id=self.organizations[name], operates=runs)

    def know(self, name: str, *, by: str = "vendor", space: UUID | None = None, **facts: str):
        """A company known in the directory, or by one organization alone."""
        known_to = None if by == "vendor" else self.organizations[by]
        with acting(self.scope(by)):
            return know_company(space=space or self.space, known_to=known_to, facts={"name": name, **facts}, at=NOW)


@pytest.fixture
def places(db) -> Places:
    return set_up()


@pytest.fixture
def committed_places(transactional_db) -> Places:
    return set_up()


def set_up() -> Places:
    found = Places()
    for name in ("elm", "fir"):
        let_read(space=found.space, organization_ids=[found.organizations[name]])
    return found
