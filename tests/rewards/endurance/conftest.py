"""An installation with tiny models, once a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import empty_installation
from tests.rewards.endurance.house import House, furnished


@pytest.fixture
def house(tmp_path: Path, transactional_db: None) -> Iterator[House]:
    with empty_installation(tmp_path) as installation, furnished(installation, tmp_path) as found:
        yield found
