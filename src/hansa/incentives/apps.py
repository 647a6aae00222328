from django.apps import AppConfig


class IncentivesConfig(AppConfig):
    name = "hansa.incentives"
    label = "incentives"
