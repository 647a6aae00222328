import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.companies.rules import name_key

LIKELY_WORDS = [
    "Acme",
    "Bosch",
    "S.A.",
    "Ltd",
    "GmbH",
    "&",
    "Co.",
    "KG",
    "de",
    "C.V.",
    "and",
    "Öl",
    "ООО",
    ".x",
    "a/b",
    "АCME",
]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("ACME Ltd", "acme"),
        ("acme limited", "acme"),
        ("A​C‍ME", "acme"),
        ("\u0410CME", "acme"),
        ("\u0410\u0421\u041c\u0415", "acme"),
        ("ＡＣＭＥ Inc.", "acme"),
        ("ACME G.m.b.H. & Co. KG", "acme"),
        ("Müller & Söhne OHG", "muller sohne"),
        ("MÜLLER und SÖHNE", "muller sohne"),
        ("Straßenbau Weiß GmbH", "strassenbau weiss"),
        ("Løvenskiold A/S", "lovenskiold"),
        ("A.P. Møller - Mærsk A/S", "ap moller maersk"),
        ("Telefónica, S.A. de C.V.", "telefonica"),
        ("Foo Sp. z o.o.", "foo"),
        ("ООО Ромашка", "romashka"),
        ("日立株式会社", "rili"),
        ("Limited", "limited"),
        ("AG Ltd", "ag"),
        ("and", "and"),
        ("  ", ""),
    ],
)
def test_a_name_is_reduced_to_what_distinguishes_it(name, key):
    assert name_key(name) == key


def test_a_cyrillic_word_that_cannot_be_read_as_latin_is_transliterated():
    assert name_key("Газпром") == name_key("Gazprom") == "gazprom"


@given(st.text(max_size=60))
def test_the_key_of_a_key_is_the_key(name):
    assert name_key(name_key(name)) == name_key(name)


@given(st.lists(st.sampled_from(LIKELY_WORDS), max_size=6))
def test_the_key_of_a_likely_name_is_stable(words):
    key = name_key(" ".join(words))
    assert name_key(key) == key


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=30))
def test_case_never_distinguishes(name):
    assert name_key(name.upper().lower()) == name_key(name.upper())
