"""What leaves as a file: tables whose cells no spreadsheet runs, and downloads that no browser opens."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

STARTERS = frozenset("=+-@\t\r\n\0＝＋－＠")
UNSEEN = " \u00a0\u200b\u2060\ufeff"
QUOTE = "'"


def neutral(cell: object) -> object:
    """A cell that a spreadsheet shows instead of running it: text that begins like a formula gets a quote in front.

    Numbers and days are typed and stay what they are. `restored` takes the quote away again.

    >>> neutral("=1+1"), neutral(-5), neutral("Bay Bikes")
    ("'=1+1", -5, 'Bay Bikes')
    """
    if not isinstance(cell, str):
        return cell
    return QUOTE + cell if _begins_like_a_formula(cell) else cell


def restored(cell: str) -> str:
    """The text that `neutral` was given.

    >>> restored("'=1+1"), restored("'t Hooft")
    ('=1+1', "'t Hooft")
    """
    return cell[1:] if cell.startswith(QUOTE) and _begins_like_a_formula(cell[1:]) else cell


def csv_lines(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A table as lines of CSV (UTF-8 with its mark, so that spreadsheets read it), every cell neutral."""
    yield "\ufeff" + _line(headers)
    for row in rows:
        yield _line(row)


def table_download(name: str, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponseBase:
    """A CSV to save."""
    response = HttpResponse("".join(csv_lines(headers, rows)), content_type="text/csv; charset=utf-8")
    return _to_save(response, name)


def text_download(name: str, text: str) -> HttpResponseBase:
    """A text to save."""
    return _to_save(HttpResponse(text, content_type="text/plain; charset=utf-8"), name)


def file_download(name: str, path: Path) -> HttpResponseBase:
    """Somebody's upload to save: never shown by the browser, whatever it may be."""
    return _to_save(FileResponse(path.open("rb"), content_type="application/octet-stream"), name)


def _to_save(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _begins_like_a_formula(text: str) -> bool:
    return text[:1] in STARTERS or text.lstrip(UNSEEN)[:1] in STARTERS


def _line(cells: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([neutral(cell) for cell in cells])
    return out.getvalue()
