"""The fields that a sales report may carry, and which of the sender's headers means which field."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hansa.engines.intake.text import normalise

Kind = Literal["text", "day", "number", "currency"]


@dataclass(frozen=True, slots=True)
class Field:
    """A canonical field: `aliases` are headers seen in the wild, compared without case, spaces and punctuation."""

    key: str
    label: str
    required: bool
    kind: Kind
    aliases: tuple[str, ...]


FIELDS: tuple[Field, ...] = (
    Field("invoice", "Invoice number", False, "text", (
        "Invoice", "Invoice No", "Invoice Nbr", "Invoice Num", "Inv", "Inv No", "Inv Nbr", "Document No", "Order No",
        "Order Number", "Sales Order Number", "Sales Order", "Receipt", "Receipt No", "Transaction ID", "Rechnung",
        "Rechnungsnummer", "Rechnungsnr", "Belegnummer", "Beleg-Nr", "Numéro de facture", "No facture", "Facture",
        "Factura", "Número de factura", "Fattura", "Numero fattura", "Factuurnummer", "Fakturanummer",
    )),
    Field("invoice_line", "Invoice line", False, "text", (
        "Invoice Line", "Invoice Line No", "Line", "Line No", "Line Number", "Line Nbr", "Line Item",
        "Item No in Invoice", "Inv Line", "Order Line", "Position", "Pos", "Pos Nr", "Rechnungsposition", "Ligne",
        "Numéro de ligne", "Línea", "Riga", "Regel",
    )),
    Field("serial", "Serial number", False, "text", (
        "Serial", "Serial No", "Serial Nbr", "S/N", "SN", "IMEI", "Seriennummer", "Numéro de série",
        "Número de serie", "Numero di serie", "Serienummer",
    )),
    Field("sold_on", "Sold on", True, "day", (
        "Sold On", "Sale Date", "Sales Date", "Date Sold", "Invoice Date", "Inv Date", "Order Date",
        "Transaction Date", "Trans Date", "Ship Date", "Document Date", "Date", "Day", "Datum", "Rechnungsdatum",
        "Belegdatum", "Verkaufsdatum", "Date de facture", "Date facture", "Date de vente", "Fecha",
        "Fecha de factura", "Data", "Data fattura", "Factuurdatum",
    )),
    Field("partner", "Partner (reseller) id", True, "text", (
        "Partner", "Partner ID", "Partner No", "Partner Code", "Reseller", "Reseller ID", "Reseller No",
        "Reseller Key", "Dealer", "Dealer ID", "Dealer No", "Dealer Code", "Account No", "Account Number", "Sold To",
        "Sold To ID", "Sold To No", "Customer ID", "Customer No", "Customer Number", "Cust No", "Cust Nbr",
        "Kundennummer", "Kunden-Nr", "Händlernummer", "Händler", "Partnernummer", "Revendeur", "Code revendeur",
        "Code client", "Numéro client", "Cliente", "Código de cliente", "Codice cliente", "Rivenditore",
        "Klantnummer",
    )),
    Field("partner_name", "Partner name", False, "text", (
        "Partner Name", "Reseller Name", "Dealer Name", "Sold To Name", "Account Name", "Customer Name", "Cust Name",
        "Händlername", "Kundenname", "Nom du revendeur", "Nom client", "Nombre del cliente", "Nombre cliente",
        "Nome cliente", "Klantnaam",
    )),
    Field("product", "Product (SKU)", True, "text", (
        "Product", "SKU", "Product ID", "Product No", "Product Number", "Product Code", "Product Key", "Part",
        "Part No", "Part Number", "Part Nbr", "PN", "P/N", "MPN", "Mfr Part No", "Manufacturer Part Number",
        "Vendor Part No", "Item", "Item No", "Item Number", "Item Code", "Material", "Material No", "EAN", "GTIN",
        "UPC", "Artikel", "Artikelnummer", "Artikel-Nr", "Materialnummer", "Produktnummer", "Référence",
        "Code article", "Article", "Artículo", "Código de producto", "Codice articolo", "Articolo", "Artikelcode",
    )),
    Field("product_name", "Product name", False, "text", (
        "Product Name", "Product Description", "Item Description", "Item Name", "Part Description", "Description",
        "Desc", "Bezeichnung", "Artikelbezeichnung", "Produktname", "Désignation", "Libellé", "Descripción",
        "Descrizione", "Omschrijving",
    )),
    Field("quantity", "Quantity", True, "number", (
        "Quantity", "Qty", "Qty Sold", "Quantity Sold", "Order Quantity", "Invoice Qty", "Invoiced Quantity",
        "Shipped Qty", "Units", "Units Sold", "Pieces", "Pcs", "Menge", "Anzahl", "Stück", "Stückzahl", "Quantité",
        "Qté", "Cantidad", "Quantità", "Aantal",
    )),
    Field("net_amount", "Net amount", False, "number", (
        "Net Amount", "Amount", "Amt", "Net Amt", "Net", "Net Value", "Net Sales", "Sales Amount", "Sales Value",
        "Extended Amount", "Extended Price", "Ext Price", "Ext Amt", "Line Total", "Line Amount", "Total", "Revenue",
        "Turnover", "POS Amount", "Betrag", "Nettobetrag", "Netto", "Nettowert", "Umsatz", "Montant", "Montant HT",
        "Montant net", "Importe", "Importe neto", "Importo", "Importo netto", "Bedrag", "Nettobedrag",
    )),
    Field("unit_price", "Unit price", False, "number", (
        "Unit Price", "Price", "Net Price", "Unit Net Price", "Price Each", "Selling Price", "Unit Cost", "Preis",
        "Stückpreis", "Einzelpreis", "Prix", "Prix unitaire", "Precio", "Precio unitario", "Prezzo",
        "Prezzo unitario", "Stuksprijs",
    )),
    Field("currency", "Currency", False, "currency", (
        "Currency", "Currency Code", "Curr", "Cur", "CCY", "ISO Currency", "Währung", "Waehrung", "Devise",
        "Monnaie", "Moneda", "Divisa", "Valuta",
    )),
    Field("distributor", "Distributor", False, "text", (
        "Distributor", "Distributor ID", "Distributor No", "Disti", "Disti ID", "Wholesaler", "Distributeur",
        "Distribuidor", "Distributore", "Großhändler",
    )),
    Field("rep", "Sales representative", False, "text", (
        "Rep", "Rep ID", "Sales Rep", "Salesrep", "Salesperson", "Sales Person", "Employee", "Employee ID",
        "Employee Key", "Agent", "Vertreter", "Verkäufer", "Außendienst", "Représentant", "Commercial", "Vendedor",
        "Agente", "Vertegenwoordiger",
    )),
    Field("territory", "Territory", False, "text", (
        "Territory", "Territory ID", "Sales Territory", "Sales Territory Key", "Region", "Area", "Gebiet",
        "Vertriebsgebiet", "Territoire", "Secteur", "Territorio", "Regione", "Zona", "Gebied",
    )),
    Field("end_customer", "End customer", False, "text", (
        "End Customer", "End User", "End Customer Name", "End User Name", "Ship To Name", "Endkunde", "Client final",
        "Cliente final", "Cliente finale", "Eindklant",
    )),
    Field("country", "Country", False, "text", (
        "Country", "Country Code", "Ship To Country", "End Customer Country", "Land", "Pays", "País", "Paese",
        "Nazione",
    )),
)  # fmt: skip

FIELD_KEYS: tuple[str, ...] = tuple(field.key for field in FIELDS)
LABELS: Mapping[str, str] = {field.key: field.label for field in FIELDS}
# A partner or a product may be told by its name alone; then the name's column stands in for the id's.
STAND_INS: Mapping[str, str] = {"partner": "partner_name", "product": "product_name"}


def header_key(header: str) -> str:
    """A header without case, spaces and punctuation: what two headers are compared by.

    >>> header_key(" Inv_Nbr. ")
    'invnbr'
    """
    key = re.sub(r"[\W_]+", "", normalise(header))
    return re.sub(r"(number|nummer|num|nr)$", "no", key) if key not in {"number", "nummer", "num", "nr"} else key


def header_signature(headers: Sequence[str]) -> str:
    """The same text for the same set of headers in whatever order and spelling: the key a remembered mapping is
    found by."""
    return hashlib.sha256("\x1f".join(sorted(header_key(header) for header in headers)).encode()).hexdigest()[:32]


def suggest_mapping(headers: Sequence[str], *, remembered: Mapping[str, str] | None = None) -> dict[str, str]:
    """Which header carries which field: what the sender confirmed before wins, then the known names in their order.

    A header serves one field only. Fields that no header fits are left out.

    >>> suggest_mapping(["inv_nbr", "Rechnungsdatum", "Part Number", "Qty"])
    {'invoice': 'inv_nbr', 'sold_on': 'Rechnungsdatum', 'product': 'Part Number', 'quantity': 'Qty'}
    """
    present = {header_key(header): header for header in reversed(headers)}
    found = {key: header for key, header in (remembered or {}).items() if header in headers and key in FIELD_KEYS}
    taken = set(found.values())
    for field in FIELDS:
        names = (header_key(name) for name in (field.key, *field.aliases))
        header = next((present[name] for name in names if name in present and present[name] not in taken), None)
        if field.key not in found and header is not None:
            found[field.key] = header
            taken.add(header)
    return {key: found[key] for key in FIELD_KEYS if key in found}


def missing_fields(mapping: Mapping[str, str]) -> tuple[Field, ...]:
    """The required fields that a mapping does not reach, by themselves or by their stand-in."""
    return tuple(
        field
        for field in FIELDS
        if field.required and field.key not in mapping and STAND_INS.get(field.key) not in mapping
    )
