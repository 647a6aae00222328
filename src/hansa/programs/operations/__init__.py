"""Writing programs: drafts and versions, who accepted their rules, and who holds their territories."""

from hansa.programs.operations.accepting import RulesMovedOn, accept_rules
from hansa.programs.operations.holdings import end_holding, hold_territory
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
    "RulesMovedOn",
    "accept_rules",
    "create_program",
    "digest",
    "end_holding",
    "hold_territory",
    "publish",
    "save_draft",
    "set_incentive",
]
