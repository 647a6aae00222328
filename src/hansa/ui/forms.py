"""How forms look: `{{ form }}` and `{{ field.as_field_group }}` render this project's markup with accessible errors.

Settings: `FORM_RENDERER = "hansa.ui.forms.Renderer"`.
"""

from __future__ import annotations

from typing import Any

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Widget
from django.forms.renderers import DjangoTemplates
from django.template.loader import get_template


class HansaBoundField(BoundField):
    """A field whose widget carries the classes of the stylesheet and says whether its value was refused."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        """Add the class of the widget's kind, and `is-invalid` where the field has errors."""
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        classes = [widget.attrs.get("class", ""), widget_class(widget), "is-invalid" if self.errors else ""]
        built["class"] = " ".join(filter(None, classes))
        return built

    @property
    def is_check(self) -> bool:
        """Whether the widget is a single box, which stands before its label."""
        return isinstance(self.field.widget, CheckboxInput)

    @property
    def is_optional(self) -> bool:
        """Whether the field may be left empty, which is said beside its label."""
        return not self.field.required and not self.is_check


def widget_class(widget: Widget) -> str:
    """The stylesheet's class for a kind of widget."""
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "form-choices"
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    if isinstance(widget, Select):
        return "form-select"
    return "form-control"


class Renderer(DjangoTemplates):
    """Forms and fields are rendered by the project's templates with the site's engine, widgets by Django's own."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = HansaBoundField

    def get_template(self, template_name: str) -> Any:
        """The project's template for a name under `ui/`, else Django's."""
        return get_template(template_name) if template_name.startswith("ui/") else super().get_template(template_name)
