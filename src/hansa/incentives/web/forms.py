from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansa.incentives.rules import Settleable, earliest_unsettled


class NewRunForm(forms.Form):
    what = forms.ChoiceField(label=gettext_lazy("Period and program version"))

    def __init__(self, *args: object, periods: Sequence[Settleable], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        ended = [each for each in periods if each.ended]
        fresh = [(each.key, f"{each.period} · {each.version}") for each in ended if each.settled_at is None]
        again = [(each.key, f"{each.period} · {each.version}") for each in reversed(ended) if each.settled_at]
        groups = [(_("Not settled yet"), fresh), (_("Settled before: posts the difference"), again)]
        field = self.fields["what"]
        field.choices = [group for group in groups if group[1]]  # type: ignore[attr-defined]
        first = earliest_unsettled(periods)
        field.initial = first.key if first else None

    def chosen(self) -> tuple[str, str]:
        """Code of the version, and the period's label."""
        version, _colon, period = str(self.cleaned_data["what"]).partition(":")
        return version, period
