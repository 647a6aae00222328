from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from hansa.catalog.operations import LARGEST_LIST


class ListForm(forms.Form):
    """A file of products, or of prices."""

    file = forms.FileField(label=_("File"), allow_empty_file=True)

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_LIST:
            raise forms.ValidationError(_("Send at most %(most)d MB."), params={"most": LARGEST_LIST // 1024 // 1024})
        return upload


class PriceListForm(ListForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    currency = forms.CharField(label=_("Currency"), max_length=3, help_text=_("Three letters, such as EUR."))
    valid_from = forms.DateField(
        label=_("Valid from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    valid_until = forms.DateField(
        label=_("Valid until before"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The first day on which it is not valid any more; empty: until further notice."),
    )

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


@contextmanager
def on_disk(upload: UploadedFile[Any]) -> Iterator[Path]:
    """An upload as a file without a name of the sender's choosing, gone afterwards."""
    with NamedTemporaryFile(prefix="hansa-list-") as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        yield Path(file.name)
