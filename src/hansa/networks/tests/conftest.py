import pytest

from hansa.networks.tests.story import Story, tell


@pytest.fixture
def story(db: None) -> Story:
    return tell()
