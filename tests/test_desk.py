"""What is left to CI is there, and nothing of it is forgotten when a module is renamed."""

from tests.conftest import TESTS
from tests.desk import LEFT_TO_CI


def test_what_is_left_to_ci_is_there() -> None:
    assert [module for module in LEFT_TO_CI if not (TESTS / module).is_file()] == []
