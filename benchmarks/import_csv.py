"""Import of a sales report: 1,000,000 CSV lines, about 1 % of them flawed, into Parquet lines and quarantine.

    python benchmarks/import_csv.py [LINES]

Prints ours beside DuckDB's bare `read_csv` of the same file (every cell as text, counted), each in a process of its
own, with its peak
memory. The bare read checks nothing, keeps nothing and writes nothing: it is the limit, not a peer.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

LINES = 1_000_000

GENERATE = """
COPY (
  SELECT 'INV-' || (i // 5) AS "Invoice No", i % 5 + 1 AS "Line",
    strftime(DATE '2026-01-01' + CAST(i * 7919 % 28 AS INTEGER), '%Y-%m-%d') AS "Invoice Date",
    CASE WHEN i % 400 = 7 THEN 'R-unknown-' || i % 1000 ELSE 'R-' || lpad(CAST(i * 104729 % 700 AS VARCHAR), 5, '0')
    END AS "Reseller ID",
    CASE WHEN i % 400 = 11 THEN 'SKU?' ELSE 'SKU-' || i * 15485863 % 5000 END AS "SKU",
    'Bicycle part, model "' || i % 5000 || '"' AS "Description",
    CASE WHEN i % 400 = 13 THEN 'two' ELSE CAST(i * 31 % 9 + 1 AS VARCHAR) END AS "Qty",
    CASE WHEN i % 400 = 17 THEN '12.345' ELSE CAST(CAST(i * 7907 % 1000000 AS DECIMAL(12, 2)) / 100 + 1 AS
    DECIMAL(12, 2)) END AS "Net Amount",
    'USD' AS "Currency", 'T' || i % 10 AS "Territory", 'Customer ' || i % 20000 AS "End Customer"
  FROM range({lines}) r(i)
) TO '{path}' (FORMAT csv, HEADER)
"""

OURS = """
import sys, tempfile
from datetime import date
from pathlib import Path
from hansa.engines.intake import Formats, References, Rules, aliases, open_source, suggest_mapping, take
references = References(
    partners=aliases([("id", f"R-{i:05d}", f"p{i}") for i in range(700)]),
    products=aliases([("id", f"SKU-{i}", f"s{i}") for i in range(5000)]),
    currencies={"USD": 2},
)
rules = Rules("bench", date(2026, 3, 1), date(2026, 1, 1), date(2026, 2, 1), shards=8)
def measured(path):
    source = open_source(Path(path), name="report.csv")
    with tempfile.TemporaryDirectory() as folder:
        taken = take(source, suggest_mapping(source.headers), Formats(), references=references, rules=rules,
        out=Path(folder, "out"))
    return taken.lines, taken.quarantined
"""

BARE = """
import duckdb
def measured(path):
    return duckdb.connect().execute(
        "SELECT count(*), count(COLUMNS(*)) FROM read_csv(?, all_varchar=true, header=true)", [path]
    ).fetchone()[0], 0
"""

RUN = """
import json, os, resource, time
start, cpu = time.perf_counter(), os.times()
lines, quarantined = measured(sys.argv[1])
wall, end = time.perf_counter() - start, os.times()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(dict(wall=wall, cpu=end.user + end.system - cpu.user - cpu.system, peak=peak, lines=lines,
quarantined=quarantined)))
"""


def measure(code: str, path: Path) -> dict[str, float]:
    """Run one contender in a fresh process and return its wall and CPU seconds, peak MiB and counts."""
    command = [sys.executable, "-c", f"import sys\n{code}\n{RUN}", str(path)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(printed[printed.rindex("{") :])  # DuckDB may have drawn a progress bar on the same line


def main() -> None:
    """Generate the file, measure three times each, print the medians and their ratio."""
    import duckdb

    lines = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.csv")
        duckdb.connect().execute(GENERATE.format(lines=lines, path=path))
        print(f"{lines:,} lines, {path.stat().st_size / 1e6:.0f} MB; median of 3 runs")
        runs = {
            name: sorted((measure(code, path) for _ in range(3)), key=lambda run: run["wall"])[1]
            for name, code in (("bare read_csv", BARE), ("hansa import", OURS))
        }
    for name, run in runs.items():
        print(
            f"{name:14} {run['wall']:6.2f} s  {run['cpu']:6.2f} CPU s"
            f"  {lines / run['wall']:12,.0f} lines/s  peak {run['peak']:5.0f} MiB"
            f"  lines {run['lines']:,.0f}  quarantined {run['quarantined']:,.0f}"
        )
    print(f"ours takes {runs['hansa import']['wall'] / runs['bare read_csv']['wall']:.1f} × the bare read")


if __name__ == "__main__":
    main()
