from django.apps import AppConfig


class ActivityConfig(AppConfig):
    name = "hansa.activity"
    label = "activity"
