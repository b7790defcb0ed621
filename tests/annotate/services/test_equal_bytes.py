"""Equal members, policy and key give equal bytes: on another day, and on the other database.

The digests below were written down once; both passes of the tests, on SQLite and on PostgreSQL,
have to find them again: of each kind the digest of the manifest, which names every file but the
card, and the beginning of the card's SHA-256. They change with the pinned versions of pyarrow and
orjson, and with nothing else that is not meant to change them.
"""

import hashlib
from dataclasses import replace
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
    Instructions,
    Prompt,
    Ranking,
    Rater,
)
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.snapshot import request_snapshot, snapshot_folder
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
    SnapshotKind.SFT: (
        "88f3a7d6937c69c091ea0044202a3002a0d5e6a24015eca5433170e99b45aead",
        "598d1c9cdd6d9924",
    ),
    SnapshotKind.PREFERENCE: (
        "2795ad716f9dbd8535db8b6a3b3e2467411542834c25351cde59ef4374841f5e",
        "a1aa63b7eab777a6",
    ),
    SnapshotKind.RANKED: (
        "a24dd634305ad711c23dcaac6b34f3391c386976b0345052de260c4d3870c8a0",
        "57546a73e714806b",
    ),
    SnapshotKind.UNPAIRED: (
        "28108ba58fe5707e65d8eae65d8b1fc8cad0af1a3bd2411c85241c35d9dbc5ac",
        "b13303a9d118311e",
    ),
    SnapshotKind.PROMPTS: (
        "d1c2c5c55cb9c5d895a34487def0d9f50d464f30ebb3335f6cfc94a112d8c346",
        "68e4bc734528960b",
    ),
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
    guideline = Instructions.objects.create(
        uuid=at(400), campaign=found, version=1, guideline="# Be kind\n\nAnd ünbiased.\n"
    )
    for number in range(1, 6):
        prompt = make_prompt(found, number)
        names = make_answers(prompt, number)
        said = {
            "campaign": found,
            "prompt": prompt,
            "rater": raters[number % 2],
            "origin": Origin.IMPORTED,
            "counts_as": CountsAs.WORK,
            "instructions": guideline if number < 5 else None,
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
    policy = Policy(license="cc-by-4.0")
    if kind == SnapshotKind.PREFERENCE:
        policy = replace(policy, ties="both")
    request_snapshot(kind=kind, campaigns=[campaign], by=None, policy=policy)
    claimed = claim_snapshot()
    assert claimed is not None

    freeze_snapshot(snapshot=claimed)

    claimed.refresh_from_db()
    card = (snapshot_folder(claimed) / "README.md").read_bytes()
    found = claimed.digest, hashlib.sha256(card).hexdigest()[:16]
    assert (claimed.error, found) == ("", FROZEN[kind])
