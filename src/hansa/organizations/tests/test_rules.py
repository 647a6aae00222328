import pytest

from hansa.organizations.rules import (
    CAPABILITIES,
    ROLE_LABELS,
    ROLES,
    capabilities_of,
    is_above,
    keeper_lost,
    roles_for_those_in_care,
    roles_that_may_be_given,
    roles_within,
)


def test_every_role_has_a_label_and_known_capabilities():
    assert set(ROLE_LABELS) == set(ROLES)
    assert capabilities_of(ROLES) == set(CAPABILITIES)


def test_reading_roles_only_read():
    assert {capability for capability in ROLES["auditor"] if not capability.endswith(".view")} == set()


def test_roles_that_may_be_given():
    assert roles_that_may_be_given(["owner"]) == set(ROLES)
    assert roles_that_may_be_given(["principal"]) == {"principal", "rep"}
    assert roles_that_may_be_given(["rep"]) == {"rep"}
    assert roles_that_may_be_given(["emperor"]) == set()


def test_roles_within_capabilities_are_those_of_the_roles_that_have_them():
    for role in ROLES:
        assert roles_within(ROLES[role]) == roles_that_may_be_given([role])


def test_who_is_above():
    assert is_above(["owner"], ROLES["finance"])
    assert not is_above(["rep"], ROLES["principal"])


def test_a_custodian_gives_partner_roles_alone():
    assert roles_for_those_in_care(ROLES["partner_manager"]) == {"principal", "rep", "read_only"}
    assert roles_for_those_in_care(ROLES["finance"]) == set()


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ([["owner"]], [["owner"]], ""),
        ([["owner"]], [], "the last owner"),
        ([["owner"], ["owner"]], [["owner"]], ""),
        ([["principal"], ["rep"]], [["rep"]], "the last person who may invite others"),
        ([["rep"]], [], ""),
    ],
)
def test_an_organization_keeps_somebody_who_runs_it(before, after, lost):
    assert keeper_lost(before, after) == lost
