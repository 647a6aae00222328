from dataclasses import fields
from datetime import time

import pytest
import yaml
from jsonschema import Draft202012Validator

from hansa.engines.settlement import Who
from hansa.kernel.money import Money
from hansa.kernel.problem import Refused
from hansa.programs import document
from hansa.programs.engagement import (
    BusinessHours,
    Clocks,
    Disputes,
    Eligibility,
    Extensions,
    Protection,
    RulesOfEngagement,
)
from hansa.programs.tests.texts import TEXT

HEAD = TEXT.split("incentives:")[0]
FIRST = len(HEAD.splitlines()) + 1
WHOLE = """\
rules_of_engagement:
  registration:
    who: {types: [Reseller], tiers: [Gold], territories: [North]}
    families: [Boats, Sails]
    minimum: 5000.50
    resubmissions: 3
    open_quota: 40
    daily_quota: 10
  protection:
    - {days: 120, tiers: [Gold], from: 20000}
    - {days: 100, families: [Sails]}
    - {days: 60}
  extensions: {count: 2, days: 45, evidence: optional}
  priority: [exclusive_territory, incumbent, tier]
  clocks:
    answer_after: 30
    decision: {hours: 8, lapse: approve}
    action_required: {days: 7}
    reminders: [3, 21, 7]
    business_hours: {from: "08:30", until: "16:00", days: [sun, mon]}
  disputes:
    file_within_days: 20
    evidence_days: 5
    decision_days: 15
    appeal_days: 10
    remedies: [split, uphold]
"""


def read(said):
    return document.parse(HEAD + said).engagement


def problems(said):
    with pytest.raises(Refused) as refusal:
        read(said)
    return [(found.row - FIRST, found.column, found.expected) for found in refusal.value.problems]


def problem(line):
    """The one problem of a single line under the section, and where it stands there."""
    [(row, column, expected)] = problems(f"rules_of_engagement:\n  {line}\n")
    assert row == 1
    return column.removeprefix("rules_of_engagement."), expected


def test_all_of_a_program_that_says_everything_is_read():
    assert read(WHOLE) == RulesOfEngagement(
        registration=Eligibility(
            who=Who(types=("Reseller",), tiers=("Gold",), territories=("North",)),
            families=("Boats", "Sails"),
            minimum=Money(500050, "EUR"),
            resubmissions=3,
            open_quota=40,
            daily_quota=10,
        ),
        protection=(
            Protection(120, tiers=("Gold",), minimum=Money(2000000, "EUR")),
            Protection(100, families=("Sails",)),
            Protection(60),
        ),
        extensions=Extensions(2, 45, "optional"),
        priority=("exclusive_territory", "incumbent", "tier", "first_in_time"),
        clocks=Clocks(30, 8, "approve", 7, (21, 7, 3), BusinessHours(time(8, 30), time(16), ("mon", "sun"))),
        disputes=Disputes(20, 5, 15, 10, ("split", "uphold")),
    )


def test_a_program_that_says_nothing_has_sensible_rules():
    found = read("")

    assert found == RulesOfEngagement()
    assert found.registration == Eligibility(Who(), None, None, 2, 50, 20)
    assert found.protection == ()
    assert found.extensions == Extensions(1, 30, "required")
    assert found.priority == ("first_in_time",)
    assert found.clocks.business_hours == BusinessHours(time(9), time(17), ("mon", "tue", "wed", "thu", "fri"))
    assert (found.clocks.answer_after, found.clocks.decision_hours, found.clocks.lapse) == (15, 16, "escalate")
    assert (found.clocks.action_required_days, found.clocks.reminders) == (14, (14, 3))
    assert found.disputes == Disputes(30, 10, 20, 14, ("uphold", "swap_priority", "split", "compensate"))


LISTS = ("protection", "disclosure")


def test_what_is_told_of_others_is_one_of_a_few_words():
    assert read("rules_of_engagement:\n  disclosure: [waiting]\n").disclosure == ("waiting",)
    with pytest.raises(Refused, match="one of waiting; not names"):
        read("rules_of_engagement:\n  disclosure: [names]\n")


@pytest.mark.parametrize("section", [field.name for field in fields(RulesOfEngagement) if field.name not in LISTS])
def test_a_section_that_says_nothing_takes_the_defaults(section):
    if section == "priority":
        assert read("rules_of_engagement:\n  extensions: {}\n").priority == ("first_in_time",)
    else:
        assert read(f"rules_of_engagement:\n  {section}: {{}}\n") == RulesOfEngagement()


def test_what_is_left_out_beside_a_value_takes_its_default():
    found = read("rules_of_engagement:\n  clocks: {decision: {hours: 4}, business_hours: {until: '18:00'}}\n").clocks

    assert (found.decision_hours, found.lapse) == (4, "escalate")
    assert found.business_hours == BusinessHours(time(9), time(18))


def test_reasons_may_stand_behind_time_for_claims_of_one_instant():
    assert read("rules_of_engagement:\n  priority: [first_in_time, tier]\n").priority == ("first_in_time", "tier")


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        ("speed: 1", "speed", "a known key"),
        ("registration: {minimum: 1.234}", "registration.minimum", "a number of at least 0 with at most 2 decimals"),
        ("registration: {minimum: -1}", "registration.minimum", "a number of at least 0 with at most 2 decimals"),
        ("registration: {minimum: lots}", "registration.minimum", "a plain decimal number"),
        ("registration: {resubmissions: 101}", "registration.resubmissions", "a whole number from 0 to 100; not 101"),
        ("registration: {resubmissions: 1.5}", "registration.resubmissions", "a whole number from 0 to 100; not 1.5"),
        ("registration: {resubmissions: 01}", "registration.resubmissions", "a whole number from 0 to 100; not 01"),
        ("registration: {open_quota: 0}", "registration.open_quota", "a whole number from 1 to 100000; not 0"),
        ("registration: {daily_quota: 0}", "registration.daily_quota", "a whole number from 1 to 100000; not 0"),
        ("registration: {families: []}", "registration.families", "a list with at least one item"),
        ("registration: {who: {types: [Shp]}}", "registration.who.types[0]", "one of Shop, Reseller, Distributor"),
        ("registration: {who: {tiers: [Gold, Lead]}}", "registration.who.tiers[1]", "one of Silver, Gold"),
        ("registration: {who: {territories: [East]}}", "registration.who.territories[0]", "one of North, South"),
        ("registration: {who: {partners: [7]}}", "registration.who.partners", "a known key"),
        ("registration: {scope: all}", "registration.scope", "a known key"),
        ("registration: open", "registration", "a mapping"),
        ("protection: [{tiers: [Gold]}]", "protection[0].days", "a value: this key is required"),
        ("protection: [{days: 0}]", "protection[0].days", "a whole number from 1 to 1095; not 0"),
        ("protection: [{days: 1096}]", "protection[0].days", "a whole number from 1 to 1095; not 1096"),
        ("protection: [{days: 9, tiers: [Lead]}]", "protection[0].tiers[0]", "one of Silver, Gold"),
        ("protection: [{days: 9, until: 7}]", "protection[0].until", "a known key"),
        ("protection: [{days: 9}, {days: 8, tiers: [Gold]}]", "protection[1]", "nothing behind a rule that matches"),
        ("protection: [ninety]", "protection[0]", "a mapping"),
        ("extensions: {count: many}", "extensions.count", "a whole number from 0 to 100; not many"),
        ("extensions: {days: 0}", "extensions.days", "a whole number from 1 to 1095; not 0"),
        ("extensions: {evidence: maybe}", "extensions.evidence", "one of required, optional; not maybe"),
        ("extensions: {who: me}", "extensions.who", "a known key"),
        ("priority: [loudest]", "priority[0]", "one of first_in_time, exclusive_territory, named_account"),
        ("priority: [tier, tier]", "priority[1]", "each value once"),
        ("clocks: {answer_after: 10081}", "clocks.answer_after", "a whole number from 0 to 10080; not 10081"),
        ("clocks: {decision: {hours: 0}}", "clocks.decision.hours", "a whole number from 1 to 1000; not 0"),
        ("clocks: {decision: {hours: 1001}}", "clocks.decision.hours", "a whole number from 1 to 1000; not 1001"),
        ("clocks: {decision: {lapse: sleep}}", "clocks.decision.lapse", "one of escalate, approve, reject; not sleep"),
        ("clocks: {decision: {days: 1}}", "clocks.decision.days", "a known key"),
        ("clocks: {action_required: {days: 366}}", "clocks.action_required.days", "a whole number from 1 to 365"),
        ("clocks: {action_required: {hours: 3}}", "clocks.action_required.hours", "a known key"),
        ("clocks: {reminders: [14, 0]}", "clocks.reminders[1]", "a whole number of days from 1 to 999; not 0"),
        ("clocks: {reminders: [1000]}", "clocks.reminders[0]", "a whole number of days from 1 to 999; not 1000"),
        ("clocks: {reminders: [٣]}", "clocks.reminders[0]", "a whole number of days from 1 to 999; not ٣"),
        ("clocks: {reminders: [soon]}", "clocks.reminders[0]", "a whole number of days from 1 to 999; not soon"),
        ("clocks: {pace: 1}", "clocks.pace", "a known key"),
        ("clocks: {business_hours: {from: 9}}", "clocks.business_hours.from", "a time such as 09:00; not 9"),
        (
            "clocks: {business_hours: {until: '24:00'}}",
            "clocks.business_hours.until",
            "a time such as 09:00; not 24:00",
        ),
        ("clocks: {business_hours: {until: '09:00'}}", "clocks.business_hours.until", "a time after 09:00"),
        ("clocks: {business_hours: {from: '17:00'}}", "clocks.business_hours.from", "a time after 17:00"),
        ("clocks: {business_hours: {days: [monday]}}", "clocks.business_hours.days[0]", "one of mon, tue, wed"),
        ("clocks: {business_hours: {zone: UTC}}", "clocks.business_hours.zone", "a known key"),
        ("disputes: {appeal_days: 0}", "disputes.appeal_days", "a whole number from 1 to 365; not 0"),
        ("disputes: {remedies: [apology]}", "disputes.remedies[0]", "one of uphold, swap_priority, split, compensate"),
        ("disputes: {court: Hague}", "disputes.court", "a known key"),
    ],
)
def test_each_error_has_its_line_and_says_what_was_expected(line, column, expected):
    found = problem(line)

    assert found[0] == column
    assert found[1].startswith(expected)


def test_all_errors_are_listed_together():
    found = problems("rules_of_engagement:\n  priority: [loudest]\n  extensions: {days: 0}\n")

    assert [(row, column) for row, column, _ in found] == [
        (1, "rules_of_engagement.priority[0]"),
        (2, "rules_of_engagement.extensions.days"),
    ]


def test_without_a_currency_no_amount_is_read():
    with pytest.raises(Refused) as refusal:
        document.parse((HEAD + WHOLE).replace("currency: EUR", "currency: EURO"))

    assert [found.column for found in refusal.value.problems] == ["currency"]


def test_money_has_the_decimals_of_its_currency():
    yen = HEAD.replace("EUR", "JPY") + "rules_of_engagement: {registration: {minimum: 5000}}\n"

    assert document.parse(yen).engagement.registration.minimum == Money(5000, "JPY")
    with pytest.raises(Refused, match="at most 0 decimals"):
        document.parse(yen.replace("5000", "5000.5"))


def test_the_schema_takes_what_the_reader_takes():
    schema = document.schema()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    text = HEAD + WHOLE

    assert [error.message for error in validator.iter_errors(yaml.load(text, yaml.BaseLoader))] == []
    assert list(validator.iter_errors(yaml.load(text.replace("lapse: approve", "lapse: sleep"), yaml.BaseLoader)))
    assert list(validator.iter_errors(yaml.load(text.replace("answer_after", "pace"), yaml.BaseLoader)))
    assert list(validator.iter_errors(yaml.load(text.replace("hours: 8", "hours: 8.5"), yaml.BaseLoader)))
