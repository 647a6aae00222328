from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class FilterForm(forms.Form):
    kind = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    subject = forms.UUIDField(required=False, widget=forms.HiddenInput)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date", "class": "w-auto"})
    )
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date", "class": "w-auto"}))

    def chosen(self) -> dict[str, Any]:
        """The filters that `queries.events_on_days` takes; what cannot be read is left out and said at its field."""
        self.full_clean()
        found = self.cleaned_data
        return {
            "kind": found.get("kind") or "",
            "subject_id": found.get("subject"),
            "first": found.get("since"),
            "last": found.get("until"),
        }
