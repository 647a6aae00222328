"""Products and price lists on screen and over the API."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hansa.catalog.models import PriceList, Product
from hansa.catalog.operations import take_products
from hansa.catalog.rules import ProductEntry
from hansa.catalog.tests.conftest import NOW
from hansa.kit.pagination import SIZE
from hansa.kit.scope import acting, system

pytestmark = pytest.mark.django_db

API = "/api/v1/networks/nordwind"
BOOKKEEPING = ("SAVEPOINT", "RELEASE", "select set_config")


def page(name, **query):
    return reverse(f"catalog:{name}", kwargs={"slug": "nordwind"}, query=query or None)


def upload(text):
    return {"file": SimpleUploadedFile("list.csv", text.encode())}


@pytest.fixture
def products(shop):
    with acting(shop.scope("vendor")):
        entries = [ProductEntry(f"B-{n:03}", f"Bike {n:03}", "Bikes") for n in range(60)]
        take_products(network=shop.network, entries=[*entries, ProductEntry("H-1", "Helmet", "Safety")], at=NOW)


def test_products_are_imported_from_a_file(signed_in):
    client = signed_in("vendor")
    answer = client.post(page("import_products"), upload("sku,name,category\nB-1,<b>Bike</b>,Bikes\n"))
    assert answer.headers["Location"] == page("products")
    text = client.get(page("products")).content.decode()
    assert "1 product is new." in text
    assert "&lt;b&gt;Bike&lt;/b&gt;" in text


def test_problems_of_a_file_are_listed_and_nothing_is_taken(signed_in):
    answer = signed_in("vendor").post(page("import_products"), upload("sku,name\n,Bike\n"))
    assert answer.status_code == 422
    assert "What must be corrected in the file" in answer.content.decode()
    with acting(system("looking in a test")):
        assert not Product.objects.exists()


def test_products_are_searched_and_paged_with_few_queries(products, signed_in):
    client = signed_in("member")
    with CaptureQueriesContext(connection) as asked:
        text = client.get(page("products")).content.decode()
    assert len([q for q in asked.captured_queries if not q["sql"].startswith(BOOKKEEPING)]) <= 12
    assert text.count('scope="row"') == SIZE
    assert 'rel="next"' in text
    assert "Import products" not in text
    assert client.get(page("products", q="helm")).content.decode().count('scope="row"') == 1
    assert client.get(page("products", category="Safety")).content.decode().count('scope="row"') == 1


def test_a_price_list_is_imported_and_opened(products, signed_in):
    client = signed_in("vendor")
    said = {"name": "List 2026", "currency": "eur", "valid_from": "2026-01-01", "valid_until": ""}
    wrong = client.post(page("import_prices"), {**said, **upload("sku,unit_price\nX,1.00\n")})
    assert (wrong.status_code, "the SKU of a product of this network" in wrong.content.decode()) == (422, True)

    answer = client.post(page("import_prices"), {**said, **upload("sku,unit_price\nB-001,499.50\n")})
    assert "499.5" in client.get(answer.headers["Location"]).content.decode()
    assert "List 2026" in client.get(page("price_lists")).content.decode()


@pytest.mark.parametrize("name", ["member", "stranger"])
def test_price_lists_and_imports_are_the_operators_alone(products, signed_in, name):
    client = signed_in(name)
    for address in ("price_lists", "import_prices", "import_products"):
        assert client.get(page(address)).status_code == 404
    assert client.post(page("import_products"), upload("sku,name\nZ,Z\n")).status_code == 404
    assert client.get(page("products")).status_code == (200 if name == "member" else 404)
    with acting(system("looking in a test")):
        assert Product.objects.count() == 61


def test_the_api_takes_and_gives_the_same(signed_in):
    client = signed_in("vendor")

    def post(path, body):
        return client.post(f"{API}/{path}", json.dumps(body), content_type="application/json")

    assert post("products", {"products": [{"sku": "B-1", "name": "Bike", "category": "Bikes"}]}).json() == {"new": 1}
    assert client.get(f"{API}/products").json()["items"] == [
        {"sku": "B-1", "name": "Bike", "category": "Bikes", "family": ""}
    ]
    said = {"name": "List", "currency": "EUR", "valid_from": "2026-01-01"}
    taken = post("price-lists", {**said, "prices": [{"sku": "B-1", "unit_price": "499.00"}]})
    assert (taken.status_code, taken.json()["prices"]) == (201, 1)
    prices = client.get(f"{API}/price-lists/{taken.json()['id']}/prices").json()["items"]
    assert prices == [{"sku": "B-1", "name": "Bike", "unit_price": "499.000000"}]
    assert post("price-lists", {**said, "prices": [{"sku": "B-1", "unit_price": "NaN"}]}).status_code == 422


def test_the_api_answers_outsiders_as_if_nothing_were_there(products, signed_in):
    client = signed_in("stranger")
    for path in ("products", "price-lists"):
        assert client.get(f"{API}/{path}").status_code == 404
        assert client.post(f"{API}/{path}", "{}", content_type="application/json").status_code in {404, 422}
    with acting(system("looking in a test")):
        assert (Product.objects.count(), PriceList.objects.count()) == (61, 0)
