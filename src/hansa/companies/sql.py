"""The functions through which match keys are kept and candidates found; they run under a role of their own.

The app's role may read neither keys nor rivals' companies. A directory row's keys are stored as they are. A private row's
keys are stored twice, each time mixed with a mask (exclusive or): the mask of all private rows of the space, which only the
check uses, and the mask of its one organization. So a search in the directory reads not one key of another's private
row: neither order nor counts nor time can tell of it. Statistics are counted over the directory alone.
"""

from __future__ import annotations

from hansa.engines.matching.retrieval import FIND, KEPT, TABLES, UNSEEN

PINNED = "security definer set search_path = pg_catalog, public, pg_temp"
KEY_TABLES = ("companies_match_key", "companies_match_stat", "companies_match_space")
READ_TABLES = ("companies_company", "companies_othername", "companies_reader")
ORG = "nullif(current_setting('hansa.org', true), '')::uuid"
OPERATED = "string_to_array(nullif(current_setting('hansa.operates', true), ''), ',')::uuid[]"
SYSTEM = "coalesce(current_setting('hansa.system', true), '') = 'on'"

MASK = """
create function companies_mask(space uuid, circle text) returns bigint language sql immutable parallel safe
set search_path = pg_catalog as $$
    select ('x' || left(encode(sha256(convert_to('companies:' || space || ':' || circle, 'UTF8')), 'hex'), 16))::bit(64)::bigint
$$
"""


def _once(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise ValueError(f"the retrieval statement is not as expected at {old!r}")
    return text.replace(old, new)


def _find() -> str:
    """The engine's search over the postings of one or more circles: $1 space, $2 keys, $3 facts, $4 most, $5 everything."""
    text = _once(FIND, "from taken cross join lateral (", "from taken cross join circles cross join lateral (")
    text = _once(text, "m.key = taken.key ", "m.key = (taken.key # circles.mask) ")
    for name, place in (("keys", "$2"), ("facts", "$3"), ("most", "$4")):
        text = text.replace(f"%({name})s", place)
    return text.replace(
        "%(size)s", "(select coalesce(max(companies), 0) from companies_match_space s where s.space = $1)"
    )


CANDIDATES = f"""
create function companies_candidates(uuid, bigint[], bigint[], integer, boolean)
returns table (id uuid, code varchar, known_to uuid, name varchar, name_key varchar, domain varchar, tax_id varchar,
    lei varchar, duns varchar, country varchar, region varchar, city varchar, postcode varchar, street varchar,
    phone varchar, others varchar[], score float8)
language sql stable {PINNED} as $$
    with circles as (
        select 0::bigint as mask
        where $5 or {SYSTEM} or $1 = any({OPERATED})
            or exists (select from companies_reader r where r.space = $1 and r.organization_id = {ORG})
        union all select companies_mask($1, 'everything') where $5
        union all select companies_mask($1, ({ORG})::text) where not $5 and {ORG} is not null
    ), found as ({_find()})
    select c.id, c.code, c.known_to, c.name, c.name_key, c.domain, c.tax_id, c.lei, c.duns, c.country, c.region, c.city,
        c.postcode, c.street, c.phone,
        array(select o.name from companies_othername o where o.company_id = c.id order by o.name), found.score
    from found join companies_company c on c.row = found.company
    where c.space = $1 and c.merged_into_id is null and ($5 or c.known_to is null or c.known_to = {ORG})
    order by found.score desc, c.row desc
$$
"""

MAY_WRITE = f"coalesce({SYSTEM} or (circle is null and asked_space = any({OPERATED})) or circle = {ORG}, false)"
REFUSE = "raise exception 'these match keys are not yours to write' using errcode = 'insufficient_privilege'"
MASKS = """case when circle is null then array[0::bigint]
        else array[companies_mask(asked_space, 'everything'), companies_mask(asked_space, circle::text)] end"""

# As the engine's KEEP, for many companies in one statement: `owners` stands beside `keys`, `fact_owners` beside `facts`.
KEEP_MANY = f"""
create function companies_keep(asked_space uuid, circle uuid, owners integer[], keys bigint[],
    fact_owners integer[], facts bigint[]) returns void language plpgsql {PINNED} as $$
declare
    size float8 := (select coalesce(max(companies), 0) from companies_match_space s where s.space = asked_space);
    asked_rows integer[] := array(select distinct u from unnest(owners || fact_owners) u);
begin
    if not {MAY_WRITE} or cardinality(asked_rows) <> (
        select count(*) from companies_company c
        where c.row = any(asked_rows) and c.space = asked_space and c.known_to is not distinct from circle
    ) then {REFUSE}; end if;
    insert into companies_match_key (key, company, inv)
    with asked as (
        select k.owner, k.key, coalesce(s.df, {UNSEEN}) as df
        from unnest(owners, keys) k(owner, key) left join companies_match_stat s using (key)
    ), ranked as (
        select owner, key, ln(1 + greatest(size, 1) / df)::real as weight,
            row_number() over (partition by owner order by df, key) as place
        from asked
    ), weighed as (
        select owner, key, place, (1 / sqrt(sum(weight * weight) over (partition by owner)))::real as inv from ranked
    )
    select key # mask, owner, inv
    from (select key, owner, inv from weighed where place <= {KEPT}
        union all select f.key, f.owner, 1 from unnest(fact_owners, facts) f(owner, key)) rows
        cross join unnest({MASKS}) mask
    order by 1
    on conflict do nothing;
end $$
"""

FORGET = f"""
create function companies_forget(asked_space uuid, circle uuid, owner integer, keys bigint[]) returns void
language plpgsql {PINNED} as $$
begin
    if not {MAY_WRITE} or not exists (
        select from companies_company c
        where c.row = owner and c.space = asked_space and c.known_to is not distinct from circle
    ) then {REFUSE}; end if;
    delete from companies_match_key m where m.company = owner
        and m.key in (select key # mask from unnest(keys) key cross join unnest({MASKS}) mask);
end $$
"""

COUNT = f"""
create function companies_count(asked_space uuid, size integer, keys bigint[], dfs integer[], anew boolean) returns void
language plpgsql {PINNED} as $$
begin
    if not coalesce({SYSTEM} or asked_space = any({OPERATED}), false) then {REFUSE}; end if;
    insert into companies_match_stat (key, df) select * from unnest(keys, dfs)
    on conflict (key) do update
        set df = excluded.df + case when anew then 0 else companies_match_stat.df end;
    insert into companies_match_space (space, companies) values (asked_space, size)
    on conflict (space) do update
        set companies = excluded.companies + case when anew then 0 else companies_match_space.companies end;
end $$;
create function companies_counted(asked_space uuid) returns integer language sql stable {PINNED} as $$
    select coalesce(max(companies), 0) from companies_match_space where space = $1
$$
"""

FUNCTIONS = {
    "companies_candidates(uuid, bigint[], bigint[], integer, boolean)": CANDIDATES,
    "companies_keep(uuid, uuid, integer[], bigint[], integer[], bigint[])": KEEP_MANY,
    "companies_forget(uuid, uuid, integer, bigint[])": FORGET,
    "companies_count(uuid, integer, bigint[], integer[], boolean)": COUNT,
    "companies_counted(uuid)": "",
}


def making(role: str) -> list[str]:
    """Statements that make the key tables and the functions, owned or run by `role`, callable by the app alone.

    The app's role goes by any name: it is whoever was granted to write companies.
    """
    signatures = list(FUNCTIONS)
    return [
        TABLES,
        *(f"grant select, insert, update, delete on {table} to {role}" for table in KEY_TABLES),
        *(f"grant select on {table} to {role}" for table in READ_TABLES),
        *(f"create policy {table}_match on {table} to {role} using (true) with check (false)" for table in READ_TABLES),
        *(f"alter table {table} enable row level security" for table in KEY_TABLES),
        *(f"create policy {table}_match on {table} to {role} using (true) with check (true)" for table in KEY_TABLES),
        MASK,
        *filter(None, FUNCTIONS.values()),
        f"grant create on schema public to {role}",
        *(f"alter function {signature} owner to {role}" for signature in signatures),
        f"revoke create on schema public from {role}",
        *(f"revoke execute on function {signature} from public" for signature in signatures),
        _rights_of_the_app(signatures, role),
    ]


def _rights_of_the_app(signatures: list[str], role: str) -> str:
    revoke = "".join(f"execute format('revoke all on {table} from %I', app); " for table in KEY_TABLES)
    grant = "".join(f"execute format('grant execute on function {each} to %I', app); " for each in signatures)
    return f"""
    do $$ declare app name; begin
        for app in select distinct g.grantee from information_schema.role_table_grants g
            where g.table_name = 'companies_company' and g.privilege_type = 'INSERT'
                and g.grantee not in (current_user, 'PUBLIC', '{role}')
        loop {revoke} {grant} end loop;
    end $$
    """


UNMAKING = [
    *(f"drop function {signature}" for signature in FUNCTIONS),
    "drop function companies_mask(uuid, text)",
    *(f"drop policy {table}_match on {table}" for table in READ_TABLES),
    *(f"drop table {table}" for table in KEY_TABLES),
]
