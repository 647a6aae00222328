from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from hansa.companies.models import FACTS, Company, OtherName
from hansa.customers.models import Account
from hansa.customers.operations import Keeping
from hansa.customers.rules import DEFAULT_COUNTRY, FIELDS
from hansa.networks.queries import Holder

DAY = {"type": "date"}


def day_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, required=required, help_text=help_text, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )


def country_choices(none: str) -> list[tuple[str, str]]:
    return [("", none), *((code, str(name)) for code, name in countries)]


class CustomerForm(forms.Form):
    """A customer's identity, and what those who run the network keep of it."""

    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.ChoiceField(label=_("Country"), required=False)
    city = forms.CharField(label=_("City"), max_length=80, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    domain = forms.CharField(
        label=_("Internet domain"),
        max_length=300,
        required=False,
        help_text=_("The company's own, such as example.com."),
    )
    tax_id = forms.CharField(label=_("Tax id"), max_length=40, required=False)
    street = forms.CharField(label=_("Street"), max_length=160, required=False)
    region = forms.CharField(label=_("Region"), max_length=80, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    lei = forms.CharField(label="LEI", max_length=30, required=False)
    duns = forms.CharField(label=_("D-U-N-S number"), max_length=20, required=False)
    segment = forms.CharField(label=_("Segment"), max_length=60, required=False)
    owner = forms.ChoiceField(label=_("Account owner"), required=False)
    reference = forms.CharField(
        label=_("Your number"), max_length=80, required=False, help_text=_("Under which you know it elsewhere.")
    )
    since_on = day_field(_("Customer since"))

    def __init__(self, *args: Any, people: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("country", country_choices(gettext("not known")))
        self._choose("owner", [("", gettext("nobody")), *((str(key), name) for key, name in people)])

    def _choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def facts(self) -> dict[str, str]:
        return {field: self.cleaned_data[field] for field in FACTS}

    def keeping(self) -> Keeping:
        cleaned = self.cleaned_data
        owner = UUID(cleaned["owner"]) if cleaned["owner"] else None
        return Keeping(cleaned["segment"], cleaned["reference"], owner, cleaned["since_on"])


def start_of(company: Company, account: Account | None) -> dict[str, Any]:
    """The form's first values: the customer as it stands."""
    facts = {field: getattr(company, field) for field in FACTS}
    if account is None:
        return facts
    kept = {name: getattr(account, name) for name in ("segment", "reference", "since_on")}
    return {**facts, **kept, "owner": str(account.owner_id or "")}


class NameForm(forms.Form):
    name = forms.CharField(label=_("Another name"), max_length=200)
    kind = forms.ChoiceField(label=_("What it is"), choices=OtherName.Kind.choices)


class ChosenForm(forms.Form):
    """Another customer, named by its code: the parent, or the one that stays after a merger."""

    other = forms.CharField(label=_("The other customer"), max_length=16, required=False)
    reason = forms.CharField(label=_("Why"), max_length=300, required=False)


class NamedForm(forms.Form):
    """Who holds which account."""

    customer = forms.CharField(label=_("Customer"), max_length=16)
    holder = forms.ChoiceField(label=_("Holder"), required=False)
    family = forms.CharField(
        label=_("Product family"), max_length=80, required=False, help_text=_("Empty: all products.")
    )
    from_on = day_field(_("From"), required=True)
    until_on = day_field(_("Until before"), help_text=_("Empty: until further notice."))
    reason = forms.CharField(label=_("Why"), max_length=300, required=False, help_text=_("The holder reads this."))

    def __init__(self, *args: Any, holders: Sequence[Holder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holders = {each.number: each for each in holders}
        field = self.fields["holder"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.number, each.name or gettext("Your own direct sales")) for each in holders]

    def holder_id(self) -> UUID:
        return self.holders[self.cleaned_data["holder"]].organization_id


class EndForm(forms.Form):
    until_on = day_field(_("Until before"), required=True)
    reason = forms.CharField(label=_("Why"), max_length=300, required=False)


class ListForm(forms.Form):
    file = forms.FileField(label=_("File"), allow_empty_file=True)


class ColumnsForm(forms.Form):
    """One list of the file's columns for each field, and the country of rows that name none."""

    default_country = forms.ChoiceField(label=_("Country of rows that name none"), required=False)

    def __init__(self, *args: Any, headers: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.fields[DEFAULT_COUNTRY]
        assert isinstance(country, forms.ChoiceField)
        country.choices = country_choices(gettext("leave it open"))
        options = [("", gettext("not in this file")), *((header, header) for header in headers)]
        for field, (label, _usual) in FIELDS.items():
            self.fields[field] = forms.ChoiceField(label=gettext(label), choices=options, required=False)

    def mapping(self) -> dict[str, str]:
        return {field: header for field, header in self.cleaned_data.items() if header}
