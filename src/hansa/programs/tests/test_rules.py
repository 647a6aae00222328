import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.engines.settlement import Who
from hansa.kernel.problem import Refused
from hansa.programs import document
from hansa.programs.rules.blocks import ORDER, CannotWriteError, incentive_in, write_incentive
from hansa.programs.rules.changes import Member, changes_between, count_matching, matches
from hansa.programs.tests.texts import TEXT

WORDS = st.text(min_size=1, max_size=12).filter(lambda word: word.isprintable() and word.strip() == word)


def problems(text):
    with pytest.raises(Refused) as refusal:
        document.parse(text)
    return [(problem.row, problem.column) for problem in refusal.value.problems]


def changed(**values):
    known = incentive_in(TEXT, "volume")
    wanted = {**known, **values}
    return {key: value for key, value in wanted.items() if value is not None}


def differing(before, after):
    """Lines that are gone and lines that are new."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_a_whole_document_is_read():
    parsed = document.parse(TEXT)

    assert parsed.partner_types == ("Shop", "Reseller", "Distributor")
    assert [(t.name, t.countries) for t in parsed.territories] == [("North", ("DE", "DK")), ("South", ("DE",))]
    assert [incentive.id for incentive in parsed.paying.incentives] == ["volume", "bonus"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[DE, DK]", "[Germany]", [(12, "territories[0].countries[0]")]),
        ("name: South", "name: North", [(13, "territories[1].name")]),
        ("[Shop, Reseller, Distributor]", "[Shop, Shop]", [(10, "partner_types[1]")]),
        ("[Shop, Reseller, Distributor]", "Shop", [(10, "partner_types")]),
        ("types: [Shop], ", "types: [Shp], ", [(21, "incentives[0].who.types[0]")]),
        ("territories: [North]}", "territories: [West]}", [(21, "incentives[0].who.territories[0]")]),
        ("countries: [DE]}", "colour: red}", [(13, "territories[1].colour")]),
        ("rate: 1%", "rate: 1", [(24, "incentives[0].bands[0].rate")]),
    ],
)
def test_each_error_has_its_line(old, new, expected):
    assert problems(TEXT.replace(old, new, 1)) == expected


def test_errors_of_all_parts_are_listed_together():
    text = TEXT.replace("[DE, DK]", "[Germany]").replace("rate: 1%", "rate: 1")

    assert problems(text) == [(12, "territories[0].countries[0]"), (24, "incentives[0].bands[0].rate")]


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    with pytest.raises(Refused):
        document.parse(text)


def test_only_the_changed_keys_are_written_anew():
    after = write_incentive(TEXT, changed(cap="6000"), replacing="volume")

    assert differing(TEXT, after) == (["    cap: 5000  # a year's budget"], ["    cap: 6000 # a year's budget"])


def test_a_key_is_taken_out_and_another_added():
    after = write_incentive(TEXT, changed(cap=None, minimum="25"), replacing="volume")

    assert differing(TEXT, after) == (["    cap: 5000  # a year's budget"], ["    minimum: 25"])
    assert "# Only the north." in after


def test_an_incentive_can_be_renamed():
    after = write_incentive(TEXT, changed(id="quarterly", name="A: b # c"), replacing="volume")

    assert '  - id: quarterly\n    name: "A: b # c" # as agreed\n' in after


def test_a_new_incentive_stands_behind_the_last():
    new = {"id": "extra", "kind": "mdf", "period": "year", "bands": [{"from": "0", "rate": "1%"}]}

    after = write_incentive(TEXT, new)

    assert differing(TEXT, after)[0] == []
    assert [i.id for i in document.parse(after).paying.incentives] == ["volume", "bonus", "extra"]
    assert after.endswith("# The end.\n")


ONE = "{id: a, kind: mdf, period: year, bands: [{from: 0, rate: 1%}]}"


@pytest.mark.parametrize("listed", ["incentives: []", f"incentives: [{ONE}]", ""])
def test_lists_in_one_line_and_missing_ones_take_a_new_incentive(listed):
    head = TEXT[: TEXT.index("incentives:")]
    new = {"id": "extra", "kind": "mdf", "period": "year", "bands": [{"from": "0", "rate": "1%"}]}

    after = write_incentive(f"{head}{listed}\n", new)

    assert document.parse(after).paying.incentives[-1].id == "extra"
    assert after.startswith(head.rstrip())


@pytest.mark.parametrize(
    ("text", "incentive", "replacing"),
    [
        (TEXT, {"id": "x", "kind": 5}, ""),
        (TEXT, {"id": "x", "colour": "red"}, ""),
        (TEXT, {"kind": "mdf"}, ""),
        (TEXT, {"id": "x"}, "nosuch"),
        ("a: [", {"id": "x"}, ""),
        ("a: &b 1\nc: *b\n", {"id": "x"}, ""),
        ("incentives: none\n", {"id": "x"}, ""),
    ],
)
def test_what_cannot_be_written_is_refused(text, incentive, replacing):
    with pytest.raises(CannotWriteError):
        write_incentive(text, incentive, replacing=replacing)


@given(
    st.dictionaries(st.sampled_from(ORDER[1:3] + ORDER[10:]), WORDS), WORDS, st.sampled_from(["", "volume", "bonus"])
)
def test_any_words_can_be_written_and_nothing_else_moves(values, identity, replacing):
    incentive = {"id": identity, **values, "who": {"types": [identity]}, "bands": [{"from": identity, "rate": "1%"}]}

    after = write_incentive(TEXT, incentive, replacing=replacing)

    assert incentive_in(after, identity) == incentive
    other = "bonus" if replacing == "volume" else "volume"
    if identity != other:
        assert incentive_in(after, other) == incentive_in(TEXT, other)
    assert after.startswith(TEXT[: TEXT.index("  - id: volume")])


def test_changes_are_told_in_words():
    text = (
        TEXT.replace("rate: 2%", "rate: 2.5%")
        .replace("cap: 5000", "cap: 6000")
        .replace("[North]}", "[North, South]}", 1)
    )
    text = text.replace("  - id: bonus", "  - id: reward")

    found = changes_between(document.parse(TEXT).paying, document.parse(text).paying)

    assert [(c.id, c.kind, c.bands_changed) for c in found] == [
        ("volume", "changed", 1), ("reward", "added", 1), ("bonus", "removed", 1),
    ]  # fmt: skip
    assert found[0].words == (
        "cap: 5000 → 6000",
        "who, territories: North → North, South",
        "band 2: from 50,000.00 EUR: 2% of net sales → from 50,000.00 EUR: 2.5% of net sales",
    )


def test_a_first_version_is_all_new():
    assert [c.kind for c in changes_between(None, document.parse(TEXT).paying)] == ["added", "added"]


def test_who_takes_part():
    member = Member("K1", ("Shop", "Reseller"), "Gold", "North")

    assert matches(Who(), member)
    assert matches(Who(types=("Reseller",), tiers=("Gold",), territories=("North",), partners=("K1",)), member)
    assert not matches(Who(types=("Distributor",)), member)
    assert not matches(Who(partners=("K2",)), member)
    assert count_matching(document.parse(TEXT).paying.incentives[0], [member, member]) == 2
