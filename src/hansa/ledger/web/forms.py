from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from hansa.kit.forms import say_problems

__all__ = ["RateForm", "RatesFileForm", "ReasonForm", "say_problems"]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("A sentence that the beneficiary can read, too."),
    )


class RatesFileForm(forms.Form):
    file = forms.FileField(label=_("File"))
    since = forms.DateField(
        label=_("Only from this day on"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("The bank's history goes back to 1999; settlements rarely need it."),
    )


class RateForm(forms.Form):
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3, help_text=_("Such as USD."))
    on = forms.DateField(label=_("Day"), widget=forms.DateInput({"type": "date"}))
    rate = forms.CharField(label=_("Rate"), max_length=30, help_text=_("What one unit is worth, such as 0.9213."))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("Needed when the rate of a day is corrected.")
    )

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()
