import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.companies.rules import SCHEMES, BadIdentifier, check_identifier

MISTYPED = "the check digit does not fit, a digit is probably mistyped"


@pytest.mark.parametrize(
    ("scheme", "text", "country", "normal"),
    [
        ("LEI", "5493 001K JTII GC8Y 1R12", "", "5493001KJTIIGC8Y1R12"),
        ("LEI", "213800kud8lajwsq9d15", "", "213800KUD8LAJWSQ9D15"),
        ("EIN", "04-2103594", "US", "042103594"),
        ("DUNS", "15-048-3782", "", "150483782"),
        ("DUNS", "001 234 567", "", "001234567"),
        ("VAT", "DE 136,695 976", "", "DE136695976"),
        ("VAT", "136695976", "DE", "DE136695976"),
        ("VAT", "094259216", "GR", "EL094259216"),
        ("VAT", "CHE-107.787.577 IVA", "CH", "CHE107787577IVA"),
        ("VAT", "980 7806 84", "GB", "GB980780684"),
        ("VAT", "100123456700003", "AE", "AE100123456700003"),
        ("DOMAIN", "ACME.com.", "", "acme.com"),
        ("DOMAIN", "https://shop.acme.co.uk:8443/cart?x=1", "", "acme.co.uk"),
        ("DOMAIN", "ac​me.com", "", "acme.com"),
        ("DOMAIN", "Müller.de", "", "xn--mller-kva.de"),
        ("DOMAIN", "xn--mller-kva.de", "", "xn--mller-kva.de"),
    ],
)
def test_an_identifier_has_one_normal_form(scheme, text, country, normal):
    assert check_identifier(scheme, text, country) == normal
    assert check_identifier(scheme, normal, country) == normal


@pytest.mark.parametrize(
    ("scheme", "text", "expected"),
    [
        ("LEI", "5493001KJTIIGC8Y1R13", f"an LEI; {MISTYPED}"),
        ("LEI", "5493001KJTIIGC8Y1R", "an LEI: 18 letters and digits, then 2 check digits"),
        ("EIN", "07-1234567", "an EIN: nine digits such as 12-3456789"),
        ("EIN", "12345678", "an EIN: nine digits such as 12-3456789"),
        ("DUNS", "15-048-378", "a D-U-N-S number: nine digits such as 15-048-3782"),
        ("DUNS", "١٢٣٤٥٦٧٨٩", "a D-U-N-S number: nine digits such as 15-048-3782"),
        ("VAT", "DE136695977", f"a VAT number with its country, such as DE136695976; {MISTYPED}"),
        ("VAT", "12345678", "a VAT number with its country, such as DE136695976"),
        ("DOMAIN", "co.uk", "a company's own domain: under this ending anybody can have a name"),
        ("DOMAIN", "github.io", "a company's own domain: under this ending anybody can have a name"),
        ("DOMAIN", "GMail.com", "a company's own domain: this one belongs to a mail service"),
        ("DOMAIN", "sales@acme.com", "an internet domain such as example.com, not an e-mail address"),
        ("DOMAIN", "127.0.0.1", "an internet domain such as example.com, with an ending that exists"),
        ("DOMAIN", "localhost", "an internet domain such as example.com, with an ending that exists"),
        ("DOMAIN", "*.acme.com", "an internet domain such as example.com"),
        ("DOMAIN", "exa mple.com", "an internet domain such as example.com"),
        ("IBAN", "DE00", "one of LEI, VAT, EIN, DUNS, DOMAIN"),
        ("DUNS", "  ", "a number or name of up to 300 characters"),
        ("DOMAIN", "a" * 301, "a number or name of up to 300 characters"),
    ],
)  # fmt: skip
def test_a_wrong_identifier_is_refused_with_what_was_expected(scheme, text, expected):
    with pytest.raises(BadIdentifier) as refusal:
        check_identifier(scheme, text)
    assert str(refusal.value) == expected


@given(st.sampled_from(SCHEMES), st.text(max_size=40), st.sampled_from(["", "DE", "US", "GR", "CH", "AE", "zz", "X"]))
def test_any_text_is_brought_into_a_normal_form_or_refused(scheme, text, country):
    try:
        normal = check_identifier(scheme, text, country)
    except BadIdentifier:
        return
    assert check_identifier(scheme, normal, country) == normal
    assert normal.isascii()
    assert len(normal) <= 253
