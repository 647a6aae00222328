import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hansa.companies.models import Company
from hansa.customers.models import Account, AccountList, NamedAccount
from hansa.customers.operations import take_list
from hansa.customers.tests.conftest import NOW
from hansa.kit.scope import acting

PLACE = "/networks/nordwind/customers"
NAMED = "/networks/nordwind/named-accounts"
LISTS = "/networks/nordwind/customer-lists"


@pytest.fixture
def as_vendor(signed_in) -> Client:
    return signed_in("vendor")


def text_of(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_an_empty_directory_says_what_it_is_for(as_vendor):
    assert "Here stand the customers that you and your partners sell to." in text_of(as_vendor, PLACE)


def test_the_list_shows_identities_and_filters_by_country_and_segment(fair, as_vendor):
    fair.add("Quartz Harbour Ltd", country="GB", city="Hull")
    fair.add("Opal Ferries", country="DE")

    assert "Hull" in (page := text_of(as_vendor, PLACE))
    assert "Opal Ferries" in page
    assert "Opal Ferries" not in text_of(as_vendor, f"{PLACE}?country=GB")
    assert "No customer fits these filters." in text_of(as_vendor, f"{PLACE}?segment=Public")


def test_a_search_finds_a_misspelt_name(fair, as_vendor):
    fair.add("Quartz Harbour Ltd")

    assert "Quartz Harbour Ltd" in text_of(as_vendor, f"{PLACE}?q=Quarz+Harbor")
    assert "Nothing like it stands in the directory." in text_of(as_vendor, f"{PLACE}?q=Zzyzx")


def test_who_types_sees_candidates_with_their_reasons(fair, signed_in):
    fair.add("Quartz Harbour Ltd", city="Hull")
    page = text_of(signed_in("member"), f"{PLACE}/candidates?name=Quarz+Harbour")

    assert "Quartz Harbour Ltd" in page
    assert "1 customer may be meant." in page
    assert "<html" not in page


def test_nothing_is_looked_up_for_a_single_letter(fair, signed_in):
    fair.add("Q Ltd")

    assert "Q Ltd" not in text_of(signed_in("member"), f"{PLACE}/candidates?name=Q")


def test_a_customer_is_added_and_corrected(fair, as_vendor):
    said = {"name": "Quartz Harbour Ltd", "country": "GB", "segment": "Public", "owner": str(fair.people["vendor"].id)}
    made = as_vendor.post(f"{PLACE}/new", said)
    with acting(fair.scope("vendor")):
        company = Company.objects.get()
    as_vendor.post(f"{PLACE}/{company.code}/edit", {"name": "Opal Harbour", "country": "DE"})

    assert made.url == f"{PLACE}/{company.code}"
    page = text_of(as_vendor, made.url)
    assert "Opal Harbour" in page
    with acting(fair.scope("vendor")):
        assert Account.objects.get().owner_id is None


def test_what_is_wrong_is_said_at_its_field(as_vendor):
    answer = as_vendor.post(f"{PLACE}/new", {"name": "Quartz", "domain": "gmail.com"})

    assert answer.status_code == 422
    assert "this one belongs to a mail service" in answer.content.decode()


def test_a_member_sees_the_identity_and_nobodys_business(fair, signed_in):
    company = fair.add("Quartz Harbour Ltd", domain="quartz.com")
    with acting(fair.scope("vendor")):
        Account.objects.update(segment="Secret segment", reference="C-77")
    fair.name(company, "rival", family="Secret family", reason="Secret reason")
    client = signed_in("member")
    pages = [text_of(client, path) for path in (f"{PLACE}/{company.code}", PLACE, NAMED)]

    assert "quartz.com" in pages[0]
    for page in pages:
        for secret in ("Secret", "C-77", "Rival", "Partners do not see this"):
            assert secret not in page


@pytest.mark.parametrize(
    "path", [f"{PLACE}/new", f"{PLACE}/CODE/edit", f"{PLACE}/CODE/merger", f"{NAMED}/new", LISTS, f"{LISTS}/new"]
)
def test_a_member_is_told_that_there_is_nothing(fair, signed_in, path):
    code = fair.add("Quartz").code

    assert signed_in("member").get(path.replace("CODE", code)).status_code == 404


def test_names_and_parents_are_kept_from_the_page(fair, as_vendor):
    company, group = fair.add("Quartz Harbour Ltd"), fair.add("Opal Group")
    place = f"{PLACE}/{company.code}"
    named = as_vendor.post(f"{place}/names", {"name": "Old Quay", "kind": "FORMER"})
    wrong = as_vendor.post(f"{place}/names", {"name": "Old Quay", "kind": "FORMER"})
    placed = as_vendor.post(f"{place}/parent", {"other": group.code})
    circular = as_vendor.post(f"{PLACE}/{group.code}/parent", {"other": company.code})
    unknown = as_vendor.post(f"{place}/parent", {"other": "zzzzzzzz"})

    assert [a.status_code for a in (named, wrong, placed, circular, unknown)] == [302, 422, 302, 422, 422]
    page = text_of(as_vendor, place)
    assert "Old Quay" in page
    assert "Opal Group" in page


def test_a_merger_offers_what_looks_alike_and_leads_to_the_one_that_stays(fair, as_vendor):
    gone, kept = fair.add("Quartz Harbour Ltd"), fair.add("Quartz Harbor")
    place = f"{PLACE}/{gone.code}/merger"

    assert "Quartz Harbor" in text_of(as_vendor, place)
    assert as_vendor.post(place, {}).status_code == 422
    assert as_vendor.post(place, {"other": kept.code, "reason": "Same"}).url == f"{PLACE}/{kept.code}"
    assert as_vendor.post(place, {"other": kept.code}).status_code == 422
    assert "This customer has been merged" in text_of(as_vendor, f"{PLACE}/{gone.code}")


def test_an_account_is_named_and_ended(fair, as_vendor):
    company = fair.add("Quartz Harbour Ltd")
    said = {"customer": company.code, "holder": "R-member", "from_on": "2026-01-01", "reason": "Since ever"}
    assert as_vendor.post(f"{NAMED}/new", {**said, "customer": "zzzzzzzz"}).status_code == 422
    assert as_vendor.post(f"{NAMED}/new", said).url == NAMED
    assert as_vendor.post(f"{NAMED}/new", said).status_code == 422
    with acting(fair.scope("vendor")):
        named = NamedAccount.objects.get()

    assert "Since ever" in text_of(as_vendor, NAMED)
    assert as_vendor.post(f"{NAMED}/{named.id}/end").status_code == 302
    assert "Since ever" not in text_of(as_vendor, NAMED)
    assert "Since ever" in text_of(as_vendor, f"{NAMED}?all=1")
    refused = as_vendor.post(f"{NAMED}/{named.id}/end", follow=True)
    assert "This named account ends on that day or before." in refused.content.decode()


def test_a_list_is_sent_mapped_looked_at_and_taken(fair, as_vendor, settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    file = SimpleUploadedFile("accounts.csv", b"id,employer,zip\nA1,Quartz Harbour Ltd,48150\nA2,,1\n")
    place = as_vendor.post(f"{LISTS}/new", {"file": file}).url
    assert "Columns wait for you" in text_of(as_vendor, place)
    columns = {"name": "employer", "reference": "id", "postcode": "zip", "default_country": "US"}
    wrong = as_vendor.post(f"{place}/mapping", {**columns, "name": ""})
    looked_at = as_vendor.post(f"{place}/mapping", {**columns, "preview": "1"}).content.decode()
    assert wrong.status_code == 422
    assert "Of the first 2 rows, 1 would be refused." in looked_at
    assert as_vendor.post(f"{place}/mapping", columns).url == place
    assert "Waiting for its turn" in text_of(as_vendor, f"{place}/progress")
    with acting(fair.scope("vendor")):
        waiting = AccountList.objects.get()
    take_list(list_id=waiting.id, scope=fair.scope("vendor"), at=NOW)

    assert "the name of the company" in text_of(as_vendor, place)
    assert as_vendor.get(f"{place}/progress").headers["HX-Refresh"] == "true"
    assert as_vendor.get(f"{place}/mapping").url == place
    assert "accounts.csv" in text_of(as_vendor, LISTS)


def test_an_unreadable_file_is_said_at_the_form(as_vendor, settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    answer = as_vendor.post(f"{LISTS}/new", {"file": SimpleUploadedFile("a.csv", b"")})

    assert answer.status_code == 422
    assert "the file is empty" in answer.content.decode()


def test_the_list_asks_the_database_as_often_for_many_as_for_few(fair, signed_in, django_assert_max_num_queries):
    client = signed_in("member")
    for number in range(20):
        fair.add(f"Quartz {number}")
    with django_assert_max_num_queries(40):
        client.get(PLACE)
