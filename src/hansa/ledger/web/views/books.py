from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hansa.kit.failures import NotPossibleNow, Unprocessable
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.ledger import queries
from hansa.ledger.models import AccountKind
from hansa.ledger.operations.posting import reverse as reverse_transaction
from hansa.ledger.web.forms import ReasonForm, say_problems
from hansa.networks.models import Network
from hansa.networks.queries import network_by_slug


def tabs_of(network: Network, active: str) -> list[dict[str, object]]:
    pages = (
        ("ledger", _("Accounts")),
        ("journals", _("Journals")),
        ("periods", _("Periods")),
    )
    return [
        {"title": title, "url": reverse(f"ledger:{name}", args=[network.slug]), "active": name == active}
        for name, title in pages
    ]


@login_required
@require_safe
def accounts(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    rows = queries.accounts_of(network.id, kind=kind, beneficiary=words)
    page = page_of(rows, order=("kind", "beneficiary", "id"), cursor=request.GET.get("cursor"))
    held = queries.balances_of(page.items)
    labels = dict(AccountKind.choices)
    context = {
        "shown": network,
        "tabs": tabs_of(network, "ledger"),
        "page": page,
        "rows": [(each, held[each.id]) for each in page.items],
        "totals": [(k, labels[k], currency, total) for k, currency, total in queries.totals_by_kind(network.id)],
        "kind": kind,
        "words": words,
    }
    return render(request, "ledger/accounts.html", context)


@login_required
@require_safe
def account(request: HttpRequest, slug: str, account_id: UUID) -> HttpResponse:
    network = network_by_slug(slug)
    shown = queries.account_by_id(network.id, account_id)
    rows = queries.transactions_on(shown)
    page = page_of(rows, order=("-posted_at", "-id"), cursor=request.GET.get("cursor"))
    moved = [(t, sum(e.amount for e in t.entries.all() if e.account_id == shown.id)) for t in page.items]
    context = {
        "shown": network,
        "account": shown,
        "balance": queries.balances_of([shown])[shown.id],
        "page": page,
        "rows": moved,
    }
    return render(request, "ledger/account.html", context)


@login_required
@require_safe
def journals(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    page = page_of(queries.journals_of(network.id), order=("-posted_at", "-id"), cursor=request.GET.get("cursor"))
    context = {"shown": network, "tabs": tabs_of(network, "journals"), "page": page}
    return render(request, "ledger/journals.html", context)


@login_required
@require_safe
def journal(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    network = network_by_slug(slug)
    shown = queries.journal_by_code(network.id, code)
    page = page_of(queries.transactions_in(shown), order=("id",), cursor=request.GET.get("cursor"))
    return render(request, "ledger/journal.html", {"shown": network, "journal": shown, "page": page})


@login_required
@require_safe
def transaction(request: HttpRequest, slug: str, transaction_id: UUID) -> HttpResponse:
    network = network_by_slug(slug)
    shown = queries.transaction_by_id(network.id, transaction_id)
    context = {
        "shown": network,
        "transaction": shown,
        "reversal": getattr(shown, "reversal", None),
        "currency": shown.entries.all()[0].currency,
        "may_reverse": current_scope().can("settlement.run"),
    }
    return render(request, "ledger/transaction.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reversal(request: HttpRequest, slug: str, transaction_id: UUID) -> HttpResponse:
    network = network_by_slug(slug)
    shown = queries.transaction_by_id(network.id, transaction_id)
    current_scope().require_operator(network.id, "settlement.run")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            posted = reverse_transaction(
                network=network, original=shown, reason=form.cleaned_data["reason"], at=timezone.now()
            )
        except Unprocessable as refusal:
            say_problems(form, refusal)
        except NotPossibleNow as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, _("The transaction is taken back by journal %(code)s.") % {"code": posted.code})
            return redirect("ledger:journal", slug, posted.code)
    context = {"shown": network, "transaction": shown, "form": form}
    return render(request, "ledger/reversal.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    faults = queries.verify(network.id)
    return render(
        request,
        "ledger/verification.html",
        {"shown": network, "faults": faults, "counts": queries.counts_of(network.id), "verified_at": timezone.now()},
    )
