"""The work is walked along the links of the description: schemathesis again, step after step.

From a take to whatever may follow it, with all checks at each step; every walk begins anew.
"""

import json
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.core.transport import Response

from tests.api.conftest import ASKED, World, forget_cursor, read_description, rolled_back

pytestmark = pytest.mark.django_db

USUAL_WALKS = 30
WALKS = max(ASKED["examples"] // 8, USUAL_WALKS)
STEPS = 20  # of one walk
MOST_OF_THEM = 5  # which ones a walk comes to depends on the ids that are drawn for the rows

WALKED = {"take", "getAssignment", "keepDraft", "getDraft", "submit", "skip", "extend", "release"}
LISTED = {"listAssignments", "listCampaigns", "getCampaign", "getProgress"}
BROUGHT = {"bringPrompts", "bringCandidates"}


def two_people(world: World, folder: Path) -> dict[str, object]:
    """Who walks, and a colleague as whom some of it is asked again, so that nobody gets what is
    another's: the check ``object_level_authorization`` does nothing where there are no peers."""
    keys = {"walker": world.free, "colleague": world.colleague}
    known = [
        {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {key}"}]}
        for name, key in keys.items()
    ]
    path = folder / "people.json"
    path.write_text(json.dumps({"auth": known}))
    return {"wfc": {"path": str(path), "user": "walker", "peers": list(keys)}}


def test_work_is_walked_along_the_links(world: World, tmp_path: Path) -> None:
    described = read_description(ASKED["examples"], auth=two_people(world, tmp_path))
    answered: Counter[str] = Counter()

    class Walk(described.as_state_machine()):  # type: ignore[misc]  # made at run time
        def setup(self) -> None:
            self.undo = ExitStack()
            self.undo.enter_context(rolled_back())

        def teardown(self) -> None:
            self.undo.close()

        def before_call(self, case: schemathesis.Case) -> None:
            forget_cursor(case)
            world.lend_key(case)
            if "campaigns" in case.operation.path:
                world.lend_path(case)

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

    assert answered.keys() >= {"take"} | LISTED | BROUGHT, answered
    assert len(answered.keys() & WALKED) >= MOST_OF_THEM, answered
