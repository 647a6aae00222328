"""A company's name reduced to what distinguishes it, as the matching engine reads it."""

from __future__ import annotations

from functools import lru_cache

from hansa.engines.matching import read_name

ROUNDS = 5


@lru_cache(maxsize=65_536)
def name_key(name: str) -> str:
    """The name as compared: two names with the same key differ only in spelling.

    Small Latin letters without accents, the legal form left away, abbreviations and numbers in one spelling; a name of
    nothing but a legal form keeps its words. The key of a key is the key itself.

    >>> name_key("ACME G.m.b.H. & Co. KG"), name_key("Acme")
    ('acme', 'acme')
    >>> name_key("Müller & Söhne"), name_key("MULLER und Sohne AG")
    ('muller sohne', 'muller sohne')
    """
    for _ in range(ROUNDS):  # what is left of an odd name ("Acme S.A. &") may read on: until nothing more falls away
        key = read_name(name).text
        if key == name:
            break
        name = key
    return name
