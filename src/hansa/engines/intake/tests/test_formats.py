"""How numbers and days are written: what the first rows show, and what must be asked."""

import pytest

from hansa.engines.intake import Formats, suggest_formats, suggest_mapping
from hansa.engines.intake.tests.reports import csv_text, opened


def suggested(folder, column, texts):
    source = opened(folder, csv_text(*({column: text} for text in texts)))
    mapping = {key: header for key, header in suggest_mapping(source.headers).items() if header == column}
    return suggest_formats(source, mapping)


@pytest.mark.parametrize(
    ("texts", "decimal", "thousands"),
    [
        (["1", "20"], ".", ""),
        (["1.5", "20"], ".", ""),
        (["1,5", "20"], ",", ""),
        (["1.234,50"], ",", "."),
        (["1,234.50"], ".", ","),
        (["1.234.567"], ",", "."),
        (["1,234,567"], ".", ","),
        (["1 234,50"], ",", " "),
        (["1\u202f234,50"], ",", " "),
        (["1'234.50"], ".", "'"),
        (["1,234", "5.50"], ".", ","),
        (["1.234", "5,50"], ",", "."),
        (["0.125"], ".", ""),
        (["1234.567"], ".", ""),
        (["-1,50", "(2,25)"], ",", ""),
        (["abc", ""], ".", ""),
    ],
)
def test_numbers_show_their_signs(tmp_path, texts, decimal, thousands):
    suggestion = suggested(tmp_path, "Net Amount", texts)

    assert (suggestion.formats.decimal, suggestion.formats.thousands, suggestion.questions) == (decimal, thousands, ())


@pytest.mark.parametrize("texts", [["1,234"], ["1.234", "5"], ["1,5", "1.5"], ["1.234,5", "1,234.5"]])
def test_numbers_that_can_be_read_in_two_ways_are_asked(tmp_path, texts):
    (question,) = suggested(tmp_path, "Net Amount", texts).questions

    assert (question.part, question.options) == ("decimal", (".", ","))
    assert question.examples[0] == texts[0]


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["2026-01-05"], "ymd"),
        (["13.01.2026"], "dmy"),
        (["05/01/2026", "13/01/2026"], "dmy"),
        (["01/05/2026", "01/13/2026"], "mdy"),
        (["05-Jan-2026"], "ymd"),
        (["01/01/2026"], "dmy"),
    ],
)
def test_days_show_their_order(tmp_path, texts, order):
    suggestion = suggested(tmp_path, "Date", texts)

    assert (suggestion.formats.date, suggestion.questions) == (order, ())


@pytest.mark.parametrize("texts", [["05/01/2026", "06/01/2026"], ["13/01/2026", "01/13/2026"]])
def test_days_that_can_be_read_in_two_orders_are_asked(tmp_path, texts):
    (question,) = suggested(tmp_path, "Date", texts).questions

    assert (question.part, question.options, question.examples[0]) == ("date", ("dmy", "mdy"), texts[0])


def test_a_settled_report_needs_no_answer(tmp_path):
    source = opened(tmp_path, csv_text({}))

    assert suggest_formats(source, suggest_mapping(source.headers)).formats == Formats()
