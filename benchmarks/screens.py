"""How fast the list screens of a running demo answer: median and 95th percentile over HTTP, and their weight.

    ./dev.py demo                                   (in another terminal)
    .venv/bin/python benchmarks/screens.py [--base http://localhost:8000] [--rounds 30]

Goal: p95 at most 150 ms on the demo. The beside-figure is /healthz of the same server in the same run.
"""

from __future__ import annotations

import argparse
import gzip
import re
import statistics
import time
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

PASSWORD = "hansa-demo-2026"
NETWORK = "/networks/nordwind"
SCREENS = {
    "vera.program@nordwind.example": [
        "/",
        f"{NETWORK}/partners",
        f"{NETWORK}/sales/reports",
        f"{NETWORK}/products",
        f"{NETWORK}/price-lists",
        f"{NETWORK}/programs",
        f"{NETWORK}/statements",
        f"{NETWORK}/settlement",
        f"{NETWORK}/ledger",
        f"{NETWORK}/rates",
        f"{NETWORK}/events",
        f"{NETWORK}/sales/sell-through",
    ],
    "pia.principal@kranichau.example": ["/", f"{NETWORK}/statements", f"{NETWORK}/sales/reports"],
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", default="http://localhost:8000")
    parser.add_argument("--rounds", type=int, default=30)
    chosen = parser.parse_args()
    print(f"{'screen':42} {'p50 ms':>8} {'p95 ms':>8} {'KB gzip':>8}")
    bare = [took(build_opener(), f"{chosen.base}/healthz")[0] for _ in range(chosen.rounds)]
    print(f"{'/healthz (the server itself)':42} {statistics.median(bare):8.1f} {percentile(bare):8.1f}")
    for email, paths in SCREENS.items():
        visitor = signed_in(chosen.base, email)
        for path in paths:
            took(visitor, chosen.base + path)
            rounds = [took(visitor, chosen.base + path) for _ in range(chosen.rounds)]
            times = [seconds for seconds, _ in rounds]
            name = f"{path} ({email.split('.')[0]})"
            print(f"{name:42} {statistics.median(times):8.1f} {percentile(times):8.1f} {rounds[0][1] / 1000:8.1f}")


def signed_in(base: str, email: str) -> OpenerDirector:
    visitor = build_opener(HTTPCookieProcessor(CookieJar()))
    page = visitor.open(f"{base}/accounts/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    form = urlencode({"csrfmiddlewaretoken": token.group(1), "login": email, "password": PASSWORD}).encode()
    answer = visitor.open(Request(f"{base}/accounts/login/", data=form, headers={"Referer": f"{base}/accounts/login/"}))
    if "login" in answer.url:
        raise SystemExit(f"{email} could not sign in; is this the demo?")
    return visitor


def took(visitor: OpenerDirector, url: str) -> tuple[float, int]:
    started = time.perf_counter()
    with visitor.open(url) as answer:
        body = answer.read()
    return (time.perf_counter() - started) * 1000, len(gzip.compress(body, 6))


def percentile(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[18]


if __name__ == "__main__":
    main()
