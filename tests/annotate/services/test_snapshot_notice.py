"""That a dataset is frozen, or is not, is told to those who lead all that is in it."""

import pytest

from annotate.enums import SnapshotKind
from annotate.models import Campaign, Snapshot
from annotate.services import freezing
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.snapshot import request_snapshot
from commons.models import Notice, NoticeKind, RunState, User
from commons.notices.channels import choose_mail
from tests.factories import make_campaign, make_member, make_ranking, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> User:
    return make_user("lead")


@pytest.fixture
def campaign(lead: User) -> Campaign:
    campaign = make_campaign(lead=lead, name="Poems")
    make_ranking(campaign, make_member(campaign))
    return campaign


def freeze(*campaigns: Campaign) -> Snapshot:
    request_snapshot(kind=SnapshotKind.RANKED, campaigns=campaigns, by=None)
    snapshot = claim_snapshot()
    assert snapshot
    freeze_snapshot(snapshot=snapshot)
    snapshot.refresh_from_db()
    return snapshot


def heard() -> dict[str, set[str]]:
    return {
        notice.kind: {str(each.channel.owner) for each in notice.deliveries.all()}
        for notice in Notice.objects.all()
    }


def test_who_leads_all_of_it_hears_that_it_is_frozen(campaign, lead, settings, tmp_path):
    settings.ARTIFACTS = tmp_path
    stranger = make_user("stranger")
    other = make_campaign(lead=stranger)
    make_ranking(other, make_member(other))
    for person in (lead, stranger):
        choose_mail(kinds=[NoticeKind.SNAPSHOT_FROZEN], by=person)

    snapshot = freeze(campaign)
    assert snapshot.state == RunState.DONE
    assert heard() == {"snapshot.frozen": {"lead"}}

    Notice.objects.all().delete()
    freeze(campaign, other)
    assert heard() == {"snapshot.frozen": set()}  # nobody leads both


def test_a_full_disk_is_told_with_what_to_do(campaign, lead, settings, tmp_path, monkeypatch):
    settings.ARTIFACTS = tmp_path
    choose_mail(kinds=[NoticeKind.SNAPSHOT_FAILED], by=lead)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "/mnt/data")

    monkeypatch.setattr(freezing, "publish", full)

    snapshot = freeze(campaign)

    assert snapshot.state == RunState.FAILED
    assert snapshot.error.startswith("the disk is full; free some space")
    assert heard() == {"snapshot.failed": {"lead"}}
    assert snapshot.error in Notice.objects.get().says
