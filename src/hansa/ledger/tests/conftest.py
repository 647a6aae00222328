import pytest

from hansa.ledger.tests.story import Story, tell


@pytest.fixture
def story(db: None) -> Story:
    return tell()


@pytest.fixture
def lasting_story(transactional_db: None) -> Story:
    return tell()


@pytest.fixture
def as_owner(transactional_db: None) -> object:
    """Run one statement as the role that owns the tables, with all triggers in force."""
    from django.db import connection

    from hansa.kit import config
    from hansa.kit.postgres import Cluster

    def run(statement: str) -> None:
        with Cluster(config.home() / "postgres").connect(dbname=connection.settings_dict["NAME"]) as admin:
            admin.execute(f'set role "{config.OWNER_ROLE}"')
            admin.execute("set hansa.system = 'on'")
            admin.execute(statement)

    return run
