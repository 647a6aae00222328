"""How each sender writes its reports, and which months of it are out of the ordinary."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hansa.site.demo.world.companies import BRUMEVAL, DISTRIBUTOR_CONTINENT, DISTRIBUTOR_ISLES, VENDOR
from hansa.site.demo.world.records import Layout

VENDOR_HEADERS = {
    "invoice": "Billing doc", "invoice_line": "Item", "serial": "Serial no", "sold_on": "Billing date",
    "partner": "Sold-to", "partner_name": "Sold-to name", "product": "Material", "product_name": "Description",
    "quantity": "Billed qty", "net_amount": "Net value", "unit_price": "Net price", "currency": "Curr",
    "distributor": "Via", "rep": "Sales rep", "territory": "Area", "end_customer": "End customer", "country": "Ctry",
}  # fmt: skip
GERMAN_HEADERS = {
    "invoice": "Rechnungsnummer", "invoice_line": "Pos", "serial": "Seriennummer", "sold_on": "Rechnungsdatum",
    "partner": "Partnernummer", "partner_name": "Händlername", "product": "Artikelnummer",
    "product_name": "Bezeichnung", "quantity": "Menge", "net_amount": "Nettobetrag", "unit_price": "Einzelpreis",
    "currency": "Währung", "distributor": "Großhändler", "rep": "Verkäufer", "territory": "Gebiet",
    "end_customer": "Endkunde", "country": "Land",
}  # fmt: skip
FRENCH_HEADERS = {
    "invoice": "Numéro de facture", "invoice_line": "Ligne", "serial": "Numéro de série", "sold_on": "Date facture",
    "partner": "Code revendeur", "partner_name": "Nom du revendeur", "product": "Référence",
    "product_name": "Désignation", "quantity": "Quantité", "net_amount": "Montant HT", "unit_price": "Prix unitaire",
    "currency": "Devise", "rep": "Vendeur", "end_customer": "Client final", "country": "Pays",
}  # fmt: skip

VENDOR_CSV = Layout("csv", VENDOR_HEADERS)
GERMAN_CSV = Layout("csv", GERMAN_HEADERS, decimal=",", thousands=".", date_format="%d.%m.%Y", delimiter=";")
GERMAN_XLSX = Layout("xlsx", GERMAN_HEADERS, date_format="%d.%m.%Y")
X12 = Layout("x12-867", None)
EDIFACT = Layout("edifact-slsrpt", None)
FRENCH_PARQUET = Layout("parquet", FRENCH_HEADERS)
FRENCH_XLSX = Layout("xlsx", FRENCH_HEADERS, date_format="%d/%m/%Y")

# Months by their place in the three years (0 is the oldest, 35 the newest).
GERMAN_XLSX_UNTIL = 8
WRONG_DELIMITER, LATIN_1 = 28, 32
EDIFACT_MONTHS = range(18, 24)
UNPRICED_MONTHS = frozenset({6, 7, 8, 9, 33})
FRENCH_FROM, FRENCH_XLSX_FROM = 12, 28
SENT_TWICE = (VENDOR, 31)
RESENT = ((DISTRIBUTOR_ISLES, 30), (DISTRIBUTOR_CONTINENT, 34))
SENDERS = (VENDOR, DISTRIBUTOR_CONTINENT, DISTRIBUTOR_ISLES, BRUMEVAL)

_FILE_NAMES = {
    (VENDOR, "csv"): "pos_extract_{:%Y-%m}.csv",
    (DISTRIBUTOR_CONTINENT, "csv"): "Abverkauf_{:%Y-%m}.csv",
    (DISTRIBUTOR_CONTINENT, "xlsx"): "Abverkauf {:%m %Y}.xlsx",
    (DISTRIBUTOR_ISLES, "x12-867"): "FOX867_{:%Y%m}.edi",
    (DISTRIBUTOR_ISLES, "edifact-slsrpt"): "FOXSLSRPT_{:%Y%m}.edi",
    (BRUMEVAL, "parquet"): "brumeval-ventes-{:%Y-%m}.parquet",
    (BRUMEVAL, "xlsx"): "brumeval ventes {:%Y-%m}.xlsx",
}


@dataclass(frozen=True, slots=True)
class Manner:
    """A sender's month: how it should be written, how it is, and under which name (a pattern for the month)."""

    habit: Layout
    layout: Layout
    file_name: str
    flaw: str = ""


def manner(sender: str, place: int) -> Manner | None:
    """How `sender` reports the month at `place`; None before it began to report."""
    if sender == VENDOR:
        return _plain(sender, VENDOR_CSV)
    if sender == DISTRIBUTOR_CONTINENT:
        return _german(place)
    if sender == DISTRIBUTOR_ISLES:
        layout = EDIFACT if place in EDIFACT_MONTHS else replace(X12, priced=place not in UNPRICED_MONTHS)
        return _plain(sender, layout, "" if layout.priced else "prices_absent")
    if place < FRENCH_FROM:
        return None
    return _plain(sender, FRENCH_PARQUET if place < FRENCH_XLSX_FROM else FRENCH_XLSX)


def _plain(sender: str, layout: Layout, flaw: str = "") -> Manner:
    return Manner(layout, layout, _FILE_NAMES[sender, layout.format], flaw)


def _german(place: int) -> Manner:
    if place < GERMAN_XLSX_UNTIL:
        return _plain(DISTRIBUTOR_CONTINENT, GERMAN_XLSX)
    usual = _plain(DISTRIBUTOR_CONTINENT, GERMAN_CSV)
    if place == WRONG_DELIMITER:
        return replace(usual, layout=replace(GERMAN_CSV, delimiter="\t"), flaw="wrong_delimiter")
    if place == LATIN_1:
        return replace(usual, layout=replace(GERMAN_CSV, encoding="cp1252"), flaw="latin1")
    return usual
