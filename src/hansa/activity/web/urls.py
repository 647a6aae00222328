from django.urls import path

from hansa.activity.web import views

urlpatterns = [
    path("networks/<slug:slug>/events", views.events, name="events"),
    path("networks/<slug:slug>/events/verification", views.verification, name="verification"),
    path("networks/<slug:slug>/events/export", views.export, name="export"),
]
