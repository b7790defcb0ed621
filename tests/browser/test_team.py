"""A lead makes a team by keys alone, asks it for so much, and reads how far it is."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from annotate.enums import PauseCause
from annotate.models import Membership, TeamLead, TeamPart
from annotate.services.campaign import acknowledge_instructions
from annotate.services.team import pause_mates
from commons.models import User
from tests.annotate.teaming import a_mate, a_part, ask_for, membership_in
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene
from tests.browser.hands import KEYS
from tests.browser.pictures import make_pictures
from tests.factories import make_ranking, make_user

pytestmark = pytest.mark.browser


def test_a_team_is_made_asked_for_so_much_and_read_by_keys(
    scene: Scene, open_context: OpenContext
) -> None:
    make_user("nora")
    page = open_context(scene.lead).new_page()
    page.goto(reverse("annotate:campaign_teams", args=[scene.campaign.uuid]))
    make_pictures(page, "teams-none")
    assert seen_by_all(page) == []

    KEYS.write(page.get_by_label("Name of the team"), "North")
    KEYS.choose(page.get_by_label("It is a vendor"))
    KEYS.press(page.get_by_role("button", name="Make it and let it in"))
    expect(page.get_by_role("heading", name="North (vendor)")).to_be_visible()
    KEYS.write(page.get_by_label("Items of a week"), "2")
    KEYS.choose(page.get_by_label("Give nothing more once a number is reached"))
    KEYS.press(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("These hold from now on.")).to_be_visible()
    make_pictures(page, "team-terms")
    assert seen_by_all(page) == []
    KEYS.press(page.get_by_role("link", name="Its people and links"))
    KEYS.write(page.get_by_label("User name"), "nora")
    KEYS.press(page.get_by_role("button", name="Name them"))
    expect(page.get_by_text("nora leads the team now.")).to_be_visible()
    KEYS.press(page.get_by_role("button", name="Make the link"))
    expect(page.get_by_role("heading", name="The link is made")).to_be_visible()
    link = page.get_by_label("Link", exact=True).input_value()
    make_pictures(page, "team-link")
    assert seen_by_all(page) == []

    part = TeamPart.objects.get()
    assert (part.team.name, part.per_week, part.stops) == ("North", 2, True)
    assert TeamLead.objects.get().person.username == "nora"
    make_user("ann")
    theirs = open_context(User.objects.get(username="ann")).new_page()
    theirs.goto(link)
    expect(theirs.get_by_text("You work here for North")).to_be_visible()
    assert seen_by_all(theirs) == []
    KEYS.press(theirs.get_by_role("button", name="Join"))
    expect(theirs.get_by_text("Welcome to")).to_be_visible()
    assert Membership.objects.get(person__username="ann").team == part.team


def test_a_lead_of_the_team_reads_its_page_and_takes_somebody_out_by_keys(
    scene: Scene, open_context: OpenContext
) -> None:
    nora = make_user("nora")
    part = a_part(scene.campaign, name="North", lead=nora, per_week=1, stops=True)
    ann = a_mate_at_work(part)
    page = open_context(nora).new_page()
    page.goto("/")

    KEYS.press(page.get_by_role("link", name="Teams"))
    expect(page.get_by_role("heading", name="Teams").first).to_be_visible()
    make_pictures(page, "teams")
    assert seen_by_all(page) == []
    KEYS.press(page.get_by_role("link", name="North").first)
    expect(page.get_by_text("reached: nothing more is given")).to_be_visible()
    make_pictures(page, "team")
    assert seen_by_all(page) == []
    KEYS.press(page.get_by_role("link", name="ann", exact=True))
    expect(page.get_by_role("heading", name="The last fourteen days")).to_be_visible()
    make_pictures(page, "team-person")
    assert seen_by_all(page) == []
    KEYS.press(page.get_by_role("link", name="Take them out…"))
    assert seen_by_all(page) == []
    KEYS.press(page.get_by_role("button", name="Take them out"))
    expect(page.get_by_text("ann is taken out and holds nothing.")).to_be_visible()

    assert not membership_in(part, ann).active


def a_mate_at_work(part: TeamPart) -> User:
    """Ann, who has accepted the guideline and ranked one item."""
    ann = a_mate(part, "ann")
    acknowledge_instructions(instructions=part.campaign.instructions.get(), by=ann)
    make_ranking(part.campaign, ann)
    return ann


def test_the_pages_of_a_team_are_seen_by_all(scene: Scene, open_context: OpenContext) -> None:
    nora = make_user("nora")
    part = a_part(scene.campaign, name="North", lead=nora, per_week=1, stops=True)
    ann = a_mate_at_work(part)
    ask_for(part, per_week=1, stops=True, reads_texts=True)
    pause_mates(mates=[membership_in(part, ann)], reason="A holiday.", by=nora)
    assert membership_in(part, ann).pauses.get().cause == PauseCause.TEAM
    one = [part.team.uuid, ann.uuid]
    pages = {
        nora: {
            "teams": reverse("annotate:teams"),
            "team": reverse("annotate:team", args=[part.team.uuid]),
            "team-ledger": reverse("annotate:team_ledger", args=[part.team.uuid]),
            "team-person-paused": reverse("annotate:team_person", args=one),
            "team-read": reverse("annotate:team_read", args=one),
            "team-pause": reverse("annotate:team_pause", args=one),
            "team-lift": reverse("annotate:team_lift", args=one),
            "team-offboard": reverse("annotate:team_offboard", args=one),
        },
        scene.lead: {
            "team-end": reverse("annotate:end_team_part", args=[part.uuid]),
            "member-team": reverse("annotate:member", args=[scene.campaign.uuid, ann.uuid]),
            "campaign-teams": reverse("annotate:campaign_teams", args=[scene.campaign.uuid]),
            "dashboard-teams": reverse("annotate:dashboard"),
            "terms": reverse("annotate:team_terms", args=[part.uuid]),
        },
    }
    for person, theirs in pages.items():
        page = open_context(person).new_page()
        for name, there in theirs.items():
            page.goto(there)
            make_pictures(page, name)
            assert seen_by_all(page) == [], there
    desk = open_context(ann).new_page()
    desk.goto(reverse("annotate:desk"))
    make_pictures(desk, "desk-quota")
    expect(desk.get_by_text(re.compile("Your team, North, has done or holds"))).to_be_visible()
    assert seen_by_all(desk) == []
