"""Who opened an item's life or took something away is written down, and leads read it."""

from datetime import timedelta
from pathlib import Path

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from annotate.enums import Role, SnapshotKind, Taken
from annotate.models import Access
from annotate.services.access import note_access, old_accesses
from commons.models import Scope
from commons.tokens import Lifetime, make_token
from tests.annotate.freezing import freeze
from tests.annotate.views.conftest import Cast
from tests.factories import make_member, make_ranking, take_and_show


def noted() -> list[tuple[str, str, str, str]]:
    """Who, the campaign's name or "" where a look is of none, kind and part."""
    rows = Access.objects.order_by("pk").select_related("person", "campaign")
    return [
        (each.person.username, each.campaign.name if each.campaign else "", each.taken, each.part)
        for each in rows
    ]


def test_the_life_of_an_item_is_noted_in_the_campaigns_that_its_reader_sees(cast: Cast) -> None:
    ranking = make_ranking(cast.campaign, cast.member)
    reviewer = make_member(cast.campaign, Role.REVIEWER, name="reviewer")

    cast.client(reviewer).get(reverse("annotate:life", args=[ranking.prompt.uuid]))

    assert noted() == [("reviewer", "Medicine", Taken.ITEM, "")]
    assert Access.objects.get().subject == f"prompt:{ranking.prompt.uuid}"


def test_whoever_has_it_in_hand_is_shown_nothing_and_nothing_is_noted(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)
    turn = take_and_show(cast.lead, cast.campaign)

    cast.client(cast.lead).get(reverse("annotate:life", args=[turn.task.prompt.uuid]))
    cast.client(cast.stranger).get(reverse("annotate:life", args=[turn.task.prompt.uuid]))

    assert noted() == []


def test_a_file_is_noted_once_a_download_and_says_by_which_key(
    cast: Cast, tmp_path: Path, settings: Settings
) -> None:
    settings.ARTIFACTS = tmp_path
    make_ranking(cast.campaign, cast.member)
    snapshot = freeze(SnapshotKind.RANKED, cast.campaign)
    path = str(snapshot.manifest["shards"][0]["path"])
    made = make_token(by=cast.lead, name="a", scopes=[Scope.READ], lifetime=Lifetime.WEEK)
    key = {"Authorization": f"Bearer {made.key}"}

    page = reverse("annotate:dataset_file", args=[snapshot.uuid, path])

    by_page = cast.client(cast.lead).get(page)
    by_token = Client().get(f"/api/v1/snapshots/{snapshot.uuid}/files/{path}", headers=key)
    cast.client(cast.stranger).get(reverse("annotate:dataset_file", args=[snapshot.uuid, path]))

    assert by_page.getvalue() == by_token.getvalue()  # and both files are closed
    assert noted() == [("lead", "Medicine", Taken.FILE, path)] * 2
    assert list(Access.objects.order_by("pk").values_list("token", "subject")) == [
        (None, f"snapshot:{snapshot.uuid}"),
        (made.token.uuid, f"snapshot:{snapshot.uuid}"),
    ]


def test_a_table_that_is_taken_away_is_noted_and_one_that_is_read_is_not(cast: Cast) -> None:
    client, page = cast.client(cast.lead), reverse("annotate:ledger", args=[cast.campaign.uuid])
    client.get(page)
    client.get(page, {"csv": "owed"})
    client.get(page, {"csv": "nothing"})
    client.get(reverse("annotate:dashboard"), {"csv": "people"})
    cast.client(cast.member).get(page, {"csv": "owed"})

    tables = Access.objects.filter(taken=Taken.TABLE).order_by("pk")
    assert {row[0] for row in noted()} == {"lead"}
    assert list(tables.values_list("part", "rows")) == [("owed", 0), ("people", 0)]
    assert tables[0].subject == page


def test_ones_own_numbers_are_ones_own(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)

    answer = cast.client(cast.member).get(reverse("annotate:own_ledger"), {"csv": "weeks"})

    assert answer["Content-Type"].startswith("text/csv")
    assert noted() == []


def test_pages_of_work_note_nothing(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)
    turn = take_and_show(cast.member, cast.campaign)

    cast.client(cast.member).get(reverse(f"annotate:{turn.task.kind}", args=[turn.uuid]))
    cast.client(cast.member).get(reverse("annotate:desk"))

    assert noted() == []


def test_leads_of_the_campaign_read_it_and_nobody_else(cast: Cast) -> None:
    note_access(
        by=cast.lead, taken=Taken.TABLE, subject="/x/", part="owed", campaigns=[cast.campaign]
    )
    page = reverse("annotate:accesses", args=[cast.campaign.uuid])

    seen = cast.client(cast.lead).get(page).content.decode()
    statuses = [cast.client(each).get(page).status_code for each in (cast.member, cast.stranger)]

    assert "A table: owed" in seen
    assert statuses == [404, 404]


def test_it_is_kept_for_a_while_that_is_a_setting(cast: Cast, settings) -> None:
    note_access(by=cast.lead, taken=Taken.ITEM, subject="prompt:1", campaigns=[cast.campaign])
    Access.objects.update(at=timezone.now() - timedelta(days=10))

    settings.ACCESSES_KEPT_DAYS = 11
    assert not old_accesses().exists()
    settings.ACCESSES_KEPT_DAYS = 9
    assert old_accesses().count() == 1


def test_a_page_is_called_by_its_name_and_leads_to_itself(cast: Cast) -> None:
    page = reverse("annotate:caps", args=[cast.campaign.uuid])
    client = cast.client(cast.lead)
    client.get(page)

    shown = client.get(reverse("annotate:accesses", args=[cast.campaign.uuid])).content.decode()

    assert f'<a href="{page}">Figures of people: Limits per person</a>' in shown
    assert "caps<" not in shown
