"""Talk, Review, Explore, the set-up of a campaign and the dashboard in German: no English is left.

All that people have written here is German, so that whatever English stands there is the product's.
"""

from pathlib import Path

import orjson
import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Facet, Kind, Role
from annotate.models import Ranking, Rater
from annotate.services.campaign import (
    Work,
    acknowledge_instructions,
    add_member,
    grant_competence,
    publish_instructions,
)
from annotate.services.reviewing import find_reviews
from annotate.services.upload import receive_upload
from annotate.services.words import keep_words
from commons.models import User, WorkerHeartbeat
from tests.browser.conftest import OpenContext, Scene
from tests.browser.test_german import english, in_english
from tests.browser.test_pages import look_at
from tests.browser.test_review import rank
from tests.conversations import answer, judge, said
from tests.factories import make_campaign, make_prompt, make_user
from tests.planted import Plan, measured, plant

__all__ = ["in_english"]  # the fixture
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ANSWERS = ["Ein Rohr.", "Ein Zelt.", "Ein Faden.", "Ein Garten."]
FORM: dict[str, object] = {
    "rank": {
        "ratings": [{"name": "gut", "label": "Hilfreich", "low": 1, "high": 7}],
        "flags": [{"name": "schaden", "label": "Könnte schaden"}],
        "spans": [{"name": "falsch", "label": "Falsch"}],
        "reason": "optional",
        "ideal": "optional",
    }
}
WORKS = [
    Work(Kind.RANK, answers=4, wanted=2, reviewed_share=1),
    Work(Kind.DEMONSTRATE, reviewed_share=1),
    Work(Kind.TALK, answers=2, turns=3),
]
UNFOLD = "for (const each of document.querySelectorAll('main details')) each.open = true"


@pytest.fixture(autouse=True)
def _artifacts_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.ARTIFACTS = tmp_path


@pytest.fixture
def scene(live_server: LiveServer) -> Scene:
    lead, ada = make_user("leitung"), make_user("ada")
    campaign = make_campaign(name="Medizin", works=WORKS, lead=lead)
    scene = Scene(campaign, lead, ada)
    publish_instructions(campaign=campaign, guideline="Richtig geht vor kurz.", form=FORM, by=lead)
    join(scene, ada)
    make_prompt(campaign, text="Was ist ein Stent?", answers=ANSWERS, skill="medizin")
    return scene


def join(scene: Scene, person: User, role: Role = Role.ANNOTATOR) -> User:
    add_member(campaign=scene.campaign, person=person, role=role, by=scene.lead)
    grant_competence(person=person, facet=Facet.LANGUAGE, values=["de", "en"])
    grant_competence(person=person, facet=Facet.SKILL, values=["medizin"])
    acknowledge_instructions(instructions=scene.campaign.instructions.get(), by=person)
    return person


@pytest.fixture
def found() -> dict[str, list[str]]:
    """By page, what of it is English."""
    return {}


def sit(open_context: OpenContext, person: User) -> Page:
    return open_context(person, locale="de-DE").new_page()


def read(page: Page, address: str, eyes: set[str], found: dict[str, list[str]]) -> None:
    """Open it with all that is folded on it."""
    look_at(page, address)
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.evaluate(UNFOLD)
    page.wait_for_load_state("networkidle")
    found[address.split("?")[0]] = english(page, eyes)


def test_a_conversation_has_no_word_of_english(
    scene: Scene, open_context: OpenContext, in_english: set[str], found: dict[str, list[str]]
) -> None:
    now = timezone.now()
    WorkerHeartbeat.objects.create(
        name="w", started_at=now, seen_at=now, queues="answers", host="hier", pid=1
    )
    page = sit(open_context, scene.ada)
    read(page, reverse("annotate:begin_talk"), in_english, found)
    talk = said(scene.campaign, scene.ada, "Wie viele?", language="de")
    address = reverse("annotate:talk", args=[talk.uuid])
    read(page, address, in_english, found)
    page.locator("#coming").wait_for()
    found["waiting"] = english(page, in_english)
    answer(scene.campaign, ("Nimm zwei.", "Nimm eine."))
    page.locator("#ranking[data-ready]").wait_for()
    found["judging"] = english(page, in_english)
    for name, key in {"keys": "?", "guideline": "g"}.items():
        page.keyboard.press(key)
        found[name] = english(page, in_english)
        page.keyboard.press("Escape")
    page.goto("about:blank")
    judge(talk.turns.get(), scene.ada, "Nimm zwei.")
    page.goto(address)
    page.locator("main.talk[data-ready]").wait_for()
    found["choosing"] = english(page, in_english)
    page.keyboard.press("?")
    found["keys of choosing"] = english(page, in_english)
    read(page, reverse("annotate:try_talk", args=[scene.campaign.uuid]), in_english, found)

    assert found == {name: [] for name in found}


@pytest.fixture
def reviewed(scene: Scene) -> Scene:
    """Two people see an item the other way round, and one has written something."""
    rank(scene, "abcd", scene.ada)
    rank(scene, "dcba", join(scene, make_user("grete")))
    find_reviews()
    return scene


def test_a_review_has_no_word_of_english(
    reviewed: Scene, open_context: OpenContext, in_english: set[str], found: dict[str, list[str]]
) -> None:
    page = sit(open_context, join(reviewed, make_user("iris"), Role.REVIEWER))
    read(page, reverse("annotate:reviews"), in_english, found)
    page.locator("main .button-primary").first.click()
    page.locator("form.review[data-ready]").wait_for()
    found["review"] = english(page, in_english)
    for name, key in {"keys": "?", "guideline": "g", "correcting": "c"}.items():
        page.keyboard.press(key)
        found[name] = english(page, in_english)
        page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.locator("[data-saved=saved]").wait_for()
    found["saved"] = english(page, in_english)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/review/")
    found["decided"] = english(page, in_english)
    read(page, reverse("annotate:decided_reviews"), in_english, found)

    assert found == {name: [] for name in found}


def test_explore_and_a_life_have_no_word_of_english(
    reviewed: Scene, open_context: OpenContext, in_english: set[str], found: dict[str, list[str]]
) -> None:
    keep_words()
    page = sit(open_context, reviewed.lead)
    for show in ("prompts", "rankings", "demonstrations"):
        read(page, reverse("annotate:explore") + f"?show={show}", in_english, found)
    read(page, reverse("annotate:explore") + "?text=nirgends", in_english, found)
    prompt = Ranking.objects.earliest("pk").prompt
    read(page, reverse("annotate:life", args=[prompt.uuid]), in_english, found)

    assert found == {name: [] for name in found}


def test_setting_a_campaign_up_has_no_word_of_english(
    scene: Scene, open_context: OpenContext, in_english: set[str], found: dict[str, list[str]]
) -> None:
    page = sit(open_context, scene.lead)
    rows = [{"prompt": "Was ist ein Stent?", "skill": "medizin"}]  # refusals are English
    upload = receive_upload(
        campaign=scene.campaign,
        name="fragen.jsonl",
        chunks=[orjson.dumps(row) + b"\n" for row in rows],
        by=scene.lead,
    )
    read(page, reverse("annotate:new_campaign"), in_english, found)
    for group in page.locator("[data-adds]").all():
        group.click()
    found["rows"] = english(page, in_english)
    for name in (
        "campaign",
        "campaign_settings",
        "freeze_rules",
        "people",
        "upload",
        "edit_guideline",
        "guideline_versions",
        "guideline",
        "precedents",
        "batches",
        "leases",
        "golds",
        "announcements",
        "caps",
    ):
        read(page, reverse(f"annotate:{name}", args=[scene.campaign.uuid]), in_english, found)
    read(page, reverse("annotate:campaigns"), in_english, found)
    read(page, reverse("annotate:uploaded", args=[upload.uuid]), in_english, found)

    assert found == {name: [] for name in found}


def test_the_dashboard_has_no_word_of_english(
    scene: Scene, open_context: OpenContext, in_english: set[str], found: dict[str, list[str]]
) -> None:
    """With everything that it can name: a careless rater, a guideline that divides, a gap."""
    skills = ("medizin", "recht", "programme")
    plan = Plan(careless=3, ambiguous="recht", missing="schach", skills=skills)
    planted = plant(plan, lead=scene.lead, name="Gepflanzt")
    measured(planted)
    rater = Rater.objects.get(user__username=f"{planted.pk}-rater-3")
    page = sit(open_context, scene.lead)
    addresses = [
        reverse(f"annotate:{name}")
        for name in ("dashboard", "quality", "raters", "bias", "mix", "planner", "stopping")
    ]
    addresses += [reverse("annotate:digest"), reverse("annotate:rater", args=[rater.uuid])]
    for address in addresses:
        read(page, f"{address}?campaign={planted.uuid}", in_english, found)

    assert found == {name: [] for name in found}
