"""What several folders of these tests begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Installation, empty_installation


@pytest.fixture
def second(transactional_db: None, tmp_path: Path) -> Iterator[Installation]:
    """An installation beside the one that the tests run on; its database is empty."""
    with empty_installation(tmp_path) as installation:
        yield installation
