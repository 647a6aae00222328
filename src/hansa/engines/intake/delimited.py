"""CSV and its relatives: which encoding, which delimiter, which header. The records are read in `records`."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from hansa.engines.intake.source import Limits, Source, checked_headers, refusal

CHUNK = 4 << 20
HEAD = 256 << 10
SAMPLE_ROWS = 20
DELIMITERS = (",", ";", "\t", "|")
# Stands behind the last record. If the parser does not hand it back as a record, a quote was left open.
SENTINEL = "\x1eend of report\x1e"


def open_delimited(path: Path, name: str, limits: Limits) -> Source:
    """Read encoding, delimiter, header and sample. Raises `Refused`."""
    encoding = _detect_encoding(path, name)
    _refuse_nul(path, encoding, name)
    head = _head(path, encoding)
    delimiter, skipped = _detect_delimiter(head, name)
    records = _head_records(head, delimiter, complete=path.stat().st_size <= HEAD, name=name, limits=limits)
    header_at = next(
        (at for at, cells in enumerate(records) if at >= skipped and any(cell.strip() for cell in cells)), None
    )
    if header_at is None:
        raise refusal(name, "the file has no header; its first row must name the columns")
    headers = checked_headers(records[header_at], name, header_at + 1, limits)
    rows = [cells for cells in records[header_at + 1 :] if any(cell.strip() for cell in cells)]
    sample = tuple(_fit(cells, len(headers)) for cells in rows[:SAMPLE_ROWS])
    return Source(
        path,
        name,
        "csv",
        encoding,
        delimiter,
        headers,
        sample,
        _estimate(path, head, len(records)),
        limits,
        header_row=header_at + 1,
    )


def _fit(cells: list[str], width: int) -> tuple[str | None, ...]:
    return tuple((*cells, *[None] * width)[:width])


def _estimate(path: Path, head: str, records: int) -> int:
    share = path.stat().st_size / max(1, len(head.encode()))
    return max(0, records - 1) if share <= 1.0 else round(records * share)


def _detect_encoding(path: Path, name: str) -> str:
    """utf-8-sig, utf-16 (either order), utf-8, then the two Western single-byte sets told apart by the bytes 80 to
    9F."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(codecs.BOM_UTF8):
        return _decodable(path, "utf-8-sig", name)
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise refusal(name, "the file is written in UTF-32; save it as UTF-8")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decodable(path, "utf-16", name)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) * 0.2 and min(even, odd) <= max(even, odd) // 10:
        return _decodable(path, "utf-16-le" if odd > even else "utf-16-be", name)
    return _single_or_utf8(path, name)


def _decodable(path: Path, encoding: str, name: str) -> str:
    try:
        for _ in decoded(path, encoding):
            pass
    except UnicodeError as error:
        raise refusal(
            name, f"the file begins as {encoding} and then breaks it ({error.__class__.__name__}); save it as UTF-8"
        ) from error
    return encoding


def _single_or_utf8(path: Path, name: str) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, high = True, set()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            if utf8:
                utf8 = _decodes(decoder, chunk)
            if not chunk.isascii():
                high |= {byte for byte in range(0x80, 0xA0) if byte in chunk}
    if utf8 and _decodes(decoder, b"", final=True):
        return "utf-8"
    if not high:
        return "iso-8859-1"
    if high & {0x81, 0x8D, 0x8F, 0x90, 0x9D}:
        raise refusal(
            name, "the file is neither UTF-8 nor UTF-16 nor Windows-1252 text; save the report as UTF-8 CSV or as .xlsx"
        )
    return "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def decoded(path: Path, encoding: str) -> Iterator[str]:
    """The file's text, chunk by chunk, without its byte order mark."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", True)


def _refuse_nul(path: Path, encoding: str, name: str) -> None:
    line = 1
    for text in decoded(path, encoding):
        if "\0" in text or SENTINEL in text:
            at = text.index("\0") if "\0" in text else text.index(SENTINEL)
            raise refusal(
                name,
                "the file holds NUL bytes or control marks, which no report has; export it again as text",
                line + _lines(text[:at]),
            )
        line += text.count("\n")


def _lines(text: str) -> int:
    return text.count("\n") or text.count("\r")


def _head(path: Path, encoding: str) -> str:
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    return codecs.getincrementaldecoder(encoding)().decode(head)


def _detect_delimiter(head: str, name: str) -> tuple[str, int]:
    """The delimiter, and how many records stand before the header (Excel's "sep=;" line)."""
    first = head.split("\n", 1)[0].strip().casefold()
    if first.startswith("sep=") and first[4:5] in DELIMITERS:
        return first[4:5], 1
    if first == "sep=":
        return "\t", 1
    scores = [(*_score(head, delimiter), -place, delimiter) for place, delimiter in enumerate(DELIMITERS)]
    steadiness, width, _, delimiter = max(scores)
    if width < 2 or steadiness == 0:
        raise refusal(
            name,
            "no columns were found; separate them by comma, semicolon, tab or bar, and name them in the first row",
            1,
        )
    return delimiter, 0


def _score(head: str, delimiter: str) -> tuple[float, int]:
    """How steadily the delimiter cuts the first records into the header's number of columns (0 to 1), and that
    number."""
    widths = []
    try:
        for cells in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter):
            if cells:
                widths.append(len(cells))
            if len(widths) > 50:
                break
    except csv.Error:
        # A cell longer than the module takes: judge by the first line alone, what is wrong is said later.
        widths = widths or [head.split("\n", 1)[0].count(delimiter) + 1]
    if not widths or widths[0] < 2:
        return 0.0, 1
    same = sum(width == widths[0] for width in widths) / len(widths)
    return round(same, 1), widths[0]


def _head_records(head: str, delimiter: str, *, complete: bool, name: str, limits: Limits) -> list[list[str]]:
    records: list[list[str]] = []
    try:
        records.extend(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))
    except csv.Error:
        if not records:
            raise refusal(
                name, f"the header cannot be read: a name in it is longer than {limits.header} characters", 1
            ) from None
    return records if complete or len(records) < 2 else records[:-1]
