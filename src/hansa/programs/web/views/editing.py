from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hansa.engines.settlement import periods_of
from hansa.kernel.problem import Refused
from hansa.kit.failures import Unprocessable
from hansa.kit.forms import say_problems
from hansa.kit.scope import current_scope
from hansa.programs import operations, queries
from hansa.programs.models import Program
from hansa.programs.rules.blocks import incentive_in
from hansa.programs.web.forms import IncentiveForm, PublishForm, fits, initial_of
from hansa.ui.diff import diff_lines

LISTED = 100


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def editor(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    program = _to_edit(slug, code)
    draft = queries.draft_of(program)
    text, status, moved = draft.text, 200, None
    if request.method == "POST":
        text = _text(request)
        try:
            operations.save_draft(program=program, text=text, revision=_revision(request), at=timezone.now())
        except operations.DraftMovedOn:
            draft, status = queries.draft_of(program), 409
            moved = diff_lines(draft.text, text)
        else:
            if request.POST.get("then") == "publish":
                return redirect("programs:publication", slug, code)
            messages.success(request, _("The draft is saved."))
            return redirect("programs:editor", slug, code)
    context = {
        **_checked(program, text),
        "net": program.network,
        "draft": draft,
        "text": text,
        "moved": moved,
        "may_publish": current_scope().can("programs.publish"),
    }
    return render(request, "programs/editor.html", context, status=status)


@login_required
@require_POST
def check(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """What the editor shows beside the text, for the text as it stands now."""
    program = _to_edit(slug, code)
    return render(request, "programs/review.html", {**_checked(program, _text(request)), "live": True})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def incentive(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The form for one incentive: the one named by `id` in the address, or a new one."""
    program = _to_edit(slug, code)
    draft = queries.draft_of(program)
    replacing = request.GET.get("id", "")
    known = incentive_in(draft.text, replacing) if replacing else None
    if replacing and (known is None or not fits(known)):
        messages.error(request, _("This incentive can only be changed in the text."))
        return redirect("programs:editor", slug, code)
    initial = initial_of(known, draft.revision) if known else {"revision": draft.revision}
    form = IncentiveForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            operations.set_incentive(
                program=program,
                incentive=form.incentive(),
                revision=form.cleaned_data["revision"],
                replacing=replacing,
                at=timezone.now(),
            )
        except Unprocessable as refusal:
            form.add_error(None, refusal.detail)
        except operations.DraftMovedOn as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, _("The incentive is in the draft. Only its own lines were written anew."))
            return redirect("programs:editor", slug, code)
    context = {"net": program.network, "program": program, "form": form, "replacing": replacing}
    return render(request, "programs/incentive.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publication(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    program = queries.program_of(slug, code)
    current_scope().require_operator(program.network_id, "programs.publish")
    draft = queries.draft_of(program)
    form = PublishForm(request.POST or None, initial={"revision": draft.revision})
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.publish(program=program, at=timezone.now(), **form.cleaned_data)
        except operations.DraftMovedOn as refusal:
            messages.error(request, refusal.detail)
            return redirect("programs:publication", slug, code)
        except Unprocessable as refusal:
            say_problems(form, refusal)
        else:
            messages.success(request, _("Version %(label)s is published.") % {"label": made.label})
            return redirect("programs:version", slug, code, made.code)
    try:
        consequences = queries.consequences(program, draft.text, today=timezone.now().date())
    except Refused:
        messages.error(request, _("The draft has errors. Mend them before it can be published."))
        return redirect("programs:editor", slug, code)
    context = {
        "net": program.network,
        "program": program,
        "form": form,
        "what": consequences,
        "counted": {rule.incentive.id: rule.matching for rule in consequences.rules},
        "diff": diff_lines(consequences.before.text if consequences.before else "", draft.text),
    }
    return render(request, "programs/publication.html", context, status=422 if form.errors else 200)


def _to_edit(slug: str, code: str) -> Program:
    program = queries.program_of(slug, code)
    current_scope().require_operator(program.network_id, "programs.edit")
    return program


def _text(request: HttpRequest) -> str:
    """The text area's content; browsers send CRLF, the document keeps LF."""
    return request.POST.get("text", "").replace("\r\n", "\n")


def _revision(request: HttpRequest) -> int:
    sent = request.POST.get("revision", "")
    if not (sent.isascii() and sent.isdecimal() and len(sent) < 10):
        raise Unprocessable("Open the editor again: what was sent does not say which draft it changes.")
    return int(sent)


def _checked(program: Program, text: str) -> dict[str, object]:
    checked = queries.check(text)
    published = queries.latest_version(program)
    return {
        "program": program,
        "problems": checked.problems[:LISTED],
        "problem_count": len(checked.problems),
        "parsed": checked.program,
        "rules": checked.rules,
        "overlaps": checked.overlaps,
        "periods": _periods(checked),
        "published": published,
        "diff": diff_lines(published.text, text) if published else [],
    }


def _periods(checked: queries.Checked) -> list[str]:
    return [period.label for period in periods_of(checked.program.paying)] if checked.program else []
