"""What is done with cases. Each operation is one transaction: lock, let the clocks run, decide, write, record the event."""

from hansa.disputes.operations.answering import accept_remedy, appeal
from hansa.disputes.operations.clocks import lapse_clocks
from hansa.disputes.operations.deciding import AdjudicatorRefused, assign_adjudicator, decide, propose_remedy
from hansa.disputes.operations.filing import (
    Decision,
    FilingRefused,
    Subject,
    open_case,
    withdraw_case,
)
from hansa.disputes.operations.showing import add_evidence, rest_case
from hansa.disputes.operations.steps import CaseRefused, NotASide

__all__ = [
    "AdjudicatorRefused",
    "CaseRefused",
    "Decision",
    "FilingRefused",
    "NotASide",
    "Subject",
    "accept_remedy",
    "add_evidence",
    "appeal",
    "assign_adjudicator",
    "decide",
    "lapse_clocks",
    "open_case",
    "propose_remedy",
    "rest_case",
    "withdraw_case",
]
