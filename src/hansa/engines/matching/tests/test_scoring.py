"""Which records are one company, how surely, and what is said about it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.engines.matching import Company, Verdict, score
from hansa.engines.matching.alignment import align, word_likeness
from hansa.engines.matching.features import acronym, features, host
from hansa.engines.matching.names import read_name
from hansa.engines.matching.scoring import log_odds_of, model, verdict_of

NAMES = st.text(alphabet="abcdefghijklmnopqrstuvwxyz &.-()0123456789éß", max_size=40)
FJORD = Company("Fjord Marine AB", domain="fjordmarine.example", country="SE", city="Lund", postcode="221 00")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("ACME Ltd", "acme limited"),
        ("Acme Ges. m. b. H.", "ACME GmbH"),
        ("ACME", "ACME\u200b"),
        ("ACME", "\u0410CME"),
        ("Lindqvist Marine", "Lindquist Marine AB"),
        ("Nordvik International Shipping", "Nordvik Intl Shipping Co"),
        ("Redbrick Hat", "RedBrick-Hat Inc"),
        ("Halvorsen Brothers & Sons", "Halvorsen Bros and Sons Ltd"),
        ("Marine Lindqvist", "Lindqvist Marine"),
        ("The Tidewater Trust", "Tidewater Trust"),
    ],
)
def test_one_company_in_two_spellings(a, b):
    assert score(Company(a), Company(b)).verdict is Verdict.SAME


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Fjord Leasing AB", "Fjord Energy AB"),
        ("Government of Estonia", "Government of Ethiopia"),
        ("Alpha Fund II", "Alpha Fund III"),
        ("Hansen Germany GmbH", "Hansen France SARL"),
        ("Bluewater Bank", "Greenfield Bank"),
        ("Tern", "Gull"),
    ],
)
def test_two_companies_are_not_taken_for_one(a, b):
    assert score(Company(a), Company(b)).verdict is not Verdict.SAME


def test_a_tax_id_in_common_outweighs_another_name():
    renamed = score(Company("Fjord Marine", tax_id="SE 5560-1234"), Company("Nordlys Offshore", tax_id="se55601234"))
    assert renamed.verdict is Verdict.SAME
    assert renamed.why.startswith("same tax id; ")


def test_another_lei_parts_the_same_name():
    a, b = replace(FJORD, lei="5493001KJTIIGC8Y1R12"), replace(FJORD, lei="5493001KJTIIGC8Y1R99")
    assert score(a, b).probability < score(FJORD, FJORD).probability
    assert score(a, b).verdict is not Verdict.SAME


def test_the_same_domain_is_not_yet_the_same_company():
    sister = replace(FJORD, name="Fjord Insurance AB")
    assert score(FJORD, sister).verdict is not Verdict.SAME
    assert score(FJORD, sister).why.startswith("same domain fjordmarine.example; name differs in words: ")


def test_the_same_place_makes_a_near_name_likelier():
    near = Company("Fjord Marine Works AB", city="Lund", postcode="22100")
    assert score(near, FJORD).probability > score(replace(near, city="Umea", postcode="90101"), FJORD).probability


def test_the_reasons_name_what_agrees_and_what_differs():
    other = replace(FJORD, name="FJORD MARINE AKTIEBOLAG", postcode="222 00")
    assert score(FJORD, other).why == (
        "same domain fjordmarine.example; name differs only in case, punctuation or legal form; same city; other postcode"
    )


@pytest.mark.parametrize(
    ("a", "b", "why"),
    [
        ("Acme", "Acme", "same name"),
        ("Acme", "ACME.", "name differs only in case or punctuation"),
        ("Acme Mfg", "Acme Manufacturing", "name differs only in abbreviations and legal form"),
        ("Red Brick", "Redbrick", "name differs only in spaces"),
        ("Acme", "Zephyr", "names have no word in common"),
        ("Pine Fund 2", "Pine Fund 3", "name has another number"),
        ("Marine Lindqvist", "Lindqvist Marine", "name differs in the order of its words"),
        ("Oslo Barge Factory", "OBF", "one name is the initials of the other; nothing else agrees"),
        ("Lindqvist Marine", "Lindquist Marine", "name differs in spelling: “lindquist” and “lindqvist”"),
        ("Fjord", "Fjord Services", "name differs in words that say little: “services”"),
    ],
)
def test_the_reason_of_a_name(a, b, why):
    assert score(Company(a), Company(b)).why == why


@given(NAMES, NAMES, NAMES)
def test_the_order_of_the_two_does_not_matter(a, b, city):
    one, other = Company(a, city=city), Company(b, city="Lund", domain="a.example")
    assert score(one, other) == score(other, one)


@given(NAMES)
def test_a_name_is_as_likely_itself_as_anything(name):
    assert (
        score(Company(name), Company(name)).probability >= score(Company(name), Company(f"{name} zwilling")).probability
    )


@given(NAMES, NAMES)
def test_every_feature_is_a_share(a, b):
    found = features(Company(a), Company(b))
    assert all(-1e-9 <= value <= 2.5 for value in found.values())
    assert set(found) == set(model("pairs").coefficients)


def test_what_each_feature_adds_sums_to_the_log_odds():
    from math import exp, isclose

    other = replace(FJORD, name="Fjord Marine Services")
    total = model("pairs").intercept + sum(part for _, part in log_odds_of(FJORD, other))
    assert isclose(1 / (1 + exp(-total)), score(FJORD, other).probability)


@pytest.mark.parametrize(
    ("probability", "verdict"), [(0.85, "same"), (0.8499, "review"), (0.2, "review"), (0.1999, "different")]
)
def test_the_verdict_follows_the_probability(probability, verdict):
    assert verdict_of(probability).value == verdict
    assert verdict_of(probability, likeness_alone=True).value == ("review" if verdict == "same" else verdict)


@pytest.mark.parametrize(
    ("a", "b"), [("Amensys Inc", "Agensys Inc"), ("International Barge Machines", "IBM Corp"), ("Fjord", "Fiord")]
)
def test_what_is_only_spelled_alike_or_initials_is_looked_at_unless_a_fact_agrees(a, b):
    alone = score(Company(a), Company(b))
    assert (alone.verdict, alone.why.endswith("; nothing else agrees")) == (Verdict.REVIEW, True)
    for fact in ({"city": "Lund"}, {"domain": "acme.example"}, {"phone": "+46 46 123 45 67"}):
        known = score(Company(a, **fact), Company(b, **fact))
        assert (known.verdict, "nothing else" in known.why) == (Verdict.SAME, False)


@pytest.mark.parametrize("name", ["", "---", "\u200b"])
def test_no_name_is_nobodys(name):
    found = score(Company("Fjord Marine", city="Lund"), Company(name, city="Lund"))
    assert (found.probability, found.verdict, found.why) == (0.0, Verdict.DIFFERENT, "a name is missing")
    assert score(Company("Fjord Marine", tax_id="SE 1"), Company(name, tax_id="se1")).probability > 0.2


@pytest.mark.parametrize(
    ("a", "b"),
    [("Agenus Inc", "Agensys Inc"), ("ECG Inc", "Eagle Capital Group LLC"), ("Efficiency Lab For Art", "ELFA Inc")],
)
def test_lookalikes_of_other_cities_are_not_said_to_be_the_same(a, b):
    found = score(Company(a, city="Boston", postcode="02110"), Company(b, city="Fresno", postcode="93701"))
    assert found.verdict is not Verdict.SAME
    assert found.probability < 0.85


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("acme.com.", "acme.com"),
        ("HTTPS://www.ACME.com/x?y", "acme.com"),
        ("xn--mller-kva.de", "müller.de"),
        ("info@acme.com", "acme.com"),
        ("acme.com:8443", "acme.com"),
        ("", ""),
        ("xn--", "xn--"),
    ],
)
def test_a_domain_has_one_form(written, read):
    assert host(written) == read


@pytest.mark.parametrize(
    ("a", "b", "likeness"),
    [
        ("acme", "acme", 1.0),
        ("44", "45", 0.0),
        ("boat", "boats", 0.97),
        ("estonia", "ethiopia", 0.0),
        ("ab", "abc", 0.0),
        ("x", "xylon", 0.62),
    ],
)
def test_how_alike_two_words_are(a, b, likeness):
    assert word_likeness(a, b) == likeness


def test_words_written_together_answer_those_written_apart():
    found = align(read_name("Redbrick Hat"), read_name("Red Brick Hat"))
    assert (found.left, found.right) == ((), ())


@pytest.mark.parametrize(
    ("a", "b", "value"),
    [
        ("IBM", "International Barge Machines", 1.0),
        ("GE", "General Engines", 0.7),
        ("IB", "International Barge Machines", 0.0),
        ("Acme", "Acme Works", 0.0),
        ("UoK", "University of Kent", 1.0),
    ],
)
def test_initials_stand_for_a_name(a, b, value):
    assert acronym(read_name(a), read_name(b)) == value
