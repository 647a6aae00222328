"""Every address. Modules' screens live below their network; what belongs to a person or organization, below /settings."""

from importlib.util import find_spec

from django.urls import include, path

from hansa.site import health
from hansa.site.api import api

SCREENS = (
    "people",
    "organizations",
    "networks",
    "catalog",
    "programs",
    "ledger",
    "disputes",
    "customers",
    "deals",
    "sales",
    "incentives",
    "activity",
    "site",
)

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/", api.urls),
    path("accounts/", include("allauth.urls")),
    *[
        path("", include((f"hansa.{module}.web.urls", module)))
        for module in SCREENS
        if find_spec(f"hansa.{module}.web") and find_spec(f"hansa.{module}.web.urls")
    ],
]
