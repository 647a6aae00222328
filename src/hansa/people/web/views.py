from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hansa.kit.failures import Unprocessable
from hansa.kit.forms import say_problems
from hansa.people.adapter import keep_preferences
from hansa.people.models import Person
from hansa.people.operations import set_profile
from hansa.people.web.forms import ProfileForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    person = request.user
    assert isinstance(person, Person)
    kept = {"name": person.name, "locale": person.locale, "theme": person.theme}
    form = ProfileForm(request.POST or None, initial=kept)
    if form.is_valid():
        try:
            saved = set_profile(at=timezone.now(), **form.cleaned_data)
        except Unprocessable as refusal:
            say_problems(form, refusal)
        else:
            messages.success(request, _("Your profile is kept."))
            response = redirect("people:profile")
            keep_preferences(response, saved)
            return response
    return render(request, "people/profile.html", {"form": form}, status=422 if form.errors else 200)
