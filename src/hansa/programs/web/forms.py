from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hansa.engines.settlement.document import IncentiveKind, Measure, Method, PayeeKind
from hansa.kernel.money import Money, minor_digits
from hansa.kernel.period import PeriodKind
from hansa.networks.queries import Holder

BANDS = 8
OWN_SALES = "-"
VALUES = ("rate", "per_unit", "fixed")
WHO = ("types", "tiers", "territories", "partners")
WHAT = ("categories", "families", "products", "except_products")
LISTS = {
    "types": _("Partner types"),
    "tiers": _("Tiers"),
    "territories": _("Territories"),
    "partners": _("Partners by number"),
    "categories": _("Product categories"),
    "families": _("Product families"),
    "products": _("Products"),
    "except_products": _("Products that do not count"),
}
VALUE_WORDS = [("rate", _("% of net sales")), ("per_unit", _("money for each unit")), ("fixed", _("money, once"))]


def _choices(kind: object) -> list[tuple[str, str]]:
    return [(word, word.replace("_", " ")) for word in get_args(kind)]


def _area(label: object) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Textarea({"rows": 2}), max_length=5000)  # type: ignore[arg-type]


class IncentiveForm(forms.Form):
    """One incentive; whether it makes sense the document's own checks say."""

    id = forms.CharField(label=_("Id"), max_length=80, help_text=_("Stands in statements and exports."))
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=_choices(IncentiveKind))
    payee = forms.ChoiceField(label=_("Who is paid"), choices=_choices(PayeeKind), initial="partner")
    period = forms.ChoiceField(label=_("Period"), choices=_choices(PeriodKind), initial="quarter")
    measure = forms.ChoiceField(label=_("Measured by"), choices=_choices(Measure), initial="net_amount")
    method = forms.ChoiceField(
        label=_("Method"),
        choices=_choices(Method),
        initial="retrospective",
        help_text=_("Retrospective: the band reached pays on the whole. Stepped: each slice at its own band."),
    )
    cap = forms.CharField(label=_("At most"), required=False, max_length=30)
    minimum = forms.CharField(label=_("Not below"), required=False, max_length=30)
    exclusive_group = forms.CharField(label=_("Exclusive group"), required=False, max_length=80)
    types, tiers, territories = _area(LISTS["types"]), _area(LISTS["tiers"]), _area(LISTS["territories"])
    partners, categories, families = _area(LISTS["partners"]), _area(LISTS["categories"]), _area(LISTS["families"])
    products, except_products = _area(LISTS["products"]), _area(LISTS["except_products"])
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for place in range(BANDS):
            label = {"place": place + 1}
            self.fields[f"from-{place}"] = forms.CharField(
                label=_("Band %(place)d from") % label, required=False, max_length=30
            )
            self.fields[f"value-{place}"] = forms.CharField(
                label=_("Band %(place)d pays") % label, required=False, max_length=30
            )
            self.fields[f"unit-{place}"] = forms.ChoiceField(
                label=_("Band %(place)d in") % label, choices=VALUE_WORDS, required=False
            )

    def band_rows(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """The fields of each band, side by side."""
        return [(self[f"from-{place}"], self[f"value-{place}"], self[f"unit-{place}"]) for place in range(BANDS)]

    def who_fields(self) -> list[forms.BoundField]:
        """Lists that say who takes part."""
        return [self[name] for name in WHO]

    def what_fields(self) -> list[forms.BoundField]:
        """Lists that say which products count."""
        return [self[name] for name in WHAT]

    def incentive(self) -> dict[str, Any]:
        """What was entered, as the document writes it; what is a default there is left out."""
        cleaned = self.cleaned_data
        said: dict[str, Any] = {"id": cleaned["id"], "kind": cleaned["kind"], "period": cleaned["period"]}
        for name in ("name", "cap", "minimum", "exclusive_group"):
            if cleaned[name]:
                said[name] = cleaned[name]
        defaults = {"payee": "partner", "measure": "net_amount", "method": "retrospective"}
        said |= {name: cleaned[name] for name, usual in defaults.items() if cleaned[name] != usual}
        for part, names in (("who", WHO), ("what", WHAT)):
            lists = {name: _lines(cleaned[name]) for name in names if _lines(cleaned[name])}
            if lists:
                said[part] = lists
        said["bands"] = [self._band(place) for place in range(BANDS) if cleaned[f"from-{place}"]]
        return said

    def _band(self, place: int) -> dict[str, str]:
        start, value = self.cleaned_data[f"from-{place}"], self.cleaned_data[f"value-{place}"]
        unit = self.cleaned_data[f"unit-{place}"] or "rate"
        if unit == "rate" and value and not value.endswith("%"):
            value += "%"
        if self.cleaned_data["measure"] == "growth" and not start.endswith("%"):
            start += "%"
        return {"from": start, unit: value}


def initial_of(incentive: dict[str, Any], revision: int) -> dict[str, Any]:
    """What the form shows for an incentive as the document writes it."""
    plain = ("id", "name", "kind", "payee", "period", "measure", "method", "cap", "minimum", "exclusive_group")
    shown: dict[str, Any] = {name: str(incentive[name]) for name in plain if name in incentive} | {"revision": revision}
    for part, names in (("who", WHO), ("what", WHAT)):
        lists = incentive.get(part)
        for name in names:
            values = lists.get(name) if isinstance(lists, dict) else None
            shown[name] = "\n".join(map(str, values)) if isinstance(values, list) else ""
    bands = incentive.get("bands")
    for place, band in enumerate(bands if isinstance(bands, list) else ()):
        if isinstance(band, dict):
            unit = next((each for each in VALUES if each in band), "rate")
            shown |= {f"from-{place}": band.get("from"), f"value-{place}": band.get(unit), f"unit-{place}": unit}
    return shown


def fits(incentive: dict[str, Any]) -> bool:
    """Whether the form can show a whole incentive: it has room for so many bands."""
    bands = incentive.get("bands")
    return not isinstance(bands, list) or len(bands) <= BANDS


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


class ProgramForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)


class PublishForm(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        help_text=_("What changes and why, for the partners who read it."),
        widget=forms.Textarea({"rows": 3}),
    )


def _day(label: object, *, required: bool = True, help_text: object = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)  # type: ignore[arg-type]


class HoldingForm(forms.Form):
    """Who gets a territory, from when to when."""

    holder = forms.ChoiceField(label=_("Holder"))
    from_on = _day(_("From"))
    until_on = _day(_("Until before"), required=False, help_text=_("Empty: until further notice."))
    reason = forms.CharField(label=_("Why"), max_length=300, required=False, help_text=_("The holder reads this."))
    confirmed = forms.BooleanField(label=_("Counsel knows of this. Give the territory all the same."), required=False)

    def __init__(self, *args: Any, holders: Sequence[Holder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holders = {each.number or OWN_SALES: each for each in holders}
        field = self.fields["holder"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, each.name or gettext("Your own direct sales")) for key, each in self.holders.items()]

    def holder_id(self) -> UUID:
        return self.holders[self.cleaned_data["holder"]].organization_id


class EndForm(forms.Form):
    until_on = _day(_("First day on which it is not held any more"))


class ResultForm(forms.Form):
    """What a covenant came to in a period. `measures` says for each period whether money (its currency) or "" counts."""

    period = forms.ChoiceField(label=_("Period"))
    figure = forms.CharField(
        label=_("Result"),
        max_length=30,
        help_text=_("Digits with a decimal point, such as 184250.50. What went back may make it negative."),
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    source = forms.CharField(
        label=_("Where the figure comes from"),
        max_length=300,
        help_text=_("The report or book, so that the holder can follow it. The holder reads this."),
    )
    from_on = _day(_("A consequence holds from"), required=False, help_text=_("Empty: from today."))

    def __init__(self, *args: Any, periods: Sequence[tuple[str, str]], measures: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measures = measures
        field = self.fields["period"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(periods)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        said, currency = cleaned.get("figure"), self.measures.get(cleaned.get("period", ""))
        if said is None or currency is None:
            return cleaned
        digits = minor_digits(currency) if currency else 9
        decimals = rf"(\.[0-9]{{1,{digits}}})?" if digits else ""
        if not re.fullmatch(rf"-?[0-9]{{1,12}}{decimals}", said):
            told = {"digits": digits, "currency": currency}
            words = _("An amount in %(currency)s: digits, at most %(digits)s after the point.") % told
            self.add_error("figure", words if currency else _("A quantity: digits, at most 9 after the point."))
            return cleaned
        cleaned["figure"] = Money.from_decimal(Decimal(said), currency) if currency else Decimal(said)
        return cleaned
