import pytest

from hansa.kit.scope import acting
from hansa.networks.tests.story import NOW, Story, tell
from hansa.programs.models import Program
from hansa.programs.operations import create_program
from hansa.programs.tests.texts import TEXT


@pytest.fixture
def story(db: None) -> Story:
    return tell()


@pytest.fixture
def program(story: Story) -> Program:
    with acting(story.scope("anna")):
        return create_program(network=story.network, name="Partner <u>Program</u>", text=TEXT, at=NOW)
