"""People, organizations, invitations and API tokens for programs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from hansa.companies.rules import Likeness
from hansa.kit.api import REFUSALS
from hansa.kit.failures import NotAllowed
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.organizations import operations, queries
from hansa.organizations.api.schemas import (
    AffiliationOut,
    Affiliations,
    IdentifiersIn,
    InvitationIn,
    InvitationOut,
    Invitations,
    MeOut,
    OrganizationIn,
    OrganizationOut,
    ProfileIn,
    RecordedOut,
    RecordIn,
    RolesIn,
    TokenIn,
    TokenMadeOut,
    TokenOut,
    Tokens,
)
from hansa.organizations.models import Affiliation, ApiToken, Invitation, Organization
from hansa.people.models import Person
from hansa.people.operations import set_profile
from hansa.people.reauthentication import require_recent_sign_in

router = Router(tags=["Organizations and people"])


@router.get("/me", response={200: MeOut, **REFUSALS}, operation_id="get_me", summary="Who asks, and for whom")
def get_me(request: HttpRequest) -> dict[str, Any]:
    return _me(request, _person_behind(request))


@router.put("/me", response={200: MeOut, **REFUSALS}, operation_id="set_profile", summary="Change your profile")
def put_me(request: HttpRequest, body: ProfileIn) -> dict[str, Any]:
    if request.headers.get("Authorization"):
        raise NotAllowed("A token does not change its maker's profile.")
    return _me(request, set_profile(at=timezone.now(), **body.dict()))


@router.post(
    "/organizations",
    response={201: RecordedOut, **REFUSALS},
    operation_id="create_organization",
    summary="Record a company that takes part",
)
def create_organization(request: HttpRequest, body: OrganizationIn) -> Status[dict[str, Any]]:
    recorded = operations.create_organization(
        at=timezone.now(),
        values=_given(body.dict(exclude={"identifiers"})),
        identifiers=[(each.scheme, each.value) for each in body.identifiers],
    )
    return Status(201, _recorded(recorded))


@router.get(
    "/organizations/{code}",
    response={200: OrganizationOut, **REFUSALS},
    operation_id="get_organization",
    summary="An organization's record",
)
def get_organization(request: HttpRequest, code: str) -> Organization:
    return queries.organization_with_identifiers(code)


@router.patch(
    "/organizations/{code}",
    response={200: RecordedOut, **REFUSALS},
    operation_id="edit_organization",
    summary="Change an organization's record",
)
def edit_organization(request: HttpRequest, code: str, body: RecordIn) -> dict[str, Any]:
    organization = queries.organization_with_identifiers(code)
    values = _given(body.dict(exclude_unset=True))
    return _recorded(operations.edit_organization(organization_id=organization.id, at=timezone.now(), values=values))


@router.put(
    "/organizations/{code}/identifiers",
    response={200: RecordedOut, **REFUSALS},
    operation_id="set_identifiers",
    summary="Replace an organization's identifiers",
)
def set_identifiers(request: HttpRequest, code: str, body: IdentifiersIn) -> dict[str, Any]:
    organization = queries.organization_with_identifiers(code)
    pairs = [(each.scheme, each.value) for each in body.identifiers]
    return _recorded(operations.set_identifiers(organization_id=organization.id, at=timezone.now(), identifiers=pairs))


@router.get(
    "/people",
    response={200: Affiliations, **REFUSALS},
    operation_id="list_people",
    summary="The people of the acting organization",
)
def list_people(request: HttpRequest, cursor: str | None = None) -> Any:
    return page_of(queries.people_of_organization(), order=["joined_at", "id"], cursor=cursor)


@router.put(
    "/people/{affiliation_id}/roles",
    response={200: AffiliationOut, **REFUSALS},
    operation_id="set_roles",
    summary="Set a person's roles",
)
def set_roles(request: HttpRequest, affiliation_id: UUID, body: RolesIn) -> Affiliation:
    return operations.set_roles(affiliation_id=affiliation_id, roles=body.roles, at=timezone.now())


@router.post(
    "/people/{affiliation_id}/suspension",
    response={200: AffiliationOut, **REFUSALS},
    operation_id="suspend_person",
    summary="Bar a person at once",
)
def suspend_person(request: HttpRequest, affiliation_id: UUID) -> Affiliation:
    return operations.suspend_affiliation(affiliation_id=affiliation_id, at=timezone.now())


@router.post(
    "/people/{affiliation_id}/resumption",
    response={200: AffiliationOut, **REFUSALS},
    operation_id="resume_person",
    summary="Let a suspended person act again",
)
def resume_person(request: HttpRequest, affiliation_id: UUID) -> Affiliation:
    return operations.resume_affiliation(affiliation_id=affiliation_id, at=timezone.now())


@router.post(
    "/people/{affiliation_id}/end",
    response={200: AffiliationOut, **REFUSALS},
    operation_id="end_affiliation",
    summary="Let a person go, or leave",
)
def end_affiliation(request: HttpRequest, affiliation_id: UUID) -> Affiliation:
    _tokens_need(request, "people.manage")
    return operations.end_affiliation(affiliation_id=affiliation_id, at=timezone.now())


@router.get(
    "/invitations",
    response={200: Invitations, **REFUSALS},
    operation_id="list_invitations",
    summary="Invitations, newest first",
)
def list_invitations(request: HttpRequest, cursor: str | None = None) -> dict[str, Any]:
    page = page_of(queries.invitations_sent(), order=["-created_at", "-id"], cursor=cursor)
    return {"items": [_invitation(each) for each in page.items], "next": page.next, "previous": page.previous}


@router.post(
    "/invitations",
    response={201: InvitationOut, **REFUSALS},
    operation_id="invite_person",
    summary="Invite somebody by mail",
)
def invite_person(request: HttpRequest, body: InvitationIn) -> Status[dict[str, Any]]:
    into = queries.organization_with_identifiers(body.organization).id if body.organization else None
    invitation, _secret = operations.invite_person(
        email=body.email, roles=body.roles, at=timezone.now(), organization_id=into
    )
    return Status(201, _invitation(invitation))


@router.post(
    "/invitations/{invitation_id}/withdrawal",
    response={200: InvitationOut, **REFUSALS},
    operation_id="withdraw_invitation",
    summary="Take an invitation back",
)
def withdraw_invitation(request: HttpRequest, invitation_id: UUID) -> dict[str, Any]:
    return _invitation(operations.withdraw_invitation(invitation_id=invitation_id, at=timezone.now()))


@router.get(
    "/tokens", response={200: Tokens, **REFUSALS}, operation_id="list_tokens", summary="API tokens, newest first"
)
def list_tokens(request: HttpRequest, cursor: str | None = None) -> Any:
    return page_of(queries.api_tokens(), order=["-created_at", "-id"], cursor=cursor)


@router.post(
    "/tokens",
    response={201: TokenMadeOut, **REFUSALS},
    operation_id="make_token",
    summary="Make an API token; its secret is answered this once",
)
def make_token(request: HttpRequest, body: TokenIn) -> Status[dict[str, Any]]:
    require_recent_sign_in(request)
    token, secret = operations.make_api_token(at=timezone.now(), **body.dict())
    return Status(201, {**TokenOut.from_orm(token).dict(), "secret": secret})


@router.post(
    "/tokens/{token_id}/revocation",
    response={200: TokenOut, **REFUSALS},
    operation_id="revoke_token",
    summary="Revoke an API token",
)
def revoke_token(request: HttpRequest, token_id: UUID) -> ApiToken:
    _tokens_need(request, "tokens.manage")
    return operations.revoke_api_token(token_id=token_id, at=timezone.now())


def _tokens_need(request: HttpRequest, capability: str) -> None:
    """What a person may do to what is its own, its tokens may not: a narrow one that leaks must not undo the others."""
    if hasattr(request, "token"):
        current_scope().require(capability)


def _person_behind(request: HttpRequest) -> Person:
    token: ApiToken | None = getattr(request, "token", None)
    person = token.person if token is not None else request.user
    assert isinstance(person, Person)
    return person


def _me(request: HttpRequest, person: Person) -> dict[str, Any]:
    scope = current_scope()
    acts_by_token = hasattr(request, "token")
    affiliations = [
        each
        for each in queries.own_affiliations()
        if not acts_by_token or each.organization_id == scope.organization_id
    ]
    return {
        "person": person,
        "locale": person.locale,
        "theme": person.theme,
        "organization": queries.own_organization().code,
        "capabilities": sorted(scope.capabilities),
        "organizations": [
            {"organization": each.organization.code, "name": each.organization.name, "roles": each.roles}
            for each in affiliations
        ],
    }


def _given(values: dict[str, Any]) -> dict[str, str]:
    return {field: value for field, value in values.items() if value is not None}


def _recorded(recorded: operations.Recorded) -> dict[str, Any]:
    return {
        "organization": queries.organization_with_identifiers(recorded.organization.code),
        "likely_duplicates": [_duplicate(likeness) for likeness in recorded.duplicates],
    }


def _duplicate(likeness: Likeness) -> dict[str, Any]:
    return {"id": likeness.company.id, "name": likeness.company.name, "reasons": list(likeness.reasons)}


def _invitation(invitation: Invitation) -> dict[str, Any]:
    return {
        **{field: getattr(invitation, field) for field in InvitationOut.model_fields if field != "organization"},
        "organization": invitation.organization.code,
    }
