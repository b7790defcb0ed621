"""From nothing to a first judgement: a lead without the admin, and somebody they invite.

By keys from the loading of each page, by mouse and by finger; in less than five minutes.
"""

import json
from time import monotonic

import pytest
from django.contrib.auth.models import Permission
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import CampaignState, Role
from annotate.models import Campaign, Ranking
from annotate.questions import Question, Scale, questions_of
from commons.models import User
from tests.browser.conftest import OpenContext
from tests.browser.hands import EVERY_HAND, KEYS, At, Hand, sit
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.services]

PROMPTS = [
    {
        "prompt": f"What is a {thing}?",
        "candidates": [{"text": f"A {thing} is **small**."}, {"text": f"No idea about a {thing}."}],
    }
    for thing in ("stent", "suture")
]
FILE = "".join(json.dumps(row) + "\n" for row in [PROMPTS[0], {"prompt": ""}, PROMPTS[1]])
FIVE_MINUTES = 300.0  # seconds, on the clock of whoever waits
PASSWORD = "a quiet garden in may"


@pytest.fixture
def lea(live_server: LiveServer) -> User:
    """Nobody but an admin has given her anything: she may add campaigns."""
    lea = make_user("lea")
    lea.user_permissions.add(Permission.objects.get(codename="add_campaign"))
    return lea


def make_campaign(at: At) -> None:
    at.page.goto("/campaigns/")
    at.press("New campaign", "link")
    at.page.locator("html[data-awake]").wait_for(state="attached")
    at.enter("Name", "Stents")
    at.enter("Skills", "medicine")
    at.enter("Answers side by side (K)", "2")
    at.press("Add a criterion")
    at.page.keyboard.type("Helpful")
    at.press("Add a flag")
    at.page.keyboard.type("Could do harm")
    at.hand.rewrite(
        at.page.get_by_role("textbox", name="Guideline", exact=True), "Prefer what is *true*."
    )
    at.press("Make the campaign")
    expect(at.page.get_by_role("heading", name="Before it starts")).to_be_visible()


def bring_prompts(at: At) -> None:
    at.press("Upload", "link")
    at.hand.bring(
        at.page.get_by_label("File", exact=True),
        {"name": "stents.jsonl", "mimeType": "application/jsonl", "buffer": FILE.encode()},
    )
    at.press("Look at the file")
    refused = at.page.get_by_role("region", name="1 row cannot be kept")
    expect(refused).to_contain_text("line 2")
    expect(refused).to_contain_text("prompt is empty; fill it in or leave the row out.")
    at.press("Import 2 prompts")
    expect(at.page.get_by_role("region", name="Imported")).to_be_visible()
    at.press("To the campaign", "link")


def invite(at: At) -> str:
    at.press("Invite", "link")
    expect(at.page.get_by_label("Skills")).to_have_value("medicine")
    at.press("Make the link")
    link = at.page.get_by_label("Link", exact=True).input_value()
    at.press("Stents", "link")
    return link


def start(at: At) -> None:
    at.press("Start it", "link")
    at.press("Start")
    expect(at.page.get_by_role("status")).to_contain_text("The campaign is running now")


def join(at: At, link: str) -> None:
    at.page.goto(link)
    at.enter("User name", "grace")
    at.enter("Your name", "Grace Hopper")
    for label in ("Password", "Password, once more"):
        at.enter(label, PASSWORD)
    at.press("Make the account and join")
    expect(at.page.get_by_text("Prefer what is true.")).to_be_visible()
    at.press("I have read it and accept it: start")


def judge(at: At) -> None:
    """Of two answers B is better; on the keyboard that is a digit and Control with Enter."""
    at.page.locator("form[data-ready]").wait_for()
    question = at.page.locator(".conversation").inner_text()
    if at.hand is KEYS:
        at.page.keyboard.press("6")
        at.page.keyboard.press("Control+Enter")
    else:
        at.hand.press(at.page.locator("[name=cell][value=b2]"))
        at.hand.press(at.page.get_by_role("button", name="Submit"))
    expect(at.page.locator(".conversation")).not_to_have_text(question, use_inner_text=True)
    at.page.locator("form[data-ready]").wait_for()


@EVERY_HAND
def test_a_lead_comes_from_nothing_to_a_first_judgement(
    lea: User, open_context: OpenContext, hand: Hand
) -> None:
    hers, guests = sit(open_context, lea, hand), sit(open_context, None, hand)
    begun = monotonic()

    make_campaign(hers)
    bring_prompts(hers)
    link = invite(hers)
    start(hers)
    join(guests, link)
    judge(guests)
    took = monotonic() - begun

    assert took < FIVE_MINUTES
    campaign = Campaign.objects.get()
    assert campaign.skills == ["medicine"]
    assert set(campaign.intake.values_list("prompt__skill", flat=True)) == {"medicine"}
    assert (campaign.name, campaign.state) == ("Stents", CampaignState.RUNNING)
    asked = questions_of(campaign.instructions.get().form, "rank")
    assert list(asked.ratings) == [Scale("helpful", "Helpful", 1, 7)]
    assert list(asked.flags) == [Question("could-do-harm", "Could do harm")]
    grace = campaign.memberships.get(role=Role.ANNOTATOR).person
    first = Ranking.objects.get()
    assert (first.rater.user, first.instructions) == (grace, campaign.instructions.get())
    assert (len(first.tiers), first.strengths) == (2, [2])
