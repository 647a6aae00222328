import pytest

from hansa.disputes.tests.story import Story, tell


@pytest.fixture
def story(db: None) -> Story:
    return tell()


@pytest.fixture
def lasting_story(transactional_db: None) -> Story:
    return tell()
