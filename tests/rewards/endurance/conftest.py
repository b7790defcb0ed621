"""An installation with tiny models, once a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.installation import empty_installation
from tests.migrated import Migrated
from tests.rewards.endurance.house import House, furnished


@pytest.fixture
def house(tmp_path: Path, transactional_db: None, migrated: Migrated) -> Iterator[House]:
    with empty_installation(tmp_path) as installation:
        if connection.vendor == "sqlite":
            migrated.give(Path(installation.database))
        with furnished(installation, tmp_path) as found:
            yield found
