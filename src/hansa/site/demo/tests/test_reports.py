"""The reports: what their bytes say is what the world says about them, mistakes included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from hansa.engines.edi import SellThroughReport, read_sell_through
from hansa.site.demo.tests.reading import day, money, rows_of, world
from hansa.site.demo.world import standing_reports
from hansa.site.demo.world.flaws import ABLE, NEWEST, OUTCOMES
from hansa.site.demo.world.layouts import SENDERS
from hansa.site.demo.world.records import Report, Sale

TABLES = ("csv", "xlsx", "parquet")


def tables() -> list[Report]:
    return [report for report in world().reports if report.format in TABLES]


def flawed_rows(kind: str) -> Iterator[tuple[Report, dict[str, Any], Sale | None]]:
    for report in tables():
        cells = rows_of(report)
        for flaw in report.flaws:
            if flaw.kind == kind:
                yield report, cells[flaw.position - 1], flaw.truth


def test_136_reports_of_four_senders_in_five_formats() -> None:
    formats = Counter(report.format for report in world().reports)
    assert formats == {"csv": 67, "x12-867": 31, "xlsx": 16, "parquet": 16, "edifact-slsrpt": 6}
    assert {report.sender for report in world().reports} == set(SENDERS)
    assert len({(report.sender, report.file_name) for report in world().reports}) == 136


def test_reports_arrive_in_order_and_in_the_month_after() -> None:
    days = [report.sent_on for report in world().reports]
    assert days == sorted(days)
    for report in world().reports:
        assert timedelta(days=28) < report.sent_on - report.month < timedelta(days=50)


def test_every_sender_reports_the_newest_month() -> None:
    assert {report.sender for report in world().reports if report.month == date(2026, 10, 1)} == set(SENDERS)


def test_files_hold_as_many_rows_as_expected_and_the_sound_ones_add_up() -> None:
    for report in tables():
        held = {flaw.position for flaw in report.flaws if OUTCOMES[flaw.kind] != "taken"}
        net: Counter[str] = Counter()
        cells = rows_of(report)
        for position, row in enumerate(cells, start=1):
            if position not in held:
                net[row["currency"]] += money(row["net_amount"], report) or 0
                assert money(row["unit_price"], report) * int(row["quantity"]) == money(row["net_amount"], report)
                assert day(row["sold_on"], report) < report.sent_on
        assert len(cells) == report.expected.rows
        assert len(cells) - len(held) == report.expected.sound
        assert net == report.expected.net


def test_every_true_line_is_reported_once_when_all_is_repaired() -> None:
    told: Counter[tuple[str, str]] = Counter()
    for report in standing_reports(world().reports):
        flaws = {flaw.position: flaw for flaw in report.flaws}
        for position, row in enumerate(report.rows, start=1):
            truth = flaws[position].truth if position in flaws else row
            if truth is not None:
                told[truth.invoice, truth.invoice_line] += 1
    assert told == Counter((sale.invoice, sale.invoice_line) for sale in world().sales)


def test_a_repair_brings_back_what_truly_happened() -> None:
    true = {(sale.invoice, sale.invoice_line): sale for sale in world().sales}
    for report in standing_reports(world().reports):
        if report.layout.priced:
            for flaw in report.flaws:
                assert flaw.truth is None or flaw.truth == true[flaw.truth.invoice, flaw.truth.invoice_line]


def test_what_is_planted_is_counted() -> None:
    counted: Counter[str] = Counter()
    for report in standing_reports(world().reports):
        counted.update(report.expected.flawed)
    planted = world().planted
    assert {kind: planted[kind] for kind in OUTCOMES} == {kind: counted[kind] for kind in OUTCOMES}
    assert all(planted[kind] > 10 for kind in OUTCOMES)
    assert (planted["wrong_delimiter"], planted["latin1"], planted["sent_twice"]) == (1, 1, 1)
    assert (planted["resent"], planted["prices_absent"]) == (2, 5)
    assert planted["type_misspelt"] > 10 < planted["cost_missing"]


def test_about_one_row_in_a_hundred_is_flawed_and_the_newest_month_has_a_handful() -> None:
    standing = standing_reports(world().reports)
    flawed = sum(len(report.flaws) for report in standing)
    assert 0.008 <= flawed / sum(len(report.rows) for report in standing) <= 0.015
    for report in standing:
        if report.month == world().months[-1]:
            found = {kind: count for kind, count in report.expected.flawed.items() if kind != "late"}
            assert found == NEWEST[report.format]


def test_no_format_has_a_flaw_that_it_cannot_hold() -> None:
    for report in world().reports:
        assert {flaw.kind for flaw in report.flaws} <= ABLE[report.format] | {"late"}


def test_impossible_days_cannot_be_read() -> None:
    found = list(flawed_rows("impossible_date"))
    assert len(found) >= 15
    for report, row, _ in found:
        assert isinstance(row["sold_on"], str)
        with pytest.raises(ValueError, match=r"time data|day is out of range|unconverted"):
            day(row["sold_on"], report)


def test_missing_amounts_are_blank_and_bad_numbers_are_none() -> None:
    assert all(not row["net_amount"] and not row["unit_price"] for _, row, _ in flawed_rows("amount_missing"))
    for _, row, _ in flawed_rows("bad_number"):
        assert not row["quantity"].isdigit()


def test_unknown_partners_and_products_are_in_no_list() -> None:
    codes = {each.code for each in world().organizations}
    names = {each.name for each in world().organizations}
    products = {product.code for product in world().products} | {product.former_code for product in world().products}
    assert all(
        row["partner"] not in codes and row["partner_name"] not in names for _, row, _ in flawed_rows("partner_unknown")
    )
    assert all(row["product"] not in products for _, row, _ in flawed_rows("product_unknown"))


def test_misspelt_partners_have_no_code_and_another_name() -> None:
    for _, row, truth in flawed_rows("partner_misspelt"):
        assert truth is not None
        assert not row["partner"]
        assert row["partner_name"] != truth.partner_name


def test_untidy_and_former_product_codes_lead_to_the_product() -> None:
    former = {product.former_code: product.code for product in world().products}
    for _, row, truth in flawed_rows("product_untidy"):
        assert truth is not None
        assert row["product"] != truth.product
        assert row["product"].upper().replace(" ", "").replace("-", "") == truth.product.replace("-", "")
    for _, row, truth in flawed_rows("product_old_code"):
        assert truth is not None
        assert former[row["product"]] == truth.product


def test_duplicates_repeat_a_row_of_this_report_or_of_the_last() -> None:
    earlier: dict[str, frozenset[Sale]] = {}
    for report in standing_reports(world().reports):
        for flaw in report.flaws:
            row = report.rows[flaw.position - 1]
            if flaw.kind == "duplicate_within":
                assert report.rows[flaw.position - 2] == row
            if flaw.kind == "duplicate_between" and report.layout.priced:
                assert row in earlier[report.sender]
        earlier[report.sender] = frozenset(report.rows)


def test_late_lines_are_of_the_month_before() -> None:
    for report in world().reports:
        late = {flaw.position for flaw in report.flaws if flaw.kind == "late"}
        again = {flaw.position for flaw in report.flaws if flaw.kind == "duplicate_between"}
        for position in late:
            assert report.rows[position - 1].sold_on < report.month
        on_time = [row for position, row in enumerate(report.rows, start=1) if position not in late | again]
        assert all(row.sold_on >= report.month for row in on_time if isinstance(row.sold_on, date))


def test_a_resent_month_differs_from_the_first_and_is_right() -> None:
    resent = [
        report
        for report in world().reports
        if report.replaces and report.file_name.rpartition(".")[0].endswith("_corr")
    ]
    assert [(report.sender, report.month) for report in resent] == [
        ("foxmarrow", date(2026, 5, 1)),
        ("moewenstein", date(2026, 9, 1)),
    ]
    for report in resent:
        first = next(each for each in world().reports if each.file_name == report.replaces)
        before = {(row.invoice, row.invoice_line): row.quantity for row in first.rows}
        after = {(row.invoice, row.invoice_line): row.quantity for row in report.rows}
        held = {(flaw.truth.invoice, flaw.truth.invoice_line) for flaw in first.flaws if flaw.truth}
        assert first.sent_on + timedelta(days=6) == report.sent_on
        assert len(after.keys() - before.keys()) == 2
        assert len([key for key in before.keys() - after.keys() if key[0].endswith("9")]) >= 2
        assert sum(before.get(key, after[key]) != after[key] for key in after.keys() - held) == 3


def test_the_month_sent_twice_is_the_same_to_the_byte() -> None:
    (copy,) = [report for report in world().reports if report.repeats]
    (first,) = [report for report in world().reports if report.file_name == copy.repeats]
    assert copy.content == first.content
    assert (copy.file_name, first.file_name) == ("pos_extract_2026-06 (1).csv", "pos_extract_2026-06.csv")


def test_one_file_has_tabs_for_semicolons_and_its_correction_follows() -> None:
    (broken,) = [report for report in world().reports if report.layout.delimiter != report.habit.delimiter]
    (mended,) = [report for report in world().reports if report.replaces == broken.file_name]
    assert broken.content.split(b"\r\n")[0].count(b"\t") == 16
    assert b"\t" not in mended.content
    assert (mended.rows, mended.sent_on) == (broken.rows, broken.sent_on + timedelta(days=1))


def test_one_file_is_latin_1() -> None:
    (file,) = [report for report in world().reports if report.layout.encoding != report.habit.encoding]
    with pytest.raises(UnicodeDecodeError):
        file.content.decode("utf-8")
    assert "Großhändler" in file.content.decode("cp1252")
    assert "?" not in "".join(row["partner_name"] for row in rows_of(file))


def test_german_csv_writes_decimal_commas_and_german_days() -> None:
    report = next(each for each in world().reports if each.file_name == "Abverkauf_2026-10.csv")
    large = next(cells for cells in rows_of(report) if len(cells["net_amount"]) >= 8)
    assert large["net_amount"][-3] == ","
    assert "." in large["net_amount"]
    assert large["sold_on"].endswith(".10.2026")


def test_parquet_holds_true_types() -> None:
    report = next(each for each in world().reports if each.format == "parquet" and len(each.rows) > 3)
    row = next(row for row in rows_of(report) if row["net_amount"] is not None)
    assert (type(row["sold_on"]), type(row["quantity"]), type(row["net_amount"])) == (date, int, Decimal)


def edi_reports() -> list[tuple[Report, SellThroughReport]]:
    found = []
    for report in world().reports:
        if report.format not in TABLES:
            (read,) = read_sell_through(report.content)
            found.append((report, read))
    return found


def test_edi_reports_are_accepted_and_say_what_the_rows_say() -> None:
    reports = edi_reports()
    assert len(reports) == 37
    for report, read in reports:
        assert read.accepted
        assert read.problems == ()
        assert (read.period_from, read.currency) == (report.month, "GBP")
        assert read.purpose == ("replace" if report.replaces else "original")
        assert len(read.lines) == report.expected.rows
        for row, line in zip(report.rows, read.lines, strict=True):
            amount = None if line.amount is None else int(Decimal(line.amount) * 100)
            told = (line.invoice, line.sold_on, line.partner_id, line.product_id, int(line.quantity), amount)
            assert told == (row.invoice, row.sold_on, row.partner, row.product, row.quantity, row.net_amount)
            assert line.problems == ()


def test_edi_reports_without_prices_say_no_amount() -> None:
    unpriced = [read for report, read in edi_reports() if not report.layout.priced]
    assert len(unpriced) == 5
    assert all(line.amount is None and line.unit_price is None for read in unpriced for line in read.lines)


def test_control_numbers_of_a_sender_are_used_once() -> None:
    numbers = [read.control_number for _, read in edi_reports()]
    assert len(set(numbers)) == 37


def test_a_line_of_an_867_is_known_by_invoice_and_product() -> None:
    for report, read in edi_reports():
        if report.format == "x12-867":
            keys = Counter((line.invoice, line.product_id) for line in read.lines)
            repeated = report.expected.flawed.get("duplicate_within", 0)
            assert sum(count - 1 for count in keys.values()) == repeated
