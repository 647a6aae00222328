from decimal import Decimal

import jsonschema
import pytest
import yaml

from hansa.engines.settlement import describe_incentive, json_schema, parse_program
from hansa.engines.settlement.tests.story import document, program
from hansa.kernel.problem import Refused

ONE = """
- id: rebate
  kind: rebate
  period: quarter
  bands: [{from: 100, rate: 2.5%}]
"""


def problems(text: str, **options: frozenset[str]) -> list[tuple[int, str, str]]:
    with pytest.raises(Refused) as refused:
        parse_program(text, **options)
    return [(each.row, each.column, each.expected) for each in refused.value.problems]


def test_a_rate_is_an_exact_fraction() -> None:
    assert document(ONE).incentives[0].bands[0].value == Decimal("0.025")


def test_what_is_left_out_has_the_documented_default() -> None:
    incentive = document(ONE).incentives[0]
    assert (incentive.name, incentive.payee, incentive.measure, incentive.method) == (
        "rebate",
        "partner",
        "net_amount",
        "retrospective",
    )


def test_scalars_are_words_as_written() -> None:
    rules = document(ONE.replace("id: rebate", "id: 012\n  who: {types: [no, on, 1:30, ~]}"))
    assert rules.incentives[0].id == "012"
    assert rules.incentives[0].who.types == ("no", "on", "1:30", "~")


@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        (("rate: 2.5%", "rate: 2.5"), "incentives[0].bands[0].rate", "a percentage"),
        (("rate: 2.5%", "rate: 1e1%"), "incentives[0].bands[0].rate", "a percentage"),
        (("rate: 2.5%", "rate: -1%"), "incentives[0].bands[0].rate", "at least 0"),
        (("from: 100", "from: -1"), "incentives[0].bands[0].from", "at least 0"),
        (("from: 100", "from: 100.001"), "incentives[0].bands[0].from", "at most 2 decimals"),
        (("from: 100", "from: 1_000"), "incentives[0].bands[0].from", "plain decimal"),
        (("rate: 2.5%}", "rate: 2.5%, fixed: 3}"), "incentives[0].bands[0]", "exactly one value"),
        (("rate: 2.5%}]", "rate: 2%}, {from: 100, rate: 3%}]"), "incentives[0].bands[1].from", "ascend strictly"),
        (("rate: 2.5%}]", "per_unit: 2}]"), "incentives[0].bands[0].per_unit", "rate or fixed"),
        (("kind: rebate", "kind: gift"), "incentives[0].kind", "one of rebate"),
        (("kind: rebate", "kind: rebate\n    kind: spiff"), "incentives[0].kind", "each key once"),
        (("kind: rebate", "kind: rebate\n    colour: red"), "incentives[0].colour", "a known key"),
        (("kind:", "who: {tiers: [Gold, Platinum]}\n    kind:"), "incentives[0].who.tiers[1]", "a tier of this"),
        (("kind: rebate", "kind: rebate\n    what: {products: []}"), "incentives[0].what.products", "at least one"),
        (("kind: rebate", "kind: rebate\n    cap: 5\n    minimum: 6"), "incentives[0].cap", "at least the minimum"),
        (("kind: rebate", "kind: &a rebate"), "incentives[0].kind", "no anchor"),
        (("kind: rebate", "kind: !!str rebate"), "incentives[0].kind", "no tag"),
        (("kind: rebate", "kind: *a"), "incentives[0].kind", "alias"),
        (("rate: 2.5%", "fixed: 3"), "incentives[0].bands[0].fixed", "rate, which is what stepped"),
        (("currency: USD", "currency: XXL"), "currency", "ISO 4217"),
        (("starts: 01-01", "starts: 01-29"), "fiscal_year_starts", "01 to 28"),
        (("until: 2020-01-01", "until: 2019-01-01"), "effective.until", "a day after"),
        (("until: 2020-01-01", "until: 2019-02-30"), "effective.until", "a day such as"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_where_it_stands(change: tuple[str, str], column: str, said: str) -> None:
    text = program(ONE.replace("kind:", "method: stepped\n  kind:") if "stepped" in said else ONE)
    assert change[0] in text
    found = problems(text.replace(*change))
    assert [place for _, place, _ in found] == [column]
    assert said in found[0][2]


def test_every_problem_is_reported_with_its_line() -> None:
    text = (
        program(ONE)
        .replace("kind: rebate", "kind: gift")
        .replace("from: 100", "from: x")
        .replace("hansa: 1", "hansa: 2")
    )
    assert [(row, column) for row, column, _ in problems(text)] == [
        (1, "hansa"), (10, "incentives[0].kind"), (12, "incentives[0].bands[0].from"),
    ]  # fmt: skip


def test_a_missing_key_is_named() -> None:
    assert ("currency", "a value: this key is required") in [
        (column, said) for _, column, said in problems(program(ONE).replace("currency: USD\n", ""))
    ]


def test_other_sections_are_passed_over_only_when_they_are_known() -> None:
    text = program(ONE).replace("{name: Gold}", "{name: Gold, benefits: [x]}") + "territories: [North]\n"
    assert [column for _, column, _ in problems(text)] == ["tiers[2].benefits", "territories"]
    parse_program(text, other_sections=frozenset({"territories"}), other_tier_keys=frozenset({"benefits"}))


def test_growth_is_refused_where_effective_cuts_a_period() -> None:
    growth = ONE.replace("kind: rebate", "kind: rebate\n  measure: growth").replace("from: 100", "from: 10%")
    found = problems(program(growth, since="2019-01-02"))
    assert found[0][1] == "incentives[0].measure"
    assert "it cuts 2019-Q1" in found[0][2]
    assert document(growth).incentives[0].bands[0].start == Decimal("0.1")


def test_growth_cannot_be_paid_by_steps() -> None:
    growth = ONE.replace("kind: rebate", "kind: rebate\n  measure: growth\n  method: stepped").replace(
        "from: 100", "from: 10%"
    )
    assert [column for _, column, _ in problems(program(growth))] == ["incentives[0].method"]


def test_an_exclusive_group_has_one_payee_and_period() -> None:
    two = ONE.replace("kind:", "exclusive_group: g\n  kind:") + ONE.replace("id: rebate", "id: other").replace(
        "kind:", "exclusive_group: g\n  payee: rep\n  kind:"
    )
    assert [column for _, column, _ in problems(program(two))] == ["incentives[1].exclusive_group"]


@pytest.mark.parametrize(
    "text",
    ["", "- a\n", "a: [", "\x00", "a: 1\n---\nb: 2\n", "[" * 3000, "a: " * 100, "x" * (1024 * 1024 + 1), "{[a]: 1}"],
)
def test_what_is_no_document_is_refused_and_not_crashed_on(text: str) -> None:
    assert problems(text)


def test_the_schema_accepts_a_program_and_refuses_a_gift() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    jsonschema.Draft202012Validator.check_schema(json_schema())
    whole = yaml.load(program(ONE), Loader=yaml.BaseLoader)
    assert list(validator.iter_errors(whole)) == []
    whole["incentives"][0]["kind"] = "gift"
    assert [list(error.path) for error in validator.iter_errors(whole)] == [["incentives", 0, "kind"]]


def test_a_rule_reads_as_sentences() -> None:
    rules = document(ONE.replace("kind: rebate", "kind: rebate\n  who: {tiers: [Silver, Gold]}\n  cap: 50"))
    assert describe_incentive(rules, rules.incentives[0]) == (
        "rebate: a rebate for each partner and quarter, on every product sold by partners of tier Silver or Gold,"
        " by net sales. "
        "From 100.00 USD: 2.5% of net sales. The highest band reached pays on the whole. At most 50.00 USD is paid."
    )
