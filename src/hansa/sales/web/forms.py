from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hansa.engines import intake
from hansa.kit.failures import Failure
from hansa.networks.models import Network
from hansa.sales.queries import senders_for

MONTHS_OFFERED = 36
DECIMALS = [(".", _("a point: 1234.50")), (",", _("a comma: 1234,50"))]
THOUSANDS = [
    ("", _("nothing: 1234")),
    (",", _("a comma: 1,234")),
    (".", _("a point: 1.234")),
    (" ", _("a space: 1 234")),
    ("'", _("an apostrophe: 1'234")),
]
DATES = [("ymd", _("year, month, day: 2026-01-31")), ("dmy", _("day, month, year: 31.01.2026")),
         ("mdy", _("month, day, year: 01/31/2026"))]  # fmt: skip


def months_until(today: date) -> list[date]:
    """The months that are offered for a report, the last whole one first."""
    this = today.year * 12 + today.month - 1
    numbers = [this - 1, this, *range(this - 2, this - MONTHS_OFFERED, -1)]
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


class SendForm(forms.Form):
    file = forms.FileField(label=_("File"), allow_empty_file=True)
    sender = forms.ChoiceField(label=_("Sender"), help_text=_("Whose sales the file reports."))
    month = forms.ChoiceField(label=_("Month"), help_text=_("A month sent again replaces the earlier report."))

    def __init__(self, *args: Any, network: Network, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.senders = {str(organization.id): organization for organization in senders_for(network)}
        senders = [(key, organization.name) for key, organization in self.senders.items()]
        self._choose("sender", senders if len(senders) == 1 else [("", gettext("Choose whose report it is")), *senders])
        self._choose("month", [(month.isoformat(), f"{month:%Y-%m}") for month in months_until(today)])
        if len(senders) > 10:
            self.fields["sender"].widget.attrs["data-select"] = ""

    def _choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_sender(self) -> Any:
        return self.senders[self.cleaned_data["sender"]]

    def clean_month(self) -> date:
        return date.fromisoformat(self.cleaned_data["month"])


class ReadingForm(forms.Form):
    """One list of the file's columns for each field, and how numbers and days are written."""

    decimal = forms.ChoiceField(label=_("Before the decimals stands"), choices=DECIMALS)
    thousands = forms.ChoiceField(label=_("Between thousands stands"), choices=THOUSANDS, required=False)
    date = forms.ChoiceField(label=_("Days are written as"), choices=DATES)

    def __init__(self, *args: Any, headers: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [("", gettext("not in this file")), *((header, header) for header in headers)]
        for field in intake.FIELDS:
            self.fields[field.key] = forms.ChoiceField(label=gettext(field.label), choices=options, required=False)

    def mapping(self) -> dict[str, str]:
        return {f.key: self.cleaned_data[f.key] for f in intake.FIELDS if self.cleaned_data.get(f.key)}

    def formats(self) -> dict[str, str]:
        return {part: self.cleaned_data[part] for part in ("decimal", "thousands", "date")}


def start_of_reading(reading: Mapping[str, Any]) -> dict[str, str]:
    """The form's first values: what was suggested for this file."""
    return {**reading.get("formats", {}), **reading.get("suggested", {})}


def say_problems(form: forms.Form, failure: Failure) -> None:
    """Put an operation's problems at the fields that they are about."""
    for problem in failure.problems:
        form.add_error(problem.column if problem.column in form.fields else None, problem.expected)
    if not failure.problems:
        form.add_error(None, failure.detail)
