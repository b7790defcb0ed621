"""Erasing and looking rows up at the command line."""

from io import StringIO
from uuid import uuid4

import orjson
import pytest
from django.core.management import CommandError, call_command

from annotate.models import Erasure, Prompt, Ranking, Snapshot, SnapshotMember
from commons.models import User
from tests.factories import make_campaign, make_member, make_ranking, make_user

pytestmark = pytest.mark.django_db


def said(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


@pytest.fixture
def ranking() -> Ranking:
    campaign = make_campaign(name="Medicine")
    return make_ranking(campaign, make_member(campaign, name="ada"))


def test_nothing_is_erased_before_a_yes(ranking: Ranking) -> None:
    words = said("erase", "prompt", str(ranking.prompt.uuid))

    assert "candidates 4\n" in words
    assert words.endswith("Nothing was changed. --yes erases it for good.\n")
    assert not Erasure.objects.exists()


def test_a_prompt_is_erased(ranking: Ranking) -> None:
    told = orjson.loads(said("erase", "prompt", str(ranking.prompt.uuid), "--yes", "--json"))

    erasure = Erasure.objects.get()
    assert told == {"erasure": str(erasure.uuid), "counts": erasure.counts, "datasets": []}
    assert Prompt.objects.get(pk=ranking.prompt.pk).question == "[erased]"


def test_a_person_is_erased(ranking: Ranking) -> None:
    make_user(admin=True)

    said("erase", "person", "ada", "--texts", "--yes")

    assert not User.objects.filter(username="ada").exists()
    with pytest.raises(CommandError, match="There is no person “ada”"):
        call_command("erase", "person", "ada")
    with pytest.raises(CommandError, match="There is no prompt"):
        call_command("erase", "prompt", str(uuid4()))


def test_a_row_is_looked_up(ranking: Ranking) -> None:
    snapshot = Snapshot.objects.create(kind="ranked")
    SnapshotMember.objects.create(snapshot=snapshot, position=0, side="train", ranking=ranking)

    [told] = orjson.loads(said("trace", str(ranking.uuid), "--json"))

    assert told == {
        "snapshot": str(snapshot.uuid),
        "position": 0,
        "side": "train",
        "prompt": str(ranking.prompt.uuid),
        "kind": "ranking",
        "judgement": str(ranking.uuid),
        "revision": 1,
        "is_current": True,
        "campaign": "Medicine",
        "guideline": None,
        "role": "Annotator",
        "at": ranking.created_at.isoformat(),
    }
    with pytest.raises(CommandError, match="No dataset"):
        call_command("trace", str(uuid4()))
