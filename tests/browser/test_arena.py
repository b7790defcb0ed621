"""A lead lets two policies meet, two raters vote by keys, and the ratings have intervals."""

import re
from collections.abc import Mapping
from pathlib import Path

import orjson
import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind, Role
from annotate.models import Assignment, Candidate
from annotate.selectors.campaign import current_instructions
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work, acknowledge_instructions, add_member
from commons.models import User
from rewards.models import Contest, Policy, Track
from rewards.services import run as runs
from rewards.services.folders import artifacts
from rewards.services.track import create_track
from rewards.tasks import advance_open_cycles
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext, Scene, make_scene
from tests.browser.pictures import make_pictures
from tests.browser.work import open_item
from tests.factories import make_prompt, make_user
from tests.rewards.views.making import make_arena, make_policy

pytestmark = pytest.mark.browser

PROMPTS = 5
UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
INTERVAL = re.compile(r"\d+\.\d to \d+\.\d\s%")


@pytest.fixture
def scene(live_server: LiveServer) -> Scene:
    """A campaign in which two people rank each pair, with prompts that nobody has answered."""
    scene = make_scene([Work(Kind.RANK, answers=2, wanted=2)], answers=())
    for number in range(PROMPTS - 1):
        make_prompt(scene.campaign, text=f"What is so good about the number {number}?")
    return scene


@pytest.fixture
def track(scene: Scene, settings: Settings, tmp_path: Path) -> Track:
    """The base model is in service, and policy 1 is newer; an engine answers at once."""
    settings.ARTIFACTS, settings.BASE_MODEL = tmp_path / "artifacts", str(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    track = create_track(name="Everyday", campaigns=[scene.campaign.uuid], by=scene.lead)
    folder = artifacts() / make_policy(track).folder
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    return track


def write(
    module: str, folder: Path, config: Mapping[str, object], *heard: object, **more: object
) -> dict[str, object]:
    """The older policy says one thing to each prompt, the newer one another."""
    rows = Path(str(config["prompts"])).read_bytes().splitlines()
    said = [
        {
            "prompt": row["id"],
            "messages": [{"role": "assistant", "content": text}],
            "source": voice["source"],
            "sampling": {"role": voice["role"]},
        }
        for row in map(orjson.loads, rows)
        for voice, text in zip(row["voices"], ["It is old.", "It is new."], strict=True)
    ]
    out = b"".join(orjson.dumps(each) + b"\n" for each in said)
    Path(str(config["out"])).write_bytes(out)
    return {}


def join(scene: Scene, name: str) -> User:
    """Another rater who has accepted the guideline."""
    person = make_user(name)
    add_member(campaign=scene.campaign, person=person, role=Role.ANNOTATOR, by=scene.lead)
    guideline = current_instructions(scene.campaign)
    assert guideline is not None
    acknowledge_instructions(instructions=guideline, by=person)
    return person


def vote(page: Page, person: User, scene: Scene, *, old_first: int) -> None:
    """Every item by keys: the first few for the old answer, the others for the new one."""
    open_item(page, take_assignment(by=person, campaign=scene.campaign, kind=Kind.RANK))
    for number in range(PROMPTS):
        wanted = "It is old." if number < old_first else "It is new."
        here = page.url
        (uuid,) = UUIDS.findall(here)
        open_turn = Assignment.objects.get(uuid=uuid)
        first = Candidate.objects.get(uuid=open_turn.order[0])
        page.keyboard.press("2" if first.text == wanted else "6")
        assert "olicy" not in page.content()
        page.keyboard.press("Control+Enter")
        expect(page).not_to_have_url(here)
        if number < PROMPTS - 1:
            page.locator("form[data-ready]").wait_for()


def test_policies_meet_before_two_raters(
    scene: Scene, track: Track, open_context: OpenContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "run_engine", write)
    lead = open_context(scene.lead).new_page()
    lead.goto(reverse("rewards:arena", args=[track.uuid]))
    lead.get_by_role("link", name="Start an arena").click()
    expect(lead).to_have_url(re.compile(reverse("rewards:start_arena", args=[track.uuid])))
    lead.get_by_label("Contests that wait for votes").fill(str(PROMPTS))
    begins = seen_in_windows(lead)
    make_pictures(lead, "start-arena")
    lead.get_by_role("button", name="Start").click()
    expect(lead.get_by_role("link", name="Stop the arena")).to_be_visible()

    advance_open_cycles()
    for person, old_first in ((scene.ada, 2), (join(scene, "ben"), 1)):
        vote(open_context(person).new_page(), person, scene, old_first=old_first)

    lead.set_viewport_size({"width": 1280, "height": 800})
    lead.reload()
    newer = lead.get_by_role("row", name="Policy 1 against Base model")
    rating = lead.get_by_role("row", name="Policy 1", exact=False).last
    expect(newer).to_contain_text(INTERVAL)
    expect(newer.get_by_role("cell").nth(3)).to_have_text("10")
    expect(rating).to_contain_text(INTERVAL)
    expect(rating).to_contain_text("1–2")
    found = seen_in_windows(lead)
    make_pictures(lead, "arena")
    assert Contest.objects.count() == PROMPTS
    assert begins == found == {how: [] for how in found}


@pytest.mark.parametrize("name", ["rewards:stop_arena", "rewards:retry_arena"])
def test_its_ends_are_for_everybody(
    scene: Scene, track: Track, open_context: OpenContext, name: str
) -> None:
    make_arena(track, scene.campaign)
    page = open_context(scene.lead).new_page()
    page.goto(reverse(name, args=[track.uuid]))
    make_pictures(page, name.removeprefix("rewards:").replace("_", "-"))

    found = seen_in_windows(page)

    assert found == {how: [] for how in found}
    assert Policy.objects.count() == 2
