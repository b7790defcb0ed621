"""Datasets by the API: whoever leads all of their campaigns, and nobody else."""

import hashlib
from uuid import uuid4

import pytest
from django.urls import reverse
from pytest_django import Settings
from rest_framework.test import APIClient

from annotate.enums import Purpose, SnapshotKind
from annotate.export.policy import Policy
from annotate.models import Campaign, Snapshot
from annotate.services import snapshot_removal
from annotate.services.snapshot_removal import let_go_files
from annotate.tasks import freeze_requested_snapshots
from commons.models import AuditEvent, RunState, Scope, User
from commons.stores.errors import StoreAway
from commons.tokens import Lifetime, make_token
from tests.annotate.freezing import freeze
from tests.factories import make_campaign, make_member, make_ranking, make_user

pytestmark = pytest.mark.django_db

LIST = reverse("annotate:api:snapshots")


@pytest.fixture
def lead() -> User:
    return make_user("lead")


@pytest.fixture
def campaign(lead: User, tmp_path, settings: Settings) -> Campaign:
    settings.ARTIFACTS = tmp_path
    campaign = make_campaign(name="Medicine", lead=lead)
    make_ranking(campaign, make_member(campaign, name="member"))
    return campaign


def client_of(person: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(person)
    return client


def of(snapshot: Snapshot, name: str = "snapshot", *more: str) -> str:
    return reverse(f"annotate:api:{name}", args=[snapshot.uuid, *more])


def shard_of(snapshot: Snapshot) -> dict:
    return snapshot.manifest["shards"][0]


def test_a_dataset_is_asked_for_under_a_policy(campaign, lead):
    answer = client_of(lead).post(
        LIST,
        {
            "kind": "preference",
            "campaigns": [str(campaign.uuid)],
            "policy": {"ties": "both", "files": ["jsonl"], "margins": {"1": 0.5, "2": 1, "3": 2}},
            "purpose": "check",
        },
    )

    snapshot = Snapshot.objects.get()
    policy = Policy(ties="both", files=("jsonl",), margins={"1": 0.5, "2": 1.0, "3": 2.0})
    assert (answer.status_code, snapshot.policy) == (201, policy.as_json())
    assert (snapshot.requested_by, snapshot.purpose) == (lead, Purpose.CHECK)
    assert answer.json() == {
        "id": str(snapshot.uuid),
        "kind": "preference",
        "purpose": "check",
        "state": "requested",
        "campaigns": [{"id": str(campaign.uuid), "name": "Medicine"}],
        "requested_at": snapshot.requested_at.isoformat().replace("+00:00", "Z"),
        "finished_at": None,
        "files_gone_at": None,
        "progress": {"done": 0, "total": 0, "says": ""},
        "rows": {},
        "digest": "",
        "error": "",
        "policy": snapshot.policy,
        "report": {},
        "files": [],
    }


def test_the_same_key_finds_the_dataset_and_another_request_is_refused(campaign, lead):
    client, key = client_of(lead), str(uuid4())
    asked = {"kind": "ranked", "campaigns": [str(campaign.uuid)], "key": key}

    first, again = client.post(LIST, asked), client.post(LIST, asked)
    others = [
        client.post(LIST, asked | {"kind": "preference"}),
        client.post(LIST, asked | {"policy": {"surplus": True}}),
    ]

    assert (again.status_code, again.json()) == (201, first.json())
    assert [(each.status_code, each.json()["type"]) for each in others] == [
        (422, "urn:laurel:key-reused")
    ] * 2
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize(
    ("policy", "field", "status"),
    [
        ({"tie": "both"}, "policy.tie", 400),
        ({"ties": "maybe"}, "policy.ties", 400),
        ({"surplus": "yes"}, "policy.surplus", 400),
        ({"margins": {"1": True}}, "policy.margins.1", 400),
        ({"apart_from": ["x"]}, "policy.apart_from.0", 400),
        ({"ties": "both"}, "ties", 422),
        ([], "policy", 400),
    ],
)
def test_an_odd_policy_is_refused_by_the_name_of_its_field(campaign, lead, policy, field, status):
    answer = client_of(lead).post(
        LIST, {"kind": "ranked", "campaigns": [str(campaign.uuid)], "policy": policy}
    )

    assert answer.status_code == status
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert not Snapshot.objects.exists()


def test_only_leads_freeze_a_campaign(campaign, lead):
    body = {"kind": "ranked", "campaigns": [str(campaign.uuid)]}
    foreign = {"kind": "ranked", "campaigns": [str(campaign.uuid), str(make_campaign().uuid)]}
    member = User.objects.get(username="member")

    answers = [
        client_of(member).post(LIST, body),
        client_of(make_user()).post(LIST, body),
        client_of(lead).post(LIST, foreign),
        client_of(lead).post(LIST, body | {"campaigns": [str(uuid4())]}),
    ]

    assert [each.status_code for each in answers] == [403] * 4
    assert not Snapshot.objects.exists()


def test_a_list_shows_what_one_leads_wholly_and_can_be_narrowed(campaign, lead):
    other = make_campaign(lead=lead)
    ranked = freeze(SnapshotKind.RANKED, campaign)
    mixed = Snapshot.objects.create(kind="sft")
    mixed.campaigns.set([campaign, make_campaign()])
    pairs = Snapshot.objects.create(kind="preference")
    pairs.campaigns.set([campaign, other])
    client = client_of(lead)

    def listed(**query: str) -> list[str]:
        return [each["id"] for each in client.get(LIST, query).json()["results"]]

    assert listed() == [str(pairs.uuid), str(ranked.uuid)]
    assert listed(kind="ranked") == [str(ranked.uuid)]
    assert listed(state="requested") == [str(pairs.uuid)]
    assert listed(campaign=str(other.uuid)) == [str(pairs.uuid)]
    assert listed(campaign=str(uuid4())) == []
    assert client.get(LIST, {"kind": "odd"}).status_code == 400
    assert client_of(User.objects.get(username="member")).get(LIST).json()["results"] == []


@pytest.mark.parametrize("datasets", [1, 3])
def test_a_list_asks_the_database_equally_often(
    campaign, lead, datasets, django_assert_num_queries
):
    for _ in range(datasets):
        Snapshot.objects.create(kind="ranked").campaigns.set([campaign])
    client = client_of(lead)

    with django_assert_num_queries(2):
        assert len(client.get(LIST).json()["results"]) == datasets


def test_a_frozen_dataset_tells_its_rows_and_files(campaign, lead):
    snapshot = freeze(SnapshotKind.RANKED, campaign)

    told = client_of(lead).get(of(snapshot)).json()

    assert (told["state"], told["digest"], sum(told["rows"].values())) == (
        "done",
        snapshot.digest,
        1,
    )
    assert told["files"] == snapshot.manifest["shards"]
    assert told["progress"] == {"done": 1, "total": 1, "says": "frozen"}


def test_a_lead_lets_files_go_and_has_the_same_made_again(
    campaign, lead, django_capture_on_commit_callbacks
):
    snapshot = freeze(SnapshotKind.RANKED, campaign)
    client, shard = client_of(lead), of(snapshot, "snapshot_file", shard_of(snapshot)["path"])

    with django_capture_on_commit_callbacks(execute=True):
        gone = client.delete(of(snapshot, "files_of_snapshot"))
    twice, missing = client.delete(of(snapshot, "files_of_snapshot")), client.get(shard)
    asked = client.post(of(snapshot, "files_of_snapshot"))
    again = client.post(of(snapshot, "files_of_snapshot"))
    freeze_requested_snapshots()

    assert (gone.status_code, gone.json()["state"], gone.json()["digest"]) == (
        200,
        "done",
        snapshot.digest,
    )
    assert gone.json()["files_gone_at"] is not None
    assert [(each.status_code, each.json()["type"]) for each in (twice, missing, again)] == [
        (409, "urn:laurel:no-files-to-let-go"),
        (410, "urn:laurel:files-let-go"),
        (409, "urn:laurel:no-files-to-make"),
    ]
    assert (asked.status_code, asked.json()["state"]) == (200, "requested")
    assert client.get(of(snapshot)).json()["files_gone_at"] is None
    assert hashlib.sha256(client.get(shard).getvalue()).hexdigest() == shard_of(snapshot)["sha256"]


def test_files_are_not_asked_for_again_where_their_store_is_away(campaign, lead, monkeypatch):
    class Away:
        def remove(self, name: str) -> None:
            raise StoreAway("memory://away", OSError("no route"))

    snapshot = freeze(SnapshotKind.RANKED, campaign)
    let_go_files(snapshot=snapshot, by=None)
    monkeypatch.setattr(snapshot_removal, "snapshot_store", Away)

    answer = client_of(lead).post(of(snapshot, "files_of_snapshot"))

    assert (answer.status_code, answer.json()["type"]) == (503, "urn:laurel:store-away")
    assert "memory://away does not answer as it should" in answer.json()["detail"]
    assert Snapshot.objects.get().state == "done"


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_a_dataset_is_not_there_for_others(campaign, who):
    snapshot = freeze(SnapshotKind.RANKED, campaign)
    person = User.objects.get(username="member") if who == "member" else make_user()
    client = client_of(person)

    answers = [
        client.get(of(snapshot)),
        client.post(of(snapshot, "cancel_snapshot")),
        client.get(of(snapshot, "snapshot_file", "manifest.json")),
        client.delete(of(snapshot, "files_of_snapshot")),
        client.post(of(snapshot, "files_of_snapshot")),
    ]

    assert [each.status_code for each in answers] == [404] * 5
    assert not Snapshot.objects.get().are_files_gone


def test_a_dataset_is_stopped_once_and_what_is_frozen_cannot_be(campaign, lead):
    frozen = freeze(SnapshotKind.RANKED, campaign)
    waiting = Snapshot.objects.create(kind="ranked")
    waiting.campaigns.set([campaign])
    client = client_of(lead)

    stopped = [client.post(of(waiting, "cancel_snapshot")) for _ in range(2)]
    refused = client.post(of(frozen, "cancel_snapshot"))

    assert [(each.status_code, each.json()["state"]) for each in stopped] == [
        (200, "cancelled")
    ] * 2
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:laurel:snapshot-ended")
    frozen.refresh_from_db()
    assert frozen.state == RunState.DONE
    assert AuditEvent.objects.get(verb="snapshot.cancelled").actor == lead


def test_a_file_comes_in_pieces_with_its_hash(campaign, lead):
    snapshot = freeze(SnapshotKind.RANKED, campaign)
    shard = shard_of(snapshot)
    client, address = client_of(lead), of(snapshot, "snapshot_file", shard["path"])

    first = client.get(address, headers={"Range": "bytes=0-99"})
    rest = client.get(address, headers={"Range": "bytes=100-", "If-Range": first["ETag"]})
    known = client.get(address, headers={"If-None-Match": first["ETag"]})
    beyond = client.get(address, headers={"Range": f"bytes={shard['bytes']}-"})

    whole = first.getvalue() + rest.getvalue()
    assert [each.status_code for each in (first, rest, known, beyond)] == [206, 206, 304, 416]
    assert hashlib.sha256(whole).hexdigest() == shard["sha256"] == first["ETag"].strip('"')
    assert AuditEvent.objects.filter(verb="snapshot.downloaded", actor=lead).count() == 1


def test_what_the_manifest_does_not_name_is_a_problem_document(campaign, lead):
    snapshot = freeze(SnapshotKind.RANKED, campaign)

    answer = client_of(lead).get(of(snapshot, "snapshot_file", "jsonl/secret.jsonl"))

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:laurel:no-such-file")


@pytest.mark.parametrize(
    ("scope", "statuses"), [(Scope.READ, (200, 403)), (Scope.MANAGE, (403, 201))]
)
def test_looking_is_reading_and_asking_is_managing(campaign, lead, scope, statuses):
    made = make_token(by=lead, name="program", scopes=[scope], lifetime=Lifetime.WEEK)
    client = APIClient(headers={"Authorization": f"Bearer {made.key}"})

    looked = client.get(LIST)
    asked = client.post(LIST, {"kind": "ranked", "campaigns": [str(campaign.uuid)]})

    assert (looked.status_code, asked.status_code) == statuses
