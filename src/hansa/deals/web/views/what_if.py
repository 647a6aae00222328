from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hansa.deals import queries
from hansa.deals.web.forms import WhatIfForm
from hansa.kernel.problem import Refused
from hansa.kit.failures import NotFound, Unprocessable
from hansa.kit.forms import say_problems
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug
from hansa.programs.queries import rules_to_try, rules_tried

DAYS = 90


@login_required
@require_safe
def what_if(request: HttpRequest, slug: str) -> HttpResponse:
    """Without an answer until a period is asked for: the address of an answer can be kept."""
    today, network = timezone.now().date(), network_by_slug(slug)
    current_scope().require_operator(network.id, "deals.decide")
    choices = rules_to_try(network.id)
    start = {"since": today - timedelta(days=DAYS), "until": today + timedelta(days=1)}
    form = WhatIfForm(request.GET if "rules" in request.GET else None, choices=choices, initial=start)
    asked = None
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            rules = rules_tried(network.id, said["rules"])
            asked = queries.ask_what_if(network.id, rules, since=said["since"], until=said["until"])
        except Unprocessable as refusal:
            say_problems(form, refusal)
        except (NotFound, Refused):
            form.add_error("rules", _("A draft without errors, or a published version."))
    context = {
        "network": network,
        "form": form,
        "choices": choices,
        "asked": asked,
        "rows": [(each, queries.as_seen(row, at=timezone.now())) for each, row in asked.rows] if asked else [],
    }
    return render(request, "deals/what_if.html", context, status=422 if form.errors else 200)
