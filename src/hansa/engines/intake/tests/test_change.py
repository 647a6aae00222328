"""What a re-sent period says has changed."""

from decimal import Decimal

from hansa.engines.intake import compare
from hansa.engines.intake.tests.reports import csv_text, imported


def paths(taken):
    return [file.path for file in taken.files]


def test_added_removed_and_changed_lines_are_told_with_their_amounts(tmp_path):
    before = imported(tmp_path, csv_text({}, {"Line": "2"}, {"Line": "3", "Currency": "EUR"}))
    after = imported(
        tmp_path, csv_text({}, {"Line": "2", "Net Amount": "25.50"}, {"Line": "4", "Net Amount": "1"}), out="after"
    )

    change = compare(paths(before), paths(after))

    assert (change.added, change.removed, change.changed, change.unchanged) == (1, 1, 1, 1)
    assert change.net_amount == {"EUR": Decimal("-20"), "USD": Decimal("6.5")}
    (changed,) = change.changed_lines
    assert changed.before is not None
    assert changed.after is not None
    assert (changed.before["net_amount"], changed.after["net_amount"], changed.after["source_row"]) == (
        Decimal("20"),
        Decimal("25.5"),
        3,
    )
    assert [(line.before, line.after and line.after["invoice_line"]) for line in change.added_lines] == [(None, "4")]
    assert [(line.before and line.before["currency"], line.after) for line in change.removed_lines] == [("EUR", None)]


def test_the_same_report_again_changes_nothing(tmp_path):
    first, second = (imported(tmp_path, csv_text({}, {"Line": "2"}), out=out) for out in ("one", "two"))

    change = compare(paths(first), paths(second))

    assert (change.added, change.removed, change.changed, change.unchanged) == (0, 0, 0, 2)
    assert change.net_amount == {"USD": 0}


def test_a_period_may_lose_all_its_lines_or_get_its_first(tmp_path):
    report = paths(imported(tmp_path, csv_text({})))

    assert (compare(report, []).removed, compare([], report).added, compare([], []).unchanged) == (1, 1, 0)
    assert compare(report, []).net_amount == {"USD": Decimal("-20")}


def test_only_the_first_hundred_lines_are_listed_and_all_are_counted(tmp_path):
    report = paths(imported(tmp_path, csv_text(*({"Line": str(number)} for number in range(150)))))

    change = compare([], report)

    assert (change.added, len(change.added_lines)) == (150, 100)
