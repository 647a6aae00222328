import pytest

from hansa.organizations.tests.story import Story, count_events, events_since, tell


@pytest.fixture
def story(db: None) -> Story:
    return tell()


@pytest.fixture
def happened(story: Story) -> object:
    """What was recorded since the story was told."""
    before = count_events()
    return lambda: events_since(before)
