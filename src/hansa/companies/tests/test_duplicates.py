from hansa.companies.rules import KnownCompany, duplicate_reasons, likely_duplicates

ACME = KnownCompany(
    1, "Acme GmbH", "DE", "München", "80331", frozenset({("VAT", "DE136695976"), ("DOMAIN", "acme.com")})
)


def test_a_shared_identifier_is_reason_enough():
    other = KnownCompany(2, "Zeta AG", "CH", identifiers=frozenset({("VAT", "DE136695976")}))

    assert duplicate_reasons(ACME, other) == ("same VAT number DE136695976",)


def test_the_reasons_are_said_in_words():
    other = KnownCompany(2, "ACME", "DE", "Munchen", "80 332", frozenset({("DOMAIN", "acme.com")}))

    assert duplicate_reasons(ACME, other) == (
        "same internet domain acme.com",
        "name differs only in spelling or legal form: “ACME”",
        "other postcode",
        "same city",
    )


def test_the_same_name_in_another_country_says_nothing_by_itself():
    assert duplicate_reasons(ACME, KnownCompany(2, "Acme GmbH", "AT")) == ()


def test_the_same_name_with_an_unknown_country_is_noticed():
    assert duplicate_reasons(ACME, KnownCompany(2, "Acme GmbH")) == ("same name",)


def test_companies_with_nothing_in_common_are_different():
    assert duplicate_reasons(ACME, KnownCompany(2, "Acme Bikes GmbH", "DE", "München", "80331")) == ()


def test_names_without_any_letter_are_not_the_same():
    assert duplicate_reasons(KnownCompany(1, "..."), KnownCompany(2, "!!!")) == ()


def test_the_likeliest_comes_first_and_never_the_company_itself():
    domain = KnownCompany(2, "Other", identifiers=frozenset({("DOMAIN", "acme.com")}))
    both = KnownCompany(3, "Acme", "DE", postcode="80331", identifiers=frozenset({("DOMAIN", "acme.com")}))
    stranger = KnownCompany(4, "Stranger")

    found = likely_duplicates(ACME, [stranger, domain, ACME, both])

    assert [likeness.company.id for likeness in found] == [3, 2]
