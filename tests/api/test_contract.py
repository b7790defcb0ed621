"""The API keeps the word of its description, whatever is sent to it: schemathesis, all its checks.

A finding is mended where it comes from. Nothing is left out: neither an operation nor a check.
"""

from zlib import crc32

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from tests.api.conftest import ASKED, World, bearer, forget_cursor, read_description, rolled_back

pytestmark = pytest.mark.django_db

# The rows are made once; what an example changes in them is rolled back.
ONE_WORLD = settings(
    max_examples=ASKED["examples"],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)

SHARE = 10  # one in so many examples is sent by each of the others as well

described = read_description(ASKED["examples"])


@described.parametrize()
@ONE_WORLD
def test_every_operation_keeps_its_word(case: schemathesis.Case, world: World) -> None:
    drawn = crc32(repr((case.path_parameters, case.query, case.body)).encode()) % SHARE
    world.lend(case)

    with rolled_back():
        case.call_and_validate(headers=bearer(world.owner(case)))
    if drawn < len(world.others):
        forget_cursor(case)
        with rolled_back():
            answer = case.call_and_validate(headers=bearer(world.others[drawn]))
        if world.others[drawn] == world.stranger and case.path_parameters:
            assert answer.status_code >= 400 or case.method == "OPTIONS"
