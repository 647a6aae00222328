from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hansa.deals import queries
from hansa.deals.operations.common import rules_on
from hansa.deals.templatetags.deals import MEASURE_WORDS
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug


@login_required
@require_safe
def budget(request: HttpRequest, slug: str) -> HttpResponse:
    now, network = timezone.now(), network_by_slug(slug)
    current_scope().require_operator(network.id, "deals.view")
    _version, rules = rules_on(network.id, now.date())
    found = queries.budget_of(network, rules, at=now)
    lines = [(each, *MEASURE_WORDS[each.name]) for each in found.measures]
    context = {
        "network": network,
        "budget": found,
        "lines": lines,
        "over": sum(each.is_over for each in found.measures),
    }
    return render(request, "deals/budget.html", context)
