from django.urls import path

from hansa.ledger.web.views import books, periods, rates

ledger = "networks/<slug:slug>/ledger"

urlpatterns = [
    path(ledger, books.accounts, name="ledger"),
    path(f"{ledger}/accounts/<uuid:account_id>", books.account, name="account"),
    path(f"{ledger}/journals", books.journals, name="journals"),
    path(f"{ledger}/journals/<slug:code>", books.journal, name="journal"),
    path(f"{ledger}/transactions/<uuid:transaction_id>", books.transaction, name="transaction"),
    path(f"{ledger}/transactions/<uuid:transaction_id>/reversal", books.reversal, name="reversal"),
    path(f"{ledger}/verification", books.verification, name="verification"),
    path(f"{ledger}/periods", periods.periods, name="periods"),
    path(f"{ledger}/periods/<slug:starts_on>/closing", periods.closing, name="closing"),
    path(f"{ledger}/periods/<slug:starts_on>/seal", periods.seal, name="seal"),
    path("networks/<slug:slug>/rates", rates.rates, name="rates"),
    path("networks/<slug:slug>/rates/import", rates.import_rates, name="import_rates"),
    path("networks/<slug:slug>/rates/entry", rates.enter, name="enter_rate"),
]
