"""Writing programs: drafts and versions, who accepted their rules, who holds their territories, what came of covenants."""

from hansa.programs.operations.accepting import RulesMovedOn, accept_rules
from hansa.programs.operations.covenants import record_covenant_result
from hansa.programs.operations.holdings import HoldingNotConfirmed, end_holding, hold_territory
from hansa.programs.operations.publishing import (
    LONGEST_NAME,
    LONGEST_NOTE,
    DocumentRefused,
    DraftMovedOn,
    create_program,
    digest,
    publish,
    save_draft,
    set_incentive,
)

__all__ = [
    "LONGEST_NAME",
    "LONGEST_NOTE",
    "DocumentRefused",
    "DraftMovedOn",
    "HoldingNotConfirmed",
    "RulesMovedOn",
    "accept_rules",
    "create_program",
    "digest",
    "end_holding",
    "hold_territory",
    "publish",
    "record_covenant_result",
    "save_draft",
    "set_incentive",
]
