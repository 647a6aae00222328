from pathlib import Path

import pytest

from hansa.incentives.tests.story import Settling, tell


@pytest.fixture
def files(settings, tmp_path: Path) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


@pytest.fixture
def settling(db: None, files: Path) -> Settling:
    return tell()


@pytest.fixture
def lasting_settling(transactional_db: None, files: Path) -> Settling:
    return tell()
