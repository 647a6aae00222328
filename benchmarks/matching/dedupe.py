"""A whole list at once, our own model beside the one that Splink learns from it: python -m benchmarks.matching.dedupe

The held-out half of the sites (true ids, names, addresses, telephones), the same blocks for both. Splink's model: comparisons of
the name as our engine reads it, street, postcode and telephone, u by random sampling, m by expectation maximisation. A pair of
rows counts as found where both are in one group. Needs HANSA_REAL_DATA.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
from benchmarks.matching.pairs import _site, is_for_fitting, rows

from hansa.engines.matching import Company, read_name
from hansa.engines.matching.batch import BLOCKS, DuckEngine, _groups, _write_keys, groups_of
from hansa.engines.matching.scoring import SAME_FROM

LISTED = "select facts.*, coalesce(blocks, []) as blocks from facts left join matching_blocks using (record)"
THRESHOLDS = (0.5, SAME_FROM, 0.95, 0.99)


def main() -> None:
    """Print precision, recall and F1 of pairs for both, at several thresholds."""
    known = [row for row in rows("names_dedupe_csv_example/sites_with_true_ids.csv") if row["Site name"].strip()]
    mine = [row for row in known if not is_for_fitting(row["True Id"])]
    companies, truth = [_site(row) for row in mine], [row["True Id"] for row in mine]
    print(f"{len(mine):,} rows, {len(set(truth)):,} sites")
    for name, grouped in (("ours", ours), ("Splink's", splinks)):
        started = time.monotonic()
        for threshold, groups in grouped(companies).items():
            print(
                f"{name:9} {threshold:.2f}  precision %.3f  recall %.3f  F1 %.3f" % quality(groups, truth), flush=True
            )
        print(f"{name:9} {time.monotonic() - started:.0f} s")


def ours(companies: list[Company]) -> dict[float, dict[int, int]]:
    """The product's own groups."""
    found = {}
    for threshold in THRESHOLDS[:2]:
        with tempfile.TemporaryDirectory() as folder:
            found[threshold] = groups_of(companies, DuckEngine(Path(folder)), Path(folder), at_least=threshold)[0]
    return found


def splinks(companies: list[Company]) -> dict[float, dict[int, int]]:
    """Groups by Splink's own model over the same blocks."""
    import splink.comparison_library as library
    from splink import Linker, block_on

    with tempfile.TemporaryDirectory() as folder:
        engine = DuckEngine(Path(folder))
        engine.bring("matching_keys", _write_keys(companies, Path(folder) / "keys.parquet", lambda step, share: None))
        engine.table("matching_blocks", BLOCKS)
        columns: dict[str, list[Any]] = {
            "record": list(range(len(companies))),
            "core": [read_name(each.name).text for each in companies],
            **{name: [getattr(each, name) or None for each in companies] for name in ("street", "postcode", "phone")},
        }
        engine.connection.register("facts", pa.table(columns))
        engine.table(
            "listed",
            "select facts.*, coalesce(blocks, []) as blocks from facts left join matching_blocks using (record)",
        )
        settings = {
            "link_type": "dedupe_only",
            "unique_id_column_name": "record",
            "comparisons": [
                library.JaroWinklerAtThresholds("core", [0.95, 0.88, 0.8]),
                library.JaroWinklerAtThresholds("street", [0.95, 0.85]),
                library.ExactMatch("postcode"),
                library.ExactMatch("phone"),
            ],
            "blocking_rules_to_generate_predictions": [block_on("blocks", arrays_to_explode=["blocks"])],
        }
        linker = Linker(engine.splink().register("listed"), settings, log_level=None)
        linker.training.estimate_probability_two_random_records_match([block_on("core", "postcode")], recall=0.5)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
        for rule in (block_on("core"), block_on("phone")):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        judged = linker.inference.predict(threshold_match_probability=THRESHOLDS[0])
        found = {}
        for threshold in THRESHOLDS:
            clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(judged, threshold)
            pairs = engine.rows(f"select record, cluster_id from {clusters.physical_name}")
            found[threshold] = _groups(pairs, len(companies))
        engine.close()
    return found


def quality(groups: dict[int, int], truth: list[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 over all pairs of rows."""

    def pairs(counted: Counter[Any]) -> int:
        return sum(count * (count - 1) // 2 for count in counted.values())

    both = pairs(Counter((group, truth[record]) for record, group in groups.items()))
    precision, recall = both / max(pairs(Counter(groups.values())), 1), both / max(pairs(Counter(truth)), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


if __name__ == "__main__":
    main()
