"""Headers in many habits, and the one normalisation of names."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.engines.intake import FIELDS, Formats, aliases, header_signature, normalise, suggest_mapping, take_rows
from hansa.engines.intake.fields import header_key, missing_fields
from hansa.engines.intake.tests.reports import REFERENCES, RULES, lines_of


def test_german_headers_are_mapped():
    headers = [
        "Rechnungsnummer",
        "Pos.",
        "Rechnungsdatum",
        "Kunden-Nr.",
        "Kundenname",
        "Artikelnummer",
        "Bezeichnung",
        "Menge",
        "Netto",
        "Währung",
    ]

    assert list(suggest_mapping(headers).items()) == [
        ("invoice", "Rechnungsnummer"),
        ("invoice_line", "Pos."),
        ("sold_on", "Rechnungsdatum"),
        ("partner", "Kunden-Nr."),
        ("partner_name", "Kundenname"),
        ("product", "Artikelnummer"),
        ("product_name", "Bezeichnung"),
        ("quantity", "Menge"),
        ("net_amount", "Netto"),
        ("currency", "Währung"),
    ]


def test_headers_of_a_data_warehouse_are_mapped():
    headers = [
        "SalesOrderNumber",
        "OrderDate",
        "ProductKey",
        "ResellerKey",
        "EmployeeKey",
        "SalesTerritoryKey",
        "OrderQuantity",
        "UnitPrice",
        "TotalProductCost",
        "SalesAmount",
        "StandardCost",
    ]

    assert suggest_mapping(headers) == {
        "invoice": "SalesOrderNumber",
        "sold_on": "OrderDate",
        "partner": "ResellerKey",
        "product": "ProductKey",
        "quantity": "OrderQuantity",
        "net_amount": "SalesAmount",
        "unit_price": "UnitPrice",
        "rep": "EmployeeKey",
        "territory": "SalesTerritoryKey",
    }


def test_what_the_sender_confirmed_before_wins():
    assert suggest_mapping(["Amount", "Total", "Qty"], remembered={"net_amount": "Total", "rep": "Gone"}) == {
        "quantity": "Qty",
        "net_amount": "Total",
    }


def test_no_alias_belongs_to_two_fields():
    keys = [(header_key(name), field.key) for field in FIELDS for name in {field.key, *field.aliases}]

    assert {key for key, _ in set(keys) if len({field for other, field in keys if other == key}) > 1} == set()


def test_the_signature_knows_neither_order_nor_spelling():
    assert (
        header_signature(["SKU", "Invoice No."])
        == header_signature(["invoice_number", "sku"])
        != header_signature(["SKU"])
    )


def test_a_name_stands_in_for_an_id():
    assert [field.key for field in missing_fields({"partner_name": "Name", "product": "SKU", "sold_on": "Day"})] == [
        "quantity"
    ]


def test_names_are_normalised():
    pairs = {
        "ACME Ltd.": "acme ltd",
        "acme\u200b\u00a0LTD": "acme ltd",
        "ＡＣＭＥ ltd": "acme ltd",
        "Straße & Söhne": "strasse & söhne",
        "A.C.M.E.": "a c m e",
        "ﬁne": "fine",
        "АСМЕ": "асме",
        "   ": "",
        "x_y-z": "x y z",
    }

    assert {text: normalise(text) for text in pairs} == pairs


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


NAMES = st.lists(st.text(alphabet="aB-ß ﬁÅé\u200b\u00a0_'&.Я", max_size=8), min_size=1, max_size=40)


@settings(max_examples=10, deadline=None)
@given(texts=NAMES)
def test_the_sql_side_finds_exactly_the_names_that_python_calls_equal(tmp_path_factory, texts):
    names = sorted({normalise(text) for text in texts} - {""})
    references = replace(REFERENCES, partners=aliases([("name", name, f"id of {name}") for name in names]))
    rows = [
        {
            "row": at,
            "partner": text,
            "product": "BIKE-1",
            "quantity": "1",
            "net_amount": "1",
            "currency": "USD",
            "sold_on": "2026-01-02",
            "invoice": str(at),
        }
        for at, text in enumerate(texts, start=1)
    ]

    taken = take_rows(
        rows, Formats(), name="names", references=references, rules=RULES, out=tmp_path_factory.mktemp("names") / "out"
    )

    found = {line["source_row"]: line["partner"] for line in lines_of(taken)}
    assert found == {at: f"id of {normalise(text)}" for at, text in enumerate(texts, start=1) if normalise(text)}
