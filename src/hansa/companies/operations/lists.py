"""Thousands of companies at once, and how often each key occurs among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction

from hansa.companies import keys
from hansa.companies.models import FACTS, Company
from hansa.companies.operations.places import require_place
from hansa.engines.matching import Company as Asked
from hansa.engines.matching import fact_keys, name_keys, read_name
from hansa.engines.matching.retrieval import COUNTED_FROM
from hansa.kit import jobs
from hansa.kit.ids import short_code, uuid7
from hansa.kit.scope import current_scope

LONGEST_KEY = 400
AT_ONCE = 10_000
LOOKED_AT_EACH = 256  # rows; counting a space with each new company would cost more than the company
GROWTH = 1.5
SMALLEST = 1_000

INSERT = f"""
insert into companies_company (id, code, name_key, {", ".join(FACTS)}, space, recorded_at, recorded_by_id)
select each.*, %s, %s, %s from unnest(%s::uuid[], {", ".join(["%s::text[]"] * (2 + len(FACTS)))}) each
returning id, row
"""


@transaction.atomic
def take_companies(*, space: UUID, companies: Sequence[Mapping[str, str]], at: datetime) -> list[UUID]:
    """Take a list of companies into the directory of a space; returns their ids in the order of the list.

    Facts are checked already. Every row becomes a company: what the list repeats, its taker has sorted out. Rows go in
    thousands, and while a space is new their names are counted at once, so that the rare pieces of a name are known.
    """
    require_place(space, None)
    ids = [uuid7() for _ in companies]
    for start in range(0, len(companies), AT_ONCE):
        part = companies[start : start + AT_ONCE]
        rows = _insert(space, ids[start : start + AT_ONCE], part, at)
        name_pieces = [name_keys(str(space), each["name"]) for each in part]
        if keys.counted(space) <= 2 * len(part):
            keys.count(space=space, size=len(part), dfs=_frequent(chain.from_iterable(name_pieces)), anew=False)
        facts = [fact_keys(str(space), Asked(**{f: each.get(f, "") for f in FACTS})) for each in part]
        keys.keep_keys(space=space, known_to=None, keys=_flat(rows, name_pieces), facts=_flat(rows, facts))
        refresh_when_due(space, min(rows), max(rows))
    return ids


def _insert(space: UUID, ids: list[UUID], companies: Sequence[Mapping[str, str]], at: datetime) -> list[int]:
    """Insert rows in one statement; returns their numbers. (COPY would not pass the second wall.)"""
    columns = [[each.get(field, "") for each in companies] for field in FACTS]
    own = [[short_code() for _ in ids], [read_name(each["name"]).text[:LONGEST_KEY] for each in companies]]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [space, at, current_scope().person_id, ids, *own, *columns])
        found = dict(cursor.fetchall())
    return [found[each] for each in ids]


def _flat(rows: Sequence[int], keys_of: Sequence[list[int]]) -> tuple[list[int], list[int]]:
    owners = [row for row, each in zip(rows, keys_of, strict=True) for _ in each]
    return owners, list(chain.from_iterable(keys_of))


def _frequent(found: Iterable[int]) -> dict[int, int]:
    """Keys that occur often enough to be counted, with their number."""
    counted = pc.value_counts(pa.array(found, pa.int64()))
    often = counted.filter(pc.greater_equal(counted.field("counts"), COUNTED_FROM))
    return dict(zip(often.field("values").to_pylist(), often.field("counts").to_pylist(), strict=True))


def refresh_when_due(space: UUID, first: int, last: int) -> None:
    """Queue the counting of a space that has grown by half since the last time; looked at with every 256th company."""
    if last // LOOKED_AT_EACH == (first - 1) // LOOKED_AT_EACH:
        return
    size = Company.objects.filter(space=space, known_to=None, merged_into=None).count()
    if size >= SMALLEST and size >= GROWTH * keys.counted(space):
        jobs.defer("hansa.companies.tasks.refresh", lock=f"companies:{space}", space=str(space))


@transaction.atomic
def refresh_statistics(*, space: UUID) -> int:
    """Count anew in how many companies of a space's directory each key stands; returns how many companies there are.

    Counted over all keys of the names, not over those that are kept: among the rarest, common pieces look rare. Private
    rows are left out, so that they weigh nothing in anybody's search.
    """
    require_place(space, None)
    rows = Company.objects.filter(space=space, known_to=None, merged_into=None)
    if keys.counted(space) * GROWTH > (size := rows.count()):
        return size
    names = rows.values_list("name", flat=True).iterator(chunk_size=AT_ONCE)
    dfs = _frequent(key for name in names for key in name_keys(str(space), name))
    keys.count(space=space, size=size, dfs=dfs, anew=True)
    return size
