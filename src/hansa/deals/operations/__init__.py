"""Every write to registrations; each takes the network's lock where it checks or decides."""

from hansa.deals.operations.clocks import run_clocks
from hansa.deals.operations.disputing import dispute_registration, open_case_between
from hansa.deals.operations.drafting import draft_registration, edit_registration
from hansa.deals.operations.failures import (
    AlreadyRegistered,
    NoMailTaken,
    RegistrationRefused,
    RulesNotAccepted,
    StepRefused,
)
from hansa.deals.operations.holding import amend_registration, extend_protection, set_stage
from hansa.deals.operations.inviting import invite_by_mail, revoke_mail_invitation, token_of
from hansa.deals.operations.listing import confirm_registrations, receive_registrations, register_next_row
from hansa.deals.operations.mailing import receive_mail
from hansa.deals.operations.remedying import carry_out_remedy
from hansa.deals.operations.reviewing import answer_match, ask_for_changes, reject_registration
from hansa.deals.operations.submitting import submit_registration, submitted_facts, withdraw_registration

__all__ = [
    "AlreadyRegistered",
    "NoMailTaken",
    "RegistrationRefused",
    "RulesNotAccepted",
    "StepRefused",
    "amend_registration",
    "answer_match",
    "ask_for_changes",
    "carry_out_remedy",
    "confirm_registrations",
    "dispute_registration",
    "draft_registration",
    "edit_registration",
    "extend_protection",
    "invite_by_mail",
    "open_case_between",
    "receive_mail",
    "receive_registrations",
    "register_next_row",
    "reject_registration",
    "revoke_mail_invitation",
    "run_clocks",
    "set_stage",
    "submit_registration",
    "submitted_facts",
    "token_of",
    "withdraw_registration",
]
