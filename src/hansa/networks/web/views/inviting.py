from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hansa.companies.rules import Likeness
from hansa.kit.failures import NotPossibleNow, Unprocessable
from hansa.kit.forms import say_problems
from hansa.kit.scope import current_scope
from hansa.networks import queries
from hansa.networks.models import Network
from hansa.networks.operations.inviting import invite_company
from hansa.networks.web.forms import InviteForm
from hansa.organizations.queries import organization_by_code


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    network = queries.network_by_slug(slug)
    current_scope().require_operator(network.id, "networks.manage")
    today = timezone.now().date()
    known = organization_by_code(request.POST.get("organization") or request.GET.get("organization", ""))
    form = InviteForm(
        request.POST or None,
        choices=queries.choices_of(network, day=today),
        distributors=queries.distributors_of(network),
        initial={"since": today, "organization": known.code if known else "", "name": request.GET.get("name", "")},
    )
    likely: list[Likeness] = []
    if request.method == "POST" and form.is_valid():
        if not known and not form.cleaned_data["confirmed"]:
            likely = queries.companies_like(
                name=form.cleaned_data["name"],
                country=form.cleaned_data["country"],
                identifiers=form.identifiers(),
            )
        if not likely:
            code = _invite(form, network)
            if code:
                messages.success(request, _("Invited. The partner becomes active as soon as it accepts."))
                return redirect("networks:partner", slug, code)
    context = {
        "net": network,
        "form": form,
        "known": known,
        "likely": likely[:6],
        "members": queries.members_among(network, [likeness.company.id for likeness in likely[:6]]),
    }
    return render(request, "networks/invite.html", context, status=422 if form.errors else 200)


def _invite(form: InviteForm, network: Network) -> str:
    """The new membership's code; empty when the form says what was refused."""
    cleaned = form.cleaned_data
    try:
        made = invite_company(
            network=network,
            number=cleaned["number"],
            role=form.role(network),
            since=cleaned["since"],
            organization_code=cleaned["organization"],
            values={"name": cleaned["name"], "country": cleaned["country"]},
            identifiers=form.identifiers(),
            at=timezone.now(),
        )
    except Unprocessable as refusal:
        say_problems(form, refusal)
        return ""
    except NotPossibleNow as refusal:
        form.add_error(None, refusal.detail)
        return ""
    return made.code


@login_required
@require_safe
def companies(request: HttpRequest, slug: str) -> JsonResponse:
    """Organizations that the asker may see and that are no members yet, for the search box."""
    network = queries.network_by_slug(slug)
    current_scope().require_operator(network.id, "networks.manage")
    found = queries.companies_outside(network, request.GET.get("q", "")[:120].replace("\0", ""))
    options = [{"value": o.code, "text": o.name, "note": " ".join(filter(None, (o.city, o.country)))} for o in found]
    return JsonResponse(options, safe=False)
