"""What two records have in common and what parts them, as numbers between 0 and 1 that have names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.fuzz import ratio

from hansa.engines.matching.alignment import Alignment, align
from hansa.engines.matching.company import Company
from hansa.engines.matching.names import Name, fold, readings
from hansa.engines.matching.tables import places

RARE = 0.9
CUT_AT_LEAST = 24


@dataclass(frozen=True, slots=True)
class NamePair:
    """Two readings of two names and how their words answer each other; `main` when both are the main readings."""

    a: Name
    b: Name
    alignment: Alignment
    main: bool

    @property
    def covered(self) -> tuple[float, float]:
        """How much of each name, by the weight of its words, finds an answer in the other."""
        shares = [
            (i, j, likeness, min(self.a.weights[i], self.b.weights[j])) for i, j, likeness in self.alignment.pairs
        ]
        return (
            _share(self.a, {i: (likeness, weight) for i, _, likeness, weight in shares}),
            _share(self.b, {j: (likeness, weight) for _, j, likeness, weight in shares}),
        )


def _share(name: Name, matched: dict[int, tuple[float, float]]) -> float:
    """A word weighs as its lighter partner: a misspelt common word is still a common one."""
    likely = sum(likeness * weight for likeness, weight in matched.values())
    total = sum(matched[i][1] if i in matched else weight for i, weight in enumerate(name.weights))
    return likely / total if total else 0.0


@lru_cache(maxsize=65_536)
def pair_names(a: str, b: str) -> NamePair:
    """The readings of two names that fit each other best; of equals the main ones."""
    mains = readings(a)[0], readings(b)[0]
    best = NamePair(*mains, align(*mains), main=True)
    chosen, highest = best, sum(best.covered)
    for one in readings(a):
        for other in readings(b):
            if (one, other) != mains:
                pair = NamePair(one, other, align(one, other), main=False)
                if sum(pair.covered) > highest + 0.05:
                    chosen, highest = pair, sum(pair.covered)
    return chosen


def features(a: Company, b: Company) -> dict[str, float]:
    """Every feature of a pair by its name; the order of the two does not matter."""
    pair = pair_names(*sorted((a.name, b.name)))
    found = {**_of_words(pair), **_of_letters(pair), **_of_forms(pair), **_of_facts(a, b)}
    return {**found, **_together(found), **_steps(found)}


FACTS = ("domain", "tax_id", "lei", "duns", "phone", "street", "postcode", "city")


def likeness_alone(found: dict[str, float]) -> bool:
    """Whether no fact agrees, and a rare word is spelled rather differently (more than one letter in nine) or all are initials.

    `found` are the features of the pair.
    """
    unlike = found["weak_rare"] >= 0.3 or found["acronym"] > 0
    return unlike and not found["same_joined"] and not any(found[f"{fact}_same"] for fact in FACTS)


def _of_words(pair: NamePair) -> dict[str, float]:
    a, b, (left, right) = pair.a, pair.b, (pair.alignment.left, pair.alignment.right)
    least, most = sorted(pair.covered)
    lone_a, lone_b = _heaviest(a, left), _heaviest(b, right)
    lone_words = [a.words[i] for i in left] + [b.words[j] for j in right]
    weak = [1.0 - likeness for i, j, likeness in pair.alignment.pairs if min(a.weights[i], b.weights[j]) >= RARE]
    order = [j for _, j, _ in sorted(pair.alignment.pairs)]
    shared = [min(a.weights[i], b.weights[j]) for i, j, _ in pair.alignment.pairs]
    return {
        "covered_least": least,
        "covered_most": most,
        "covered_squared": least * least,
        "lone_heaviest": max(lone_a, lone_b),
        "lone_on_both": min(lone_a, lone_b),
        "lone_many": min(len(lone_words), 4) / 4,
        "lone_only_common": float(bool(lone_words) and max(lone_a, lone_b) <= 0.35),
        "lone_place": float(any(word in places() for word in lone_words)),
        "other_place": float(_has_place(a, left) and _has_place(b, right)),
        "weak_rare": max(weak, default=0.0) * 2.5,
        "weak_many": min(sum(value > 0 for value in weak), 3) / 3,
        "nothing_shared": float(not shared),
        "nothing_rare_shared": float(max(shared, default=0.0) < RARE),
        "one_word": float(min(len(a.words), len(b.words)) == 1),
        "one_word_of_many": float(min(len(a.words), len(b.words)) == 1 and max(len(a.words), len(b.words)) > 1),
        "other_order": float(order != sorted(order)),
        **_of_numbers(a, b),
    }


def _has_place(name: Name, places_: Sequence[int]) -> bool:
    return any(name.words[place] in places() for place in places_)


def _heaviest(name: Name, places_: Sequence[int]) -> float:
    return max((name.weights[place] for place in places_), default=0.0)


def _of_numbers(a: Name, b: Name) -> dict[str, float]:
    one, other = ({word for word in name.words if word.isdigit()} for name in (a, b))
    return {
        "numbers_differ": float(bool(one - other) and bool(other - one)),
        "number_on_one_side": float(bool(one) != bool(other) or (one < other) or (other < one)),
        "numbers_agree": float(bool(one) and one == other),
    }


def _of_letters(pair: NamePair) -> dict[str, float]:
    a, b = pair.a, pair.b
    text_a, text_b = a.text, b.text
    longest = max(len(text_a), len(text_b), 1)
    shortest = min(len(a.joined), len(b.joined))
    return {
        "same_text": float(a.words == b.words),
        "same_joined": float(a.joined == b.joined),
        "same_as_written": float(a.plain == b.plain),
        "typing": 1.0 - OSA.distance(text_a, text_b) / longest,
        "typing_joined": JaroWinkler.similarity(a.joined, b.joined),
        "typing_sorted": ratio(" ".join(sorted(a.words)), " ".join(sorted(b.words))) / 100,
        "first_word": JaroWinkler.similarity((a.words or ("",))[0], (b.words or ("",))[0]),
        "acronym": acronym(a, b),
        "cut_off": float(_cut_off(" ".join(a.plain), " ".join(b.plain))),
        "shortness": max(0.0, (8 - shortest) / 8),
        "other_reading": float(not pair.main),
    }


def acronym(a: Name, b: Name) -> float:
    """1 when one name is the initials of the other's words, less when only of its weighty words or with more around."""
    short, long = sorted((a, b), key=lambda name: len(name.joined))
    if not 2 <= len(short.joined) <= 7 or len(long.plain) < 2 or len(short.words) > 2:
        return 0.0
    letters = "".join(short.plain)
    with_form = [*long.plain, *long.form.split()]
    initials = "".join(word[0] for word in long.plain)
    weighty = "".join(word[0] for word, weight in zip(long.words, long.weights, strict=True) if weight > 0.12)
    ways = {"".join(word[0] for word in with_form): 0.9, weighty: 0.9, initials: 1.0}
    if letters in ways:
        return ways[letters] if len(letters) > 2 else 0.7
    return 0.5 if len(letters) > 2 and any(way.startswith(letters) for way in (initials, weighty)) else 0.0


def _cut_off(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return len(short) >= CUT_AT_LEAST and short != long and long.startswith(short)


def _of_forms(pair: NamePair) -> dict[str, float]:
    a, b = pair.a, pair.b
    both = bool(a.form) and bool(b.form)
    return {
        "form_same": float(both and a.form == b.form),
        "form_other_words": float(both and a.form != b.form and a.kind == b.kind),
        "form_other_kind": float(both and a.kind != b.kind and "company" not in (a.kind, b.kind)),
        "form_on_one_side": float(bool(a.form) != bool(b.form)),
    }


def _of_facts(a: Company, b: Company) -> dict[str, float]:
    city = _agreement(fold(a.city), fold(b.city))
    street = _agreement(fold(a.street), fold(b.street))
    code_a, code_b = bare(a.postcode), bare(b.postcode)
    found = {
        **_same_or_other("domain", host(a.domain), host(b.domain)),
        **_same_or_other("country", a.country.upper(), b.country.upper()),
        **_same_or_other("region", fold(a.region), fold(b.region)),
        **_same_or_other("postcode", code_a, code_b),
        **_same_or_other("phone", _digits(a.phone), _digits(b.phone)),
        **_same_or_other("tax_id", bare(a.tax_id), bare(b.tax_id)),
        **_same_or_other("lei", bare(a.lei), bare(b.lei)),
        **_same_or_other("duns", _digits(a.duns), _digits(b.duns)),
    }
    return {
        **found,
        "postcode_near": float(bool(found["postcode_other"]) and code_a[:3] == code_b[:3]),
        "city_same": float(city is not None and city >= 0.85),
        "city_other": float(city is not None and city < 0.85),
        "street_same": float(street is not None and street >= 0.8),
        "street_other": float(street is not None and street < 0.5),
    }


def _same_or_other(name: str, a: str, b: str) -> dict[str, float]:
    known = bool(a) and bool(b)
    return {f"{name}_same": float(known and a == b), f"{name}_other": float(known and a != b)}


def _agreement(a: str, b: str) -> float | None:
    return ratio(a, b) / 100 if a and b else None


def bare(text: str) -> str:
    """Letters and digits alone, in capitals."""
    return "".join(char for char in text.upper() if char.isalnum())


def _digits(text: str) -> str:
    """The last nine digits: the same number is written with and without its country."""
    return "".join(char for char in text.split(".")[0] if char.isdigit())[-9:]


def host(domain: str) -> str:
    """A domain as it is compared: small letters, no scheme, `www.`, path or trailing dot; punycode as it is shown.

    >>> host("https://WWW.Acme.com./about"), host("xn--mller-kva.de")
    ('acme.com', 'müller.de')
    """
    bare = domain.strip().casefold().split("://")[-1].split("/")[0].split("@")[-1].split(":")[0].strip(".")
    bare = bare.removeprefix("www.")
    try:
        return bare.encode("ascii").decode("idna") if "xn--" in bare else bare
    except UnicodeError:
        return bare


# Likeness does not count evenly: the last tenth says more than the first half. Each step passed adds its own coefficient.
STEPS = {
    "covered_least": (0.3, 0.5, 0.65, 0.75, 0.85, 0.93, 0.99),
    "covered_most": (0.5, 0.8, 0.99),
    "typing_sorted": (0.6, 0.7, 0.8, 0.88, 0.94),
    "typing_joined": (0.7, 0.85, 0.95),
    "first_word": (0.6, 0.85, 0.99),
    "lone_heaviest": (0.1, 0.3, 0.45, 0.9),
    "lone_on_both": (0.1, 0.3, 0.45, 0.9),
    "weak_rare": (0.05, 0.3, 0.5, 0.7),
    "shortness": (0.2, 0.5),
}


def _steps(found: dict[str, float]) -> dict[str, float]:
    return {f"{name}_from_{step}": float(found[name] >= step) for name, steps in STEPS.items() for step in steps}


def _together(found: dict[str, float]) -> dict[str, float]:
    """Features that mean more together than each by itself."""
    covered, place = found["covered_least"], max(found["postcode_same"], found["city_same"])
    elsewhere = max(found["postcode_other"], found["city_other"]) * (1 - place)
    return {
        "place_and_name": place * covered,
        "elsewhere_and_name": elsewhere * covered,
        "elsewhere_and_unlike": elsewhere * (1 - max(found["same_text"], found["same_joined"])),
        "elsewhere_and_acronym": elsewhere * found["acronym"],
        "place_and_lone": place * found["lone_heaviest"],
        "domain_and_name": found["domain_same"] * covered,
        "domain_and_lone": found["domain_same"] * found["lone_heaviest"],
        "domain_and_lone_on_both": found["domain_same"] * found["lone_on_both"],
        "lone_and_short": found["lone_heaviest"] * found["shortness"],
        "weak_and_short": found["weak_rare"] * found["shortness"],
        "weak_alone": found["weak_rare"] * found["one_word"],
    }
