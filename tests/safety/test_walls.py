"""The second wall: row-level security on every table that belongs to organizations, for a role that cannot step over it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models import Q
from django.db.utils import IntegrityError, ProgrammingError

from hansa.kit.scope import Scoped, UnscopedAccess, acting
from tests.safety.probing import fingerprint
from tests.world.story import World

OWNED = {"network_id", "organization_id", "party_id", "sender_id", "owner_id", "viewer_id"}
# Written by the database alone at commit; the app's role may only read it, and it is read-walled (decision 0002).
WRITTEN_BY_DATABASE = {"activity_link"}
# The head of each chain: an id, a count and a digest, readable so that a chain can be verified; never written by the app.
# Signing keys: the public half is public, the private half is encrypted under the installation's master key.
WITHOUT_ROWS_OF_ANYBODY = {"activity_head", "activity_signingkey"}


def scoped_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if issubclass(model, Scoped)]


def rows(sql: str, *values: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def walled_tables() -> list[str]:
    owned = rows(
        "select distinct c.table_name from information_schema.columns c join pg_class k on k.relname = c.table_name"
        " where c.table_schema = 'public' and k.relkind = 'r' and c.column_name = any(%s)",
        list(OWNED),
    )
    tables = {name for (name,) in owned} | {model._meta.db_table for model in scoped_models()}
    return sorted(tables - WITHOUT_ROWS_OF_ANYBODY)


def test_every_table_of_organizations_has_a_forced_wall_that_also_checks_writes(world: World) -> None:
    found = {
        name: (enabled, forced, checks)
        for name, enabled, forced, checks in rows(
            "select k.relname, k.relrowsecurity, k.relforcerowsecurity,"
            " (select bool_and(p.polwithcheck is not null) from pg_policy p where p.polrelid = k.oid)"
            " from pg_class k where k.relname = any(%s)",
            walled_tables(),
        )
    }
    assert len(found) >= 30
    bare = {name: state for name, state in found.items() if state != (True, True, True)}
    assert set(bare) == WRITTEN_BY_DATABASE
    assert bare["activity_link"][0] is True


def test_what_only_the_database_writes_the_app_cannot(world: World) -> None:
    for table in ("activity_link", "activity_head"):
        rights = rows(
            "select has_table_privilege(current_user, %s, unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']))",
            table,
        )
        assert rights == [(False,)] * 4


def test_the_app_owns_nothing_and_steps_over_nothing(world: World) -> None:
    assert rows(
        "select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user"
    ) == [(False, False, False, False)]
    assert rows(
        "select count(*) from pg_class where relowner = (select oid from pg_roles where rolname = current_user)"
    ) == [(0,)]
    assert rows("select count(*) from pg_auth_members where member = current_user::regrole") == [(0,)]


def test_without_a_scope_every_model_refuses(world: World) -> None:
    answered = []
    for model in scoped_models():
        try:
            list(model.objects.all()[:1])
        except UnscopedAccess:
            continue
        answered.append(model.__name__)
    assert answered == []


def test_without_a_scope_sql_finds_nothing(world: World) -> None:
    found = {table: rows(f"select count(*) from {table}")[0][0] for table in walled_tables()}
    assert {table: count for table, count in found.items() if count} == {}


def test_without_a_scope_sql_changes_nothing(world: World) -> None:
    before = fingerprint()
    for table in ("organizations_organization", "networks_membership", "sales_salesreport", "organizations_apitoken"):
        rows(f"with gone as (delete from {table} returning 1) select count(*) from gone")
    assert fingerprint() == before


@pytest.mark.parametrize(
    "who", ["elm.owner", "fir.owner", "boreal.owner", "delta.owner", "nettle.owner", "larch.owner"]
)
def test_the_second_wall_alone_shows_what_the_first_would(
    who: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    through_both = visible_ids(world, who)
    for model in scoped_models():
        monkeypatch.setattr(model, "visible_to", classmethod(lambda cls, scope: Q()))

    assert more_than(through_both, visible_ids(world, who)) == {}


def test_with_one_policy_gone_too_the_comparison_notices(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = committed_world
    before = visible_ids(world, "elm.owner")
    for model in scoped_models():
        monkeypatch.setattr(model, "visible_to", classmethod(lambda cls, scope: Q()))
    without_policy("sales_salesreport")

    assert set(more_than(before, visible_ids(world, "elm.owner"))) >= {"SalesReport"}


FORGED = (
    "update networks_standing set tier = 'Forged' where network_id = %s",
    "update catalog_product set name = 'Forged' where network_id = %s",
    "update ledger_rate set rate = '9' where network_id = %s",
    "update incentives_settlementrun set progress = 'Forged' where network_id = %s",
    "update networks_network set name = 'Forged' where id = %s",
    "delete from sales_salesreport where network_id = %s",
    "insert into ledger_period (network_id, starts_on, until_on, state, seal)"
    " values (%s, '2001-01-01', '2001-02-01', 'OPEN', '')",
)


@pytest.mark.parametrize("statement", FORGED, ids=lambda text: " ".join(text.split()[:3]))
def test_a_member_cannot_write_into_a_network_past_the_first_wall(statement: str, world: World) -> None:
    before = fingerprint()
    with suppress(ProgrammingError, IntegrityError), acting(world.scope("elm.owner")), connection.cursor() as cursor:
        cursor.execute(statement, [world.networks["aurora-channel"].id])
    assert fingerprint() == before


def visible_ids(world: World, who: str) -> dict[str, set[object]]:
    """Keys of the rows that a person's scope returns, by model, read through the manager."""
    with acting(world.scope(who)):
        return {model.__name__: set(model.objects.values_list("pk", flat=True)) for model in scoped_models()}


def more_than(before: dict[str, set[object]], after: dict[str, set[object]]) -> dict[str, int]:
    """How many rows each model shows beyond before."""
    return {name: len(after[name] - before[name]) for name in after if after[name] - before[name]}


def without_policy(table: str) -> None:
    """Take a table's wall away, as its owner could."""
    from hansa.kit import config
    from hansa.kit.postgres import Cluster

    name = connection.settings_dict["NAME"]
    with Cluster(config.home() / "postgres").connect(dbname=name) as admin:
        admin.execute("set lock_timeout = '3s'")
        admin.execute(f"alter table {table} disable row level security")
