from __future__ import annotations

from importlib.resources import files
from string import Template

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hansa.kit.exports import text_download
from hansa.kit.failures import Unprocessable
from hansa.kit.forms import say_problems
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.networks.queries import network_by_slug
from hansa.programs import document, operations, queries
from hansa.programs.models import Program
from hansa.programs.rules.terms import sentences_of
from hansa.programs.web.forms import ProgramForm


@login_required
@require_safe
def programs(request: HttpRequest, slug: str) -> HttpResponse:
    current_scope().require("networks.view")
    network = network_by_slug(slug)
    context = {
        "net": network,
        "programs": list(queries.programs_with_versions(network.id)),
        "in_force": queries.version_in_force(network.id, timezone.now().date()),
        "may_edit": network.id in current_scope().operates and current_scope().can("programs.edit"),
    }
    return render(request, "programs/programs.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "programs.edit")
    form = ProgramForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            made = operations.create_program(
                network=network, name=name, text=_starter(network, name), at=timezone.now()
            )
        except Unprocessable as refusal:
            say_problems(form, refusal)
        else:
            return redirect("programs:editor", slug, made.code)
    return render(request, "programs/new.html", {"net": network, "form": form}, status=422 if form.errors else 200)


@login_required
@require_safe
def program(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    current_scope().require("networks.view")
    found = queries.program_of(slug, code)
    scope = current_scope()
    operated = found.network_id in scope.operates
    context = {
        "net": found.network,
        "program": found,
        "versions": list(queries.versions_of(found)[:100]),
        "in_force": queries.version_in_force(found.network_id, timezone.now().date()),
        "draft": queries.draft_of(found) if operated else None,
        "may_edit": operated and scope.can("programs.edit"),
        "may_publish": operated and scope.can("programs.publish"),
        **_accepted(found, operated=operated),
    }
    return render(request, "programs/program.html", context)


def _accepted(program: Program, *, operated: bool) -> dict[str, object]:
    """Who has accepted the rules of engagement of the version in force, for those who run the network."""
    version = queries.version_in_force(program.network_id, timezone.now().date()) if operated else None
    if version is None or version.program_id != program.id:
        return {}
    return {"asked": queries.acceptances_of(program.network, version)}


@login_required
@require_safe
def version(request: HttpRequest, slug: str, code: str, version: str) -> HttpResponse:
    current_scope().require("networks.view")
    found = queries.version_of(slug, version)
    today = timezone.now().date()
    day = min(max(today, found.effective_from), found.effective_until)
    operated = found.network_id in current_scope().operates
    own = [] if operated else queries.own_standings(found.network_id, day=day)
    context = {
        "net": found.network,
        "program": found.program,
        "published": found,
        "operated": operated,
        "parsed": document.parse(found.text),
        "rules": queries.rules_in_words(document.parse(found.text).paying, own=own),
        "member": bool(own),
        "sentences": sentences_of(document.parse(found.text).engagement),
        "lines": found.text.splitlines(),
        "in_force": queries.version_in_force(found.network_id, today) == found,
    }
    return render(request, "programs/version.html", context)


@login_required
@require_safe
def download(request: HttpRequest, slug: str, code: str, version: str) -> HttpResponseBase:
    found = queries.version_of(slug, version)
    return text_download(queries.file_name_of(found), found.text)


def _starter(network: Network, name: str) -> str:
    """A first draft that could be published as it is."""
    template = (files("hansa.programs") / "starter.yaml").read_text(encoding="utf-8")
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    year = timezone.now().year
    return Template(template).substitute(
        network=network.name, name=quoted, currency=network.currency, year=year, next_year=year + 1
    )
