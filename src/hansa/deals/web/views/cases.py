from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hansa.deals import queries
from hansa.deals.operations import dispute_registration, open_case_between
from hansa.deals.operations.common import rules_on
from hansa.deals.operations.reaching import own_registration
from hansa.deals.web.common import say, seen_network
from hansa.deals.web.forms import StatementForm
from hansa.kit.failures import NotPossibleNow, Unprocessable
from hansa.kit.forms import say_problems
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    now = timezone.now()
    registration = own_registration(slug, code, "disputes.file")
    network = registration.network
    _version, rules = rules_on(network.id, now.date())
    form = StatementForm(request.POST if request.method == "POST" else None)
    ruling = queries.rule_on_dispute(registration, rules.disputes, at=now)
    if not ruling.outcome:
        messages.error(request, ruling.reason)
        return redirect("deals:deal", slug, code)
    if request.method == "POST" and form.is_valid():
        try:
            case = dispute_registration(registration_id=registration.id, at=now, **form.cleaned_data)
        except Unprocessable as refusal:
            say_problems(form, refusal)
        except NotPossibleNow as refusal:
            say(request, refusal)
            return redirect("deals:deal", slug, code)
        else:
            messages.success(request, _("The case is open. Show what speaks for you until the time for evidence ends."))
            return redirect("disputes:case", slug, case.code)
    seen = queries.as_seen(registration, at=now)
    context = {"network": network, "deal": seen, "form": form, "rules": rules.disputes}
    return render(request, "deals/dispute.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def between(request: HttpRequest, slug: str, match_id: UUID) -> HttpResponse:
    """A case between the two registrations of a match."""
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "disputes.file")
    match = queries.match_by_id(network.id, match_id)
    try:
        case = open_case_between(match_id=match.id, at=timezone.now())
    except NotPossibleNow as refusal:
        say(request, refusal)
        return redirect("deals:deal", slug, match.later.code)
    messages.success(request, _("The case is open, and both sides are told. Assign who decides it."))
    return redirect("disputes:case", slug, case.code)


@login_required
@require_safe
def own_in_match(request: HttpRequest, slug: str, match_id: UUID) -> HttpResponse:
    """From a case between two to one's own registration in it."""
    network = seen_network(slug)
    return redirect("deals:deal", slug, queries.own_in_match(network.id, match_id).code)
