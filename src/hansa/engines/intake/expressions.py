"""SQL that reads a cell: tidy text, exact numbers, real days. Every expression keeps what it cannot read apart as
NULL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from hansa.engines.intake.database import fill, text_literal
from hansa.engines.intake.formats import APOSTROPHES, SPACES, Formats

# White space and invisible characters around a cell; within it they stay.
EDGES = " \t\r\n\u00a0\u202f\u2009\u200b\u200c\u200d\u2060\ufeff"
NOTHING = ("NULL", "null", "N/A", "n/a", "#N/A")
QUANTITY = (12, 6)
AMOUNT = (14, 4)
PRICE = (12, 6)

# An export guards cells that a spreadsheet would take for formulas by an apostrophe: it is taken off again.
# Most cells are plain ASCII without anything to tidy, which one quick expression tells.
TIDY = r"""
CREATE MACRO tidied(x) AS nullif(trim(
  CASE WHEN starts_with(x, '''') AND regexp_matches(x, '^''[=+\-@\t\r＝＋－＠]')
  THEN substr(x, 2) ELSE x END, ${edges}), '');
CREATE MACRO tidy(x) AS
  CASE WHEN x = '' THEN NULL WHEN regexp_full_match(x, '[!-&(-~](?:[ -~]*[!-~])?') THEN x ELSE tidied(x) END;
CREATE MACRO filled(x) AS CASE WHEN x IN (${nothing}) THEN NULL ELSE x END;
CREATE MACRO part(x) AS CASE WHEN x IS NULL THEN '-' ELSE length(x) || ':' || x END;
CREATE MACRO exact_to(x, digits) AS CASE digits
  WHEN 0 THEN x = round(x, 0) WHEN 1 THEN x = round(x, 1) WHEN 2 THEN x = round(x, 2) WHEN 3 THEN x = round(x, 3)
  ELSE true END;
CREATE MACRO rounded_to(x, digits) AS CASE digits
  WHEN 0 THEN TRY_CAST(round(x, 0) AS DECIMAL(18, 4)) WHEN 1 THEN TRY_CAST(round(x, 1) AS DECIMAL(18, 4))
  WHEN 2 THEN TRY_CAST(round(x, 2) AS DECIMAL(18, 4)) WHEN 3 THEN TRY_CAST(round(x, 3) AS DECIMAL(18, 4))
  ELSE TRY_CAST(round(x, 4) AS DECIMAL(18, 4)) END;
"""

# Minus before or behind the number, or brackets around it; the sign of the declared format and no other.
NUMBER_FORM = r"""
CREATE MACRO unsigned(x) AS regexp_replace(regexp_replace(replace(x, '−', '-'), '^\((.*)\)$$', '-\1'),
'^([^-+].*)-$$', '-\1');
CREATE MACRO number_form(x) AS CASE WHEN regexp_full_match(unsigned(x), ${pattern}) THEN ${plain} END;
"""

DAY_FORMS = {
    "ymd": "'%Y-%m-%d', '%Y.%m.%d', '%Y/%m/%d', '%Y%m%d'",
    "dmy": "'%d.%m.%Y', '%d/%m/%Y', '%d-%m-%Y'",
    "mdy": "'%m/%d/%Y', '%m-%d-%Y', '%m.%d.%Y'",
    "named": "'%d-%b-%Y', '%d %b %Y', '%d.%b.%Y', '%d %B %Y', '%d-%B-%Y', "
    "'%b %d, %Y', '%B %d, %Y', '%b %d %Y', '%B %d %Y'",
}
CLOCK = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[AaPp][Mm])?)?"
YEAR_FIRST = r"(?:[0-9]{4}(?:-[0-9]{1,2}-|/[0-9]{1,2}/|\.[0-9]{1,2}\.)[0-9]{1,2}|[0-9]{8})" + CLOCK
YEAR_LAST = r"[0-9]{1,2}(?:-[0-9]{1,2}-|/[0-9]{1,2}/|\.[0-9]{1,2}\.)(?:[0-9]{4}|[0-9]{2})" + CLOCK
NAMED = r"(?:[0-9]{1,2}[ .-][A-Za-z]{3,9}[ .-]|[A-Za-z]{3,9} [0-9]{1,2},? )[0-9]{4}"
SERIAL = r"[1-9][0-9]{4}(?:[.,][0-9]+)?"


def macros(formats: Formats) -> str:
    """The macros that the other expressions use, for one report's formats."""
    groups = {"": "", " ": f"[{SPACES}]", "'": f"[{APOSTROPHES}]"}.get(formats.thousands, re.escape(formats.thousands))
    whole = rf"(?:[0-9]{{1,3}}(?:{groups}[0-9]{{3}})+|[0-9]+)" if groups else "[0-9]+"
    sign = re.escape(formats.decimal)
    pattern = rf"[-+]?(?:{whole}(?:{sign}[0-9]+)?|{sign}[0-9]+)"
    plain = "unsigned(x)"
    if groups:
        plain = f"regexp_replace({plain}, {text_literal(groups)}, '', 'g')"
    if formats.decimal == ",":
        plain = f"replace({plain}, ',', '.')"
    nothing = ", ".join(map(text_literal, NOTHING))
    return fill(TIDY, edges=text_literal(EDGES), nothing=nothing) + fill(
        NUMBER_FORM, pattern=text_literal(pattern), plain=plain
    )


def number(column: str, size: tuple[int, int], formats: Formats) -> str:
    """A DECIMAL from text, NULL where it is none, has too many decimals or too many digits, or is a minus zero."""
    before, after = size
    kind = f"DECIMAL({before + after}, {after})"
    exact = rf"[-+]?0*[0-9]{{0,{before}}}(?:\.[0-9]{{0,{after}}}0*)?"
    plain = text_literal(rf"-?[0-9]{{1,{before}}}" + (rf"(?:\.[0-9]{{1,{after}}})?" if formats.decimal == "." else ""))
    return fill(
        """CASE WHEN regexp_full_match(${x}, ${plain}) THEN CAST(${x} AS ${kind})
           WHEN regexp_full_match(number_form(${x}), ${exact}) THEN TRY_CAST(number_form(${x}) AS ${kind}) END""",
        x=column,
        plain=plain,
        exact=text_literal(exact),
        kind=kind,
    )


def day(column: str, formats: Formats, epoch: date | None) -> str:
    """A DATE from text in the declared order; a time of day is left off. NULL where the text is no day that exists.

    `epoch`: day 0 of day numbers, for workbooks whose days lost their format; None: a number is no day.
    """
    head = f"split_part(replace({column}, 'T', ' '), ' ', 1)"
    cases = [
        f"WHEN regexp_full_match({column}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') THEN TRY_CAST({column} AS DATE)",
        f"WHEN regexp_full_match({column}, {text_literal(YEAR_FIRST)}) THEN {_parsed(head, ['ymd'])}",
    ]
    if formats.date != "ymd":
        short = f"regexp_replace({head}, '([./-])([0-9]{{2}})$', '\\120\\2')"
        cases.append(
            f"WHEN regexp_full_match({column}, {text_literal(YEAR_LAST)}) THEN {_parsed(short, [formats.date])}"
        )
    cases.append(f"WHEN regexp_full_match({column}, {text_literal(NAMED)}) THEN {_parsed(column, ['named'])}")
    if epoch is not None:
        number_of_days = f"CAST(regexp_extract({column}, '^[0-9]+') AS INTEGER)"
        cases.append(f"WHEN regexp_full_match({column}, {text_literal(SERIAL)}) THEN DATE '{epoch}' + {number_of_days}")
    return f"CASE {' '.join(cases)} END"


def _parsed(text: str, orders: Sequence[str]) -> str:
    forms = ", ".join(DAY_FORMS[order] for order in orders)
    return f"CAST(try_strptime({text}, [{forms}]) AS DATE)"


def day_shaped(column: str, formats: Formats) -> str:
    """True where a text is written like a day of the declared formats, whether that day exists or not."""
    shapes = [YEAR_FIRST, NAMED, *([YEAR_LAST] if formats.date != "ymd" else [])]
    return f"regexp_full_match({column}, {text_literal('|'.join(f'(?:{shape})' for shape in shapes))})"
