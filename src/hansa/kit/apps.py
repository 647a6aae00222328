from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "hansa.kit"
    label = "kit"
