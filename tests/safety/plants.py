"""Leaks to plant one at a time: each a small mistake of the kind that ships, which the walk must notice.

A plant takes pytest's monkeypatch and the world; `who` walks `routes` afterwards and must find something.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from hansa.kit import failures
from hansa.kit import scope as scopes
from hansa.kit.scope import Scope, acting, system
from tests.world.story import World

Plant = Callable[[pytest.MonkeyPatch, World], None]


@dataclass(frozen=True, slots=True)
class Leak:
    """A mistake, and the shortest walk that should notice it."""

    name: str
    plant: Plant
    who: str
    routes: tuple[str, ...]


def no_second_wall(patch: pytest.MonkeyPatch) -> None:
    """Let the database believe that the platform itself asks, so that only the first wall stands."""
    tell = scopes._tell_database
    patch.setattr(scopes, "_tell_database", lambda settings: tell((settings[0], settings[1], "on")))


def first_wall_open(model: str) -> Plant:
    """`visible_to` of one model forgets to filter, and row-level security is off."""

    def plant(patch: pytest.MonkeyPatch, world: World) -> None:
        no_second_wall(patch)
        patch.setattr(apps.get_model(model), "visible_to", classmethod(lambda cls, scope: Q()))

    return plant


def replaced(path: str, make: Callable[[Any], Any]) -> Plant:
    """One function or attribute `module:name` is replaced by something made from it."""

    def plant(patch: pytest.MonkeyPatch, world: World) -> None:
        module, _, name = path.partition(":")
        owner: Any = import_module(module)
        *parents, last = name.split(".")
        for parent in parents:
            owner = getattr(owner, parent)
        patch.setattr(owner, last, make(getattr(owner, last)))

    return plant


def with_walls_down(path: str, make: Callable[[Any], Any]) -> Plant:
    """The same, with the second wall off."""

    def plant(patch: pytest.MonkeyPatch, world: World) -> None:
        no_second_wall(patch)
        replaced(path, make)(patch, world)

    return plant


def as_platform(call: Callable[..., Any]) -> Callable[..., Any]:
    """A function that looks at everything, as jobs do."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with acting(system("a planted leak")):
            found = call(*args, **kwargs)
            return list(found) if hasattr(found, "query") else found

    return wrapper


def only_capability(self: Scope, network_id: object, capability: str) -> None:
    """`require_operator` that forgets to ask whether the network is run by the asker."""
    self.require(capability)


def forbidding(find: Callable[[str], Any]) -> Callable[[str], Any]:
    """A search that tells outsiders that the thing exists."""

    def wrapper(slug: str) -> Any:
        with acting(system("a planted leak")):
            exists = apps.get_model("networks.Network").objects.filter(slug=slug).exists()
        try:
            return find(slug)
        except failures.NotFound:
            if exists:
                raise failures.NotAllowed("Another organization runs this network.") from None
            raise

    return wrapper


def naming_what_is_hidden(answer: Callable[[HttpRequest, Exception], HttpResponse]) -> Callable[..., HttpResponse]:
    """A 404 whose words name the thing that must stay hidden."""

    def wrapper(request: HttpRequest, failure: failures.Failure) -> HttpResponse:
        with acting(system("a planted leak")):
            code = request.path.rstrip("/").rsplit("/", 1)[-1]
            found = (
                apps.get_model("networks.Membership").objects.filter(code=code).select_related("organization").first()
            )
        if found is not None:
            failure = failures.NotAllowed(f"{found.organization.name} is not yours.")
            failure.status = 404
        return answer(request, failure)

    return wrapper


def header_with(value: Callable[[HttpRequest], str]) -> Callable[[Any], Any]:
    """An answer that carries one header too many."""

    def make(answer: Callable[[HttpRequest, Exception], HttpResponse]) -> Callable[..., HttpResponse]:
        def wrapper(request: HttpRequest, failure: failures.Failure) -> HttpResponse:
            response = answer(request, failure)
            with acting(system("a planted leak")):
                response.headers["X-Debug"] = value(request)
            return response

        return wrapper

    return make


def count_of_members(request: HttpRequest) -> str:
    """How many members the network in the address has: a count oracle."""
    slug = request.path.split("/networks/")[-1].split("/")[0]
    return str(apps.get_model("networks.Membership").objects.filter(network__slug=slug).count())


def any_name(request: HttpRequest) -> str:
    """Somebody's name."""
    return str(apps.get_model("organizations.Organization").objects.order_by("-created_at", "name")[0].name)


def written_though_refused(patch: pytest.MonkeyPatch, world: World) -> None:
    """The refusal comes too late: the row has been written, and the answer of 404 is not rolled back."""
    from hansa.site import middleware

    answer = middleware.answer_failure

    def late(request: HttpRequest, failure: failures.Failure) -> HttpResponse:
        with acting(system("a planted leak")):
            apps.get_model("networks.Network").objects.update(charter="Overwritten")
        return answer(request, failure)

    patch.setattr(middleware, "answer_failure", late)
    patch.setattr(middleware, "transaction", SimpleNamespace(set_rollback=lambda value: None))


def mail_to(patch: pytest.MonkeyPatch, world: World) -> None:
    """An invitation's mail that mentions a rival."""
    from django.core.mail import send_mail

    from hansa.organizations.operations import invitations

    secret = world.organizations["fir"].name
    mailed = lambda *args, **kwargs: send_mail("Hello", f"As {secret} did", None, ["x@example.org"])  # noqa: E731
    patch.setattr(invitations, "_mail", mailed)


def queued(patch: pytest.MonkeyPatch, world: World) -> None:
    """A job whose arguments carry another company's words."""
    from hansa.activity import outbox
    from hansa.kit import jobs

    secret = world.organizations["fir"].name
    patch.setattr(
        outbox,
        "announce",
        lambda event: jobs.defer("hansa.activity.tasks.react", event_id=secret, kind="x", reaction="y"),
    )


def parent_ignored(patch: pytest.MonkeyPatch, world: World) -> None:
    """A report found by its code alone, whatever network the address names."""
    from hansa.sales import queries
    from hansa.sales.models import SalesReport

    def found(network_id: object, code: str) -> SalesReport:
        report: SalesReport | None = SalesReport.objects.select_related("network", "sender").filter(code=code).first()
        if report is None:
            raise failures.NotFound()
        return report

    patch.setattr(queries, "report_by_code", found)


REPORT = ("get_sales_report",)
MEMBER = ("get_membership", "networks:partner")
LEAKS: tuple[Leak, ...] = (
    Leak("reports unfiltered", first_wall_open("sales.SalesReport"), "fir.owner", REPORT),
    Leak("memberships unfiltered", first_wall_open("networks.Membership"), "fir.owner", ("list_memberships",)),
    Leak("programs unfiltered", first_wall_open("programs.Program"), "elm.owner", ("get_program", "programs:program")),
    Leak("networks unfiltered", first_wall_open("networks.Network"), "elm.owner", ("list_networks", "get_network")),
    Leak("companies unfiltered", first_wall_open("organizations.Organization"), "fir.owner", ("get_organization",)),
    Leak("people unfiltered", first_wall_open("organizations.Affiliation"), "elm.owner", ("list_people",)),
    Leak("tokens unfiltered", first_wall_open("organizations.ApiToken"), "elm.owner", ("list_tokens",)),
    Leak("invitations unfiltered", first_wall_open("organizations.Invitation"), "elm.owner", ("list_invitations",)),
    Leak(
        "files of deals unfiltered",
        first_wall_open("deals.RegistrationList"),
        "fir.owner",
        ("list_registration_lists",),
    ),
    Leak("mail addresses unfiltered", first_wall_open("deals.MailInvitation"), "fir.owner", ("list_mail_invitations",)),
    Leak("statements unfiltered", first_wall_open("incentives.Statement"), "fir.owner", ("list_statements",)),
    Leak("events unfiltered", first_wall_open("activity.Event"), "fir.owner", ("list_events", "activity:events")),
    Leak("notices unfiltered", first_wall_open("activity.Notification"), "elm.owner", ("site:inbox",)),
    Leak(
        "holdings unfiltered",
        first_wall_open("programs.TerritoryHolding"),
        "gorse.owner",
        ("list_holdings", "programs:territory"),
    ),
    Leak("quarantine unfiltered", first_wall_open("sales.SalesReport"), "fir.owner", ("list_quarantined_rows",)),
    Leak(
        "everything unfiltered",
        with_walls_down(
            "hansa.kit.scope:ScopedManager.get_queryset",
            lambda old: lambda self: super(type(self), self).get_queryset(),
        ),
        "nettle.owner",
        ("list_networks", "get_statement"),
    ),
    Leak(
        "roles not asked",
        replaced("hansa.kit.scope:Scope.require", lambda old: lambda self, capability: None),
        "elm.rep",
        ("invite_person", "make_token", "list_statements"),
    ),
    Leak(
        "operator not asked",
        with_walls_down("hansa.kit.scope:Scope.require_operator", lambda old: only_capability),
        "elm.owner",
        ("take_products", "enter_rate"),
    ),
    Leak(
        "403 where 404 belongs",
        replaced("hansa.programs.api.documents:network_by_slug", forbidding),
        "elm.owner",
        ("list_programs",),
    ),
    Leak(
        "a hidden thing named",
        replaced("hansa.site.middleware:answer_failure", naming_what_is_hidden),
        "fir.owner",
        MEMBER,
    ),
    Leak(
        "a count in a header",
        replaced("hansa.site.middleware:answer_failure", header_with(count_of_members)),
        "nettle.owner",
        ("networks:network",),
    ),
    Leak(
        "a name in a header",
        replaced("hansa.site.middleware:answer_failure", header_with(any_name)),
        "nettle.owner",
        ("networks:network",),
    ),
    Leak("written though refused", written_though_refused, "elm.owner", ("networks:edit",)),
    Leak("a rival in a mail", mail_to, "elm.owner", ("invite_person",)),
    Leak("a rival in a job", queued, "elm.owner", ("edit_organization",)),
    Leak("wrong parent accepted", parent_ignored, "gorse.owner", REPORT),
    Leak(
        "anybody signed in",
        replaced("hansa.kit.api:current_scope", lambda old: lambda: Scope(organization_id=UUID(int=7))),
        "nobody",
        ("list_networks", "get_me"),
    ),
    Leak(
        "suspended still acts",
        replaced(
            "hansa.organizations.queries:affiliations_of",
            lambda old: (
                lambda person_id: list(
                    apps.get_model("organizations.Affiliation")
                    .objects.filter(person_id=person_id)
                    .select_related("organization")
                )
            ),
        ),
        "elm.suspended",
        ("list_people", "get_me"),
    ),
    Leak(
        "a token allows all",
        replaced(
            "hansa.organizations.queries:capabilities_of_token",
            lambda old: (
                lambda token: frozenset(
                    {
                        "networks.view",
                        "sales.view",
                        "people.manage",
                        "statements.view",
                        "sales.import",
                        "organization.edit",
                    }
                )
            ),
        ),
        "token elm.networks",
        ("list_statements", "edit_organization"),
    ),
    Leak(
        "a role that grew",
        replaced("hansa.organizations.rules:ROLES", lambda old: {**old, "rep": old["owner"]}),
        "elm.rep",
        ("make_token", "list_statements"),
    ),
    Leak("search over everybody", replaced("hansa.site.finding:find", as_platform), "nettle.owner", ("site:search",)),
    Leak("home over everybody", replaced("hansa.site.home:latest_events", as_platform), "elm.owner", ("site:home",)),
    Leak(
        "cached by browsers",
        replaced("hansa.site.middleware:hygiene", lambda old: lambda get_response: get_response),
        "elm.owner",
        ("get_me",),
    ),
    Leak(
        "scripts from anywhere",
        replaced("csp.middleware:CSPMiddleware.process_response", lambda old: lambda self, request, response: response),
        "elm.owner",
        ("site:help",),
    ),
    Leak(
        "an error on what is foreign",
        replaced(
            "hansa.programs.api.documents:network_by_slug",
            lambda old: lambda slug: old(slug) if slug != "boreal-channel" else 1 / 0,
        ),
        "elm.owner",
        ("list_programs",),
    ),
    Leak(
        "an operator's scope for all",
        replaced(
            "hansa.site.principal:operated_by",
            lambda old: (
                lambda organization_id, on: frozenset(
                    apps.get_model("networks.Network").objects.values_list("id", flat=True)
                )
            ),
        ),
        "elm.owner",
        ("list_accounts", "list_runs", "list_sales_reports"),
    ),
    Leak(
        "the platform's scope for all",
        replaced("hansa.site.principal:Scope", lambda old: lambda *a, **k: old(*a, **k, system="convenient")),
        "nettle.owner",
        ("list_networks", "get_statement"),
    ),
)
FEW = ("reports unfiltered", "memberships unfiltered", "403 where 404 belongs", "a hidden thing named",
       "a count in a header", "written though refused", "a rival in a mail", "a token allows all")  # fmt: skip
