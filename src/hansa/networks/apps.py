from django.apps import AppConfig


class NetworksConfig(AppConfig):
    name = "hansa.networks"
    label = "networks"
