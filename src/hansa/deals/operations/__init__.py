"""Every write to registrations; each takes the network's lock where it checks or decides."""

from hansa.deals.operations.clocks import run_clocks
from hansa.deals.operations.drafting import draft_registration, edit_registration
from hansa.deals.operations.failures import AlreadyRegistered, RegistrationRefused, StepRefused
from hansa.deals.operations.holding import amend_registration, extend_protection, set_stage
from hansa.deals.operations.listing import confirm_registrations, receive_registrations, register_next_row
from hansa.deals.operations.reviewing import answer_match, ask_for_changes, reject_registration
from hansa.deals.operations.submitting import submit_registration, submitted_facts, withdraw_registration

__all__ = [
    "AlreadyRegistered",
    "RegistrationRefused",
    "StepRefused",
    "amend_registration",
    "answer_match",
    "ask_for_changes",
    "confirm_registrations",
    "draft_registration",
    "edit_registration",
    "extend_protection",
    "receive_registrations",
    "register_next_row",
    "reject_registration",
    "run_clocks",
    "set_stage",
    "submit_registration",
    "submitted_facts",
    "withdraw_registration",
]
