"""EDI: X12 and EDIFACT read from their tables, sell-through reports out of 867 and SLSRPT, and the acknowledgements 997
and CONTRL.

An *interchange* is a file's envelope between two companies; it holds *groups*, they hold *transactions* (a transaction
set in X12, a message in EDIFACT), these hold *segments* of *elements*. A *problem* says where something is wrong, what
was expected, and how far it reaches.
"""

from hansa.engines.edi.acknowledgements.reading import (
    GroupAnswer,
    SegmentError,
    TransactionAnswer,
    read_acknowledgement,
)
from hansa.engines.edi.acknowledgements.writing import NothingToAcknowledge, acknowledge
from hansa.engines.edi.envelopes import Group, Interchange, Transaction
from hansa.engines.edi.output import EdiUnwritable
from hansa.engines.edi.problems import EdiProblem, EdiUnreadable
from hansa.engines.edi.reading import read_interchanges
from hansa.engines.edi.segments import Limits
from hansa.engines.edi.sell_through.reading import read_sell_through
from hansa.engines.edi.sell_through.values import SellThroughLine, SellThroughReport
from hansa.engines.edi.sell_through.x12 import TRANSFER_KINDS
from hansa.engines.edi.write import ReportHead, SellThroughRow, write_sell_through_867, write_slsrpt

__all__ = [
    "TRANSFER_KINDS",
    "EdiProblem",
    "EdiUnreadable",
    "EdiUnwritable",
    "Group",
    "GroupAnswer",
    "Interchange",
    "Limits",
    "NothingToAcknowledge",
    "ReportHead",
    "SegmentError",
    "SellThroughLine",
    "SellThroughReport",
    "SellThroughRow",
    "Transaction",
    "TransactionAnswer",
    "acknowledge",
    "read_acknowledgement",
    "read_interchanges",
    "read_sell_through",
    "write_sell_through_867",
    "write_slsrpt",
]
