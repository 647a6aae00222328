from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hansa.activity.queries import timeline
from hansa.kit.failures import NotPossibleNow, Unprocessable
from hansa.kit.forms import say_problems
from hansa.kit.scope import current_scope
from hansa.networks import queries
from hansa.networks.models import Membership
from hansa.networks.operations.membership import move_membership, set_standing
from hansa.networks.rules import NEEDS_REASON, moves_for, next_to_act
from hansa.networks.web.forms import MoveForm, StandingForm
from hansa.organizations.models import Organization
from hansa.organizations.queries import duplicates_of

VERBS: dict[str, dict[str, str | Promise]] = {
    "operator": {
        "ACTIVE": gettext_lazy("Make active"),
        "SUSPENDED": gettext_lazy("Suspend"),
        "DECLINED": gettext_lazy("Decline"),
        "ENDED": gettext_lazy("End the membership"),
        "INVITED": gettext_lazy("Invite again"),
    },
    "member": {
        "ACTIVE": gettext_lazy("Accept the invitation"),
        "DECLINED": gettext_lazy("Decline"),
        "ENDED": gettext_lazy("Leave the network"),
        "APPLIED": gettext_lazy("Apply again"),
    },
}


@login_required
@require_safe
def partner(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    current_scope().require("networks.view")
    member = queries.partner_of(slug, code)
    today = timezone.now().date()
    standings = queries.standings_of(member)
    side, moves = offered_moves(member)
    operated = member.network_id in current_scope().operates
    events = list(timeline(subject_id=member.id, limit=30))
    context = {
        "net": member.network,
        "member": member,
        "organization": member.organization,
        "standing": next((row for row in standings if row.holds_on(today)), None),
        "standings": standings,
        "today": today,
        "next": next_to_act(member.state),
        "side": side,
        "moves": moves,
        "may_manage": operated and current_scope().can("networks.manage"),
        "duplicates": duplicates_of(member.organization)[:5] if operated else (),
        "identifiers": list(member.organization.identifiers.order_by("scheme", "value")),
        "events": events,
        "names": _names({event.actor_organization_id for event in events}),
    }
    return render(request, "networks/partner.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def standing(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    member = queries.partner_of(slug, code)
    current_scope().require_operator(member.network_id, "networks.manage")
    today = timezone.now().date()
    choices = queries.choices_of(member.network, day=today)
    now = next((row for row in queries.standings_of(member) if row.holds_on(today)), None)
    form = StandingForm(
        request.POST or None,
        choices=choices,
        distributors=queries.distributors_of(member.network),
        initial={
            "types": ", ".join(now.types) if now else "",
            "tier": now.tier if now else "",
            "territory": now.territory if now else "",
            "upstream": queries.number_of(member.network, now.upstream_id) if now and now.upstream_id else "",
            "since": today,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            role, since = form.role(member.network), form.cleaned_data["since"]
            set_standing(membership=member, role=role, since=since, at=timezone.now())
        except Unprocessable as refusal:
            say_problems(form, refusal)
        else:
            messages.success(request, _("Saved. What was before stays as it was."))
            return redirect("networks:partner", slug, code)
    context = {"net": member.network, "member": member, "form": form}
    return render(request, "networks/standing.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    member = queries.partner_of(slug, code)
    require_a_side(member)
    side, moves = offered_moves(member)
    wanted = request.POST.get("state") or request.GET.get("to", "")
    form = MoveForm(request.POST or None, initial={"state": wanted})
    if request.method == "POST" and form.is_valid():
        try:
            move_membership(membership=member, at=timezone.now(), **form.cleaned_data)
        except Unprocessable as refusal:
            say_problems(form, refusal)
        except NotPossibleNow as refusal:
            messages.error(request, refusal.detail)
            return redirect("networks:partner", slug, code)
        else:
            return redirect("networks:partner", slug, code)
    verb = next((each["verb"] for each in moves if each["state"] == wanted), None)
    if verb is None:
        return redirect("networks:partner", slug, code)
    context = {
        "net": member.network,
        "member": member,
        "form": form,
        "verb": verb,
        "side": side,
        "wanted": wanted,
        "upstream_of": queries.counts_downstream(member) if wanted in NEEDS_REASON else 0,
    }
    return render(request, "networks/move.html", context, status=422 if form.errors else 200)


def require_a_side(member: Membership) -> None:
    """Refuse who can take no step of a membership: it is for its operator and the member alone."""
    scope = current_scope()
    own = member.organization_id == scope.organization_id
    if own and (scope.can("organization.edit") or member.network_id not in scope.operates):
        scope.require("organization.edit")
        return
    scope.require_operator(member.network_id, "networks.manage")


def offered_moves(member: Membership) -> tuple[str, list[dict[str, object]]]:
    """On which side of a membership the asker stands, and the steps that it may take there."""
    scope = current_scope()
    operator = member.network_id in scope.operates
    own = member.organization_id == scope.organization_id
    side = "operator" if operator else "member"
    if not scope.can("networks.manage" if operator else "organization.edit") or not (operator or own):
        return side, []
    in_care = member.organization.custodian_id == scope.organization_id
    words = VERBS["member"] | VERBS["operator"] if operator and own else VERBS[side]
    moves = moves_for(member.state, operator=operator, member=own, in_care=in_care)
    return side, [
        {"state": state, "verb": words[state], "asks": state in NEEDS_REASON, "good": state in ("ACTIVE", "INVITED")}
        for state in sorted(moves, key=lambda state: state in NEEDS_REASON)
    ]


def _names(ids: set[object]) -> dict[str, str]:
    found = Organization.objects.filter(id__in=ids - {None}).values_list("id", "name")
    return {str(key): name for key, name in found}
