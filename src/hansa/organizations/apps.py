from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "hansa.organizations"
    label = "organizations"
