from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hansa.disputes import queries
from hansa.disputes.models import Case, Remedy
from hansa.disputes.operations import assign_adjudicator, decide, propose_remedy
from hansa.disputes.web.forms import AdjudicatorForm, RemedyForm
from hansa.kit.failures import NotPossibleNow, Unprocessable
from hansa.kit.forms import say_problems
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def adjudicator(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    case = _run(slug, code)
    rulings = queries.adjudicators_for(case)
    free = [(person.id, str(person)) for person, ruling in rulings if ruling.outcome]
    form = AdjudicatorForm(request.POST or None, people=free)
    if request.method == "POST" and form.is_valid():
        try:
            assign_adjudicator(case=case, person_id=form.person_id(), at=timezone.now())
        except (NotPossibleNow, Unprocessable) as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, _("Assigned. Nobody with an interest in it decides this case."))
            return redirect("disputes:case", slug, code)
    barred = [(str(person), ruling.reason) for person, ruling in rulings if not ruling.outcome]
    context = {"shown": case.network, "case": case, "form": form, "free": free, "barred": barred}
    return render(request, "disputes/adjudicator.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    said = _("Proposed. Both sides may accept or appeal it.")
    return _ordered(request, _run(slug, code), propose_remedy, said, final=False)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    said = _("Decided. The remedy is final.")
    return _ordered(request, _run(slug, code), decide, said, final=True)


def _ordered(request: HttpRequest, case: Case, order: Callable[..., Remedy], said: str, *, final: bool) -> HttpResponse:
    form = RemedyForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        try:
            order(case=case, terms=form.terms(), at=timezone.now(), **form.texts())
        except Unprocessable as refusal:
            say_problems(form, refusal)
        except NotPossibleNow as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, said)
            return redirect("disputes:case", case.network.slug, case.code)
    context: dict[str, Any] = {
        "shown": case.network,
        "case": case,
        "form": form,
        "final": final,
        "decides": case.adjudicator_id is not None and case.adjudicator_id == current_scope().person_id,
    }
    return render(request, "disputes/remedy.html", context, status=422 if form.errors else 200)


def _run(slug: str, code: str) -> Case:
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "disputes.decide")
    return queries.case_by_code(network.id, code)
