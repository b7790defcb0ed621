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
from schemathesis.generation.stateful.state_machine import APIStateMachine
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.api.conftest import ASKED, SEED, World, forget_cursor, read_description, rolled_back

pytestmark = pytest.mark.django_db

USUAL_WALKS = 30
WALKS = max(ASKED["examples"] // 8, USUAL_WALKS)
STEPS = 20  # of one walk
ROUNDS = 4  # at most: which operations a round comes to depends on the ids drawn for the rows
MOST_OF_THEM = 5

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
    people, answered = two_people(world, tmp_path), Counter[str]()
    for again in range(ROUNDS):
        described = read_description(ASKED["examples"], auth=people, seed=SEED + again)
        walks = walks_of(described, world, answered)
        walks.run(settings=settings_of(is_the_usual=not again and WALKS == USUAL_WALKS))
        if reached_most(answered):
            break

    assert reached_most(answered), answered


def walks_of(
    described: OpenApiSchema, world: World, answered: Counter[str]
) -> type[APIStateMachine]:
    """Walks that count which operations were answered with success."""

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

    return Walk


def settings_of(*, is_the_usual: bool) -> settings:
    return settings(
        max_examples=WALKS,
        derandomize=is_the_usual,
        stateful_step_count=STEPS,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )


def reached_most(answered: Counter[str]) -> bool:
    """Every list, both ways in, and most of the work."""
    reached = answered.keys()
    return reached >= {"take"} | LISTED | BROUGHT and len(reached & WALKED) >= MOST_OF_THEM
