"""Settlement: ours beside hand-written DuckDB SQL for the same program and the same two outputs, and a bare scan as
the limit.

    python benchmarks/settlement.py --lines 10000000

Generates the lines with a fixed seed into a temporary folder (or --folder, kept), runs each contender in a process of
its own (--repeat times, the median is shown) and compares the outputs cent by cent. The hand-written SQL checks
nothing; ours also checks every cell, every reference and that no line id is used twice.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

PROGRAM = """\
hansa: 1
program: Benchmark Partner Program
version: "2019"
currency: USD
fiscal_year_starts: 01-01
effective: {from: 2019-01-01, until: 2020-01-01}
tiers: [{name: Registered}, {name: Silver}, {name: Gold}]
incentives:
  - id: volume
    kind: rebate
    who: {types: [VAR, MSP], tiers: [Silver, Gold]}
    what: {categories: [C0, C1, C2]}
    period: quarter
    bands: [{from: 25000, rate: 2%}, {from: 1000000, rate: 3.5%}]
    cap: 500000
    minimum: 10
    exclusive_group: sales
  - id: steps
    kind: rebate
    who: {territories: [T0, T1, T2, T3, T4, T5]}
    period: quarter
    method: stepped
    bands: [{from: 0, rate: 1%}, {from: 500000, rate: 2%}, {from: 2000000, rate: 2.5%}]
    exclusive_group: sales
  - id: units
    kind: spiff
    what: {families: [F1, F2, F3, F4]}
    period: month
    measure: quantity
    bands: [{from: 5, per_unit: 0.35}]
  - id: growth
    kind: mdf
    period: year
    measure: growth
    bands: [{from: 0%, rate: 0.1%}, {from: 2%, rate: 0.25%}]
"""


def generate(folder: Path, lines: int) -> None:
    """Lines of 2018 and 2019: 5,000 partners, 2,000 products, five currencies, 3 % returns, in no particular order."""
    connection = duckdb.connect()
    (folder / "program.yaml").write_text(PROGRAM)
    pick = "(hash(i * 16 + {}) >> 11)"  # independent draws from one seed
    connection.execute(f"""
        COPY (SELECT 'L' || lpad(((i * 7919) % {lines})::VARCHAR, 9, '0') AS line_id,
                DATE '2018-01-01' + ({pick.format(1)} % 730)::INTEGER AS sold_on,
                'P' || lpad(({pick.format(2)} % 5000)::VARCHAR, 5, '0') AS partner,
                'S' || lpad(({pick.format(3)} % 2000)::VARCHAR, 5, '0') AS product,
                CASE WHEN {pick.format(4)} % 100 < 3 THEN -1 ELSE 1 END * (1 + {pick.format(5)} % 20)::BIGINT
                    AS quantity,
                (CASE WHEN {pick.format(4)} % 100 < 3 THEN -1 ELSE 1 END
                    * (100 + {pick.format(6)} % 500000)::BIGINT)::DECIMAL(16, 0) * 0.01::DECIMAL(2, 2) AS net_amount,
                CASE WHEN {pick.format(7)} % 5 = 0
                    THEN ['EUR', 'GBP', 'JPY', 'CAD'][1 + ({pick.format(8)} % 4)::INTEGER] END AS currency
            FROM range({lines}) AS t(i)) TO '{folder}/lines.parquet' (FORMAT parquet, COMPRESSION zstd)""")
    connection.execute(f"""
        COPY (SELECT 'P' || lpad(i::VARCHAR, 5, '0') AS partner, ['VAR', 'MSP', 'VAR|MSP', 'SI'][1 + i % 4] AS type,
                ['Registered', 'Silver', 'Gold'][1 + (i + k) % 3] AS tier, 'T' || (i % 12) AS territory,
                CASE k WHEN 1 THEN '2019-07-01' END AS valid_from,
                CASE WHEN k = 0 AND i % 3 = 0 THEN '2019-07-01' END AS valid_until
            FROM range(5000) AS t(i), range(2) AS u(k) WHERE k = 0 OR i % 3 = 0) TO '{folder}/partners.csv'""")
    connection.execute(f"""
        COPY (SELECT 'S' || lpad(i::VARCHAR, 5, '0') AS product, 'C' || (i % 5) AS category, 'F' || (i % 40) AS family
            FROM range(2000) AS t(i)) TO '{folder}/products.csv'""")
    connection.execute(f"""
        COPY (SELECT c AS currency, DATE '2017-12-30' + (7 * w)::INTEGER AS date,
                CASE c WHEN 'JPY' THEN (9000 + (hash(w) % 300)) * 0.000001::DECIMAL(9, 6)
                    ELSE (110000 + hash(c || w) % 9000) * 0.00001::DECIMAL(9, 6) END::DECIMAL(12, 6) AS rate
            FROM range(106) AS t(w), unnest(['EUR', 'GBP', 'JPY', 'CAD']) AS u(c)) TO '{folder}/rates.csv'""")


def scan(folder: Path) -> None:
    """The limit: read the columns once."""
    duckdb.connect().execute(
        f"SELECT sum(net_amount), sum(quantity), max(sold_on), max(partner), max(product) FROM '{folder}/lines.parquet'"
    ).fetchall()


def hand(folder: Path) -> None:
    """What an analyst who knows DuckDB writes for exactly this program."""
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false; SET memory_limit = '3GB'")
    connection.execute(f"SET temp_directory = '{folder / 'spill'}'")
    for statement in HAND.format(folder=folder).split(";\n"):
        if statement.strip():
            connection.execute(statement)


HAND = """\
CREATE TABLE rate_day AS
    SELECT currency, unnest(generate_series(date, date + 6, INTERVAL 1 DAY))::DATE AS day, rate::DECIMAL(9, 6) AS rate
    FROM '{folder}/rates.csv';
CREATE TABLE partner AS
    SELECT partner, list_has_any(string_split(type, '|'), ['VAR', 'MSP']) AND tier IN ('Silver', 'Gold') AS in_volume,
        territory IN ('T0', 'T1', 'T2', 'T3', 'T4', 'T5') AS in_steps,
        coalesce(valid_from, DATE '0001-01-01') AS since, coalesce(valid_until, DATE '9999-12-31') AS until
    FROM '{folder}/partners.csv';
CREATE TABLE product AS
    SELECT product, category IN ('C0', 'C1', 'C2') AS in_volume, family IN ('F1', 'F2', 'F3', 'F4') AS in_units
    FROM '{folder}/products.csv';
CREATE TABLE line AS
    SELECT line_id, l.partner, year(sold_on) AS y, quarter(sold_on) AS q, month(sold_on) AS m, quantity,
        CASE WHEN l.currency IS NULL THEN net_amount ELSE round(net_amount * rate, 2)::DECIMAL(18, 2) END AS amount,
        p.in_volume AND s.in_volume AS volume, p.in_steps AS steps, s.in_units AS units
    FROM '{folder}/lines.parquet' AS l
    JOIN partner AS p ON l.partner = p.partner AND sold_on >= since AND sold_on < until
    JOIN product AS s ON l.product = s.product
    LEFT JOIN rate_day AS r ON l.currency = r.currency AND sold_on = r.day;
CREATE TABLE claim AS
    SELECT 0 AS incentive, q AS number, partner, sum(amount) AS base, sum(quantity)::BIGINT AS quantity,
        sum(greatest(amount, 0)) AS weight, NULL::DECIMAL(38, 2) AS earlier
    FROM line WHERE y = 2019 AND volume GROUP BY ALL
    UNION ALL SELECT 1, q, partner, sum(amount), sum(quantity)::BIGINT, sum(greatest(amount, 0)), NULL
    FROM line WHERE y = 2019 AND steps GROUP BY ALL
    UNION ALL SELECT 2, m, partner, sum(amount), sum(quantity)::BIGINT, sum(greatest(quantity, 0)), NULL
    FROM line WHERE y = 2019 AND units GROUP BY ALL
    UNION ALL SELECT 3, 1, partner, sum(amount) FILTER (y = 2019), (sum(quantity) FILTER (y = 2019))::BIGINT,
        sum(greatest(amount, 0)) FILTER (y = 2019), coalesce(sum(amount) FILTER (y = 2018), 0)
    FROM line GROUP BY ALL HAVING count(*) FILTER (y = 2019) > 0;
CREATE TABLE payout AS
    WITH due AS (
        SELECT *, CASE incentive
            WHEN 0 THEN CASE WHEN base >= 1000000 THEN least(round(base * 0.035, 2), 500000)
                WHEN base >= 25000 THEN round(base * 0.02, 2) ELSE 0 END
            WHEN 1 THEN round(CASE WHEN base >= 2000000 THEN 35000 + (base - 2000000) * 0.025
                WHEN base >= 500000 THEN 5000 + (base - 500000) * 0.02 ELSE greatest(base, 0) * 0.01 END, 2)
            WHEN 2 THEN CASE WHEN quantity >= 5 THEN round(quantity * 0.35, 2) ELSE 0 END
            ELSE CASE WHEN earlier <= 0 THEN 0 WHEN base - earlier >= 0.02 * earlier THEN round(base * 0.0025, 2)
                WHEN base >= earlier THEN round(base * 0.001, 2) ELSE 0 END
            END::DECIMAL(18, 2) AS due
        FROM claim
    )
    SELECT *, ['volume', 'steps', 'units', 'growth'][1 + incentive] AS name,
        CASE WHEN incentive < 2 THEN '2019-Q' || number WHEN incentive = 2 THEN '2019-' || lpad(number::VARCHAR, 2, '0')
            ELSE '2019' END AS period,
        CASE WHEN 1 = row_number() OVER (PARTITION BY greatest(incentive, 1), number, partner
            ORDER BY due DESC, incentive) THEN due ELSE 0 END::DECIMAL(18, 2) AS paid,
        (due * 100)::BIGINT AS cents, (CASE WHEN incentive = 2 THEN weight ELSE weight * 100 END)::BIGINT AS total
    FROM due;
COPY (SELECT name AS incentive, partner AS payee, period, base, quantity, paid AS payout
    FROM payout ORDER BY payout.incentive, period, partner) TO '{folder}/hand.csv';
COPY (
    WITH part AS (
        SELECT p.*, line_id, (greatest(amount, 0) * 100)::BIGINT AS w FROM line AS l JOIN payout AS p
            ON p.incentive = 0 AND l.partner = p.partner AND l.q = p.number WHERE paid > 0 AND y = 2019 AND volume
        UNION ALL SELECT p.*, line_id, (greatest(amount, 0) * 100)::BIGINT FROM line AS l JOIN payout AS p
            ON p.incentive = 1 AND l.partner = p.partner AND l.q = p.number WHERE paid > 0 AND y = 2019 AND steps
        UNION ALL SELECT p.*, line_id, greatest(l.quantity, 0) FROM line AS l JOIN payout AS p
            ON p.incentive = 2 AND l.partner = p.partner AND l.m = p.number WHERE paid > 0 AND y = 2019 AND units
        UNION ALL SELECT p.*, line_id, (greatest(amount, 0) * 100)::BIGINT FROM line AS l JOIN payout AS p
            ON p.incentive = 3 AND l.partner = p.partner WHERE paid > 0 AND y = 2019
    ),
    ranked AS (
        SELECT incentive, name, period, partner, line_id, cents * w // total AS low,
            row_number() OVER (PARTITION BY incentive, number, partner ORDER BY cents * w % total DESC, line_id)
                AS turn,
            sum(cents * w % total) OVER (PARTITION BY incentive, number, partner) // total AS units
        FROM part
    )
    SELECT name AS incentive, period, partner AS payee, line_id,
        (low + CASE WHEN turn <= units THEN 1 ELSE 0 END)::DECIMAL(16, 0) * 0.01::DECIMAL(2, 2) AS share
    FROM ranked ORDER BY ranked.incentive, period, partner, line_id
) TO '{folder}/hand.parquet' (FORMAT parquet, COMPRESSION zstd);
"""


def ours(folder: Path) -> None:
    """`hansa settle`, with everything that it checks."""
    from hansa.engines.settlement import parse_program, settle

    settle(
        parse_program((folder / "program.yaml").read_text()),
        lines=[folder / "lines.parquet"],
        partners=folder / "partners.csv",
        products=folder / "products.csv",
        rates=folder / "rates.csv",
        payouts=folder / "ours.csv",
        shares=folder / "ours.parquet",
    )


CONTENDERS = {"scan": scan, "hand": hand, "ours": ours}


def differences(folder: Path) -> tuple[int, int]:
    """Payout rows and share rows that the two outputs do not have in common."""
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '3GB'; SET temp_directory = '{folder / 'spill'}'")
    counts = []
    for columns, ending, reader, text in (
        ("incentive, payee, period, base, quantity, payout", "csv", "read_csv", ", all_varchar = true"),
        ("*", "parquet", "read_parquet", ""),
    ):
        one, other = (f"SELECT {columns} FROM {reader}('{folder}/{name}.{ending}'{text})" for name in ("hand", "ours"))
        both = f"SELECT count(*) FROM (({one} EXCEPT ALL {other}) UNION ALL ({other} EXCEPT ALL {one}))"
        counts.append(connection.execute(both).fetchall()[0][0])
    return counts[0], counts[1]


def run_alone(name: str, folder: Path) -> dict[str, float]:
    """One contender in a process of its own: wall and CPU seconds, peak memory in MiB."""
    command = [sys.executable, __file__, "--alone", name, "--folder", str(folder)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure(name: str, folder: Path) -> None:
    """Run a contender here and print what it took."""
    began, cpu = time.perf_counter(), time.process_time()
    CONTENDERS[name](folder)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    taken = {"wall": time.perf_counter() - began, "cpu": time.process_time() - cpu, "peak": usage.ru_maxrss / 1024}
    print(json.dumps(taken))


def compare(folder: Path, lines: int, repeat: int) -> None:
    """Generate, run everything, print the table."""
    if not (folder / "lines.parquet").exists():
        generate(folder, lines)
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in CONTENDERS}
    for _ in range(repeat):
        for name in CONTENDERS:
            runs[name].append(run_alone(name, folder))
    medians = {
        name: {key: statistics.median(run[key] for run in taken) for key in taken[0]} for name, taken in runs.items()
    }
    print(f"{lines:,} lines, load {os.getloadavg()[0]:.1f}, median of {repeat}")
    for name, taken in medians.items():
        print(
            f"{name:6} {taken['wall']:8.2f} s {taken['cpu']:8.2f} CPU s {lines / taken['wall']:14,.0f} lines/s"
            f" {taken['peak']:8.0f} MiB   speed / hand: {medians['hand']['wall'] / taken['wall']:.2f} (CPU"
            f" {medians['hand']['cpu'] / taken['cpu']:.2f})"
        )
    payouts, shares = differences(folder)
    print(f"rows that differ from the hand-written SQL: {payouts} payouts, {shares} shares")


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--alone", choices=CONTENDERS)
    given = parser.parse_args()
    if given.alone:
        measure(given.alone, given.folder)
    elif given.folder:
        given.folder.mkdir(parents=True, exist_ok=True)
        compare(given.folder, given.lines, given.repeat)
    else:
        with tempfile.TemporaryDirectory(prefix="hansa-benchmark-") as folder:
            compare(Path(folder), given.lines, given.repeat)


if __name__ == "__main__":
    main()
