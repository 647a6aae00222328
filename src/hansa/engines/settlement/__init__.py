"""Settlement: from a program document and lines of sale to payouts, and from payouts to shares of single lines.

A program is parsed to frozen values (`parse_program`), compiled to SQL over integers and run by DuckDB or Spark
(`settle`). The meaning of every key is fixed by the guide; the same input gives the same bytes, whatever the engine,
the order or the split of the files.
"""

from hansa.engines.settlement.document import Band, Incentive, ProgramDocument, What, Who, periods_of
from hansa.engines.settlement.parse import parse_program
from hansa.engines.settlement.run import SettlementSummary, settle
from hansa.engines.settlement.schema import json_schema
from hansa.engines.settlement.words import describe_band, describe_incentive

__all__ = [
    "Band",
    "Incentive",
    "ProgramDocument",
    "SettlementSummary",
    "What",
    "Who",
    "describe_band",
    "describe_incentive",
    "json_schema",
    "parse_program",
    "periods_of",
    "settle",
]
