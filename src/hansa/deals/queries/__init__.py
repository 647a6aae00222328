"""Reading registrations: what each side may see of them, and never a moment too early."""

from hansa.deals.queries.decided import (
    LATEST,
    Replayed,
    as_submitted,
    decision_by_code,
    decisions_of,
    extensions_of,
    replay_of,
    submission_of,
    versions_of,
)
from hansa.deals.queries.listing import (
    LIST_ORDER,
    RESULT_HEADERS,
    registration_list_by_code,
    registration_lists,
    result_rows,
    rows_of_list,
)
from hansa.deals.queries.registrations import (
    ORDER,
    Column,
    board_of,
    counts_by_review,
    note_waiting,
    registration_by_code,
    registrations,
    registrations_as_seen,
)
from hansa.deals.queries.reviewing import holders_of, match_by_id, matches_of, open_matches, to_decide, waiting_of
from hansa.deals.queries.seen import Seen, as_seen, held_back, shown_review

__all__ = [
    "LATEST",
    "LIST_ORDER",
    "ORDER",
    "RESULT_HEADERS",
    "Column",
    "Replayed",
    "Seen",
    "as_seen",
    "as_submitted",
    "board_of",
    "counts_by_review",
    "decision_by_code",
    "decisions_of",
    "extensions_of",
    "held_back",
    "holders_of",
    "match_by_id",
    "matches_of",
    "note_waiting",
    "open_matches",
    "registration_by_code",
    "registration_list_by_code",
    "registration_lists",
    "registrations",
    "registrations_as_seen",
    "replay_of",
    "result_rows",
    "rows_of_list",
    "shown_review",
    "submission_of",
    "to_decide",
    "versions_of",
    "waiting_of",
]
