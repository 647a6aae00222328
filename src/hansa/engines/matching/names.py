"""A company's name as it is compared: folded to plain letters, its legal form apart, its words in one spelling."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from hansa.engines.matching.tables import (
    LONGEST_FORM,
    UNCOMMON,
    abbreviations,
    foreign_words,
    legal_forms,
    numbers,
    weight_of,
)

LONGEST_NAME = 400
MOST_READINGS = 4
# Lower-case letters of other scripts that look like a Latin one.
LOOK_ALIKES = str.maketrans(
    "абвгеёзіїјкмнорсԁѕтухһѵԛԝьαβεηικμνορτυχγϲ",
    "a6bree3iijkmhopcdstyxhvqwbabenikuvoptuxyc",
)
SPELLED = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ə": "a"}
)
JOINING = frozenset({"and", "und", "et", "y", "e", "og", "och", "the", "n"})
_TENS = frozenset(str(tens) for tens in range(20, 100, 10))
_UNITS = frozenset("123456789")
_INVISIBLE = frozenset({"Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn"})
_INITIALS = re.compile(r"\b((?:\w[./]){1,6}\w?)(?=[\s,;)&-]|$)")
_ALSO_KNOWN = re.compile(
    r"\b(?:d\W?b\W?a|t/a|f\W?k\W?a|a\W?k\W?a|trading as|doing business as|formerly known as|formerly|c/o)\b\W*"
)
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]{2,})[)\]]?")
_LETTERS_AND = re.compile(r"\b([a-z]{1,2}) ?& ?([a-z]{1,2})\b")
_WEB_ENDING = re.compile(r"(?<=[a-z0-9]{3})\.(?:co\.uk|com|net|org|io|ai|de|fr|eu|co)\b")
_GLUED_FORM = re.compile(r"(?<=[a-z]{3})(GmbH|mbH|AG|SE|SA|AB|BV|NV|LLC|Ltd|Inc|Corp|PLC)\b")
_SPLIT_NUMBER = re.compile(r"(?<=[0-9])(?=[a-z]{3})|(?<=[a-z]{2})(?=[0-9])")


@dataclass(frozen=True, slots=True)
class Name:
    """One reading of a name: `words` are what distinguishes it, in one spelling; `form` the words of its legal form.

    `plain` are the words as they were written, folded but not yet brought to one spelling; `weights` stand beside `words`.
    """

    words: tuple[str, ...]
    weights: tuple[float, ...]
    plain: tuple[str, ...]
    form: str
    kind: str

    @property
    def joined(self) -> str:
        """All words without spaces."""
        return "".join(self.words)

    @property
    def text(self) -> str:
        """The words with spaces."""
        return " ".join(self.words)


def fold(text: str) -> str:
    """Small plain Latin letters: no accents, no invisible or look-alike characters, other scripts transliterated.

    >>> fold("Łódź  A\u200bCME"), fold("АСМЕ Ltd"), fold("Ромашка")
    ('lodz acme', 'acme ltd', 'romashka')
    """
    spelled = unicodedata.normalize("NFKC", _foreign_words_read(text[:LONGEST_NAME])).casefold().translate(SPELLED)
    parted = unicodedata.normalize("NFKD", spelled)
    seen = "".join(c for c in parted if c.isspace() or unicodedata.category(c) not in _INVISIBLE)
    if not seen.isascii():
        alike = seen.translate(LOOK_ALIKES)
        foreign = [word for word in seen.split() if not word.isascii()]
        all_alike = all(word.translate(LOOK_ALIKES).isascii() for word in foreign)
        seen = alike if all_alike else _transliterated(unicodedata.normalize("NFC", seen))
    return " ".join(seen.split())


def _foreign_words_read(text: str) -> str:
    if not text.isascii():
        for written, read in foreign_words():
            if written in text:
                text = text.replace(written, f" {read} ")
    return text


def _transliterated(text: str) -> str:
    """Each word by itself: one that mixes Latin with look-alike letters is meant to be Latin."""
    words = []
    for word in text.split():
        alike = word.translate(LOOK_ALIKES)
        mixed = alike.isascii() and any("a" <= char <= "z" for char in word)
        words.append(alike if mixed else anyascii(word).lower())
    return " ".join(words)


@lru_cache(maxsize=65_536)
def read_name(text: str) -> Name:
    """The main reading of a name: what stands behind “dba” is left away, the legal form stands apart.

    >>> name = read_name("The ACME Intl. Svcs G.m.b.H. & Co. KG (Berlin)")
    >>> name.words, name.kind
    (('acme', 'international', 'services', 'berlin'), 'partnership')
    """
    return readings(text)[0]


@lru_cache(maxsize=65_536)
def readings(text: str) -> tuple[Name, ...]:
    """The ways in which a name can be meant, the main one first: whole, without brackets, each side of “dba”.

    >>> [reading.text for reading in readings("Blue Fjord (Hav) Ltd dba Nordlys")]
    ['blue fjord hav', 'blue fjord', 'hav', 'nordlys']
    """
    folded = fold(_GLUED_FORM.sub(r" \1", text))
    parts = [part for part in _ALSO_KNOWN.split(folded) if part.strip()] or [folded]
    names: list[Name] = []
    for part in parts:
        outer = _name(_IN_BRACKETS.sub(" ", part))
        within = [_name(inner) for inner in _IN_BRACKETS.findall(part)]
        whole = _together([outer, *within])
        names.extend([whole, outer, *(inner for inner in within if UNCOMMON in inner.weights)])
    found = tuple(dict.fromkeys(name for name in names if name.words))
    return found[:MOST_READINGS] or (_name(folded),)


def _together(parts: list[Name]) -> Name:
    """The parts of a name one behind the other; the legal form is the first part's."""
    words = tuple(word for part in parts for word in part.words)
    plain = tuple(word for part in parts for word in part.plain)
    return Name(words, tuple(map(weight_of, words)), plain, parts[0].form, parts[0].kind)


def _name(folded: str) -> Name:
    words = _words_of(folded)
    core, form, kind = _without_form(words)
    plain = tuple(word for word in core if word not in JOINING) or core
    spelled = _tens_joined(tuple(spelling for word in plain for spelling in one_spelling(word)))
    return Name(spelled, tuple(map(weight_of, spelled)), plain, form, kind)


def _tens_joined(words: tuple[str, ...]) -> tuple[str, ...]:
    """`forty four` is read as `40`, `4` and means 44."""
    joined: list[str] = []
    for word in words:
        tens = joined[-1] if joined else ""
        if word in _UNITS and tens in _TENS:
            joined[-1] = tens[0] + word
        else:
            joined.append(word)
    return tuple(joined)


def _words_of(text: str) -> tuple[str, ...]:
    text = _LETTERS_AND.sub(_initials_of_and, _WEB_ENDING.sub(" ", text.replace("&amp;", "&")))
    text = text.replace("+", " and ").replace("&", " and ").replace("%", " percent ")
    text = _INITIALS.sub(lambda found: re.sub(r"[./]", "", found.group(1)), text)
    text = re.sub(r"['’`´]", "", text)
    words = [part for word in re.findall(r"[^\W_]+", text) for part in _SPLIT_NUMBER.split(word)]
    return tuple(_initials_joined(words))


def _initials_of_and(found: re.Match[str]) -> str:
    """`AT&T` is one word; single letters around the `&` join with those beside them."""
    one, other = found.groups()
    return f"{one} {other}" if len(one) == len(other) == 1 else one + other


def _initials_joined(words: list[str]) -> list[str]:
    """`i b m` is written `ibm`; a single letter by itself stays."""
    joined: list[str] = []
    run = ""
    for word in [*words, ""]:
        if len(word) == 1 and word.isalpha():
            run += word
            continue
        if run:
            joined.append(run)
            run = ""
        if word:
            joined.append(word)
    return joined


def _without_form(words: tuple[str, ...]) -> tuple[tuple[str, ...], str, str]:
    """The words without the legal forms at either end, the last form taken off, and its kind; never without any word."""
    forms = legal_forms()
    taken: list[str] = []
    kinds: list[str] = []
    while length := _form_length(words, at_end=True):
        taken.insert(0, " ".join(words[-length:]))
        kinds.append(forms[words[-length:]])
        words = words[:-length]
        while len(words) > 1 and words[-1] in JOINING and words[-1] != "the":
            words = words[:-1]
    while length := _form_length(words, at_end=False):
        taken.append(" ".join(words[:length]))
        kinds.append(forms[words[:length]])
        words = words[length:]
    strong = [kind for kind in kinds if kind != "company"]
    return words, " ".join(taken), (strong or kinds or [""])[0]


# At the start only forms that stand there in some country; elsewhere the same letters begin ordinary names.
_LEADING = frozenset(
    {
        "ooo",
        "oao",
        "zao",
        "pao",
        "ao",
        "tov",
        "pat",
        "prat",
        "too",
        "uab",
        "sia",
        "pt",
        "jsc",
        "ojsc",
        "cjsc",
        "pjsc",
        "zat",
        "fgup",
        "gup",
        "sarl",
        "gmbh",
    }
)


def _form_length(words: tuple[str, ...], *, at_end: bool) -> int:
    forms = legal_forms()
    for length in range(min(LONGEST_FORM, len(words) - 1), 0, -1):
        part = words[-length:] if at_end else words[:length]
        if part in forms and (at_end or length > 1 or part[0] in _LEADING):
            return length
    return 0


@lru_cache(maxsize=131_072)
def one_spelling(word: str) -> tuple[str, ...]:
    """A word as it is compared: abbreviations written out, number words as digits.

    >>> one_spelling("mfg"), one_spelling("three"), one_spelling("acme")
    (('manufacturing',), ('3',), ('acme',))
    """
    if word in numbers():
        return (str(numbers()[word]),)
    if word.isdigit():
        return (str(int(word)),)
    return abbreviations().get(word, (word,))
