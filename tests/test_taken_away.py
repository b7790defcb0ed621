"""Whatever hands out a file of other people's work writes down who took it."""

import ast
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from annotate.enums import Taken
from annotate.models import Access, Campaign
from commons.models import User
from rewards.services.track import create_track
from tests.annotate.teaming import a_mate, a_part
from tests.factories import make_campaign, make_ranking, make_user
from tests.rewards.views.making import CARD, make_reward_model

ROOT = Path(__file__).parent.parent
FOLDERS = ("annotate/views", "annotate/api", "rewards/views", "rewards/api")
NOTES = {"note_access", "note_table", "note_card", "_note", "file_asked_for", "record_download"}
# The file of a table is made where it is asked for; a picture is a part of the page that shows it.
MADE_ELSEWHERE = {"annotate/views/tables.py:file_of"}


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            where = path.relative_to(ROOT)
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef):
                    yield f"{where}:{node.name}", node


def hands_out(function: ast.FunctionDef) -> bool:
    """An attachment, a large file by pieces, or JSON that is set out for people."""
    for node in ast.walk(function):
        if isinstance(node, ast.Constant) and str(node.value).startswith("attachment;"):
            return True
        if isinstance(node, ast.keyword) and node.arg == "json_dumps_params":
            return True
        if isinstance(node, ast.Name) and node.id in {"handed_out", "file_asked_for"}:
            return True
    return False


def called(function: ast.FunctionDef) -> set[str]:
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}


def test_every_view_that_hands_out_a_file_writes_it_down() -> None:
    found = {name: called(each) & NOTES for name, each in functions() if hands_out(each)}

    assert len(found) > 15
    assert {name for name, notes in found.items() if not notes} == MADE_ELSEWHERE


def test_every_table_says_in_which_campaigns_it_is_written_down() -> None:
    """A person's own ledger and figures hold nobody else's work."""
    without = {
        name
        for name, function in functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "file_asked_for"
        and len(node.args) < 3
    }

    assert without == {
        "annotate/views/own_ledger.py:own_ledger",
        "annotate/views/stored.py:stored",
    }


@pytest.fixture
def lead(db: None) -> User:
    return make_user("lead")


@pytest.fixture
def campaign(lead: User) -> Campaign:
    return make_campaign(name="Medicine", lead=lead)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def noted() -> list[tuple[str, str, str]]:
    rows = Access.objects.order_by("pk")
    return list(rows.values_list("campaign__name", "taken", "part"))


def test_each_file_of_each_table_of_a_leads_pages_is_a_row(lead: User, campaign: Campaign) -> None:
    part = a_part(campaign, lead=lead, per_week=9)
    mate = a_mate(part)
    make_ranking(campaign, mate)
    client, team = signed_in(lead), part.team.uuid
    pages = [reverse(f"annotate:{name}") for name in ("dashboard", "mix", "planner", "stopping")]
    pages += [
        reverse(f"annotate:{name}", args=[campaign.uuid])
        for name in ("ledger", "caps", "campaign_teams")
    ]
    pages += [reverse("annotate:teams"), reverse("annotate:team_terms", args=[part.uuid])]
    pages += [reverse(f"annotate:{name}", args=[team]) for name in ("team", "team_ledger")]
    pages.append(reverse("annotate:team_person", args=[team, mate.uuid]))
    read = {page: client.get(page).content.decode() for page in pages}
    assert not Access.objects.filter(taken=Taken.TABLE).exists()  # they were read, not taken away
    Access.objects.all().delete()

    files = [
        unescape(each)
        for page in pages
        for each in re.findall(r'href="([^"]*csv=[^"]*)"', read[page])
    ]
    for file in files:
        assert client.get(file).headers["Content-Type"].startswith("text/csv")

    tables = [re.findall(r"csv=([\w-]+)", file)[0] for file in files]
    assert noted() == [("Medicine", Taken.TABLE, table) for table in tables]
    assert len(files) > 10


def test_what_is_taken_away_of_models_is_written_down_in_their_campaigns(
    lead: User, campaign: Campaign
) -> None:
    track = create_track(name="Everyday", campaigns=[campaign.uuid], by=lead)
    model = make_reward_model(campaign, track=track, card=CARD)
    client = signed_in(lead)

    for name, owner in (("leaderboard_csv", track), ("model_card", model), ("report", model)):
        there = reverse(f"rewards:{name}", args=[owner.uuid])
        assert signed_in(make_user()).get(there).status_code == 404
        assert client.get(there).status_code == 200

    assert noted() == [
        ("Medicine", Taken.TABLE, "leaderboard"),
        ("Medicine", Taken.CARD, "model_card.zip"),
        ("Medicine", Taken.CARD, "report.json"),
    ]
    page = client.get(reverse("annotate:accesses", args=[campaign.uuid])).content.decode()
    assert "The card of a reward model: model_card.zip" in page
