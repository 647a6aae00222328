from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hansa.activity.operations import issue_receipt
from hansa.activity.queries import actors_of, receipt_document, timeline
from hansa.deals import queries
from hansa.deals.models import Registration
from hansa.deals.operations import submitted_facts
from hansa.deals.operations.common import rules_on
from hansa.deals.operations.reaching import seen_registration
from hansa.deals.rules import Stage
from hansa.deals.web.common import runs, terms_to_accept
from hansa.deals.web.forms import EvidenceForm, ReasonForm, StageForm
from hansa.kit.scope import current_scope
from hansa.networks.models import Network


@login_required
@require_safe
def deal(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    now = timezone.now()
    registration = seen_registration(slug, code)
    network = registration.network
    _version, rules = rules_on(network.id, (registration.submitted_at or now).date())
    seen = queries.with_standing(queries.as_seen(registration, at=now), registration, rules)
    operates = runs(network)
    events = list(timeline(subject_id=registration.id))
    stage = request.GET.get("stage") if request.GET.get("stage") in list(Stage) else seen.stage
    context = {
        "network": network,
        "deal": seen,
        "operates": operates,
        "events": events,
        "names": actors_of(events),
        "decisions": list(queries.decisions_of(registration, at=now)[: queries.LATEST]),
        "versions": queries.versions_of(registration),
        "extensions": queries.extensions_of(registration),
        "stage_form": StageForm(initial={"stage": stage, "loss_reason": seen.loss_reason}),
        "evidence_form": EvidenceForm(),
        "reason_form": ReasonForm(),
        "contests": queries.contests_of(registration),
        "may_dispute": seen.is_own and _may_dispute(registration, now),
        "terms": terms_to_accept(network, at=now) if "submit" in seen.steps else None,
        "is_operator": operates,
        "has_receipt": bool(seen.submitted_at) and (seen.is_own or operates),
        "beside": _beside(network, registration) if operates else {},
    }
    return render(request, "deals/deal.html", context)


def _may_dispute(registration: Registration, at: datetime) -> bool:
    if not current_scope().can("disputes.file"):
        return False
    _version, rules = rules_on(registration.network_id, at.date())
    return queries.rule_on_dispute(registration, rules.disputes, at=at).outcome


def _beside(network: Network, registration: Registration) -> dict[str, Any]:
    """For those who run the network: which registrations may mean the same project, and whose claim it waits behind."""
    now, files = timezone.now(), runs(network, "disputes.file")
    rows = list(queries.matches_of(network.id, of=registration).order_by("found_at", "id")[: queries.LATEST])
    held = queries.holders_of({registration.project_id}) if registration.project_id else {}
    holder = next(iter(held.values()), None)
    disputable = {row.id for row in rows if files and queries.rule_on_case_between(row, at=now).outcome}
    return {
        "matches": rows,
        "disputable": disputable,
        "holder": holder if holder and holder.id != registration.id else None,
    }


@login_required
@require_safe
def decision(request: HttpRequest, slug: str, code: str, decision: str) -> HttpResponse:
    """A decision over again, beside what was stored."""
    now = timezone.now()
    registration = seen_registration(slug, code)
    network = registration.network
    stored = queries.decision_by_code(registration, decision, at=now)
    context = {
        "network": network,
        "deal": queries.as_seen(registration, at=now),
        "decision": stored,
        "replayed": queries.replay_of(stored),
    }
    return render(request, "deals/decision.html", context)


@login_required
@require_safe
def receipt(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    registration = seen_registration(slug, code)
    event = queries.submission_of(registration)
    submitted = submitted_facts(queries.as_submitted(registration))
    issued = issue_receipt(event=event, holder_id=registration.partner_id, submitted=submitted, at=timezone.now())
    headers = {"Content-Disposition": f'attachment; filename="receipt-{code}.json"'}
    return HttpResponse(receipt_document(issued), content_type="application/json", headers=headers)
