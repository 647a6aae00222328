"""Reading registrations: what each side may see of them, and never a moment too early."""

from hansa.deals.queries.budget import Budget, budget_of
from hansa.deals.queries.contests import contests_of, own_in_match, rule_on_case_between, rule_on_dispute
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
from hansa.deals.queries.mailing import (
    INVITATION_ORDER,
    latest_mails,
    mail_invitation_by_code,
    mail_invitations,
    members_to_invite,
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
from hansa.deals.queries.seen import Seen, as_seen, held_back, shown_review, with_standing
from hansa.deals.queries.twins import own_twins
from hansa.deals.queries.what_if import Asked, ask_what_if

__all__ = [
    "INVITATION_ORDER",
    "LATEST",
    "LIST_ORDER",
    "ORDER",
    "RESULT_HEADERS",
    "Asked",
    "Budget",
    "Column",
    "Replayed",
    "Seen",
    "as_seen",
    "as_submitted",
    "ask_what_if",
    "board_of",
    "budget_of",
    "contests_of",
    "counts_by_review",
    "decision_by_code",
    "decisions_of",
    "extensions_of",
    "held_back",
    "holders_of",
    "latest_mails",
    "mail_invitation_by_code",
    "mail_invitations",
    "match_by_id",
    "matches_of",
    "members_to_invite",
    "note_waiting",
    "open_matches",
    "own_in_match",
    "own_twins",
    "registration_by_code",
    "registration_list_by_code",
    "registration_lists",
    "registrations",
    "registrations_as_seen",
    "replay_of",
    "result_rows",
    "rows_of_list",
    "rule_on_case_between",
    "rule_on_dispute",
    "shown_review",
    "submission_of",
    "to_decide",
    "versions_of",
    "waiting_of",
    "with_standing",
]
