"""Reading registrations: what each side may see of them, and never a moment too early."""

from hansa.deals.queries.budget import Budget, budget_of
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
from hansa.deals.queries.twins import own_twins

__all__ = [
    "LATEST",
    "ORDER",
    "Budget",
    "Column",
    "Replayed",
    "Seen",
    "as_seen",
    "as_submitted",
    "board_of",
    "budget_of",
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
    "own_twins",
    "registration_by_code",
    "registrations",
    "registrations_as_seen",
    "replay_of",
    "shown_review",
    "submission_of",
    "to_decide",
    "versions_of",
    "waiting_of",
]
