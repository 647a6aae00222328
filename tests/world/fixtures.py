"""The fixture `world`: built once per run into a database of its own, given to each test inside a transaction.

Tests that ask for `world` carry no `django_db` mark: the fixture brings the database. Those that need commits, or a
server, ask for `committed_world`: a copy of the database that is thrown away afterwards.
"""

from __future__ import annotations

import copy
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.world.story import World

TEMPLATE = "hansa"


@pytest.fixture(scope="session")
def built_world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> tuple[str, Path, World]:
    """The database's name, the folder of its files, and the world in it."""
    from django.conf import settings

    from tests.world.story import build  # not before Django is set up

    name, files = f"test_world_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}", tmp_path_factory.mktemp("world-files")
    _copy_database(name, TEMPLATE)
    before, settings.FILES_ROOT = settings.FILES_ROOT, files
    try:
        with django_db_blocker.unblock(), _connected_to(name):
            world = build()
    finally:
        settings.FILES_ROOT = before
    return name, files, world


@pytest.fixture
def _world_at_hand(built_world: tuple[str, Path, World], settings: Any) -> Iterator[World]:
    from django.db import connection

    name, files, world = built_world
    assert not connection.in_atomic_block, "`world` brings the database: take the django_db mark away"
    settings.FILES_ROOT = files
    with _connected_to(name):
        yield copy.deepcopy(world)


@pytest.fixture
def world(_world_at_hand: World, db: None) -> World:
    """The world, inside a transaction that is rolled back after the test."""
    return _world_at_hand


@pytest.fixture
def committed_world(
    built_world: tuple[str, Path, World], settings: Any, tmp_path: Path, django_db_blocker: Any
) -> Iterator[World]:
    """A copy of the world in which commits happen; thrown away after the test."""
    name, files, world = built_world
    shutil.copytree(files, tmp_path / "files")
    settings.FILES_ROOT = tmp_path / "files"
    _copy_database(f"{name}_copy", name)
    with django_db_blocker.unblock(), _connected_to(f"{name}_copy"):
        yield copy.deepcopy(world)


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    from django.db import connection

    connection.close()
    before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _copy_database(name: str, template: str) -> None:
    from django.db import connection

    from hansa.kit import config
    from hansa.kit.postgres import Cluster

    connection.close()
    with Cluster(config.home() / "postgres").connect() as admin:
        admin.execute(f'drop database if exists "{name}" with (force)')
        admin.execute(f'create database "{name}" template "{template}" owner "{config.OWNER_ROLE}"')
