"""From nothing to a first judgement: a lead without the admin, and somebody they invite."""

import json

import pytest
from django.contrib.auth.models import Permission
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import CampaignState, Role
from annotate.models import Campaign, Ranking
from annotate.questions import Question, Scale, questions_of
from commons.models import User
from tests.browser.conftest import OpenContext
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.services]

PROMPTS = [
    {
        "prompt": f"What is a {thing}?",
        "skill": "medicine",
        "candidates": [{"text": f"A {thing} is **small**."}, {"text": f"No idea about a {thing}."}],
    }
    for thing in ("stent", "suture")
]
FILE = "".join(json.dumps(row) + "\n" for row in [PROMPTS[0], {"prompt": ""}, PROMPTS[1]])
PASSWORD = "a quiet garden in may"


@pytest.fixture
def lea(live_server: LiveServer) -> User:
    """Nobody but an admin has given her anything: she may add campaigns."""
    lea = make_user("lea")
    lea.user_permissions.add(Permission.objects.get(codename="add_campaign"))
    return lea


def enter(page: Page, label: str, text: str) -> None:
    """Go to a field and type, as one does by keyboard."""
    page.get_by_role("textbox", name=label, exact=True).focus()
    page.keyboard.type(text)


def press(page: Page, name: str, role: str = "button") -> None:
    page.get_by_role(role, name=name, exact=True).press("Enter")  # type: ignore[arg-type]


def make_campaign(page: Page) -> None:
    page.goto("/campaigns/")
    press(page, "New campaign", "link")
    page.locator("html[data-awake]").wait_for(state="attached")
    enter(page, "Name", "Stents")
    page.get_by_label("Answers side by side (K)").first.fill("2")
    press(page, "Add a rating")
    page.keyboard.type("Helpful")
    press(page, "Add a flag")
    page.keyboard.type("Could do harm")
    enter(page, "Guideline", "Prefer what is *true*.")
    press(page, "Make the campaign")
    expect(page.get_by_role("heading", name="Before it starts")).to_be_visible()


def bring_prompts(page: Page) -> None:
    press(page, "Upload", "link")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "stents.jsonl", "mimeType": "application/jsonl", "buffer": FILE.encode()}
    )
    press(page, "Look at the file")
    refused = page.get_by_role("region", name="1 row cannot be kept")
    expect(refused).to_contain_text("line 2")
    expect(refused).to_contain_text("prompt is empty; fill it in or leave the row out.")
    press(page, "Import 2 prompts")
    expect(page.get_by_role("region", name="Imported")).to_be_visible()
    press(page, "To the campaign", "link")


def invite(page: Page) -> str:
    press(page, "Invite", "link")
    expect(page.get_by_label("Skills")).to_have_value("medicine")
    press(page, "Make the link")
    link = page.get_by_label("Link", exact=True).input_value()
    press(page, "Stents", "link")
    return link


def start(page: Page) -> None:
    page.get_by_role("link", name="Start it").press("Enter")
    press(page, "Start")
    expect(page.get_by_role("status")).to_contain_text("The campaign is running now")


def join(page: Page, link: str) -> None:
    page.goto(link)
    enter(page, "User name", "grace")
    enter(page, "Your name", "Grace Hopper")
    for label in ("Password", "Password, once more"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    press(page, "Make the account and join")
    expect(page.get_by_text("Prefer what is true.")).to_be_visible()
    press(page, "I have read it and accept it: start")


def judge(page: Page) -> None:
    page.locator("form[data-ready]").wait_for()
    question = page.locator(".conversation").inner_text()
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".conversation")).not_to_have_text(question, use_inner_text=True)
    page.locator("form[data-ready]").wait_for()


def test_a_lead_comes_from_nothing_to_a_first_judgement(
    lea: User, open_context: OpenContext
) -> None:
    hers, guests = open_context(lea).new_page(), open_context().new_page()

    make_campaign(hers)
    bring_prompts(hers)
    link = invite(hers)
    start(hers)
    join(guests, link)
    judge(guests)

    campaign = Campaign.objects.get()
    assert (campaign.name, campaign.state) == ("Stents", CampaignState.RUNNING)
    asked = questions_of(campaign.instructions.get().form, "rank")
    assert list(asked.ratings) == [Scale("helpful", "Helpful", 1, 7)]
    assert list(asked.flags) == [Question("could-do-harm", "Could do harm")]
    grace = campaign.memberships.get(role=Role.ANNOTATOR).person
    first = Ranking.objects.get()
    assert (first.rater.user, first.instructions) == (grace, campaign.instructions.get())
    assert (len(first.tiers), first.strengths) == (2, [2])
