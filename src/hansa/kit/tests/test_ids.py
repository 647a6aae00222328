"""Ids are ordered by time, within one millisecond too."""

from hansa.kit import ids
from hansa.kit.ids import CODE_ALPHABET, short_code, uuid7


def test_ids_of_one_millisecond_are_in_the_order_in_which_they_were_made(monkeypatch):
    monkeypatch.setattr(ids.time, "time_ns", lambda: 1_772_000_000_123_000_000)
    made = [uuid7() for _ in range(500)]
    assert made == sorted(made)
    assert len(set(made)) == 500


def test_an_id_says_its_millisecond_version_and_variant(monkeypatch):
    monkeypatch.setattr(ids.time, "time_ns", lambda: 1_772_000_000_123_456_789)
    made = uuid7()
    assert (made.int >> 80, made.version, made.variant) == (1_772_000_000_123, 7, "specified in RFC 4122")


def test_a_later_millisecond_sorts_behind_whatever_the_counter_was(monkeypatch):
    moments = iter([5_000_000, 5_000_000, 6_000_000])
    monkeypatch.setattr(ids.time, "time_ns", lambda: next(moments))
    made = [uuid7() for _ in range(3)]
    assert made == sorted(made)


def test_a_short_code_has_no_look_alikes():
    assert len(short_code()) == 8
    assert set(short_code()) <= set(CODE_ALPHABET)
    assert not set("01iloIO") & set(CODE_ALPHABET)
