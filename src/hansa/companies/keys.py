"""Match keys of companies in the database: kept, forgotten and counted through functions that alone may touch them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from hansa.companies.models import FACTS
from hansa.engines.matching import Company as Asked
from hansa.engines.matching import fact_keys, name_keys


def facts_of(row: Any) -> Asked:
    """A company's row as the engine compares it."""
    return Asked(**{field: getattr(row, field) for field in FACTS})


def keep(*, space: UUID, known_to: UUID | None, names: Mapping[int, str], facts: Mapping[int, Asked]) -> None:
    """Keep the keys of names and of facts, each by the row of its company."""
    owners, keys = _flat({row: name_keys(str(space), name) for row, name in names.items()})
    fact_owners, fact_values = _flat({row: fact_keys(str(space), each) for row, each in facts.items()})
    keep_keys(space=space, known_to=known_to, keys=(owners, keys), facts=(fact_owners, fact_values))


def keep_keys(
    *, space: UUID, known_to: UUID | None, keys: tuple[list[int], list[int]], facts: tuple[list[int], list[int]]
) -> None:
    """Keep keys that are computed already: (rows, keys), side by side."""
    _call(
        "select companies_keep(%s, %s, %s::int[], %s::bigint[], %s::int[], %s::bigint[])",
        [space, known_to, *keys, *facts],
    )


def forget(*, space: UUID, known_to: UUID | None, row: int, names: Sequence[str], facts: Asked) -> None:
    """Forget the keys of a company's names and facts."""
    keys = {key for name in names for key in name_keys(str(space), name)} | set(fact_keys(str(space), facts))
    _call("select companies_forget(%s, %s, %s, %s::bigint[])", [space, known_to, row, sorted(keys)])


def count(*, space: UUID, size: int, dfs: Mapping[int, int], anew: bool) -> None:
    """Say in how many of `size` companies each key stands; `anew` replaces what was counted, else it adds up."""
    values: list[Any] = [space, size, list(dfs.keys()), list(dfs.values()), anew]
    _call("select companies_count(%s, %s, %s::bigint[], %s::int[], %s)", values)


def counted(space: UUID) -> int:
    """How many companies the statistics of a space were counted over; 0 before the first time."""
    return int(_call("select companies_counted(%s)", [space]))


def _flat(keys: Mapping[int, list[int]]) -> tuple[list[int], list[int]]:
    return [row for row, each in keys.items() for _ in each], [key for each in keys.values() for key in each]


def _call(statement: str, values: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]
