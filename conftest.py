"""One embedded PostgreSQL for the whole test run; the tests themselves connect as the app's role, behind both walls."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from tests.world.fixtures import _world_at_hand, built_world, committed_world, world  # noqa: F401 - fixtures for all

# A slow moment of the machine is no fault of the code under test.
hypothesis.settings.register_profile("hansa", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("hansa")

ROOT = Path(__file__).parent
_cluster = None


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or not config.pluginmanager.hasplugin("django"):
        return
    from hansa.kit import config as kit_config
    from hansa.kit.postgres import TEST_SETTINGS, Cluster, prepare

    global _cluster
    home = kit_config.home()
    _cluster = Cluster(home / "postgres", tuple(TEST_SETTINGS.items()))
    _cluster.start()
    prepare(_cluster, database=kit_config.DATABASE, owner=kit_config.OWNER_ROLE, app=kit_config.APP_ROLE)
    _migrate_template(home)


def pytest_unconfigure(config: pytest.Config) -> None:
    if _cluster is not None:
        _cluster.stop()


def _migrate_template(home: Path) -> None:
    """Bring the template database to this tree's migrations, once per set of migrations."""
    migrations = sorted(ROOT.glob("src/hansa/*/migrations/*.py")) + sorted(ROOT.glob("src/hansa/*/sql.py"))
    retrieval = ROOT / "src/hansa/engines/matching/retrieval.py"
    sources = [*migrations, ROOT / "src/hansa/kit/walls.py", retrieval, ROOT / "requirements/dev.txt"]
    fingerprint = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    stamp = home / "template"
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    from hansa.kit import config as kit_config
    from hansa.kit.postgres import prepare

    with _cluster.connect() as admin:
        admin.execute(f'drop database if exists "{kit_config.DATABASE}" with (force)')
    prepare(_cluster, database=kit_config.DATABASE, owner=kit_config.OWNER_ROLE, app=kit_config.APP_ROLE)
    environment = {**os.environ, "HANSA_DB_ROLE": "owner", "DJANGO_SETTINGS_MODULE": "hansa.site.settings"}
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], check=True, env=environment, cwd=ROOT)
    stamp.write_text(fingerprint)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """Hand the fresh test database from the owner's role to the app's."""
    from django.db import connection

    from hansa.kit import config as kit_config

    _empty_tables_instead_of_truncating_as_app()
    connection.close()
    connection.settings_dict["USER"] = kit_config.APP_ROLE
    yield
    connection.close()
    connection.settings_dict["USER"] = kit_config.OWNER_ROLE


def _empty_tables_instead_of_truncating_as_app() -> None:
    from django.test import TransactionTestCase

    TransactionTestCase._fixture_teardown = lambda self: empty_all_tables()


def empty_all_tables() -> None:
    """Empty every table as the superuser, past the triggers that refuse it to everyone else."""
    from django.db import connection

    from hansa.kit import config as kit_config
    from hansa.kit.postgres import Cluster

    name = connection.settings_dict["NAME"]
    connection.close()
    with Cluster(kit_config.home() / "postgres").connect(dbname=name) as admin:
        tables = admin.execute(
            "select string_agg(quote_ident(tablename), ', ') from pg_tables where schemaname = 'public'"
            " and tablename not in ('django_migrations', 'django_content_type')"
        ).fetchone()[0]
        admin.execute("set session_replication_role = replica")
        admin.execute(f"truncate {tables} restart identity cascade")


@pytest.fixture
def tamper(transactional_db: None) -> object:
    """Run one statement as the superuser, past every wall and trigger, as an intruder on the machine could."""
    from django.db import connection

    from hansa.kit import config as kit_config
    from hansa.kit.postgres import Cluster

    def run(statement: str, *values: object) -> None:
        with Cluster(kit_config.home() / "postgres").connect(dbname=connection.settings_dict["NAME"]) as admin:
            admin.execute("set session_replication_role = replica")
            admin.execute(statement, values)

    return run
