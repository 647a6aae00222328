"""Writes of this module, a file per concern."""

from hansa.organizations.operations.affiliations import (
    affiliate,
    end_affiliation,
    resume_affiliation,
    set_roles,
    suspend_affiliation,
)
from hansa.organizations.operations.invitations import (
    SignInFirst,
    accept_invitation,
    invite_person,
    withdraw_invitation,
)
from hansa.organizations.operations.records import (
    Recorded,
    create_first_owner,
    create_organization,
    edit_organization,
    set_identifiers,
)
from hansa.organizations.operations.tokens import make_api_token, revoke_api_token, touch_api_token

__all__ = [
    "Recorded",
    "SignInFirst",
    "accept_invitation",
    "affiliate",
    "create_first_owner",
    "create_organization",
    "edit_organization",
    "end_affiliation",
    "invite_person",
    "make_api_token",
    "resume_affiliation",
    "revoke_api_token",
    "set_identifiers",
    "set_roles",
    "suspend_affiliation",
    "touch_api_token",
    "withdraw_invitation",
]
