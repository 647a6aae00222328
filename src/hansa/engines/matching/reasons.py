"""Why two records are taken for one company or for two, in words."""

from __future__ import annotations

from hansa.engines.matching.company import Company
from hansa.engines.matching.features import NamePair, host, likeness_alone, pair_names

# Facts in the order in which they are said: what it is called, how it is found among the features.
IDENTIFIERS = {"lei": "LEI", "tax_id": "tax id", "duns": "D-U-N-S number"}
PLACES = {
    "country": "country",
    "region": "region",
    "postcode": "postcode",
    "city": "city",
    "street": "street",
    "phone": "telephone",
}
MOST_WORDS = 4


def reasons(a: Company, b: Company, found: dict[str, float]) -> list[str]:
    """The reasons that a person would give, identifiers first, then the name, then the place; never empty.

    `found` are the features of the pair.
    """
    said = [f"same {word}" for key, word in IDENTIFIERS.items() if found[f"{key}_same"]]
    said += [f"other {word}" for key, word in IDENTIFIERS.items() if found[f"{key}_other"]]
    if found["domain_same"]:
        said.append(f"same domain {host(a.domain)}")
    elif found["domain_other"]:
        said.append("other domain")
    said.append(_of_names(a.name, b.name, pair_names(*sorted((a.name, b.name))), found))
    said += _of_places(found)
    return [*said, "nothing else agrees"] if likeness_alone(found) else said


def _of_places(found: dict[str, float]) -> list[str]:
    """A place that agrees is said at its finest; what differs is always said."""
    said = [f"other {word}" for key, word in PLACES.items() if found.get(f"{key}_other") and key != "region"]
    agreeing = [word for key, word in PLACES.items() if found.get(f"{key}_same") and key not in {"country", "region"}]
    if not agreeing and found["country_same"] and not said:
        agreeing = ["country"]
    return [*(f"same {word}" for word in agreeing), *said]


def _of_names(a: str, b: str, pair: NamePair, found: dict[str, float]) -> str:
    if a == b:
        return "same name"
    if found["acronym"]:
        return "one name is the initials of the other"
    if found["same_text"]:
        if not found["same_as_written"]:
            return "name differs only in abbreviations and legal form"
        other_form = pair.a.form != pair.b.form
        return (
            "name differs only in case, punctuation or legal form"
            if other_form
            else "name differs only in case or punctuation"
        )
    if found["same_joined"]:
        return "name differs only in spaces"
    if found["nothing_shared"]:
        return "names have no word in common"
    return _of_words(pair, found)


def _of_words(pair: NamePair, found: dict[str, float]) -> str:
    lone = [pair.a.words[i] for i in pair.alignment.left] + [pair.b.words[j] for j in pair.alignment.right]
    unlike = [
        f"“{pair.a.words[i]}” and “{pair.b.words[j]}”" for i, j, likeness in pair.alignment.pairs if likeness < 1.0
    ]
    if found["numbers_differ"]:
        return "name has another number"
    if not lone:
        return (
            f"name differs in spelling: {', '.join(unlike[:MOST_WORDS])}"
            if unlike
            else "name differs in the order of its words"
        )
    words = ", ".join(f"“{word}”" for word in lone[:MOST_WORDS])
    common = " that say little" if found["lone_only_common"] else ""
    return f"name differs in words{common}: {words}{f'; spelling of {unlike[0]}' if unlike else ''}"
