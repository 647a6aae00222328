"""Migration operations for the second wall: row-level security, append-only tables."""

from __future__ import annotations

from django.db import migrations

ORG = "(select nullif(current_setting('hansa.org', true), '')::uuid)"
OPERATED = "((select string_to_array(nullif(current_setting('hansa.operates', true), ''), ','))::uuid[])"
SYSTEM = "(select coalesce(current_setting('hansa.system', true), '') = 'on')"


def row_security(table: str, *, visible: str, writable: str | None = None) -> migrations.RunSQL:
    """Enable and force row-level security: rows are seen where `visible` holds and written where `writable` does.

    The conditions are SQL over the table's columns; `{org}` is the acting organization and `{operated}` the array of
    networks that it runs. The platform's own scope passes.
    """
    using = f"({SYSTEM} or ({visible.format(org=ORG, operated=OPERATED)}))"
    checking = f"({SYSTEM} or ({(writable or visible).format(org=ORG, operated=OPERATED)}))"
    return migrations.RunSQL(
        sql=[
            f"alter table {table} enable row level security",
            f"alter table {table} force row level security",
            f"create policy {table}_wall on {table} using {using} with check {checking}",
        ],
        reverse_sql=[
            f"drop policy {table}_wall on {table}",
            f"alter table {table} no force row level security",
            f"alter table {table} disable row level security",
        ],
    )


def append_only(table: str) -> migrations.RunSQL:
    """Refuse UPDATE, DELETE and TRUNCATE on a table, for everyone."""
    return migrations.RunSQL(
        sql=f"create trigger {table}_append_only before update or delete or truncate on {table}"
        " for each statement execute function hansa_refuse_change()",
        reverse_sql=f"drop trigger {table}_append_only on {table}",
    )


REFUSE_CHANGE = migrations.RunSQL(
    sql="""
    create function hansa_refuse_change() returns trigger language plpgsql as $$
    begin
        raise exception '% is append-only: a correction is a new row', tg_table_name using errcode = 'restrict_violation';
    end $$
    """,
    reverse_sql="drop function hansa_refuse_change()",
)


def written_by_database_only(table: str) -> migrations.RunSQL:
    """Leave the app's role nothing but SELECT on a table that triggers maintain."""
    return migrations.RunSQL(
        sql=f"""
        do $$ declare grantee name; begin
            for grantee in select distinct g.grantee from information_schema.role_table_grants g
                where g.table_name = '{table}' and g.grantee <> current_user and g.grantee <> 'PUBLIC'
            loop execute format('revoke insert, update, delete, truncate on {table} from %I', grantee); end loop;
        end $$
        """,
        reverse_sql=migrations.RunSQL.noop,
    )
