"""The API keeps the word of its description, whatever is sent to it: schemathesis, all its checks.

A finding is mended where it comes from. Nothing is left out: neither an operation nor a check.
"""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from tests.api.conftest import ASKED, World, read_description, rolled_back

pytestmark = pytest.mark.django_db

# The rows are made once; what an example changes in them is rolled back.
ONE_WORLD = settings(
    max_examples=ASKED["examples"],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)

described = read_description(ASKED["examples"])


@described.parametrize()
@ONE_WORLD
def test_every_operation_keeps_its_word(case: schemathesis.Case, world: World) -> None:
    world.lend(case)

    with rolled_back():
        case.call_and_validate(headers=world.headers(case))
