"""How fast a registering partner sees candidates while it types, against 259,029 real names beside the demo's customers.

    ./dev.py demo                                   (in another terminal)
    HANSA_REAL_DATA=… .venv/bin/python -m benchmarks.candidates [--base http://localhost:8000] [--names 300]

The names are sent through the product's own import of account lists, once; then names of the list are typed as far as their last
letter but two, with one letter left out. Goal: p95 at most 200 ms for the page's part. Beside it /healthz in the same run.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import random
import re
import statistics
import time
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import OpenerDirector, Request, build_opener
from uuid import uuid4

from benchmarks.screens import NETWORK, percentile, signed_in, took

API = f"/api/v1{NETWORK}/customer-lists"
MAPPING = {"reference": "account_id", "name": "employer", "region": "state", "city": "city", "postcode": "zip",
           "default_country": "US"}  # fmt: skip


def main() -> None:
    """Fill the directory if need be, then print the time of a candidates' part."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", default="http://localhost:8000")
    parser.add_argument("--names", type=int, default=300)
    chosen = parser.parse_args()
    rows = accounts()
    fill(chosen.base, rows)
    visitor = signed_in(chosen.base, "rolf.rep@kranichau.example")
    asked = typed([row["employer"] for row in rows], chosen.names + 20)
    address = f"{chosen.base}{NETWORK}/deals/candidates"
    times = [took(visitor, f"{address}?{urlencode({'customer_name': name})}")[0] for name in asked][20:]
    bare = [took(build_opener(), f"{chosen.base}/healthz")[0] for _ in range(50)]
    print(f"candidates, {len(times)} names: p50 {statistics.median(times):.1f} ms, p95 {percentile(times):.1f} ms")
    print(f"/healthz of the same server:   p50 {statistics.median(bare):.1f} ms, p95 {percentile(bare):.1f} ms")


def accounts() -> list[dict[str, str]]:
    """The real accounts: id, employer, state, city, zip."""
    path = Path(os.environ["HANSA_REAL_DATA"]) / "h1b_accounts" / "accounts.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def typed(names: list[str], count: int) -> list[str]:
    """Names as somebody types them who is not yet at the end, one letter left out."""
    dice = random.Random(20)
    found = []
    for name in dice.sample([name for name in names if len(name) > 8], count):
        place = dice.randrange(2, len(name) - 3)
        found.append((name[:place] + name[place + 1 :])[:-2])
    return found


def fill(base: str, rows: list[dict[str, str]]) -> None:
    """Send the accounts as a list and wait until it is taken; a list that was sent before adds nothing."""
    vera = signed_in(base, "vera.program@nordwind.example")
    begun = time.perf_counter()
    sent = call(vera, base, upload(rows))
    while sent["state"] not in {"TAKEN", "REFUSED"}:
        time.sleep(2)
        sent = json.loads(vera.open(f"{base}{API}/{sent['code']}").read())
    took_it = time.perf_counter() - begun
    print(f"list {sent['state']}: {sent['added']:,} added, {sent['refused']:,} refused, {took_it:.0f} s")


def upload(rows: list[dict[str, str]]) -> tuple[bytes, str]:
    """The form of the request: the file and how its columns are read."""
    lines = [
        ",".join(rows[0]),
        *(",".join(f'"{value.replace(chr(34), chr(34) * 2)}"' for value in row.values()) for row in rows),
    ]
    edge = uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="mapping"\r\n\r\n{json.dumps(MAPPING)}\r\n',
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="h1b.csv"\r\nContent-Type: text/csv\r\n\r\n',
        "\n".join(lines) + f"\r\n--{edge}--\r\n",
    ]
    return "".join(parts).encode(), edge


def call(visitor: OpenerDirector, base: str, form: tuple[bytes, str]) -> dict[str, object]:
    """Send it as the signed-in person."""
    page = visitor.open(f"{base}/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    headers = {
        "Content-Type": f"multipart/form-data; boundary={form[1]}",
        "X-CSRFToken": token[1],
        "Referer": f"{base}/",
    }
    answer: dict[str, object] = json.loads(visitor.open(Request(f"{base}{API}", data=form[0], headers=headers)).read())
    return answer


if __name__ == "__main__":
    main()
