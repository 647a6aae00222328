from datetime import timedelta

import pytest

from hansa.kit.failures import NotAllowed, NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import acting, system
from hansa.organizations.models import ApiToken
from hansa.organizations.operations import make_api_token, revoke_api_token, set_roles, touch_api_token
from hansa.organizations.queries import capabilities_of_token, hash_of, token_by_secret
from hansa.organizations.tests.story import NOW

MONTH = NOW + timedelta(days=30)


def make(story, who="paula", capabilities=("sales.view",), expires_at=MONTH, name="Export"):
    with acting(story.scope(who)):
        return make_api_token(name=name, capabilities=list(capabilities), expires_at=expires_at, at=NOW)


def usable(secret, at=NOW):
    with acting(system("test")):
        return token_by_secret(secret, at=at)


def test_a_token_is_shown_once_and_kept_as_a_hash(story, happened):
    token, secret = make(story, capabilities=["sales.view", "sales.import", "sales.view"])

    assert secret.startswith("hansa_")
    assert len(secret) == 49
    with acting(system("test")):
        kept = ApiToken.objects.get(pk=token.pk)
    assert (kept.prefix, kept.token_hash) == (secret[:12], hash_of(secret))
    assert kept.capabilities == ["sales.import", "sales.view"]
    assert [kind for kind, _ in happened()] == ["organizations.token.made"]
    assert secret not in str(happened())


def test_a_token_expires(story):
    _, secret = make(story)

    assert usable(secret, at=MONTH - timedelta(seconds=1)) is not None
    assert usable(secret, at=MONTH) is None


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"expires_at": NOW}, "expires_at"),
        ({"expires_at": NOW + timedelta(days=365, seconds=1)}, "expires_at"),
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"capabilities": []}, "capabilities"),
        ({"capabilities": ["everything"]}, "capabilities"),
    ],
)
def test_a_token_without_end_name_or_purpose_is_refused(story, happened, changes, column):
    with pytest.raises(Unprocessable) as refusal:
        make(story, **changes)

    assert [problem.column for problem in refusal.value.problems] == [column]
    assert happened() == []


def test_a_token_lives_a_year_at_most(story):
    assert make(story, expires_at=NOW + timedelta(days=365))[0].expires_at == NOW + timedelta(days=365)


def test_a_token_never_allows_more_than_its_maker(story, happened):
    with pytest.raises(NotAllowed):
        make(story, capabilities=["sales.view", "settlement.run"])
    with pytest.raises(NotAllowed):
        make(story, who="rita")

    assert happened() == []


def test_a_token_shrinks_with_its_makers_roles(story):
    token, _ = make(story, capabilities=["sales.import", "sales.view"])
    with acting(story.scope("anna")):
        set_roles(affiliation_id=story.affiliations.paula.id, roles=["rep"], at=NOW)

    with acting(system("test")):
        assert capabilities_of_token(token) == {"sales.view"}


def test_a_revoked_token_is_dead(story, happened):
    token, secret = make(story)
    with acting(story.scope("anna")):
        revoke_api_token(token_id=token.id, at=NOW)

    assert usable(secret) is None
    with acting(story.scope("anna")), pytest.raises(NotPossibleNow):
        revoke_api_token(token_id=token.id, at=NOW)
    assert [kind for kind, _ in happened()] == ["organizations.token.made", "organizations.token.revoked"]


def test_others_do_not_revoke_it(story):
    token, secret = make(story)
    with acting(story.scope("oskar")), pytest.raises(NotFound):
        revoke_api_token(token_id=token.id, at=NOW)
    with acting(story.scope("rita")), pytest.raises(NotAllowed):
        revoke_api_token(token_id=token.id, at=NOW)

    assert usable(secret) is not None


def test_a_locked_account_takes_its_tokens_along(story):
    _, secret = make(story)
    story.people.paula.is_active = False
    story.people.paula.save()

    assert usable(secret) is None


def test_a_use_is_noted_once_a_minute(story, happened):
    token, _ = make(story)
    noted = []
    for seconds in (0, 59, 60, 61):
        with acting(system("test")):
            touch_api_token(token_id=token.id, at=NOW + timedelta(seconds=seconds))
            noted.append((ApiToken.objects.get(pk=token.pk).last_used_at - NOW).seconds)

    assert noted == [0, 0, 60, 60]
    assert len(happened()) == 1
