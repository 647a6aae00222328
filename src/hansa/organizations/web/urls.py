from django.urls import path

from hansa.organizations.web.views import entry, people, record, tokens

urlpatterns = [
    path("acting", entry.act_for, name="acting"),
    path("invitations/<str:secret>", entry.invitation, name="invitation"),
    path("settings/organization", record.record, name="record"),
    path("settings/organization/company", record.company, name="company"),
    path("settings/organization/address", record.address, name="address"),
    path("settings/organization/identifiers", record.identifiers, name="identifiers"),
    path("settings/people", people.people, name="people"),
    path("settings/people/<uuid:affiliation_id>", people.person, name="person"),
    path("settings/people/<uuid:affiliation_id>/suspension", people.suspend, name="suspend"),
    path("settings/people/<uuid:affiliation_id>/resumption", people.resume, name="resume"),
    path("settings/people/<uuid:affiliation_id>/end", people.end, name="end"),
    path("settings/invitations", people.invite, name="invite"),
    path("settings/invitations/<uuid:invitation_id>/withdrawal", people.withdraw, name="withdraw"),
    path("settings/tokens", tokens.tokens, name="tokens"),
    path("settings/tokens/new", tokens.new_token, name="new_token"),
    path("settings/tokens/<uuid:token_id>/revocation", tokens.revoke, name="revoke"),
]
