from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hansa.deals import queries
from hansa.deals.rules import ReviewState, Stage
from hansa.deals.templatetags.deals import REVIEW_WORDS, STAGE_WORDS
from hansa.deals.web.common import may_register, runs
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug

VIEWS = (
    ReviewState.DRAFT,
    ReviewState.IN_REVIEW,
    ReviewState.ACTION_REQUIRED,
    ReviewState.APPROVED,
    ReviewState.EXPIRED,
)


@login_required
@require_safe
def deals(request: HttpRequest, slug: str) -> HttpResponse:
    now, network = timezone.now(), network_by_slug(slug)
    current_scope().require("deals.view")
    review = _known(request.GET.get("review", ""), ReviewState)
    stage = _known(request.GET.get("stage", ""), Stage)
    rows = queries.registrations_as_seen(network.id, at=now, review=review, stage=stage)
    page = page_of(rows, order=queries.ORDER, cursor=request.GET.get("cursor"))
    counts = queries.counts_by_review(network.id, at=now)
    context = {
        "network": network,
        "page": page,
        "deals": [queries.as_seen(row, at=now) for row in page.items],
        "count": sum(counts.values()),
        "views": _views(request, counts, review, stage),
        "review": review,
        "stage": stage,
        "stages": [(each.value, STAGE_WORDS[each]) for each in Stage],
        "may_register": may_register(network),
        "operates": runs(network),
    }
    return render(request, "deals/deals.html", context)


@login_required
@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    now, network = timezone.now(), network_by_slug(slug)
    current_scope().require("deals.view")
    columns = queries.board_of(network.id, at=now)
    context = {
        "network": network,
        "columns": columns,
        "any": any(column.count for column in columns),
        "stages": [(each.value, STAGE_WORDS[each]) for each in Stage],
        "may_register": may_register(network),
        "operates": runs(network),
    }
    return render(request, "deals/board.html", context)


def _known(text: str, kind: type[ReviewState] | type[Stage]) -> str:
    return text if text in list(kind) else ""


def _views(request: HttpRequest, counts: dict[str, int], review: str, stage: str) -> list[dict[str, object]]:
    """All, and each review that registrations are in, as saved views; the stage that is chosen stays."""
    chosen = f"stage={stage}" if stage else ""
    found: list[dict[str, object]] = [{"label": _("All"), "url": f"?{chosen}", "active": not review}]
    for each, label in REVIEW_WORDS.items():
        if each != ReviewState.SUBMITTED and (each in VIEWS or each == review or counts.get(each)):
            url = "?" + "&".join(part for part in (f"review={each}", chosen) if part)
            found.append({"label": label, "url": url, "active": each == review, "count": counts.get(each, 0)})
    return found
