"""From the id of a row to the judgement, for those who lead all campaigns of the dataset."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from annotate.models import Ranking, Snapshot, SnapshotMember
from annotate.services.campaign import acknowledge_instructions, publish_instructions
from tests.annotate.views.conftest import Cast
from tests.factories import make_campaign, make_ranking


@pytest.fixture
def ranking(cast: Cast) -> Ranking:
    guideline = publish_instructions(campaign=cast.campaign, guideline="Be kind.", by=None)
    acknowledge_instructions(instructions=guideline, by=cast.member)
    return make_ranking(cast.campaign, cast.member)


@pytest.fixture
def snapshot(cast: Cast, ranking: Ranking) -> Snapshot:
    made = Snapshot.objects.create(kind="ranked")
    made.campaigns.set([cast.campaign])
    SnapshotMember.objects.create(snapshot=made, position=0, side="train", ranking=ranking)
    return made


def address(snapshot: Snapshot, said: object) -> str:
    return reverse("annotate:trace", args=[snapshot.uuid]) + f"?id={said}"


@pytest.mark.parametrize("of", ["ranking", "prompt"])
def test_an_id_leads_to_the_very_revision(cast: Cast, ranking, snapshot, of: str) -> None:
    said = ranking.uuid if of == "ranking" else ranking.prompt.uuid

    page = cast.client(cast.lead).get(address(snapshot, said))

    [found] = page.context["found"]
    there = reverse("annotate:life", args=[ranking.prompt.uuid]) + f"#revision-{ranking.uuid}"
    words = page.content.decode()
    assert (found.judgement, found.role) == (ranking, "Annotator")
    assert f'href="{there}"' in words
    assert "guideline 1" in words
    assert cast.member.username not in words
    life = cast.client(cast.lead).get(there).content.decode()
    assert f'id="revision-{ranking.uuid}"' in life


def test_an_id_of_nothing_in_it_is_said_so(cast: Cast, snapshot: Snapshot) -> None:
    client = cast.client(cast.lead)

    assert client.get(address(snapshot, uuid4())).status_code == 404
    odd = client.get(address(snapshot, "seven"))
    assert (odd.status_code, "This is no id" in odd.content.decode()) == (422, True)


def test_only_leads_of_all_campaigns_look_rows_up(cast: Cast, ranking, snapshot) -> None:
    def status(client: Client) -> int:
        return client.get(address(snapshot, ranking.uuid)).status_code

    assert status(cast.client(cast.lead)) == 200
    assert status(cast.client(cast.stranger)) == status(cast.client(cast.member)) == 404
    snapshot.campaigns.add(make_campaign())
    assert status(cast.client(cast.lead)) == 404
