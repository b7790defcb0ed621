"""The API keeps the word of its description, whatever is sent to it: schemathesis, all its checks.

A finding is mended where it comes from. Nothing is left out: neither an operation nor a check.
"""

from collections import Counter
from contextlib import ExitStack

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.core.transport import Response

from tests.api.conftest import ASKED, World, read_description, rolled_back

pytestmark = pytest.mark.django_db

USUAL_WALKS = 30
WALKS = max(ASKED["examples"] // 8, USUAL_WALKS)
STEPS = 20  # of one walk

# The rows are made once; what an example changes in them is rolled back.
ONE_WORLD = settings(
    max_examples=ASKED["examples"],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)

WALKED = {"take", "getAssignment", "keepDraft", "getDraft", "submit", "skip", "extend", "release"}
described = read_description(ASKED["examples"])


@described.parametrize()
@ONE_WORLD
def test_every_operation_keeps_its_word(case: schemathesis.Case, world: World) -> None:
    world.lend(case)

    with rolled_back():
        case.call_and_validate(headers=world.headers(case))


def test_work_is_walked_along_the_links(world: World) -> None:
    """From a take to whatever the description says may follow; each walk begins anew."""
    answered: Counter[str] = Counter()

    class Walk(described.as_state_machine()):  # type: ignore[misc]  # made at run time
        def setup(self) -> None:
            self.undo = ExitStack()
            self.undo.enter_context(rolled_back())

        def teardown(self) -> None:
            self.undo.close()

        def before_call(self, case: schemathesis.Case) -> None:
            world.lend_cursor(case)

        def get_call_kwargs(self, case: schemathesis.Case) -> dict[str, object]:
            return {"headers": {"Authorization": f"Bearer {world.free}"}}

        def validate_response(self, response, case, additional_checks=None, **sent) -> None:
            """As it is done, but telling the checks that the token was sent on purpose."""
            case.validate_response(
                response,
                additional_checks=additional_checks,
                headers=sent["headers"],
                transport_kwargs=sent,
                recorder=self.recorder,
            )

        def after_call(self, response: Response, case: schemathesis.Case) -> None:
            super().after_call(response, case)
            if 200 <= response.status_code < 300:
                answered[case.operation.definition.raw["operationId"]] += 1

    Walk.run(
        settings=settings(
            max_examples=WALKS,
            derandomize=WALKS == USUAL_WALKS,
            stateful_step_count=STEPS,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            deadline=None,
        )
    )

    assert answered.keys() >= WALKED
