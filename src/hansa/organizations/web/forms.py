from __future__ import annotations

import re
from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from hansa.companies.rules import SCHEMES
from hansa.organizations.models import Identifier
from hansa.organizations.rules import CAPABILITIES, LENGTHS, ROLE_LABELS

LIFETIMES = (("30", _("30 days")), ("90", _("90 days")), ("180", _("180 days")), ("365", _("a year")))


class CompanyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=LENGTHS["name"], widget=forms.TextInput({"autocomplete": "organization"})
    )
    legal_name = forms.CharField(label=_("Legal name"), max_length=LENGTHS["legal_name"], required=False)
    website = forms.CharField(label=_("Website"), max_length=LENGTHS["website"], required=False, widget=forms.URLInput)
    phone = forms.CharField(label=_("Phone"), max_length=LENGTHS["phone"], required=False)


class AddressForm(forms.Form):
    street = forms.CharField(label=_("Street and number"), max_length=LENGTHS["street"], required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=LENGTHS["postcode"], required=False)
    city = forms.CharField(label=_("City"), max_length=LENGTHS["city"], required=False)
    region = forms.CharField(label=_("Region"), max_length=LENGTHS["region"], required=False)
    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        choices=lambda: [("", "–"), *countries],
        widget=forms.Select({"data-select": ""}),
    )


class IdentifiersForm(forms.Form):
    """One line a scheme; several numbers of one kind are separated by commas."""

    vat = forms.CharField(label=_("VAT number"), required=False, help_text=_("With its country, such as DE136695976."))
    lei = forms.CharField(label=_("LEI"), required=False)
    ein = forms.CharField(label=_("EIN"), required=False)
    duns = forms.CharField(label=_("D-U-N-S number"), required=False)
    domain = forms.CharField(
        label=_("Internet domains"), required=False, help_text=_("Your own, several separated by commas.")
    )

    @staticmethod
    def values_of(identifiers: list[Identifier]) -> dict[str, str]:
        """What the form shows for the identifiers of a record."""
        return {
            scheme.lower(): ", ".join(known.value for known in identifiers if known.scheme == scheme)
            for scheme in SCHEMES
        }

    def pairs(self) -> list[tuple[str, str]]:
        """What was entered, as (scheme, text)."""
        return [
            (scheme, text)
            for scheme in SCHEMES
            for text in re.split(r"[,;\n]", self.cleaned_data[scheme.lower()])
            if text.strip()
        ]


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(label=_("Roles"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: object, offered: frozenset[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [(role, _(label)) for role, label in ROLE_LABELS.items() if role in offered]
        self.fields["roles"].choices = choices  # type: ignore[attr-defined]


class InviteForm(RolesForm):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    field_order = ("email", "roles")


class TokenForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What uses it, such as “nightly export”."))
    lifetime = forms.ChoiceField(label=_("Expires in"), choices=LIFETIMES, initial="90")
    capabilities = forms.MultipleChoiceField(label=_("What it may do"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: object, offered: frozenset[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [(name, _(label)) for name, label in CAPABILITIES.items() if name in offered]
        self.fields["capabilities"].choices = choices  # type: ignore[attr-defined]

    def lifetime_chosen(self) -> timedelta:
        """How long the token is to live."""
        return timedelta(days=int(self.cleaned_data["lifetime"]))


class AcceptForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_("12 characters or more; a few words are easier to remember than signs."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
