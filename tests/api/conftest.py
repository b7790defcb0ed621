"""The API as it is described, in front of a database with work in it.

Requests go through the WSGI application in this process. Every example begins with the same rows:
what it changes is rolled back.
"""

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from pytest_django import Settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.schemas import OpenApiSchema

from annotate.enums import Kind, MachineWay, Role, SnapshotKind
from annotate.models import Assignment, Campaign
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work, add_member
from annotate.services.draft import save_draft
from annotate.services.machine import add_machine
from annotate.services.snapshot import request_snapshot
from commons.models import Scope, User
from commons.tokens import Lifetime, make_token
from commons.views.api_docs import description
from config.wsgi import application
from rewards.services.score_request import request_scores
from rewards.services.scored import ToScore
from tests.annotate.freezing import freeze
from tests.annotate.teaming import a_mate, a_part
from tests.factories import make_campaign, make_member, make_prompt, make_ranking, make_user
from tests.rewards.views.making import make_reward_model

EXAMPLES = 200
SEED = 20_261_122

# 422 is the answer to a body of the right shape that the item itself does not allow, such as a
# ranking of answers that were not offered: no description of shapes can tell.
ACCEPTED = ["2xx", "304", "401", "403", "404", "409", "422", "429"]
# what is wrong in a body is not looked for where the body is too large
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429"]


ASKED = {"examples": EXAMPLES}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--api-examples",
        type=int,
        default=EXAMPLES,
        help=f"with tests/api: examples of each operation, usually {EXAMPLES}, always the same; "
        "more of them are new ones each time",
    )


def pytest_configure(config: pytest.Config) -> None:
    ASKED["examples"] = config.getoption("--api-examples", default=EXAMPLES)


def read_description(examples: int, **more: object) -> OpenApiSchema:
    """The description, to be tried with so many examples of each operation."""
    seed = {"seed": SEED} if examples <= EXAMPLES else {}
    config = SchemathesisConfig.from_dict(
        {
            **seed,
            **more,
            "generation": {"database": "none", "with-security-parameters": False},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ACCEPTED},
                "negative_data_rejection": {"expected-statuses": REFUSED},
            },
        }
    )
    schema = schemathesis.openapi.from_dict(deepcopy(description()), config=config)
    schema.app = application
    return schema


PATH, QUERY = ParameterLocation.PATH, ParameterLocation.QUERY
BODY, HEADER = ParameterLocation.BODY, ParameterLocation.HEADER


@dataclass(frozen=True)
class World:
    """A lead at work with two items in hand, and one with free hands; and others besides.

    They are named by the keys of their tokens: ``member`` works in the campaign and has a token to
    read with, ``colleague`` one for everything; so has the ``stranger``, who is in no campaign.
    """

    busy: str
    free: str
    member: str
    colleague: str
    stranger: str
    items: list[UUID]
    offered: dict[str, list[str]]
    campaigns: list[UUID]
    snapshots: list[UUID]
    file: str
    reward_models: list[UUID]
    scores: list[UUID]
    machines: list[UUID]
    teams: list[UUID]
    team_parts: list[UUID]

    def lend(self, case: schemathesis.Case) -> None:
        """Let a name that is well formed and names nothing name, most times, what there is."""
        self.lend_path(case)
        self.lend_file(case)
        self.lend_campaigns(case)
        self.lend_cursor(case)
        self.lend_answers(case)
        self.lend_key(case)

    def lend_path(self, case: schemathesis.Case) -> None:
        ids = self.ids_for(case)
        made_up = case.path_parameters.get("uuid")
        if made_up in [str(each) for each in ids]:  # a link has led there
            return
        if isinstance(made_up, str) and is_sound(case, PATH) and (pick := last_of(made_up)):
            case.path_parameters["uuid"] = str(ids[pick % len(ids)])

    def ids_for(self, case: schemathesis.Case) -> list[UUID]:
        if "snapshots" in case.operation.path:
            return self.snapshots
        if "reward-models" in case.operation.path:
            return self.reward_models
        if "scores" in case.operation.path:
            return self.scores
        if case.operation.path.split("/")[3] == "machines":
            return self.machines
        if "team-parts" in case.operation.path:
            return self.team_parts
        if "teams" in case.operation.path:
            return self.teams
        return self.campaigns if "campaigns" in case.operation.path else self.items

    def lend_file(self, case: schemathesis.Case) -> None:
        """Every other path is that of a file which is there."""
        path = case.path_parameters.get("path")
        if isinstance(path, str) and is_sound(case, PATH) and len(path) % 2:
            case.path_parameters["path"] = self.file

    def lend_campaigns(self, case: schemathesis.Case) -> None:
        """A dataset is asked for of campaigns that are there."""
        if not case.operation.path.endswith("/snapshots") or not is_sound(case, BODY):
            return
        if isinstance(case.body, dict) and case.body.get("campaigns"):
            case.body = {**case.body, "campaigns": [str(self.campaigns[0])]}

    def lend_answers(self, case: schemathesis.Case) -> None:
        """A ranking of whatever was offered, in place of answers that nobody wrote."""
        order = self.offered.get(str(case.path_parameters.get("uuid")))
        if order and is_sound(case, BODY) and isinstance(case.body, dict) and "tiers" in case.body:
            ranked = {"tiers": [[answer] for answer in order], "unrankable": [], "strengths": [2]}
            case.body = {**case.body, **ranked}  # type: ignore[dict-item]

    def lend_cursor(self, case: schemathesis.Case) -> None:
        if "cursor" not in case.query or not is_sound(case, QUERY):
            return
        if case.operation.path.endswith("/campaigns/{uuid}/machines"):
            if case.path_parameters.get("uuid") == str(self.campaigns[0]):
                case.query["cursor"] = f"older-{self.machines[0]}"
            else:  # there are none elsewhere
                case.query.pop("cursor")
            return
        case.query["cursor"] = f"older-{self.ids_for(case)[0]}"

    def lend_key(self, case: schemathesis.Case) -> None:
        """One key for one act: two that differ are refused, which no description can tell."""
        are_sound = is_sound(case, HEADER) and is_sound(case, BODY)
        if are_sound and isinstance(case.body, dict) and case.body.get("key"):
            case.body = {**case.body, "key": case.headers.get("Idempotency-Key", case.body["key"])}

    @property
    def others(self) -> list[str]:
        return [self.member, self.stranger]

    def owner(self, case: schemathesis.Case) -> str:
        return self.free if case.operation.path.endswith("/take") else self.busy


def forget_cursor(case: schemathesis.Case) -> None:
    """A cursor that is well formed is one of a list of somebody else's, or of nobody's."""
    if is_sound(case, QUERY):
        case.query.pop("cursor", None)


def is_sound(case: schemathesis.Case, place: ParameterLocation) -> bool:
    return case.meta is None or not case.meta.is_negative_at(place)


def last_of(uuid: str) -> int:
    try:
        return UUID(uuid).int % 16
    except ValueError:
        return 0


@pytest.fixture
def world(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(random, "SystemRandom", lambda: random.Random(SEED))  # the same each time
    settings.API_RATE = settings.API_RATE_ANONYMOUS = 1_000_000
    with connection_kept(), quiet():
        yield made_world()


@contextmanager
def connection_kept() -> Iterator[None]:
    """A request ends and the test's transaction goes on, as with Django's own test client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@contextmanager
def quiet() -> Iterator[None]:
    """Without a line for each refusal, of which there are thousands."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


TO_SCORE = ToScore(
    [{"role": "user", "content": "Why?"}], [[{"role": "assistant", "content": "So."}]]
)


def made_world() -> World:
    works = [Work(Kind.RANK, answers=2), Work(Kind.DEMONSTRATE)]
    campaign, other = make_campaign(works=works), make_campaign()
    busy, free = make_user("busy"), make_user("free")
    for person in (busy, free):
        add_member(campaign=campaign, person=person, role=Role.LEAD, by=None)
    for number in range(12):
        make_prompt(campaign, text=f"Question {number}?", answers=["One.", "Two."])
    items = items_of(busy, campaign)
    frozen = freeze(SnapshotKind.RANKED, campaign)
    waiting = request_snapshot(kind=SnapshotKind.PREFERENCE, campaigns=[campaign], by=busy)
    model = make_reward_model(campaign, by=busy)
    program, reward = (
        add_machine(campaign=campaign, name=str(way), way=way, share=1.0, by=busy)
        for way in (MachineWay.PROGRAM, MachineWay.REWARD)
    )
    part = a_part(campaign, per_week=10)
    a_mate(part)
    asked = request_scores(reward_model=model, rows=[TO_SCORE], by=busy)
    return World(
        busy=key_of(busy, *Scope),
        free=key_of(free, *Scope),
        member=key_of(make_member(campaign), Scope.READ),
        colleague=key_of(make_member(campaign), *Scope),
        stranger=key_of(make_user(), *Scope),
        items=[item.uuid for item in items],
        offered={str(item.uuid): item.order for item in items},
        campaigns=[campaign.uuid, campaign.uuid, other.uuid],
        snapshots=[frozen.uuid, frozen.uuid, waiting.uuid],
        file=frozen.manifest["shards"][0]["path"],
        reward_models=[model.uuid],
        scores=[asked.uuid],
        machines=[program.uuid, reward.uuid],
        teams=[part.team.uuid],
        team_parts=[part.uuid],
    )


def items_of(person: User, campaign: Campaign) -> list[Assignment]:
    """One of each kind: submitted, with a draft and without one, and one of somebody else's."""
    submitted = Assignment.objects.get(rankings=make_ranking(campaign, person))
    ranked = take_assignment(by=person, campaign=campaign, kind=Kind.RANK)
    written = take_assignment(by=person, campaign=campaign, kind=Kind.DEMONSTRATE)
    save_draft(assignment=written, body={"text": "Because"}, version=0, by=person)
    theirs = Assignment.objects.get(rankings=make_ranking(campaign, make_member(campaign)))
    return [ranked, written, submitted, ranked, theirs]


def key_of(person: User, *scopes: Scope) -> str:
    return make_token(by=person, name="test", scopes=scopes, lifetime=Lifetime.WEEK).key


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo whatever is written meanwhile."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
