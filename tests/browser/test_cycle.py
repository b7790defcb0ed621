"""A lead who has never seen a cycle watches one go round, from its start to what comes of it.

Real services carry the steps, and an engine that stands in stops at each of its own, so that the
lead can look. The page is never loaded anew by its reader: nothing here does it.
"""

from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind, Role, Side
from annotate.models import Candidate, Demonstration, Task
from annotate.selectors.campaign import current_instructions
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work, acknowledge_instructions, add_member
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from commons.heartbeats import say_alive
from commons.models import RunState
from rewards.enums import Stage
from rewards.models import Cycle, CycleStep, Track
from rewards.services.track import create_track
from rewards.tasks import advance_open_cycles
from rewards.views.standing import STATIONS
from rewards.views.station_words import STATION_WORDS
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene, make_scene
from tests.browser.hands import KEYS, At, walk_to
from tests.browser.shown_engine import STEPS, ShownEngine
from tests.factories import make_prompt, make_ranking, make_user

pytestmark = pytest.mark.browser

RANKED, OPEN = 6, 24  # prompts
TOO_CLOSE = {"value": 0.5, "low": 0.44, "high": 0.56}
STILL_THE_SAME = "window.neverLoadedAnew === true"
COUNTS_FROM_ZERO_TWICE = {Stage.REPORTING, Stage.EVALUATING}  # nobody knows how long those take
DRAWN = {Stage.TEACHING, Stage.REWARDING, Stage.APPOINTING, Stage.STOPPING, Stage.REINFORCING}


@pytest.fixture
def scene(live_server: LiveServer) -> Scene:
    """A campaign in which others have ranked and written, and prompts that nobody has answered."""
    scene = make_scene([Work(Kind.RANK, answers=4), Work(Kind.DEMONSTRATE)], answers=())
    ben = make_user("ben")
    add_member(campaign=scene.campaign, person=ben, role=Role.ANNOTATOR, by=scene.lead)
    guideline = current_instructions(scene.campaign)
    assert guideline is not None
    acknowledge_instructions(instructions=guideline, by=ben)
    for _ in range(RANKED):
        make_ranking(scene.campaign, ben)
    for number in range(OPEN):
        make_prompt(scene.campaign, text=f"What is so good about the number {number}?")
    while not Demonstration.objects.filter(prompt__side=Side.TRAIN).exists():
        written = take_assignment(by=ben, campaign=scene.campaign, kind=Kind.DEMONSTRATE)
        submit_demonstration(assignment=written, answer=DemonstrationAnswer("So it is."), by=ben)
    return scene


@pytest.fixture
def track(scene: Scene, settings: Settings, tmp_path: Path) -> Track:
    settings.ARTIFACTS, settings.BASE_MODEL = tmp_path / "artifacts", str(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    return create_track(name="Everyday", campaigns=[scene.campaign.uuid], by=scene.lead)


@pytest.fixture
def engine(track: Track, monkeypatch: pytest.MonkeyPatch) -> ShownEngine:
    engine = ShownEngine()
    engine.stand_in(monkeypatch)
    return engine


def a_worker_lives() -> None:
    say_alive(name="train@here", queues="train", started_at=timezone.now())


def start_a_cycle(lead: At) -> None:
    """From the desk on, by keys alone."""
    lead.go("/")
    lead.press("Cycle", "link")
    expect(lead.page.get_by_role("heading", name="No cycle yet")).to_be_visible()
    expect(lead.page.get_by_text("A cycle freezes what people judged")).to_be_visible()
    lead.press("Start a cycle now", "link")
    expect(lead.page.get_by_text("hours with more")).to_be_visible()
    lead.press("Start the cycle")
    expect(lead.page.get_by_role("status")).to_contain_text("Cycle 1 has begun.")


def station(page: Page, stage: Stage) -> Locator:
    return page.locator("ol.stations > li").nth(STATIONS.index(stage))


def link_to(page: Page, stage: Stage) -> Locator:
    return station(page, stage).get_by_role("link", name=str(stage.label))


def policy(page: Page, name: str) -> Locator:
    """A line of the list of policies."""
    listed = page.get_by_role("region", name="Policies", exact=True)
    return listed.get_by_role("listitem").filter(has_text=name)


def is_under_way(page: Page, stage: Stage) -> Locator:
    """It says what it is for, that it runs, and that all before it are done."""
    here = station(page, stage)
    expect(here).to_have_attribute("aria-current", "step")
    expect(here).to_contain_text(str(stage.label))
    expect(here).to_contain_text("running")
    expect(here).to_contain_text(str(STATION_WORDS[stage]))
    place = STATIONS.index(stage)
    expect(page.locator("ol.stations > li[data-state=done]")).to_have_count(place)
    expect(page.locator("ol.stations > li[data-state=waiting]")).to_have_count(9 - place)
    return here


def tells_how_far(here: Locator, stage: Stage, step: int) -> None:
    """The engine's step, the bar of it, the time left, and a curve once there are two points."""
    expect(here).to_contain_text(f"{step} of {STEPS}")
    expect(here.get_by_role("progressbar", name=str(stage.label))).to_be_visible()
    if stage not in COUNTS_FROM_ZERO_TWICE and step > 1:
        expect(here).to_contain_text("less than a minute left")
    if stage in DRAWN and step > 1:
        expect(here.locator("polyline").first).to_be_visible()
        expect(here).to_contain_text(f"at step {step}")


def points(page: Page) -> int:
    """Of the first curve."""
    return len((page.locator("polyline").first.get_attribute("points") or "").split())


class Watching:
    """What the lead looks at while the engine is at its steps."""

    def __init__(self, page: Page) -> None:
        self.page, self.beside = page, page  # beside: the page of a step, in a tab of its own
        self.seen: list[Stage] = []
        self.wrong: list[str] = []

    def __call__(self, step: int) -> None:
        a_worker_lives()
        stage = Stage(CycleStep.objects.get(state=RunState.RUNNING).stage)
        if step in (0, 1, STEPS - 1):
            here = is_under_way(self.page, stage)
            if step:
                tells_how_far(here, stage, step)
            self.seen += [stage] if stage not in self.seen else []
        if stage == Stage.ANSWERING:
            expect(self.page.get_by_text("Held: policy 1 was not put into")).to_be_visible()
            assert self.page.evaluate(STILL_THE_SAME)
        if stage == Stage.TEACHING:
            self._walk_there(stage, step)
        if stage == Stage.REWARDING:
            self._look_beside(stage, step)

    def _walk_there(self, stage: Stage, step: int) -> None:
        """Whoever is at a station by keyboard is still there when it tells its next step."""
        link = link_to(self.page, stage)
        if step == 1:
            walk_to(link)
        if step == STEPS - 1:
            expect(link).to_be_focused()

    def _look_beside(self, stage: Stage, step: int) -> None:
        """The step's own page: its log and its curve grow, and what the reader holds stays."""
        if step == 2:
            with self.page.context.expect_page() as opened:
                link_to(self.page, stage).click(modifiers=["ControlOrMeta"])
            self.beside = opened.value
            log = self.beside.get_by_role("region", name="Log", exact=True)
            expect(log).to_contain_text("step 2, batch 19")
            self.beside.evaluate("window.neverLoadedAnew = true")
            assert points(self.beside) == 2
            walk_to(log)
        if step == STEPS:
            log = self.beside.get_by_role("region", name="Log", exact=True)
            expect(log).to_contain_text("step 4, batch 19")
            assert points(self.beside) == 4
            expect(log).to_be_focused()
            assert log.evaluate("log => log.scrollHeight - log.scrollTop - log.clientHeight < 2")
            assert self.beside.evaluate(STILL_THE_SAME)
            self.wrong += seen_by_all(self.page)


def test_a_newcomer_watches_a_cycle_that_is_held(
    scene: Scene, engine: ShownEngine, open_context: OpenContext
) -> None:
    engine.results["evaluate_policy"]["win_rate"] = TOO_CLOSE
    lead = At(open_context(scene.lead).new_page(), KEYS)
    start_a_cycle(lead)
    page = lead.page
    page.evaluate("window.neverLoadedAnew = true")
    expect(page.get_by_text("No train worker has said lately that it is alive")).to_be_visible()
    a_worker_lives()
    expect(page.get_by_text("No train worker has said lately")).to_have_count(0)
    expect(station(page, Stage.FREEZING)).to_contain_text("Waiting for the train worker")
    wrong = seen_by_all(page)

    engine.look = watching = Watching(page)
    advance_open_cycles()

    expect(watching.beside.get_by_text("done", exact=True)).to_be_visible()
    outcome = page.locator(".notice").filter(has_text="Held: policy 1 was not put into service.")
    expect(outcome.get_by_role("listitem")).to_have_text(
        [
            "against the promoted policy it wins 0.50 of the held-out prompts, but it may be as "
            "few as 0.44; more than 0.50 is needed"
        ]
    )
    expect(page.locator("ol.stations > li[data-state=done]")).to_have_count(len(STATIONS))
    expect(policy(page, "Base model")).to_contain_text("in service")
    wrong += watching.wrong + seen_by_all(page)
    lead.press("Handbook: each reason, and what moves it", "link")
    expect(page.get_by_role("heading", name="The gate")).to_be_in_viewport()

    assert watching.seen == STATIONS
    assert wrong == []


def test_a_newcomer_watches_one_that_is_promoted_and_its_answers_reach_an_annotator(
    scene: Scene, track: Track, engine: ShownEngine, open_context: OpenContext
) -> None:
    lead = At(open_context(scene.lead).new_page(), KEYS)
    a_worker_lives()
    start_a_cycle(lead)
    before = Task.objects.filter(kind=Kind.RANK).count()

    advance_open_cycles()

    page = lead.page
    expect(page.get_by_text("Promoted: policy 1 went into service.")).to_be_visible()
    expect(policy(page, "Policy 1")).to_contain_text("in service")
    expect(policy(page, "Base model")).to_contain_text("retired")
    written = Candidate.objects.filter(source="policy").count()
    opened = Task.objects.filter(kind=Kind.RANK).count() - before
    answers = station(page, Stage.ANSWERING)
    expect(answers).to_contain_text(f"{written} new candidates. {opened} tasks opened.")
    assert Cycle.objects.get().track == track

    annotator = open_context(scene.ada).new_page()
    annotator.goto(reverse("annotate:desk"))
    annotator.get_by_role("button", name=f"{Kind.RANK.label} for Medicine, spring").click()
    annotator.locator("form[data-ready]").wait_for()
    for number in range(4):
        shown = annotator.locator("[data-candidate]").filter(has_text=f"Answer {number}.")
        expect(shown).to_have_count(1)
