"""Writing programs: drafts and versions, and who holds their territories."""

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
    "create_program",
    "digest",
    "end_holding",
    "hold_territory",
    "publish",
    "save_draft",
    "set_incentive",
]
