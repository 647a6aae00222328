from django.urls import path
from django.views.generic import RedirectView

from hansa.people.web import views

urlpatterns = [
    path("settings/", RedirectView.as_view(pattern_name="people:profile"), name="settings"),
    path("settings/profile", views.profile, name="profile"),
    path("settings/security", RedirectView.as_view(pattern_name="mfa_index"), name="security"),
]
