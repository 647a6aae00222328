from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hansa.catalog.queries import families_of
from hansa.deals import queries
from hansa.deals.models import Registration
from hansa.deals.operations import (
    RegistrationRefused,
    amend_registration,
    draft_registration,
    edit_registration,
    submit_registration,
)
from hansa.deals.operations.common import changed_facts, rules_on
from hansa.deals.operations.reaching import held_registration
from hansa.deals.rules import ReviewState, editable_fields, needs_new_check
from hansa.deals.web.common import accept_as_read, runs, terms_to_accept
from hansa.deals.web.forms import FactsForm, RegisterForm, start_of
from hansa.deals.web.views.choosing import Chosen, alike, choose
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.forms import say_problems
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.networks.queries import network_by_slug


@login_required
@require_safe
def candidates(request: HttpRequest, slug: str) -> HttpResponse:
    """Which company somebody may mean who types: a part of a form, asked for with every pause of the hand."""
    network = network_by_slug(slug)
    current_scope().require("deals.register")
    words = request.GET.get("customer_name", "").replace("\x00", "").strip()
    context = {
        "network": network,
        "found": alike(network, words, request.GET.get("country", "")[:2]) if len(words) > 1 else [],
        "words": words,
        "chosen": request.GET.get("customer", "")[:16],
    }
    return render(request, "deals/_candidates.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    now, network = timezone.now(), network_by_slug(slug)
    current_scope().require("deals.register")
    families = families_of(network.id)
    start = {"customer": request.GET.get("customer", "")[:16], "customer_name": request.GET.get("name", "")[:200]}
    form = RegisterForm(
        request.POST if request.method == "POST" else None, families=families, currency=network.currency, initial=start
    )
    chosen = Chosen()
    if request.method == "POST" and form.is_valid():
        chosen = choose(request, form, network, at=now)
        if chosen.same:
            return redirect("deals:deal", slug, chosen.same)
        if not form.errors and (made := _register(request, form, network, chosen, at=now)):
            if made.submitted_at:
                messages.success(
                    request, _("Registered. What you have said stands from this moment on; keep the receipt.")
                )
            return redirect("deals:deal", slug, made.code)
    context = {"network": network, "form": form, "deal": None, **_asked(form, chosen), "families": families,
               **_of_network(network, now)}  # fmt: skip
    return render(request, "deals/register.html", context, status=422 if form.errors else 200)


def _register(
    request: HttpRequest, form: RegisterForm, network: Network, chosen: Chosen, *, at: datetime
) -> Registration | None:
    """Keep what the form says and, unless it is to stay a draft, submit it; None where something is said at the form."""
    submits = "draft" not in request.POST
    try:
        accept_as_read(request, network, at=at)
        with transaction.atomic():
            made = draft_registration(
                network=network, customer=chosen.customer or form.named(), facts=form.facts(), at=at,
                another_than=chosen.another_than,
            )  # fmt: skip
            return submit_registration(registration_id=made.id, at=at) if submits else made
    except (NotPossibleNow, RegistrationRefused) as refusal:
        form.add_error(None, refusal.detail)
    except NotFound:
        form.add_error("customer_name", _("Choose a company of the directory, or say that it is another."))
    except Unprocessable as refusal:
        say_problems(form, refusal)
    return None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Change a draft, its customer too, or what was sent back, whose project stays."""
    now = timezone.now()
    registration = held_registration(slug, code, at=now)
    network = registration.network
    if registration.review not in {ReviewState.DRAFT, ReviewState.ACTION_REQUIRED}:
        return redirect("deals:deal", slug, code)
    form, chosen = _facts_form(request, network, registration), Chosen()
    if request.method == "POST" and form.is_valid():
        if isinstance(form, RegisterForm):
            chosen = choose(request, form, network, at=now, kept=registration)
        if chosen.same:
            return redirect("deals:deal", slug, chosen.same)
        if not form.errors and _edited(request, form, registration, chosen, at=now):
            return redirect("deals:deal", slug, code)
    context = {"network": network, "form": form, "deal": queries.as_seen(registration, at=now),
               **_asked(form, chosen), **_of_network(network, now)}  # fmt: skip
    return render(request, "deals/register.html", context, status=422 if form.errors else 200)


def _edited(request: HttpRequest, form: FactsForm, registration: Registration, chosen: Chosen, *, at: datetime) -> bool:
    """Keep what the form says and submit it, unless it is to stay as it is; False where something is said at the form."""
    apart = chosen.another_than if isinstance(form, RegisterForm) else None
    try:
        accept_as_read(request, registration.network, at=at)
        with transaction.atomic():
            edit_registration(
                registration_id=registration.id, facts=form.facts(), customer=chosen.customer, another_than=apart, at=at
            )
            if "draft" not in request.POST:
                submit_registration(registration_id=registration.id, at=at)
    except (NotPossibleNow, RegistrationRefused) as refusal:
        form.add_error(None, refusal.detail)
    except Unprocessable as refusal:
        say_problems(form, refusal)
    return not form.errors


def _asked(form: FactsForm, chosen: Chosen) -> dict[str, Any]:
    """What the form asks beside its fields: which company, and whether an own project is meant."""
    if not isinstance(form, RegisterForm):
        return {}
    return {
        "found": chosen.found,
        "twins": chosen.twins,
        "chosen": form["customer"].value(),
        "words": form["customer_name"].value(),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def amendment(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Change what an approved registration says; what is checked anew is shown once more before it is done."""
    now = timezone.now()
    registration = held_registration(slug, code, at=now)
    network = registration.network
    deal = queries.as_seen(registration, at=now)
    if "amend" not in deal.steps:
        return redirect("deals:deal", slug, code)
    form, gives_up = _facts_form(request, network, registration), False
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        gives_up = needs_new_check(changed_facts(registration, facts))
        if not gives_up or "confirmed" in request.POST:
            try:
                amend_registration(registration_id=registration.id, facts=facts, at=now)
            except (NotPossibleNow, RegistrationRefused) as refusal:
                form.add_error(None, refusal.detail)
            except Unprocessable as refusal:
                say_problems(form, refusal)
            else:
                return redirect("deals:deal", slug, code)
    context = {"network": network, "form": form, "deal": deal, "gives_up": gives_up and not form.errors}
    return render(request, "deals/amend.html", context, status=422 if form.errors else 200)


def _facts_form(request: HttpRequest, network: Network, registration: Registration) -> FactsForm:
    editable = editable_fields(ReviewState(registration.review))
    bound = request.POST if request.method == "POST" else None
    locked = [name for name in ("family", "country") if name not in editable]
    families = sorted({*families_of(network.id), registration.family})
    if "customer" in editable and registration.review == ReviewState.DRAFT:
        return RegisterForm(bound, families=families, currency=network.currency, kept=registration,
                            initial=start_of(registration))  # fmt: skip
    return FactsForm(bound, families=families, currency=network.currency, kept=registration,
                     without=locked, initial=start_of(registration))  # fmt: skip


def _of_network(network: Network, at: datetime) -> dict[str, Any]:
    """What holds for every registration of the network: how long an answer takes, and the rules still to be accepted."""
    return {
        "answer_after": rules_on(network.id, at.date())[1].clocks.answer_after,
        "terms": terms_to_accept(network, at=at),
        "is_operator": runs(network),
    }
