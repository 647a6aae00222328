"""A company's name reduced to what distinguishes it: without case, accents, look-alikes and legal form."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from hansa.companies.rules.words import words_of

# Lower-case letters of other scripts that look like a Latin one. A word is read as Latin only if every letter can be.
LOOK_ALIKES = str.maketrans(
    "абвгеёзіїјкмнорсԁѕтухһѵԛԝьαβεηικμνορτυχγϲ",
    "a6bree3iijkmhopcdstyxhvqwbabenikuvoptuxyc",
)
LETTERS_WITHOUT_ACCENT = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"}
)
JOINING_WORDS = frozenset({"and", "und", "et"})
LEGAL_FORMS = words_of("legal_forms.txt")
FORMS_OF_WORDS = (
    ("sp", "z", "oo"),
    ("s", "de", "rl", "de", "cv"),
    ("s", "de", "rl"),
    ("sa", "de", "cv"),
    ("sapi", "de", "cv"),
)
LEADING_FORMS = words_of("leading_forms.txt")
_SINGLE_LETTERS = re.compile(r"\b((?:\w[./]){1,6}\w?)(?=[\s,;)]|$)")


@lru_cache(maxsize=65_536)
def name_key(name: str) -> str:
    """The name as compared: two names with the same key differ only in spelling.

    The key of a key is the key itself; a name of nothing but legal forms keeps its first word.

    >>> name_key("ACME G.m.b.H. & Co. KG"), name_key("Acme")
    ('acme', 'acme')
    >>> name_key("Müller & Söhne"), name_key("MULLER und Sohne AG")
    ('muller sohne', 'muller sohne')
    """
    words = [_without_look_alikes(word) for word in _words_of(_plain(name))]
    return " ".join(_without_forms([word for word in words if word not in JOINING_WORDS] or words))


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold()).translate(
        LETTERS_WITHOUT_ACCENT
    )
    kept = (
        char
        for char in text
        if unicodedata.category(char) not in {"Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn"} or char.isspace()
    )
    return unicodedata.normalize("NFC", "".join(kept))


def _words_of(text: str) -> list[str]:
    together = _SINGLE_LETTERS.sub(lambda found: re.sub(r"[./]", "", found.group(1)), text)
    return re.findall(r"\w+", together.replace("_", " ").replace("'", "").replace("’", ""))


def _without_look_alikes(word: str) -> str:
    read = word.translate(LOOK_ALIKES)
    return read if read.isascii() else word


def _without_forms(words: list[str]) -> list[str]:
    while len(words) > 1 and (length := _length_of_form_at_end(words)):
        words = words[:-length]
    while len(words) > 1 and words[0] in LEADING_FORMS:
        words = words[1:]
    return words


def _length_of_form_at_end(words: list[str]) -> int:
    for form in FORMS_OF_WORDS:
        if len(words) > len(form) and tuple(words[-len(form) :]) == form:
            return len(form)
    return int(words[-1] in LEGAL_FORMS)
