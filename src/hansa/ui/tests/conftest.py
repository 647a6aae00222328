from collections.abc import Callable
from typing import Any

import pytest
from django.template import Context, Template
from django.test import override_settings


@pytest.fixture(autouse=True)
def _ui_settings():
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    renderer = "hansa.ui.forms.Renderer"
    with override_settings(
        STORAGES=plain, STATIC_URL="/static/", FORM_RENDERER=renderer, LANGUAGE_CODE="en", TIME_ZONE="Europe/Berlin"
    ):
        yield


@pytest.fixture
def rendered() -> Callable[..., str]:
    """Renders a piece of template as a page would, with the given context."""

    def render(source: str, **context: Any) -> str:
        return " ".join(Template("{% load hansa %}" + source).render(Context(context)).split())

    return render
