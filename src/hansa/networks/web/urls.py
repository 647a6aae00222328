from django.urls import path

from hansa.networks.web.views import inviting, network, partner, partners, roster

urlpatterns = [
    path("networks/", network.networks, name="networks"),
    path("networks/new", network.found, name="found"),
    path("networks/<slug:slug>/", network.network, name="network"),
    path("networks/<slug:slug>/edit", network.edit, name="edit"),
    path("networks/<slug:slug>/application", network.application, name="apply"),
    path("networks/<slug:slug>/stewards", network.steward, name="steward"),
    path("networks/<slug:slug>/partners", partners.partners, name="partners"),
    path("networks/<slug:slug>/partners/export", partners.export, name="export"),
    path("networks/<slug:slug>/partners/duplicates", partners.duplicates, name="duplicates"),
    path("networks/<slug:slug>/partners/invite", inviting.invite, name="invite"),
    path("networks/<slug:slug>/partners/companies", inviting.companies, name="companies"),
    path("networks/<slug:slug>/partners/import", roster.import_list, name="import"),
    path("networks/<slug:slug>/partners/<str:code>", partner.partner, name="partner"),
    path("networks/<slug:slug>/partners/<str:code>/standing", partner.standing, name="standing"),
    path("networks/<slug:slug>/partners/<str:code>/state", partner.move, name="move"),
]
