"""Equal members, policy and key give equal bytes: on another day, and on the other database.

The digests below were written down once; both passes of the tests, on SQLite and on PostgreSQL,
have to find them again. They change with the pinned versions of pyarrow and orjson, and with
nothing else that is not meant to change them.
"""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from annotate.digests import digest_of, prompt_digest
from annotate.enums import CountsAs, Origin, RaterKind, SnapshotKind
from annotate.export.policy import Policy
from annotate.models import (
    Campaign,
    CampaignPrompt,
    Candidate,
    Demonstration,
    Prompt,
    Ranking,
    Rater,
)
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.snapshot import request_snapshot
from tests.factories import make_campaign

TOOL = {
    "type": "function",
    "function": {
        "name": "look_up",
        "description": "Find a word.",
        "parameters": {"type": "object", "properties": {"word": {"type": "string"}, "a": {}}},
    },
}
CALL = {"function": {"arguments": {"word": "ünï", "a": 1}, "name": "look_up"}, "type": "function"}
FROZEN = {
    SnapshotKind.SFT: "d26b38e929ea46e7082fc4b1689351a1754128f0e4349309a6bf76f427fb74b9",
    SnapshotKind.PREFERENCE: "b549ac3c64a00b73f235f280386694d7e3841c9157141ab5d3936be389552fab",
    SnapshotKind.RANKED: "f634f3ac00af0598858a7c2f7501e21ca1c75c7efb8bec394e000b50198a2ce1",
    SnapshotKind.UNPAIRED: "a6cc0b927669a7effcd749f1a921309e81533e06e4e8825125c7e54b559fbe1d",
    SnapshotKind.PROMPTS: "65aca8f0fe96cde8a0c96ffd98b9073ae30981b3d96e8292bf0f1630f0c58d8a",
}


def at(number: int) -> UUID:
    """A public id that is the same everywhere."""
    return UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128)


def make_prompt(campaign: Campaign, number: int) -> Prompt:
    messages = [{"content": f"Ask {number}: ünïcödé?", "role": "user"}]
    made = Prompt.objects.create(
        uuid=at(number),
        messages=messages,
        tools=[TOOL] if number % 2 else [],
        digest=prompt_digest(messages=messages, tools=[], attachments=[]),
        skill="law" if number % 3 else "",
        side=["train", "validation", "test"][number % 3],
    )
    CampaignPrompt.objects.create(campaign=campaign, prompt=made)
    return made


def make_answers(prompt: Prompt, number: int) -> list[str]:
    names = []
    for k in range(3):
        messages = [{"content": f"Say {number}.{k}", "role": "assistant"}]
        made = Candidate.objects.create(
            uuid=at(100 + 10 * number + k),
            prompt=prompt,
            messages=messages,
            digest=digest_of(messages),
            source=f"model-{k}",
        )
        names.append(str(made.uuid))
    return names


@pytest.fixture
def campaign(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    settings.ARTIFACTS, settings.PSEUDONYM_KEY = tmp_path, "a key of the test"
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 26, 12, tzinfo=UTC))
    found = make_campaign()
    raters = [
        Rater.objects.create(uuid=at(50 + n), kind=RaterKind.IMPORTED, name=f"source {n}")
        for n in range(2)
    ]
    for number in range(1, 6):
        prompt = make_prompt(found, number)
        names = make_answers(prompt, number)
        said = {
            "campaign": found,
            "prompt": prompt,
            "rater": raters[number % 2],
            "origin": Origin.IMPORTED,
            "counts_as": CountsAs.WORK,
        }
        Ranking.objects.create(
            uuid=at(200 + number),
            root=at(200 + number),
            tiers=[[names[number % 3]], [names[(number + 1) % 3], names[(number + 2) % 3]]],
            strengths=[number % 3 + 1],
            **said,
        )
        Demonstration.objects.create(
            uuid=at(300 + number),
            root=at(300 + number),
            messages=[
                {"content": "", "role": "assistant", "tool_calls": [CALL]},
                {"name": "look_up", "content": "found", "role": "tool"},
                {"content": f"Written {number}", "role": "assistant"},
            ],
            **said,
        )
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("kind", SnapshotKind)
def test_the_same_judgements_give_the_same_bytes_everywhere(
    campaign: Campaign, kind: SnapshotKind
) -> None:
    policy = Policy(ties="both") if kind == SnapshotKind.PREFERENCE else Policy()
    request_snapshot(kind=kind, campaigns=[campaign], by=None, policy=policy)
    claimed = claim_snapshot()
    assert claimed is not None

    freeze_snapshot(snapshot=claimed)

    claimed.refresh_from_db()
    assert (claimed.error, claimed.digest) == ("", FROZEN[kind])
