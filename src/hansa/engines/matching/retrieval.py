"""Retrieval inside PostgreSQL: the rarest keys of each name as rows of one B-tree, scored in one statement.

A transaction finds whatever was committed before it began. The tables are `companies_match_key` (`key`, `company`, `inv`: the
inverse length of the company's whole key vector), `companies_match_stat` (`key`, `df`: in how many companies, only from 8
on; a key without a row counts as in 3) and `companies_match_space` (`space`, `companies`). Statements take named parameters
of psycopg. Source of the design and its figures: `benchmarks/README.md`, Matching.
"""

from __future__ import annotations

KEPT = 16  # the rarest keys of a name that are stored
BUDGET = 5_000  # rows of the B-tree that one search reads, and the most that it takes from one key
CANDIDATES = 100
UNSEEN = 3  # companies that a key without statistics is taken to have
COUNTED_FROM = 8
SURE = 1_000  # what a shared identifier adds to a score; all keys of a name together add less

TABLES = """
create table companies_match_key (key bigint not null, company integer not null, inv real not null);
create unique index companies_match_key_pk on companies_match_key (key, company) include (inv);
create table companies_match_stat (key bigint primary key, df integer not null);
create table companies_match_space (space uuid primary key, companies integer not null);
"""

# keys of the name, fact keys, size of the space → (company, score), best first. The newest companies win where a key is full.
FIND = f"""
with asked as (
    select k.key, coalesce(s.df, {UNSEEN}) as df
    from unnest(%(keys)s::bigint[]) k(key) left join companies_match_stat s using (key)
), ranked as (
    select key, ln(1 + greatest(%(size)s::float8, 1) / df)::real as weight,
        sum(df) over (order by df, key) as reach, row_number() over (order by df, key) as place
    from asked
), taken as materialized (
    select key, weight * weight as weight from ranked where reach <= {BUDGET} or place <= 3
    union all select key, {SURE} from unnest(%(facts)s::bigint[]) f(key)
)
select found.company, sum(taken.weight * found.inv)::float8 as score
from taken cross join lateral (
    select company, inv from companies_match_key m where m.key = taken.key order by company desc limit {BUDGET}
) found
group by found.company order by score desc, found.company desc limit %(most)s
"""

# Rows of one company: its rarest keys, and every fact key with full weight.
KEEP = f"""
with asked as (
    select k.key, coalesce(s.df, {UNSEEN}) as df
    from unnest(%(keys)s::bigint[]) k(key) left join companies_match_stat s using (key)
), ranked as (
    select key, ln(1 + greatest(%(size)s::float8, 1) / df)::real as weight, row_number() over (order by df, key) as place
    from asked
), length as (select (1 / sqrt(sum(weight * weight)))::real as inv from ranked)
insert into companies_match_key (key, company, inv)
select key, %(company)s, inv from ranked, length where place <= {KEPT}
union all select key, %(company)s, 1 from unnest(%(facts)s::bigint[]) f(key)
on conflict do nothing
"""

# Many companies at once: their keys are copied into `companies_match_staged` (company, keys, facts), then these in order.
STAGED = "create temporary table companies_match_staged (company integer, keys bigint[], facts bigint[])"
COUNT_STAGED = f"""
insert into companies_match_stat (key, df)
select key, count(*) from companies_match_staged, unnest(keys) key group by key having count(*) >= {COUNTED_FROM}
on conflict (key) do update set df = companies_match_stat.df + excluded.df
"""
KEEP_STAGED = f"""
insert into companies_match_key (key, company, inv)
with weighed as (
    select company, key, coalesce(s.df, {UNSEEN}) as df,
        ln(1 + greatest(%(size)s::float8, 1) / coalesce(s.df, {UNSEEN})) as weight
    from companies_match_staged cross join lateral unnest(keys) key left join companies_match_stat s using (key)
), placed as (
    select company, key, row_number() over (partition by company order by df, key) as place,
        (1 / sqrt(sum(weight * weight) over (partition by company)))::real as inv
    from weighed
)
select key, company, inv from placed where place <= {KEPT}
union all select key, company, 1 from companies_match_staged, unnest(facts) key
order by 1, 2
on conflict do nothing
"""
