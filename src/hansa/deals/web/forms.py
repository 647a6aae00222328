from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from hansa.companies.queries import Candidate
from hansa.deals.models import Match, Registration
from hansa.deals.operations.common import facts_of
from hansa.deals.rules import LossReason, Stage
from hansa.deals.rules.budget import ASKED
from hansa.deals.rules.fields import Facts
from hansa.deals.templatetags.deals import LOSS_WORDS, STAGE_WORDS
from hansa.disputes.rules.terms import LONGEST_TEXT
from hansa.kernel.money import Money, minor_digits

ANOTHER = "another"


class FactsForm(forms.Form):
    """What a registration says of its project. With `without`, some of it is locked."""

    family = forms.ChoiceField(label=_("Product family"))
    country = forms.ChoiceField(label=_("Country of the project"))
    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("By which you know the project."))
    amount = forms.DecimalField(label=_("Amount"), min_value=0, max_digits=15, required=False)
    close_on = forms.DateField(
        label=_("Expected close"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    problem = forms.CharField(
        label=_("What the customer needs"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    contact = forms.CharField(label=_("Contact at the customer"), max_length=160, required=False)

    def __init__(
        self,
        *args: Any,
        families: Sequence[str],
        currency: str,
        kept: Registration | None = None,
        without: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.currency, self.kept = currency, kept
        first = [("", gettext("Choose one"))] if len(families) != 1 else []
        self._choose("family", [*first, *((each, each) for each in families)])
        self._choose("country", [("", gettext("Choose one")), *((code, str(name)) for code, name in countries)])
        self.fields["amount"].label = gettext("Amount in %(currency)s") % {"currency": currency}
        for name in without:
            self.fields[name].disabled = True

    def _choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def facts(self) -> Facts:
        said = self.cleaned_data
        kept = facts_of(self.kept) if self.kept else None
        amount = said["amount"]
        return Facts(
            **{name: said[name] for name in ("family", "country", "title", "close_on", "problem", "contact")},
            amount_minor=None if amount is None else Money.from_decimal(amount, self.currency).minor,
            next_steps=kept.next_steps if kept else "",
            own_reference=kept.own_reference if kept else "",
        )


class RegisterForm(FactsForm):
    """A project to be registered: eight fields, the customer first; `customer` is the candidate that was chosen."""

    customer_name = forms.CharField(
        label=_("Customer"),
        max_length=200,
        help_text=_("Type its name; what the directory knows appears below."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    customer = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    field_order = tuple(ASKED)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, required in ASKED.items():
            self.fields[name].required = required

    def named(self) -> str | dict[str, str]:
        """The chosen customer's code, or the facts of a company of its own."""
        chosen: str = self.cleaned_data["customer"].strip()
        if chosen and chosen != ANOTHER:
            return chosen
        return {"name": self.cleaned_data["customer_name"], "country": self.cleaned_data["country"]}

    def must_choose(self, found: Sequence[Candidate]) -> bool:
        """Whether nobody has said yet which of the companies that were found is meant, if any."""
        alike = any(each.match.verdict.value != "different" for each in found)
        return alike and not self.cleaned_data["customer"].strip()


def start_of(registration: Registration) -> dict[str, Any]:
    """The form's first values: the registration as it stands."""
    facts, amount = facts_of(registration), registration.amount_minor
    shown = None if amount is None else Money(amount, registration.currency).decimal
    if shown is not None and minor_digits(registration.currency) and shown == shown.to_integral_value():
        shown = shown.quantize(1)
    names = ("family", "country", "title", "close_on", "problem", "contact")
    customer = registration.customer.get("name", "")
    return {**{name: getattr(facts, name) for name in names}, "amount": shown, "customer_name": customer}


class StageForm(forms.Form):
    stage = forms.ChoiceField(label=_("Stage"), choices=[(stage.value, STAGE_WORDS[stage]) for stage in Stage])
    loss_reason = forms.ChoiceField(
        label=_("Why it was lost"),
        required=False,
        choices=[("", _("not lost")), *((reason.value, LOSS_WORDS[reason]) for reason in LossReason)],
    )


class EvidenceForm(forms.Form):
    evidence = forms.CharField(
        label=_("What has happened since"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class StatementForm(forms.Form):
    statement = forms.CharField(
        label=_("What was decided wrongly"),
        max_length=LONGEST_TEXT,
        help_text=_("The other side and the adjudicator read it. It cannot be changed afterwards; more can be shown."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1_000,
        help_text=_("The partner reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(choices=Match.Answer.choices)
    reason = forms.CharField(max_length=300, required=False)


class WhatIfForm(forms.Form):
    rules = forms.ChoiceField(label=_("Under the rules of"))
    since = forms.DateField(label=_("Decided from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(label=_("until before"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rules"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class FileForm(forms.Form):
    file = forms.FileField(label=_("File"))


class MailForm(forms.Form):
    """Who is invited to register by mail."""

    member = forms.ChoiceField(label=_("Partner"))
    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("The address that the person signs in with; the form is sent there.")
    )
    days = forms.IntegerField(label=_("For how many days"), min_value=1, max_value=365, initial=90)

    def __init__(self, *args: Any, members: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["member"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", gettext("Choose one")), *members]
