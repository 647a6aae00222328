"""Keys by which a name is found, and the ranking of what was found."""

from hypothesis import given
from hypothesis import strategies as st

from hansa.engines.matching import Company, Found, Verdict, best_matches, fact_keys, name_keys
from hansa.engines.matching.keys import MOST_KEYS
from hansa.engines.matching.ranking import FEATURES, rank, ranking_features
from hansa.engines.matching.scoring import model


def found(*names: str) -> list[Found[int]]:
    return [Found(place, Company(name), 10.0) for place, name in enumerate(names)]


def test_a_misspelt_name_shares_keys_with_the_right_one():
    shared = set(name_keys("s", "Lindqvist Marine")) & set(name_keys("s", "Lindquist Marine AB"))
    assert len(shared) >= 12


def test_another_space_has_other_keys():
    assert not set(name_keys("s", "Acme")) & set(name_keys("t", "Acme"))
    assert not set(fact_keys("s", Company("", domain="a.example"))) & set(
        fact_keys("t", Company("", domain="a.example"))
    )


def test_a_legal_form_gives_no_key():
    assert name_keys("s", "Acme GmbH") == name_keys("s", "ACME")


def test_each_known_fact_gives_one_key_in_one_form():
    written = Company(
        "",
        domain="https://WWW.Fjord.example/",
        tax_id="SE 556-012",
        lei="",
        duns="15-048-3782",
        phone="+46 70 123 45 67",
    )
    plain = Company("", domain="fjord.example", tax_id="se556012", duns="150483782", phone="070 1234567")
    assert len(fact_keys("s", written)) == 4
    assert len(set(fact_keys("s", written)) & set(fact_keys("s", plain))) == 4
    assert fact_keys("s", Company("Fjord", city="Lund")) == []


@given(st.text(max_size=300))
def test_keys_are_few_signed_numbers_in_order(name):
    keys = name_keys("s", name)
    assert keys == sorted(set(keys))
    assert len(keys) <= MOST_KEYS
    assert all(-(2**63) <= key < 2**63 for key in keys)


def test_the_name_asked_for_comes_first():
    names = ["Fjord Marine", "Nordic Marine", "Baltic Marine Works", "Fiord Marine AB"]
    assert [one.company.name for one in rank("FJORD MARINE AB", found(*names))][:2] == [
        "Fjord Marine",
        "Fiord Marine AB",
    ]


def test_the_ranking_knows_every_feature():
    assert set(model("ranking").coefficients) == set(FEATURES)
    assert {len(row) for row in ranking_features("Fjord", found("Fjord", "", "Nord 2"))} == {len(FEATURES)}


def test_nothing_found_is_nothing():
    assert rank("Fjord", []) == []
    assert best_matches(Company("Fjord"), []) == []


def test_the_best_are_compared_with_all_facts():
    asked = Company("Fjord Marine", city="Lund")
    matches = best_matches(asked, found("Nordlys Energy", "Fjord Marine AB"), top=2)
    assert [place for place, _ in matches] == [1, 0]
    assert (matches[0][1].verdict, matches[1][1].verdict) == (Verdict.SAME, Verdict.DIFFERENT)


def test_whoever_shares_an_identifier_is_looked_at_however_it_is_called():
    known = found(*(f"Fjord Marine {number}" for number in range(20)))
    renamed = Found(99, Company("Nordlys Offshore", tax_id="SE1"), 0.1)
    matches = best_matches(Company("Fjord Marine", tax_id="se1"), [*known, renamed], top=10)
    assert 99 in [place for place, _ in matches]
    assert len(matches) == 10
