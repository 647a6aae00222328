"""Labelled pairs for fitting and for judging: which sets there are, and which half of each is for what.

Real data is read from the folder that HANSA_REAL_DATA names. An entity is either in the half for fitting or in the half
for judging, by a hash of its key; `names_opensanctions_bench` is for judging alone.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import os
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from benchmarks.matching.variants import domain_of, elsewhere, sisters, variant
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extract

from hansa.engines.matching import Company, read_name

ABROAD = ("CA", "GB", "DE", "FR", "IN", "CN", "JP", "BR", "MX", "NL", "SE", "AU")
ORGANIZATIONS = {"Company", "LegalEntity", "Organization"}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records and whether they mean one company; `weight` balances the sets in fitting."""

    a: Company
    b: Company
    same: bool
    weight: float = 1.0


def folder() -> Path:
    """The real data; stops with a message where it is absent."""
    named = os.environ.get("HANSA_REAL_DATA", "")
    if not named or not Path(named).is_dir():
        raise SystemExit("Set HANSA_REAL_DATA to the folder with the real data sets; nothing was measured.")
    return Path(named)


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a CSV below the folder of real data, packed or not."""
    path = folder() / name
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from csv.DictReader(io.StringIO(content.decode("utf-8-sig")))


def is_for_fitting(key: str) -> bool:
    """Half of all entities, by the hash of their key."""
    return hashlib.sha256(key.encode()).digest()[0] % 2 == 0


def opensanctions() -> list[Pair]:
    """Pairs of organizations made by hand; never fitted to."""
    return [
        Pair(Company(row["name1"]), Company(row["name2"]), row["is_match"] == "true")
        for row in rows("names_opensanctions_bench/cases.csv")
        if row["schema"] in ORGANIZATIONS
    ]


def eason() -> list[Pair]:
    """A small set of well known companies; never fitted to."""
    return [
        Pair(Company(row["Name_x"]), Company(row["Name_y"]), row["Targets"].strip() == "1")
        for row in rows("names_eason_smalltest/test_data.csv")
    ]


def employers(*, fitting: bool, count: int, seed: int) -> list[Pair]:
    """Employers with place: variants made by rule, sisters with the same domain, and near names of other places and sectors."""
    rng = random.Random(seed)
    known = [row for row in rows("h1b_accounts/accounts.csv.gz") if row["city"] and _is_plain(row["employer"])]
    mine = [row for row in known if is_for_fitting(_stem(row["employer"])) == fitting]
    chosen = rng.sample(mine, count)
    pairs = []
    for row in chosen:
        company, stranger = _employer(row), _employer(rng.choice(known))
        pairs.append(_same_employer(company, stranger, rng))
        if rng.random() < 0.8:
            pairs.append(_sister(company, stranger, rng))
        if rng.random() < 0.15:
            pairs.append(_strangers(company, stranger, rng))
    return [*pairs, *_near_employers(chosen, mine, rng)]


def _is_plain(name: str) -> bool:
    """Not two names in one, nor cut at 34 characters: made into a sister, such a name would say nothing."""
    return name != "#NAME?" and len(name) < 34 and not re.search(r"D/?B/?A|FORMERLY|AKA|C/O", name)


def _stem(name: str) -> str:
    words = read_name(name).words
    return words[0] if words else ""


def _employer(row: dict[str, str]) -> Company:
    return Company(row["employer"], country="US", region=row["state"], city=row["city"], postcode=row["zip"])


def _same_employer(company: Company, stranger: Company, rng: random.Random) -> Pair:
    other = replace(company, name=variant(company.name, rng))
    company, other = _identified(company, other, rng, same=True)
    if company.tax_id and company.tax_id == other.tax_id and rng.random() < 0.15:
        other = replace(other, name=stranger.name)  # renamed: only the identifier tells
    if rng.random() < 0.4:
        domain = domain_of(company.name)
        moved = domain_of(stranger.name) if rng.random() < 0.15 else domain
        company, other = replace(company, domain=domain), replace(other, domain=moved)
    if (roll := rng.random()) < 0.1:
        other = elsewhere(other, rng, stranger)
    elif roll < 0.25:
        other = replace(other, postcode=stranger.postcode)
    if rng.random() < 0.02:
        other = replace(other, country=rng.choice(ABROAD))
    return Pair(_less(company, rng), _less(other, rng), same=True)


def _sister(company: Company, stranger: Company, rng: random.Random) -> Pair:
    name, sister = sisters(company.name, rng)
    company, other = replace(company, name=name), replace(company, name=sister)
    if rng.random() < 0.65:
        domain = domain_of(company.name)
        company, other = replace(company, domain=domain), replace(other, domain=domain)
    if rng.random() < 0.5:
        other = elsewhere(other, rng, stranger)
    if rng.random() < 0.25:
        other = replace(other, country=rng.choice(ABROAD), region="")
    company, other = _identified(company, other, rng, same=False)
    return Pair(_less(company, rng), _less(other, rng), same=False)


def _identified(a: Company, b: Company, rng: random.Random, *, same: bool) -> tuple[Company, Company]:
    """Identifiers on both sides, one time in five. One company has one tax id and LEI, but a D-U-N-S number for each site."""
    for key, digits, often, kept in (("tax_id", 9, 0.2, 0.99), ("lei", 20, 0.08, 1.0), ("duns", 9, 0.1, 0.7)):
        if rng.random() < often:
            one, other = (f"{rng.randrange(10**digits):0{digits}d}" for _ in range(2))
            a, b = replace(a, **{key: one}), replace(b, **{key: one if same and rng.random() < kept else other})
    return a, b


def _less(company: Company, rng: random.Random) -> Company:
    """What is often not known is left away."""
    if (roll := rng.random()) < 0.4:
        return replace(company, city="", postcode="", region="", country=company.country if rng.random() < 0.5 else "")
    return replace(company, postcode="") if roll < 0.5 else company


def _near_employers(chosen: Sequence[dict[str, str]], mine: Sequence[dict[str, str]], rng: random.Random) -> list[Pair]:
    """Names that look alike, of another place and another sector, with other words: different companies."""
    by_word: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in mine:
        for word in read_name(row["employer"]).words:
            if len(by_word[word]) < 400:
                by_word[word].append(row)
    pairs = []
    for row in chosen:
        words = read_name(row["employer"]).words
        pool = {other["account_id"]: other for word in words for other in by_word[word][:120] if _is_other(row, other)}
        names = {key: other["employer"] for key, other in pool.items()}
        for _, _, key in extract(row["employer"], names, limit=2):
            pairs.append(_strangers(_employer(row), _employer(pool[key]), rng))
    return pairs


def lookalikes(*, fitting: bool, count: int, seed: int) -> list[Pair]:
    """Employers of other states and sectors that are spelled alike or are called by another's initials: different companies.

    They share no word, so that `employers` does not hold them; a search finds them, and nothing but the place tells them apart.
    """
    rng = random.Random(seed)
    known = [row for row in rows("h1b_accounts/accounts.csv.gz") if row["city"] and _is_plain(row["employer"])]
    mine = [row for row in known if is_for_fitting(_stem(row["employer"])) == fitting]
    by_start: dict[str, list[dict[str, str]]] = defaultdict(list)
    by_initials: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in mine:
        words = read_name(row["employer"]).words
        by_start["".join(words)[:2]].append(row)
        if len(words) > 2:
            by_initials["".join(word[0] for word in words)].append(row)
    pairs = []
    for row in rng.sample(mine, count):
        joined = read_name(row["employer"]).joined
        block = by_start[joined[:2]]
        near = {
            other["account_id"]: read_name(other["employer"]).joined
            for other in rng.sample(block, min(len(block), 1_500))
            if other["state"] != row["state"] and _is_other(row, other)
        }
        found = [key for _, likeness, key in extract(joined, near, limit=1, scorer=ratio) if likeness >= 80]
        others = [other for other in block if other["account_id"] in found]
        initials = [other for other in by_initials.get(joined, []) if other["state"] != row["state"]]
        others += rng.sample(initials, min(len(initials), 1))
        pairs.extend(Pair(_employer(row), _employer(other), same=False) for other in others)
    return pairs


def _strangers(a: Company, b: Company, rng: random.Random) -> Pair:
    a, b = _identified(a, b, rng, same=False)
    if rng.random() < 0.4:
        a, b = replace(a, domain=domain_of(a.name)), replace(b, domain=domain_of(b.name))
    if rng.random() < 0.1:
        b = replace(b, country=rng.choice(ABROAD))
    return Pair(_less(a, rng), _less(b, rng), same=False)


def _is_other(a: dict[str, str], b: dict[str, str]) -> bool:
    one, other = read_name(a["employer"]), read_name(b["employer"])
    return (
        a["zip"][:3] != b["zip"][:3]
        and a["naics"][:2] != b["naics"][:2]
        and one.joined != other.joined
        and set(one.words) != set(other.words)
        and not one.joined.startswith(other.joined)
        and not other.joined.startswith(one.joined)
    )


def filers(*, fitting: bool, count: int, seed: int) -> list[Pair]:
    """Listed companies: two filers with names that look alike are two legal entities; a filer's spellings are one."""
    rng = random.Random(seed)
    current = [row for row in rows("names_retrieval/edgar_names.csv.gz") if not row["end_date"]]
    mine = [row for row in current if is_for_fitting(_stem(row["name"])) == fitting]
    names = {row["cik"]: row["name"] for row in mine}
    by_word: dict[str, list[str]] = defaultdict(list)
    for cik, name in names.items():
        for word in set(read_name(name).words):
            by_word[word].append(cik)
    pairs = []
    for cik in rng.sample(sorted(names), min(count, len(names))):
        pairs.append(Pair(Company(names[cik]), Company(variant(names[cik], rng)), same=True))
        near = {
            other: names[other] for word in read_name(names[cik]).words for other in by_word[word][:200] if other != cik
        }
        for name, _, _ in extract(names[cik], near, limit=1):
            if read_name(name).joined != read_name(names[cik]).joined:
                pairs.append(Pair(Company(names[cik]), Company(name), same=False))
    return pairs


def sites(*, fitting: bool) -> list[Pair]:
    """Places of care from nine lists, with true ids, addresses and phones; negatives are the nearest of other ids."""
    known = [row for row in rows("names_dedupe_csv_example/sites_with_true_ids.csv") if row["Site name"].strip()]
    mine = [row for row in known if is_for_fitting(row["True Id"]) == fitting]
    by_id: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in mine:
        by_id[row["True Id"]].append(row)
    names = {index: row["Site name"] for index, row in enumerate(mine)}
    pairs = []
    for group in by_id.values():
        pairs.extend(Pair(_site(a), _site(b), same=True, weight=0.5) for a, b in pairwise(group[:4]))
        near = extract(group[0]["Site name"], names, limit=12)
        others = [mine[key] for _, _, key in near if mine[key]["True Id"] != group[0]["True Id"]]
        pairs.extend(Pair(_site(group[0]), _site(other), same=False, weight=0.5) for other in others[:2])
    return pairs


def _site(row: dict[str, str]) -> Company:
    return Company(
        row["Site name"], country="US", street=row["Address"], postcode=row["Zip"].split(".")[0], phone=row["Phone"]
    )


def affiliations(*, fitting: bool) -> list[Pair]:
    """Affiliations as authors write them beside the organization; some are a subsidiary and its parent."""
    return _aliases(
        [(row["written"], row["canonical"]) for row in rows("names_retrieval/ietf_affiliations.csv.gz")],
        fitting=fitting,
        seed=5,
    )


def aliases(*, fitting: bool) -> list[Pair]:
    """Companies with their other names, by hand."""
    known = [
        (row["alias"], row["company"])
        for row in rows("names_retrieval/stackalytics_aliases.csv")
        if row["alias"].strip()
    ]
    return _aliases(known, fitting=fitting, seed=6)


def _aliases(known: Iterable[tuple[str, str]], *, fitting: bool, seed: int) -> list[Pair]:
    mine = [
        (written, canonical)
        for written, canonical in known
        if is_for_fitting(canonical) == fitting and written != canonical
    ]
    names = sorted({canonical for _, canonical in mine})
    pairs = [Pair(Company(written), Company(canonical), same=True, weight=0.3) for written, canonical in mine]
    for written, canonical in mine:
        near = [name for name, _, _ in extract(written, names, limit=3) if name != canonical]
        pairs.extend(Pair(Company(written), Company(name), same=False, weight=0.3) for name in near[:1])
    return random.Random(seed).sample(pairs, len(pairs))


FITTING: dict[str, Callable[[], list[Pair]]] = {
    "employers": lambda: employers(fitting=True, count=9000, seed=1),
    "lookalikes": lambda: lookalikes(fitting=True, count=9000, seed=3),
    "filers": lambda: filers(fitting=True, count=4000, seed=2),
    "sites": lambda: sites(fitting=True),
    "affiliations": lambda: affiliations(fitting=True),
    "aliases": lambda: aliases(fitting=True),
}
HELD_OUT: dict[str, Callable[[], list[Pair]]] = {
    "opensanctions": opensanctions,
    "employers": lambda: employers(fitting=False, count=2500, seed=11),
    "lookalikes": lambda: lookalikes(fitting=False, count=2500, seed=13),
    "filers": lambda: filers(fitting=False, count=1500, seed=12),
    "sites": lambda: sites(fitting=False),
    "affiliations": lambda: affiliations(fitting=False),
    "aliases": lambda: aliases(fitting=False),
    "eason": eason,
}
