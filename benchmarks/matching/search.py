"""One search as the product makes it: the statement of `engines/matching`, and the names of what it found."""

from __future__ import annotations

import psycopg
from benchmarks.matching.registry import SPACE

from hansa.engines.matching import Company, Found, name_keys
from hansa.engines.matching.retrieval import CANDIDATES, FIND

STATEMENT = (
    f"select found.company, found.score, c.name, c.core from ({FIND}) found"
    " join company c on c.id = found.company order by 2 desc"
)


def search(connection: psycopg.Connection, name: str, *, size: int, most: int = CANDIDATES) -> list[Found[int]]:
    """What retrieval finds for a name, best first, before ranking."""
    asked = {"keys": name_keys(SPACE, name), "facts": [], "size": size, "most": most}
    rows = connection.execute(STATEMENT, asked, prepare=True)
    return [Found(company, Company(written), score, core) for company, score, written, core in rows]
