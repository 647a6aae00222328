from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hansa.deals.operations import (
    AlreadyRegistered,
    RegistrationRefused,
    extend_protection,
    set_stage,
    submit_registration,
    withdraw_registration,
)
from hansa.deals.operations.reaching import held_registration
from hansa.deals.rules import Stage
from hansa.deals.web.common import accept_as_read, say
from hansa.deals.web.forms import EvidenceForm, StageForm
from hansa.kit.failures import NotPossibleNow, Unprocessable


@login_required
@require_POST
def submission(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    now = timezone.now()
    registration = held_registration(slug, code, at=now)
    network = registration.network

    def submit() -> None:
        accept_as_read(request, network, at=now)
        submit_registration(registration_id=registration.id, at=now)

    try:
        submit()
    except AlreadyRegistered as refusal:  # the form asks whether it is the same
        say(request, refusal)
        return redirect("deals:edit", slug, code)
    except (NotPossibleNow, RegistrationRefused, Unprocessable) as refusal:
        say(request, refusal)
    return redirect("deals:deal", slug, code)


@login_required
@require_POST
def withdrawal(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    now = timezone.now()
    registration = held_registration(slug, code, at=now)
    return _done(request, slug, code, lambda: withdraw_registration(registration_id=registration.id, at=now))


@login_required
@require_POST
def stage(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Move a sale; from the board without a reason, so that a lost one is sent to the page that asks for it."""
    now = timezone.now()
    registration = held_registration(slug, code, at=now)
    form = StageForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {}
    if said.get("stage") == Stage.CLOSED_LOST and not said["loss_reason"]:
        messages.info(request, _("Say why the sale was lost."))
        return redirect(reverse("deals:deal", args=[slug, code]) + "?stage=CLOSED_LOST#stage")
    to, reason = said.get("stage", ""), said.get("loss_reason", "")
    answer = _done(
        request, slug, code, lambda: set_stage(registration_id=registration.id, stage=to, loss_reason=reason, at=now)
    )
    return redirect("deals:board", slug) if "board" in request.GET else answer


@login_required
@require_POST
def extension(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    now = timezone.now()
    registration = held_registration(slug, code, at=now)
    form = EvidenceForm(request.POST)
    evidence = form.cleaned_data["evidence"] if form.is_valid() else request.POST.get("evidence", "")

    def ask() -> None:
        asked = extend_protection(registration_id=registration.id, evidence=evidence, at=now)
        (messages.success if asked.granted else messages.warning)(request, asked.reason)

    return _done(request, slug, code, ask)


def _done(request: HttpRequest, slug: str, code: str, do: Callable[[], object]) -> HttpResponse:
    """Back to the deal, with what could not be done above it."""
    try:
        do()
    except (NotPossibleNow, RegistrationRefused, Unprocessable) as refusal:
        say(request, refusal)
    return redirect("deals:deal", slug, code)
