from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from hansa.disputes.models import Case
from hansa.disputes.rules.course import Side
from hansa.disputes.rules.terms import LONGEST_REASON, LONGEST_TEXT, WHOLE, Terms
from hansa.disputes.templatetags.disputes import REMEDY_WORDS, SIDE_WORDS
from hansa.kernel.money import Money, minor_digits


class EvidenceForm(forms.Form):
    text = forms.CharField(
        label=_("What speaks for you"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("The other side and the adjudicator read it. It cannot be changed afterwards."),
    )
    file = forms.FileField(
        label=_("File"), required=False, help_text=_("A PDF, a picture, an Office document or a text.")
    )


class AppealForm(forms.Form):
    reason = forms.CharField(
        label=_("What was decided wrongly"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("The other side and the new adjudicator read it."),
    )


class AdjudicatorForm(forms.Form):
    person = forms.ChoiceField(label=_("Who decides"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, people: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(key), name) for key, name in people]

    def person_id(self) -> UUID:
        return UUID(self.cleaned_data["person"])


class RemedyForm(forms.Form):
    """What is ordered and why; only the remedies that the case's rules allow."""

    remedy = forms.ChoiceField(label=_("Remedy"))
    claimant_share = forms.DecimalField(
        label=_("The claimant's share in percent"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=Decimal("99.99"),
        decimal_places=2,
        help_text=_("For a split; the respondent gets the rest."),
    )
    amount = forms.DecimalField(
        label=_("Amount"), required=False, max_digits=14, help_text=_("For a compensation, in the network's currency.")
    )
    to = forms.ChoiceField(
        label=_("Who is compensated"), required=False, choices=[("", "–"), *((side, SIDE_WORDS[side]) for side in Side)]
    )
    rule = forms.CharField(
        label=_("The rule applied"), max_length=300, help_text=_("As the program names it. Everybody may read it.")
    )
    reason = forms.CharField(
        label=_("Why, for both sides"), max_length=LONGEST_REASON, widget=forms.Textarea({"rows": 5})
    )
    precedent_text = forms.CharField(
        label=_("Why, for everybody"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Published when the remedy is final, without names: what others can learn from it."),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = case.network.currency
        field, amount = self.fields["remedy"], self.fields["amount"]
        assert isinstance(field, forms.ChoiceField)
        assert isinstance(amount, forms.DecimalField)
        field.choices = [(kind, REMEDY_WORDS[kind]) for kind in case.rules["remedies"]]
        amount.label = _("Amount (%(currency)s)") % {"currency": self.currency}

    def clean_amount(self) -> Decimal | None:
        amount: Decimal | None = self.cleaned_data["amount"]
        if amount is not None and amount.as_tuple().exponent < -minor_digits(self.currency):  # type: ignore[operator]
            raise forms.ValidationError(_("This currency has fewer decimals."))
        return amount

    def terms(self) -> Terms:
        """What is ordered; fields of another remedy do not count."""
        cleaned, kind = self.cleaned_data, self.cleaned_data["remedy"]
        if kind == "split" and cleaned["claimant_share"] is not None:
            points = int(cleaned["claimant_share"] * 100)
            return Terms(kind, claimant_share=points, respondent_share=WHOLE - points)
        if kind == "compensate":
            amount = cleaned["amount"]
            return Terms(
                kind,
                amount=None if amount is None else Money.from_decimal(amount, self.currency),
                to=Side(cleaned["to"]) if cleaned["to"] else None,
            )
        return Terms(kind)

    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("rule", "reason", "precedent_text")}
