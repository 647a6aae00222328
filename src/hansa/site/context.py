"""What every page's frame needs: who acts for whom, navigation, theme."""

from __future__ import annotations

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of `ui/base.html`."""
    person = getattr(request, "user", None)
    return {
        "affiliations": getattr(request, "affiliations", []),
        "affiliation": getattr(request, "affiliation", None),
        "theme": request.COOKIES.get("theme") or getattr(person, "theme", "light"),
        "navigation": [],
        "new_menu": [],
    }
