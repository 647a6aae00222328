"""Which rows of a file are one company: a group for each row, with the row that it is most surely the same as."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hansa.engines.matching.batch import DuckEngine, SparkEngine, groups_of
from hansa.engines.matching.company import Company
from hansa.engines.matching.files import Progress, company_of, read_rows, write_whole
from hansa.engines.matching.scoring import SAME_FROM
from hansa.kernel.problem import Problem, Refused

COLUMNS = ("id", "group", "probability", "why")


@dataclass(frozen=True, slots=True)
class Deduplicated:
    """How many rows there were, and how many companies they are."""

    rows: int
    groups: int


def dedupe_file(
    accounts: Path, out: Path, *, spark: bool = False, at_least: float = SAME_FROM, progress: Progress | None = None
) -> Deduplicated:
    """Write for each row of a CSV file its group: the id of the first row that is the same company.

    The first column is the id; `name` is needed, any other fact of `Company` counts where it is there. Two rows are in
    one group where a chain of pairs, each with a probability of `at_least`, joins them. Beside the group stand the
    probability of the row's surest pair and why, with the id of the other; both are empty for a row that is like no other.
    Raises Refused; nothing is written then.
    """
    ids, companies = _read(accounts)
    with tempfile.TemporaryDirectory(prefix="hansa-dedupe-") as folder:
        engine = (SparkEngine if spark else DuckEngine)(Path(folder))
        try:
            groups, pairs = groups_of(companies, engine, Path(folder), at_least=at_least, progress=progress)
        finally:
            engine.close()
    surest: dict[int, tuple[float, int, str]] = {}
    for one, other, probability, why in pairs:
        for record, beside in ((one, other), (other, one)):
            if record not in surest or (-probability, beside) < (-surest[record][0], surest[record][1]):
                surest[record] = (probability, beside, why)

    def rows() -> Iterator[list[str]]:
        for record, key in enumerate(ids):
            probability, beside, why = surest.get(record, (None, 0, ""))
            cells = ["", ""] if probability is None else [f"{probability:.4f}", f"{ids[beside]}: {why}"]
            yield [key, ids[groups[record]], *cells]

    return Deduplicated(write_whole(out, COLUMNS, rows()), len(set(groups.values())))


def _read(accounts: Path) -> tuple[list[str], list[Company]]:
    columns, rows = read_rows(accounts, needed=("name",))
    first: dict[str, int] = {}
    companies, problems = [], []
    for number, row in rows:
        key = row[columns[0]]
        if key in first:
            problems.append(
                Problem(accounts.name, number, columns[0], f"an id of its own; row {first[key]} has this one")
            )
        first.setdefault(key, number)
        companies.append(company_of(row))
    if problems:
        raise Refused(problems)
    return list(first), companies
