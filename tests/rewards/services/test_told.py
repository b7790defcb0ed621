"""What happens in a cycle reaches whoever asked for it, by mail and by webhook, from the very act
that does it to the letter that arrives."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django.fixtures import Settings

from annotate.enums import Role
from annotate.models import Campaign
from commons.heartbeats import say_alive
from commons.models import Notice, NoticeKind, User, WorkerHeartbeat
from commons.notices.channels import add_webhook, choose_mail
from commons.tasks import send_notices
from rewards.models import Track
from rewards.runner import EngineCrashed
from rewards.services.cycle import open_cycle
from rewards.tasks import advance_open_cycles
from tests.commons.notices.receiving import Receiver, receiving
from tests.factories import make_member, make_user
from tests.rewards.services.conftest import FakeEngine

pytestmark = pytest.mark.django_db

KINDS = [kind for kind in NoticeKind if kind != NoticeKind.TEST]
EVEN = {"value": 0.5, "low": 0.44, "high": 0.56}


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOKS_MAY_STAY_INSIDE = settings.MAIL_IS_SET_UP = True
    with receiving() as one:
        yield one


def listening(person: User, receiver: Receiver) -> None:
    User.objects.filter(pk=person.pk).update(email=f"{person.username}@example.org")
    choose_mail(kinds=KINDS, by=person)
    add_webhook(url=receiver.url, kinds=KINDS, by=person)


def sent(receiver: Receiver) -> tuple[list[str], list[str]]:
    """The kinds that came by webhook, and the subjects that came by mail; both in words alike."""
    send_notices()
    bodies = [json.loads(body) for _, body in receiver.got]
    titles = sorted(f"Laurel: {body['data']['title']}" for body in bodies)
    assert sorted(letter.subject for letter in mail.outbox) == titles
    return sorted(body["type"] for body in bodies), titles


@pytest.mark.parametrize(
    ("ends", "kind", "says"),
    [
        ("better", "cycle.promoted", "cycle 1 promoted its policy"),
        ("even", "cycle.held", "cycle 1 held its policy"),
        ("small", "cycle.held", "cycle 1 held its policy"),
        ("broken", "cycle.failed", "cycle 1 has failed"),
    ],
)
def test_how_a_cycle_ended_is_told_to_its_leads(
    track: Track,
    campaign: Campaign,
    engine: FakeEngine,
    receiver: Receiver,
    ends: str,
    kind: str,
    says: str,
) -> None:
    def crash(module: str) -> None:
        if ends == "broken" and module == "train_policy":
            raise EngineCrashed("the engine ran out of memory")

    if ends == "even":
        engine.results["evaluate_policy"]["win_rate"] = EVEN
    if ends == "small":
        Track.objects.filter(pk=track.pk).update(quorum=1000)
    engine.before = crash
    listening(make_member(campaign, name="lead", role=Role.LEAD), receiver)
    listening(make_member(campaign, name="member"), receiver)
    open_cycle(track=track)

    advance_open_cycles()

    kinds, titles = sent(receiver)
    frozen = [] if ends == "small" else ["snapshot.frozen"]
    assert kinds == [kind, *frozen]
    assert f"Laurel: “Main”: {says}" in titles
    assert {letter.to[0] for letter in mail.outbox} == {"lead@example.org"}


def test_a_promotion_names_the_policy_and_its_folder_before_candidates_are_asked_for(
    track: Track, campaign: Campaign, engine: FakeEngine, receiver: Receiver
) -> None:
    """So that a server can be started with it meanwhile: the next step waits for that."""
    told: list[dict[str, str]] = []

    def look(module: str) -> None:
        if module == "generate":
            facts = Notice.objects.get(kind=NoticeKind.CYCLE_PROMOTED).facts
            told.append({name: str(facts[name]) for name in ("track", "policy", "folder")})

    engine.before = look
    listening(make_member(campaign, name="lead", role=Role.LEAD), receiver)
    open_cycle(track=track)

    advance_open_cycles()

    policy = track.policies.get(number=1)
    assert policy.folder.startswith("runs/")
    said = {"track": str(track.uuid), "policy": str(policy.uuid), "folder": policy.folder}
    assert told == [said]


def test_a_worker_that_fell_silent_is_told_of_to_admins(db: None, receiver: Receiver) -> None:
    listening(make_user("admin", admin=True), receiver)
    listening(make_user("somebody"), receiver)
    say_alive(name="train@host", queues="train", started_at=timezone.now())
    WorkerHeartbeat.objects.update(seen_at=timezone.now() - timedelta(minutes=1))

    kinds, titles = sent(receiver)

    assert (kinds, titles) == (["worker.dead"], ["Laurel: Worker train@host fell silent"])
    assert {letter.to[0] for letter in mail.outbox} == {"admin@example.org"}
