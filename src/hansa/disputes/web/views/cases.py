from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hansa.activity.queries import actors_of, timeline
from hansa.disputes import queries
from hansa.disputes.models import Case
from hansa.disputes.rules.course import Action, Side, rule_on_action
from hansa.disputes.web.forms import EvidenceForm
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.networks.queries import network_by_slug


@login_required
@require_safe
def cases(request: HttpRequest, slug: str) -> HttpResponse:
    current_scope().require("disputes.view")
    network = network_by_slug(slug)
    shown = request.GET.get("show", "open")
    rows = queries.cases_of(network.id, over=shown == "over", waiting=shown == "mine")
    context = {
        "shown": network,
        "page": page_of(rows, order=queries.ORDER, cursor=request.GET.get("cursor")),
        "views": views_of(network, shown),
        "show": shown,
        "operates": network.id in current_scope().operates,
    }
    return render(request, "disputes/cases.html", context)


def views_of(network: Network, shown: str) -> list[dict[str, object]]:
    wanted = (("open", _("Open"), {"over": False}), ("mine", _("Wait for you"), {"over": False, "waiting": True}))
    counted = [(key, label, queries.cases_of(network.id, **how).count()) for key, label, how in wanted]
    over = [("over", _("Over"), None)]
    return [
        {"label": label, "url": f"?show={key}", "active": key == shown, "count": count}
        for key, label, count in [*counted, *over]
    ]


@login_required
@require_safe
def case(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    current_scope().require("disputes.view")
    return show_case(request, queries.case_by_code(network_by_slug(slug).id, code))


def show_case(request: HttpRequest, case: Case, form: EvidenceForm | None = None, status: int = 200) -> HttpResponse:
    scope = current_scope()
    side = queries.side_of(case, scope.organization_id)
    operates = case.network_id in scope.operates
    events = list(timeline(subject_id=case.id))
    actors = actors_of(events)
    context = {
        "shown": case.network,
        "case": case,
        "file": queries.case_file(case),
        "side": side,
        "may": may_do(case, side),
        "operates": operates,
        "grounds": queries.grounds_of(case) if operates and scope.can("disputes.decide") else None,
        "form": form or EvidenceForm(),
        "events": [(event, actors.get(event.actor_organization_id, "")) for event in events],
    }
    return render(request, "disputes/case.html", context, status=status)


def may_do(case: Case, side: Side | None) -> dict[str, bool]:
    """What the acting person may do with a case now, by action in small letters."""
    scope, course, at = current_scope(), queries.course_of(case), timezone.now()
    speaks = side is not None and scope.can("disputes.file") and case.adjudicator_id != scope.person_id
    assigns = case.network_id in scope.operates and scope.can("disputes.decide")
    entitled = {
        Action.SHOW: speaks,
        Action.REST: speaks,
        Action.WITHDRAW: speaks,
        Action.ACCEPT: speaks,
        Action.APPEAL: speaks,
        Action.ASSIGN: assigns,
        Action.PROPOSE: assigns and case.adjudicator_id == scope.person_id,
        Action.DECIDE: assigns and case.adjudicator_id == scope.person_id,
    }
    return {
        action.lower(): may and rule_on_action(action, course, at=at, side=side).outcome
        for action, may in entitled.items()
    }
