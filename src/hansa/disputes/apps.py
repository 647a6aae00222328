from django.apps import AppConfig


class DisputesConfig(AppConfig):
    name = "hansa.disputes"
    label = "disputes"
