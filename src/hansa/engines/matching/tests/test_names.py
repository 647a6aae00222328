"""A name is reduced to what distinguishes it, whatever hand wrote it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.engines.matching.names import LONGEST_NAME, fold, read_name, readings


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("ACME Ltd", ("acme",)),
        ("acme limited", ("acme",)),
        ("ACME\u200b", ("acme",)),
        ("\u0410CME", ("acme",)),
        ("АСМЕ Ltd.", ("acme",)),
        ("Siemens Aktiengesellschaft", ("siemens",)),
        ("SiemensAG", ("siemens",)),
        ("Müller & Söhne GmbH & Co. KG", ("muller", "sohne")),
        ("Nestlé S.A.", ("nestle",)),
        ("Łódzka Fabryka Sp. z o.o.", ("lodzka", "fabryka")),
        ("ООО Ромашка", ("romashka",)),
        ("삼성전자주식회사", ("samseong", "electronics")),
        ("华为技术有限公司", ("huawei", "technology")),
        ("トヨタ自動車株式会社", ("toyota", "motor")),
        ("A.B.C. Intl. Mfg. Co., Ltd.", ("abc", "international", "manufacturing")),
        ("I B M Corp", ("ibm",)),
        ("AT&T Inc.", ("att",)),
        ("P & G", ("pg",)),
        ("Brigade Forty-Four", ("brigade", "44")),
        ("007 Stores", ("7", "stores")),
        ("Flowers.com Inc", ("flowers",)),
        ("Foo S. de R.L. de C.V.", ("foo",)),
        ("O'Brien’s Pub", ("obriens", "public")),
        ("Company", ("company",)),
        ("GmbH", ("gmbh",)),
    ],
)
def test_what_remains_of_a_name(written, words):
    assert read_name(written).words == words


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Acme GmbH", "limited"),
        ("Acme LLC", "limited"),
        ("Acme Co., Ltd.", "limited"),
        ("Acme AG", "stock"),
        ("Acme PLC", "stock"),
        ("Acme Inc.", "corporation"),
        ("Acme & Co. KG", "partnership"),
        ("Acme Company", "company"),
        ("Acme e.V.", "association"),
        ("PT Acme Tbk", "stock"),
        ("Acme", ""),
    ],
)
def test_the_legal_form_stands_apart(written, kind):
    assert read_name(written).kind == kind


def test_a_name_of_two_names_has_several_readings():
    said = [reading.text for reading in readings("0965688 BC Ltd d/b/a Procogia")]
    assert said == ["965688 bc", "procogia"]


def test_a_country_in_brackets_is_part_of_the_name_and_no_name_by_itself():
    said = [reading.text for reading in readings("Volkswagen (China) Investment Co., Ltd.")]
    assert said == ["volkswagen investment china", "volkswagen investment"]


def test_a_word_of_its_own_in_brackets_can_be_the_name():
    assert "nordlys" in [reading.text for reading in readings("Fjord Holding (Nordlys)")]


@pytest.mark.parametrize("nothing", ["", "   ", "\u200b", "...", "#", "()"])
def test_nothing_has_no_words(nothing):
    assert read_name(nothing).words == ()


def test_a_russian_name_is_transliterated_and_not_taken_for_look_alikes():
    assert fold("Газпром") == "gazprom"
    assert fold("Пётр Ромашка") == "petr romashka"


@given(st.text(max_size=60))
def test_any_text_is_read(text):
    for reading in readings(text):
        assert len(reading.words) == len(reading.weights)
        assert all(word and word == word.lower() for word in reading.words)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüéñ ", min_size=1, max_size=40))
def test_case_never_distinguishes(text):
    assert read_name(text.upper()).words == read_name(text).words


@given(st.integers(min_value=1, max_value=5))
def test_a_name_of_any_length_is_read_in_bounded_time(times):
    assert len(read_name("lindqvist " * 200 * times).joined) <= LONGEST_NAME
