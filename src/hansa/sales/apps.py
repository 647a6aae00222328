from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "hansa.sales"
    label = "sales"
