from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from hansa.kernel.money import known_currencies
from hansa.networks.models import Network
from hansa.networks.operations.membership import Role
from hansa.networks.queries import Choices, organization_numbered
from hansa.networks.templatetags.networks import KIND_WORDS
from hansa.organizations.rules import LENGTHS
from hansa.ui import ACCENTS

KIND_HELP = _(
    "Vendor-driven and distributor-organized networks are joined by invitation. Peer-to-peer networks and marketplaces"
    " show their charter to everybody signed in and take applications."
)
CHARTER_HELP = _("What binds everybody here. Markdown: # for headings, - for lists, **bold**.")


class CharterForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    charter = forms.CharField(label=_("Charter"), required=False, help_text=CHARTER_HELP, widget=forms.Textarea)
    accent = forms.ChoiceField(label=_("Colour"), choices=[(name, name.title()) for name in ACCENTS])


class FoundForm(CharterForm):
    slug = forms.CharField(
        label=_("Short name in addresses"), max_length=40, help_text=_("Small letters and hyphens, such as nordwind.")
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=list(KIND_WORDS.items()), widget=forms.RadioSelect, help_text=KIND_HELP
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=lambda: [(code, code) for code in sorted(known_currencies())],
        initial="EUR",
        widget=forms.Select({"data-select": ""}),
        help_text=_("What the program pays in. It cannot be changed later."),
    )
    field_order = ("name", "slug", "kind", "currency", "accent", "charter")


class StandingForm(forms.Form):
    types = forms.CharField(
        label=_("Partner types"), help_text=_("One, or several separated by commas."), widget=forms.TextInput
    )
    tier = forms.CharField(label=_("Tier"), max_length=60, required=False)
    territory = forms.CharField(label=_("Territory"), max_length=60, required=False)
    upstream = forms.ChoiceField(label=_("Distributor"), required=False)
    since = forms.DateField(
        label=_("From this day on"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("The partner reads it in its timeline.")
    )

    def __init__(self, *args: object, choices: Choices, distributors: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.words = {"types": choices.types, "tier": choices.tiers, "territory": choices.territories}
        for name in self.words:
            self.fields[name].widget.attrs["list"] = f"known-{name}"
        offered = dict(distributors) | dict(choices.upstreams)
        self.fields["upstream"].choices = [  # type: ignore[attr-defined]
            ("", "–"),
            *((number, f"{name} ({number})") for number, name in sorted(offered.items(), key=lambda pair: pair[1])),
        ]

    def role(self, network: Network) -> Role:
        """What was entered; Unprocessable when the distributor is no member."""
        cleaned = self.cleaned_data
        upstream = organization_numbered(network, cleaned["upstream"]) if cleaned["upstream"] else None
        types = tuple(dict.fromkeys(word.strip() for word in cleaned["types"].split(",") if word.strip()))
        return Role(types, cleaned["tier"], cleaned["territory"], upstream, cleaned["reason"])


class InviteForm(StandingForm):
    organization = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Company"), max_length=LENGTHS["name"], required=False)
    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        choices=lambda: [("", "–"), *countries],
        widget=forms.Select({"data-select": ""}),
    )
    number = forms.CharField(
        label=_("Partner number"), max_length=60, help_text=_("By which sales reports name this partner.")
    )
    vat = forms.CharField(label=_("VAT number"), required=False, help_text=_("With its country, such as DE136695976."))
    domain = forms.CharField(label=_("Internet domain"), required=False)
    confirmed = forms.BooleanField(label=_("It is another company"), required=False)
    field_order = (
        "organization", "name", "country", "number", "types", "tier", "territory", "upstream", "since", "vat", "domain",
    )  # fmt: skip

    def __init__(self, *args: object, choices: Choices, distributors: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, choices=choices, distributors=distributors, **kwargs)
        known = self.data.get("organization") if self.is_bound else self.initial.get("organization")
        self.fields["name"].required = not known

    def identifiers(self) -> list[tuple[str, str]]:
        """What was entered, as (scheme, text)."""
        return [(name.upper(), self.cleaned_data[name]) for name in ("vat", "domain") if self.cleaned_data[name]]


class MoveForm(forms.Form):
    state = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False, widget=forms.Textarea({"rows": 3}))


class ApplicationForm(forms.Form):
    message = forms.CharField(
        label=_("Message"),
        max_length=300,
        required=False,
        help_text=_("What you would bring; who decides reads it."),
        widget=forms.Textarea({"rows": 4}),
    )
