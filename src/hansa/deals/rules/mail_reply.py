"""The form that is filled in by replying to a mail: text in, facts and problems out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from hansa.deals.rules.listing import ListedDeal, listed_deal

# label on the form: column of a file of registrations, so that there is one vocabulary
LABELS = {
    "Customer": "customer_name",
    "Website": "customer_domain",
    "City": "customer_city",
    "Country": "country",
    "Product family": "family",
    "Title": "title",
    "Amount": "amount",
    "Close date": "close_on",
    "Contact": "contact",
    "Your reference": "own_reference",
    "What they need": "problem",
}
ON_THE_FORM = ("Customer", "Website", "Country", "Product family", "Amount", "Close date", "What they need")
FROM_HERE, TO_HERE = "----- fill in from here -----", "----- to here -----"
MOST_LINES = 2_000
LONGEST_VALUE = 5_000
FIELD = re.compile(rf"\s*\*?({'|'.join(LABELS)})\*?\s*:\*?\s*(.*)", re.IGNORECASE)
QUOTED = re.compile(r"(?:\s{0,3}>)+ ?")
# What stands above an earlier mail that is not quoted by `>`.
BELOW = re.compile(
    r"--|-{2,}\s*(original message|urspr.ngliche nachricht|message d.origine|forwarded message)\s*-{2,}|_{20,}"
    r"|(from|von|de|fr.n)\s*:.*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a reply says; `problems` are pairs of a label and what was expected there, none where it can be registered."""

    deal: ListedDeal
    problems: tuple[tuple[str, str], ...]


def read_reply(text: str, *, currency: str, countries: Mapping[str, str], families: Collection[str]) -> Reply:
    """Read a reply. `countries` are names by their two letters; the title and a single product family say themselves.

    What the person wrote counts first, then the form, wherever it stands and however deep it is quoted; any other quoted
    text, and what follows the head of an earlier mail, is not read. Raises nothing.
    """
    own, form = _parts(text)
    said, twice = _fields(own)
    filled, twice_there = _fields(form)
    cells = {**filled, **said, "submit": "yes"}
    cells["country"] = _country(cells.get("country", ""), countries)
    cells["family"] = _family(cells.get("family", ""), families)
    cells["customer_country"] = cells["country"] if cells["country"] in countries else ""
    cells.setdefault("title", f"{cells.get('customer_name', '')}: {cells['family']}"[:120])
    deal, problems = listed_deal(1, cells, currency=currency, countries=countries, families=families)
    labels = {column: label for label, column in LABELS.items()}
    told = {labels.get(each.column, "Customer"): each.expected for each in problems}
    told |= {labels[column]: "one value; it stands there twice" for column in twice | (twice_there - set(said))}
    return Reply(deal, tuple((label, told[label]) for label in LABELS if label in told))


def empty_form() -> str:
    """The form as it stands in a mail, between its two marks."""
    return "\n".join([FROM_HERE, *(f"{label}: " for label in ON_THE_FORM), TO_HERE])


def _parts(text: str) -> tuple[list[str], list[str]]:
    """The lines that the person wrote, and those between the marks of a form."""
    own: list[str] = []
    form: list[str] = []
    in_form = below = False
    for line in text.splitlines()[:MOST_LINES]:
        bare = QUOTED.sub("", line[:LONGEST_VALUE], count=1) if QUOTED.match(line) else line[:LONGEST_VALUE]
        words = bare.strip().casefold()
        if words in {FROM_HERE, TO_HERE}:
            in_form = words == FROM_HERE
        elif in_form:
            form.append(bare)
        elif BELOW.fullmatch(bare.strip()):
            below = True
        elif not below and not QUOTED.match(line):
            own.append(bare)
    return own, form


def _fields(lines: Iterable[str]) -> tuple[dict[str, str], set[str]]:
    """What the lines say by column, and the columns that they give twice and differently."""
    labels = {label.casefold(): column for label, column in LABELS.items()}
    said: dict[str, str] = {}
    twice: set[str] = set()
    open_ended = False  # what they need may go over several lines, up to an empty one
    for line in lines:
        if found := FIELD.fullmatch(line):
            column, value = labels[found[1].casefold()], found[2].strip()
            if said.get(column, value) != value and value:
                twice.add(column)
            if value:
                said.setdefault(column, value)
            open_ended = column == "problem" and column not in twice
        elif open_ended and line.strip():
            said["problem"] = "\n".join(filter(None, [said.get("problem", ""), line.strip()]))[:LONGEST_VALUE]
        else:
            open_ended = False
    return said, twice


def _country(text: str, countries: Mapping[str, str]) -> str:
    """The two letters of a country that is given by them or by its name."""
    said = text.strip().casefold()
    named = (code for code, name in countries.items() if said in {code.casefold(), str(name).casefold()})
    return next(named, text.strip())


def _family(text: str, families: Collection[str]) -> str:
    """The product family in any spelling of case; the only one where none is given."""
    said = text.strip().casefold()
    if not said and len(families) == 1:
        return next(iter(families))
    return next((each for each in families if each.casefold() == said), text.strip())
