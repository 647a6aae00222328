from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from hansa.kit.failures import Unprocessable
from hansa.kit.scope import current_scope
from hansa.networks import queries
from hansa.networks.operations.roster_file import Preview, preview_roster, take_roster
from hansa.networks.rules.roster_file import HEADINGS, MOST_BYTES

LISTED = 200
LABELS: dict[str, str | Promise] = {
    "number": gettext_lazy("Partner number"),
    "name": gettext_lazy("Name"),
    "legal_name": gettext_lazy("Legal name"),
    "types": gettext_lazy("Partner types"),
    "tier": gettext_lazy("Tier"),
    "territory": gettext_lazy("Territory"),
    "upstream": gettext_lazy("Distributor"),
    "since": gettext_lazy("First day"),
    "country": gettext_lazy("Country"),
    "region": gettext_lazy("Region"),
    "city": gettext_lazy("City"),
    "postcode": gettext_lazy("Postcode"),
    "street": gettext_lazy("Street"),
    "website": gettext_lazy("Website"),
    "phone": gettext_lazy("Phone"),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: HttpRequest, slug: str) -> HttpResponse:
    network = queries.network_by_slug(slug)
    current_scope().require_operator(network.id, "networks.manage")
    if request.method != "POST":
        return render(
            request, "networks/import.html", {"net": network, "fields": [str(LABELS[name]) for name in HEADINGS]}
        )
    content, name = _sent(request)
    columns, spellings = _columns(request.POST), _spellings(request.POST)
    if request.POST.get("step") == "take":
        try:
            taken = take_roster(
                network=network, content=content, file=name, columns=columns, spellings=spellings, at=timezone.now()
            )
        except Unprocessable:
            pass  # the preview below says the same with its places
        else:
            words = ngettext("%(count)s partner was taken.", "%(count)s partners were taken.", len(taken))
            messages.success(request, words % {"count": len(taken)} if taken else _("Nothing was new in this list."))
            return redirect("networks:partners", slug)
    preview = preview_roster(network=network, content=content, file=name, columns=columns, spellings=spellings)
    context = {
        "net": network,
        "preview": preview,
        "name": name,
        "content": content.decode("utf-8", "replace"),
        "fields": _fields(preview),
        "unknown": _unknown(preview, spellings or {}),
        "problems": preview.problems[:LISTED],
        "first": preview.entries[:8],
    }
    return render(request, "networks/import_preview.html", context, status=422 if preview.problems else 200)


def _sent(request: HttpRequest) -> tuple[bytes, str]:
    """The list: a file at first, afterwards the text that the preview carries along."""
    upload = request.FILES.get("file")
    if upload is not None:
        return upload.read(MOST_BYTES + 1), (upload.name or "partners.csv")[:100]
    text = request.POST.get("content", "").replace("\r\n", "\n")
    return text.encode("utf-8", "replace"), request.POST.get("name", "partners.csv")[:100]


def _columns(sent: QueryDict) -> dict[str, int] | None:
    if "step" not in sent:
        return None
    chosen = {name: sent.get(f"column-{name}", "") for name in HEADINGS}
    return {name: int(place) for name, place in chosen.items() if place.isascii() and place.isdecimal()}


def _spellings(sent: QueryDict) -> dict[tuple[str, str], str] | None:
    """`word-<kind>` names a word, `meant-<kind>` beside it what it stands for; empty: it stands for itself."""
    return {
        (kind, word): meant
        for kind in ("types", "tier", "territory")
        for word, meant in zip(sent.getlist(f"word-{kind}"), sent.getlist(f"meant-{kind}"), strict=False)
        if meant
    } or None


def _fields(preview: Preview) -> list[dict[str, object]]:
    return [
        {
            "name": name,
            "label": LABELS[name],
            "place": preview.columns.get(name),
            "needed": name in ("number", "name", "types"),
        }
        for name in HEADINGS
    ]


def _unknown(preview: Preview, spellings: dict[tuple[str, str], str]) -> list[dict[str, object]]:
    """Words to map: those still unknown, and those mapped already, so that a choice can be changed."""
    open_words: list[dict[str, object]] = [
        {"kind": u.kind, "word": u.word, "count": u.count, "nearest": u.nearest, "known": preview.known.get(u.kind, [])}
        for u in preview.unknown
    ]
    mapped: list[dict[str, object]] = [
        {"kind": kind, "word": word, "count": None, "nearest": meant, "known": preview.known.get(kind, [])}
        for (kind, word), meant in spellings.items()
    ]
    return open_words + mapped
