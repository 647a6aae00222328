"""Intake: from a sales report as it was sent to lines that can be settled, and to a quarantine that loses nothing.

A *report* is opened (`open_source`), its columns are mapped to the canonical fields (`suggest_mapping`), its way of
writing numbers
and days is settled (`suggest_formats`), and then it is looked at (`check`) or taken (`take`, `take_rows`). A *line*
is a row that passed
every check; a *quarantined* row waits with its number, column and reason. `compare` says what a re-sent period changes.
"""

from hansa.engines.intake.change import Change, ChangedLine, compare
from hansa.engines.intake.fields import FIELDS, Field, header_signature, missing_fields, suggest_mapping
from hansa.engines.intake.formats import Formats, Question, Suggestion, suggest_formats
from hansa.engines.intake.importing import canonical_row, check, take, take_rows
from hansa.engines.intake.lookups import shard_of
from hansa.engines.intake.references import References, Rules
from hansa.engines.intake.results import LineFile, Preview, RowProblem, Taken, Unknown
from hansa.engines.intake.source import Limits, Source, open_source
from hansa.engines.intake.text import aliases, normalise, normalise_all

__all__ = [
    "FIELDS",
    "Change",
    "ChangedLine",
    "Field",
    "Formats",
    "Limits",
    "LineFile",
    "Preview",
    "Question",
    "References",
    "RowProblem",
    "Rules",
    "Source",
    "Suggestion",
    "Taken",
    "Unknown",
    "aliases",
    "canonical_row",
    "check",
    "compare",
    "header_signature",
    "missing_fields",
    "normalise",
    "normalise_all",
    "open_source",
    "shard_of",
    "suggest_formats",
    "suggest_mapping",
    "take",
    "take_rows",
]
