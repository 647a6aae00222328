from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hansa.disputes import queries
from hansa.disputes.models import Kind, RemedyKind
from hansa.disputes.templatetags.disputes import KIND_WORDS, REMEDY_WORDS
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug


@login_required
@require_safe
def precedents(request: HttpRequest, slug: str) -> HttpResponse:
    current_scope().require("disputes.view")
    network = network_by_slug(slug)
    asked = {name: request.GET.get(name, "").replace("\x00", "").strip()[:120] for name in ("q", "kind", "remedy")}
    rows = queries.precedents_of(
        network.id,
        words=asked["q"],
        kind=asked["kind"] if asked["kind"] in Kind.values else "",
        remedy=asked["remedy"] if asked["remedy"] in RemedyKind.values else "",
    )
    context = {
        "shown": network,
        "page": page_of(rows, order=("-month", "code"), cursor=request.GET.get("cursor")),
        "asked": asked,
        "kinds": KIND_WORDS.items(),
        "remedies": REMEDY_WORDS.items(),
        "filtered": any(asked.values()),
    }
    return render(request, "disputes/precedents.html", context)
