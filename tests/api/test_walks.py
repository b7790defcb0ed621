"""The work is walked along the links of the description: schemathesis again, step after step.

From a take to whatever may follow it, with all checks at each step; every walk begins anew.
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
MOST_OF_THEM = 5  # which ones a walk comes to depends on the ids that are drawn for the rows

WALKED = {"take", "getAssignment", "keepDraft", "getDraft", "submit", "skip", "extend", "release"}


def test_work_is_walked_along_the_links(world: World) -> None:
    described = read_description(ASKED["examples"])
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

    assert "take" in answered
    assert len(answered.keys() & WALKED) >= MOST_OF_THEM, answered
