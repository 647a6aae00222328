from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "hansa.customers"
    label = "customers"
