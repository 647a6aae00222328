from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "hansa.ledger"
    label = "ledger"
