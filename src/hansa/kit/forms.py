"""What an operation found wrong, said at the fields of the form that asked for it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from hansa.kit.failures import Unprocessable


def say_problems(form: forms.Form, refusal: Unprocessable) -> None:
    """Put what an operation found wrong at the fields that it names, the rest above the form."""
    for problem in refusal.problems:
        field = problem.column.lower() if problem.column.lower() in form.fields else None
        form.add_error(field, _("Expected: %(what)s.") % {"what": problem.expected.rstrip(".")})
    if not refusal.problems:
        form.add_error(None, refusal.detail)
