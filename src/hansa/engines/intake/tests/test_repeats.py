"""Lines that come twice, in one report and over reports."""

from dataclasses import replace

import pyarrow as pa
from pyarrow import parquet as pq

from hansa.engines.intake.tests.reports import COLUMNS, REFERENCES, RULES, csv_text, imported, lines_of, quarantine_of

NO_LINE = [column for column in COLUMNS if column != "Line"]


def told(taken):
    return [(held["row"], held["column"], held["reason_code"], held["reason"]) for held in quarantine_of(taken)]


def test_the_same_invoice_line_twice_is_taken_once(tmp_path):
    taken = imported(tmp_path, csv_text({}, {"Line": "2"}, {"Line": "001", "Qty": "5"}))

    assert [line["source_row"] for line in lines_of(taken)] == [2, 3]
    assert told(taken) == [
        (4, "Line", "duplicate", "The same line stands in row 2; remove one, or give each its own line number.")
    ]


def test_without_line_numbers_only_lines_that_agree_in_everything_repeat(tmp_path):
    taken = imported(tmp_path, csv_text({}, {"Qty": "3"}, {}, {"Invoice No": "I-2"}, columns=NO_LINE))

    assert [line["source_row"] for line in lines_of(taken)] == [2, 3, 5]
    assert len({line["line_id"] for line in lines_of(taken)}) == 3
    assert [held[:3] for held in told(taken)] == [(4, "Invoice No", "duplicate")]


def test_a_till_may_print_each_piece_as_a_sale_of_its_own(tmp_path):
    taken = imported(tmp_path, csv_text({}, {}, {}, columns=NO_LINE), rules=replace(RULES, identical="separate"))

    assert taken.lines == 3
    assert len({line["line_id"] for line in lines_of(taken)}) == 3


def test_a_report_sorted_otherwise_gives_the_same_ids(tmp_path):
    rows = [{}, {"Qty": "3"}, {"Net Amount": "4"}, {"Invoice No": "I-2"}]

    first = imported(tmp_path, csv_text(*rows, columns=NO_LINE))
    second = imported(tmp_path, csv_text(*reversed(rows), columns=NO_LINE), out="other")

    assert {line["line_id"]: line["net_amount"] for line in lines_of(first)} == {
        line["line_id"]: line["net_amount"] for line in lines_of(second)
    }


def test_without_an_invoice_partner_and_day_tell_lines_apart(tmp_path):
    rows = [
        {"Invoice No": ""},
        {"Invoice No": "", "Date": "2026-01-06"},
        {"Invoice No": "", "Reseller ID": "R-2"},
        {"Invoice No": ""},
    ]

    taken = imported(tmp_path, csv_text(*rows))

    assert [line["source_row"] for line in lines_of(taken)] == [2, 3, 4]


def test_serial_numbers_tell_lines_apart(tmp_path):
    columns = [*NO_LINE, "Serial No"]

    taken = imported(
        tmp_path, csv_text({"Serial No": "a"}, {"Serial No": "b"}, {"Serial No": "A", "Qty": "9"}, columns=columns)
    )

    assert [line["source_row"] for line in lines_of(taken)] == [2, 3]


def test_a_line_taken_before_waits_and_names_the_earlier_one(tmp_path):
    earlier = imported(tmp_path, csv_text({}))
    (line,) = lines_of(earlier)
    known = tmp_path / "known.parquet"
    pq.write_table(pa.table({"line_key": [line["line_key"]], "line_id": [line["line_id"]]}), known)

    taken = imported(
        tmp_path, csv_text({}, {"Line": "2"}), references=replace(REFERENCES, known_lines=known), out="second"
    )

    assert taken.lines == 1
    assert told(taken) == [
        (
            2,
            "Line",
            "already_taken",
            f"This line was taken before as {line['line_id']}; remove it, give it its own line number"
            " if it is another one, or send the period again as a replacement.",
        )
    ]


def test_the_same_file_twice_adds_nothing(tmp_path):
    text = csv_text({}, {"Line": "2"}, {"Line": "3", "Qty": "x"})
    first = imported(tmp_path, text)
    known = pa.table(
        {
            "line_key": [line["line_key"] for line in lines_of(first)],
            "line_id": [line["line_id"] for line in lines_of(first)],
        }
    )

    second = imported(tmp_path, text, references=replace(REFERENCES, known_lines=known), out="second")

    assert (first.lines, second.lines, second.files) == (2, 0, ())
    assert second.reasons == {"already_taken": 2, "number_form": 1}


def test_ids_carry_the_senders_prefix_and_keys_do_not(tmp_path):
    one = lines_of(imported(tmp_path, csv_text({})))[0]
    other = lines_of(imported(tmp_path, csv_text({}), rules=replace(RULES, prefix="dist-2"), out="other"))[0]

    assert (one["line_id"], one["line_key"]) == ("dist-1-" + one["line_key"][:20], other["line_key"])
    assert other["line_id"] == "dist-2-" + one["line_key"][:20]


def test_two_distributors_may_use_the_same_invoice_number(tmp_path):
    one = lines_of(imported(tmp_path, csv_text({}), rules=replace(RULES, distributor="north")))[0]
    other = lines_of(imported(tmp_path, csv_text({}), rules=replace(RULES, distributor="south"), out="other"))[0]

    assert (one["distributor"], other["distributor"]) == ("north", "south")
    assert one["line_key"] != other["line_key"]
