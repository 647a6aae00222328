"""What the API of this module takes and answers."""

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema


class Identifier(Schema):
    """A number or name by which the world knows an organization."""

    scheme: str = Field(description="LEI, VAT, EIN, DUNS or DOMAIN.")
    value: str = Field(max_length=300, description="In any spelling; kept and answered in its normal form.")


class RecordIn(Schema, extra="forbid"):
    """Fields of an organization's record to change; those left out stay."""

    name: str | None = None
    legal_name: str | None = None
    country: str | None = Field(None, description="ISO 3166, two letters; empty for unknown.")
    region: str | None = None
    city: str | None = None
    postcode: str | None = None
    street: str | None = None
    website: str | None = Field(None, description="https://…")
    phone: str | None = None


class OrganizationIn(RecordIn):
    """A company that takes part, to be kept by the acting organization until its own people take over."""

    name: str
    identifiers: list[Identifier] = []


class OrganizationOut(Schema):
    """An organization's record."""

    code: str
    name: str
    legal_name: str
    country: str
    region: str
    city: str
    postcode: str
    street: str
    website: str
    phone: str
    identifiers: list[Identifier]


class DuplicateOut(Schema):
    """An organization that you may see and that is probably the same company."""

    id: UUID
    name: str
    reasons: list[str]


class RecordedOut(Schema):
    """The record as it was written. A likely duplicate is named and prevents nothing."""

    organization: OrganizationOut
    likely_duplicates: list[DuplicateOut]


class IdentifiersIn(Schema, extra="forbid"):
    """All identifiers of the organization: those not listed are removed."""

    identifiers: list[Identifier]


class PersonOut(Schema):
    """A human with a login."""

    id: UUID
    name: str
    email: str


class MembershipOut(Schema):
    """An organization that the person may act for."""

    organization: str = Field(description="The organization's code.")
    name: str
    roles: list[str]


class MeOut(Schema):
    """Who asks, for whom, and what is allowed."""

    person: PersonOut
    locale: str
    theme: str
    organization: str = Field(description="Code of the organization acted for.")
    capabilities: list[str]
    organizations: list[MembershipOut] = Field(
        description="All that the person may act for; a token knows its own alone."
    )


class ProfileIn(Schema, extra="forbid"):
    """How you want to be addressed."""

    name: str
    locale: str = Field(description="A language of this installation, such as en or de.")
    theme: str = Field(description="light, dark, or empty for what the system has")


class AffiliationOut(Schema):
    """A person's roles in the acting organization."""

    id: UUID
    person: PersonOut
    roles: list[str]
    joined_at: datetime
    suspended_at: datetime | None


class RolesIn(Schema, extra="forbid"):
    """All roles that the person is to have."""

    roles: list[str]


class InvitationIn(Schema, extra="forbid"):
    """An offer to one e-mail address. The link goes there by mail and nowhere else."""

    email: str
    roles: list[str]
    organization: str | None = Field(None, description="Code of an organization in your care; without it, your own.")


class InvitationOut(Schema):
    """An offer to join an organization."""

    id: UUID
    organization: str = Field(description="Code of the organization to join.")
    email: str
    roles: list[str]
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    withdrawn_at: datetime | None


class TokenIn(Schema, extra="forbid"):
    """A key for programs."""

    name: str
    capabilities: list[str] = Field(description="What it may do, within what you may do.")
    expires_at: datetime = Field(description="At most 365 days ahead, with its zone.")


class TokenOut(Schema):
    """An API token without its secret."""

    id: UUID
    name: str
    prefix: str = Field(description="The first characters of the secret, to recognise it by.")
    capabilities: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class TokenMadeOut(TokenOut):
    """An API token with its secret, which is shown this once."""

    secret: str


class Affiliations(Schema):
    """A page of people."""

    items: list[AffiliationOut]
    next: str | None
    previous: str | None


class Invitations(Schema):
    """A page of invitations."""

    items: list[InvitationOut]
    next: str | None
    previous: str | None


class Tokens(Schema):
    """A page of API tokens."""

    items: list[TokenOut]
    next: str | None
    previous: str | None
