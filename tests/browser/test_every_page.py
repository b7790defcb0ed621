"""No page is forgotten: whatever answers a GET is looked at by axe in some test, or is no page.

Whether it was is said when all tests are over (``visits``). The pages that no other module of this
folder looks at are looked at below.
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from annotate.enums import Kind, LanePurpose, MachineWay, Role, Taken
from annotate.models import CampaignWork, MachineJudge, Ranking, Snapshot
from annotate.pay import Terms
from annotate.services.access import note_access
from annotate.services.announcement import announce
from annotate.services.campaign import add_member
from annotate.services.cap import set_caps
from annotate.services.care import agree_to_harm, set_care
from annotate.services.erasure import erase_prompt
from annotate.services.ledger import close_statement, correct_ledger, last_settleable, set_rate
from annotate.services.machine import add_machine
from annotate.services.qualification import make_test
from commons.models import Channel, Means, NoticeKind, RunState, Scope, User
from commons.presence import say_absence, say_availability, today
from commons.tokens import Lifetime, make_token
from rewards.enums import PolicyState, Purpose, Stage
from rewards.models import Benchmark, CycleStep, Judging, Policy, Track
from rewards.services.folders import run_folder
from rewards.services.judging_request import request_judging, request_served_judging
from rewards.services.pausing import pause_cycle
from rewards.services.served_judge import ServedJudge
from rewards.services.track import create_track
from tests.annotate.golden import gold_of
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext, Scene
from tests.browser.pictures import make_pictures
from tests.browser.test_pages import dataset, look_at
from tests.browser.visits import expect_visits
from tests.browser.work import kept_in
from tests.factories import make_campaign, make_member, make_prompt, make_ranking
from tests.rewards.views.making import (
    COMPARISON,
    in_state,
    make_arena,
    make_contest,
    make_cycle,
    make_policy,
    make_reward_model,
    make_run,
)
from tests.rewards.views.weeks import make_weeks

pytestmark = pytest.mark.browser

# Parts of pages, files and JSON, which no person opens by themselves.
NO_PAGES = {
    "annotate:ahead",
    "annotate:asking",
    "annotate:beside",
    "annotate:dataset_file",
    "annotate:dataset_progress",
    "annotate:next_review",
    "annotate:picture",
    "annotate:review_draft",
    "annotate:talk_progress",
    "annotate:upload_progress",
    "annotate:void_progress",
    "commons:catalogue",
    "commons:language",
    "rewards:comparison_progress",
    "rewards:dashboard_panel",
    "rewards:judgings",
    "rewards:judgings_progress",
    "rewards:leaderboard_csv",
    "rewards:model_card",
    "rewards:models_of_snapshots",
    "rewards:progress",
    "rewards:report",
    "rewards:stations",
    "rewards:step_progress",
}
ARGUMENTS: dict[str, object] = {
    "uuid": UUID(int=1),
    "person": UUID(int=1),
    "older": UUID(int=1),
    "against": UUID(int=1),
    "number": 1,
    "act": "start",
    "benchmark": UUID(int=1),
    "stage": "teaching",
    "kind": "rank",
    "path": "a",
    "token": "a",
    "language": "de",
    "name": "annotators",
    "digest": "a",
    "sha256": "a",
}


def test_whatever_answers_is_to_be_looked_at(db: None) -> None:
    admin = Client()
    admin.force_login(User.objects.create_superuser("root"))

    there = dict(addresses())
    answering = {
        name
        for name, arguments in there.items()
        if admin.get(reverse(name, kwargs=arguments)).status_code != 405
    }

    assert there.keys() >= NO_PAGES
    expect_visits(answering - NO_PAGES | {"annotate:api:docs"})


def addresses() -> Iterator[tuple[str, dict[str, object]]]:
    """Every address of our own but the API's, by its name and what it needs."""
    for space, resolver in spaces():
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern) and pattern.name:
                names = pattern.pattern.converters
                yield f"{space}:{pattern.name}", {name: ARGUMENTS[name] for name in names}


def spaces() -> Iterator[tuple[str, URLResolver]]:
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.namespace in OURS:
            yield resolver.namespace, resolver


FULL = "No space left on the device: 41 GB are needed in artifacts/; free them and retry."
OURS = ("annotate", "commons", "rewards")


def track_of(scene: Scene) -> Track:
    return create_track(name="Everyday", campaigns=[scene.campaign.uuid], by=scene.lead)


def tracks(scene: Scene) -> str:
    """One that has run for weeks, and one that has not begun."""
    make_weeks(scene.campaign, by=scene.lead)
    create_track(name="Law", campaigns=[scene.campaign.uuid], by=scene.lead)
    return reverse("rewards:cycle")


def track(scene: Scene) -> str:
    """Weeks behind it, and a cycle under way."""
    return reverse("rewards:track", args=[make_weeks(scene.campaign, by=scene.lead).uuid])


def held_cycle(scene: Scene) -> str:
    """One that ended with reasons against its policy."""
    found = make_weeks(scene.campaign, by=scene.lead)
    return reverse("rewards:one_cycle", args=[found.uuid, 2])


def failed_track(scene: Scene) -> str:
    """A cycle whose station has failed, and a policy that was compared."""
    found = track_of(scene)
    make_policy(found, comparison=COMPARISON)
    make_cycle(found, stage=Stage.TEACHING, step=RunState.FAILED)
    CycleStep.objects.filter(state=RunState.FAILED).update(error=FULL)
    return reverse("rewards:track", args=[found.uuid])


def one_cycle(scene: Scene) -> str:
    cycle = make_cycle(track_of(scene), stage=Stage.TEACHING, step=RunState.RUNNING)
    return reverse("rewards:one_cycle", args=[cycle.track.uuid, cycle.number])


def step(scene: Scene) -> str:
    """One whose engine was killed, with what it had logged."""
    cycle = make_cycle(track_of(scene), stage=Stage.TEACHING, step=RunState.FAILED)
    run = make_run("train_sft", state=RunState.FAILED, columns={"config": {"learning_rate": 2e-5}})
    CycleStep.objects.filter(state=RunState.FAILED).update(error=FULL, run=run)
    run_folder(run).mkdir(parents=True)
    (run_folder(run) / "engine.log").write_text("step 40 of 120\nOSError: no space left\n")
    return reverse("rewards:step", args=[cycle.track.uuid, cycle.number, Stage.TEACHING])


def of_cycle(name: str, state: RunState) -> Callable[[Scene], str]:
    def address(scene: Scene) -> str:
        cycle = make_cycle(track_of(scene), stage=Stage.TEACHING, step=state)
        return reverse(name, args=[cycle.track.uuid, cycle.number])

    return address


def start_cycle(scene: Scene) -> str:
    return reverse("rewards:start_cycle", args=[track_of(scene).uuid])


def policy(scene: Scene) -> str:
    made = make_policy(track_of(scene), comparison=COMPARISON)
    return reverse("rewards:policy", args=[made.uuid])


def contests(scene: Scene) -> str:
    track = track_of(scene)
    arena = make_arena(track, scene.campaign)
    make_contest(arena, track.policies.get(number=0), make_policy(track))
    return reverse("rewards:contests", args=[track.uuid])


def promotion(scene: Scene) -> str:
    made = make_policy(track_of(scene), comparison=COMPARISON)
    return reverse("rewards:decide", args=[made.uuid, "promote"])


def of_run(name: str, state: RunState) -> Callable[[Scene], str]:
    def address(scene: Scene) -> str:
        run = make_run(state=state, by=scene.lead)
        model = make_reward_model(scene.campaign, run=run, purpose=Purpose.REWARD)
        return reverse(name, args=[model.uuid])

    return address


def retry_benchmark(scene: Scene) -> str:
    model = make_reward_model(scene.campaign, run=make_run(by=scene.lead), purpose=Purpose.REWARD)
    failed = make_run("run_benchmark", state=RunState.FAILED)
    benchmark = Benchmark.objects.create(reward_model=model, name="own", run=failed)
    return reverse("rewards:retry_benchmark", args=[model.uuid, benchmark.uuid])


def train(scene: Scene) -> str:
    make_reward_model(scene.campaign, by=scene.lead)
    return reverse("rewards:train")


def removal(scene: Scene) -> str:
    """Of a dataset that holds what was erased."""
    dataset(scene)
    erase_prompt(prompt=Ranking.objects.get().prompt, by=scene.lead)
    return reverse("annotate:remove_dataset", args=[Snapshot.objects.get().uuid])


def erase_person(scene: Scene) -> str:
    return reverse("annotate:erase_person", args=[scene.ada.uuid])


def of_webhook(name: str) -> Callable[[Scene], str]:
    def address(scene: Scene) -> str:
        made = Channel.objects.create(  # as it is kept: nothing is looked up, or sent
            means=Means.WEBHOOK,
            owner=scene.lead,
            url="https://example.com/laurel",
            kinds=[NoticeKind.CYCLE_HELD],
            made_by=scene.lead,
        )
        return reverse(name, args=[made.uuid])

    return address


def paused_cycle(scene: Scene) -> str:
    cycle = make_cycle(track_of(scene), stage=Stage.TEACHING, step=RunState.RUNNING)
    pause_cycle(cycle=cycle, by=scene.lead)
    return reverse("rewards:resume_cycle", args=[cycle.track.uuid, cycle.number])


def answers(scene: Scene) -> str:
    made = make_policy(track_of(scene), comparison=COMPARISON)
    return reverse("rewards:answers", args=[made.uuid])


def pause_member(scene: Scene) -> str:
    return reverse("annotate:pause_member", args=[scene.campaign.uuid, scene.ada.uuid])


def ledger(scene: Scene) -> str:
    """Where somebody is owed something, and something was corrected."""
    set_rate(
        campaign=scene.campaign,
        terms=Terms("EUR", Decimal("0.35"), Decimal(12)),
        holds_from=date(2020, 1, 6),
        by=scene.lead,
    )
    make_ranking(scene.campaign, scene.ada)
    correct_ledger(
        campaign=scene.campaign,
        person=scene.ada,
        amount=Decimal("-1.25"),
        currency="EUR",
        reason="Agreed by phone.",
        by=scene.lead,
        uuid=uuid4(),
    )
    return reverse("annotate:ledger", args=[scene.campaign.uuid])


def settle(scene: Scene) -> str:
    ledger(scene)
    return reverse("annotate:settle", args=[scene.campaign.uuid])


def statement(scene: Scene) -> str:
    """Of the corrections: this week is not over."""
    ledger(scene)
    until = last_settleable(scene.campaign)
    assert until
    made = close_statement(campaign=scene.campaign, until=until, by=scene.lead)
    return reverse("annotate:statement", args=[made.uuid])


def own_mail(scene: Scene) -> str:
    return reverse("commons:own_mail")


def own_ledger(scene: Scene) -> str:
    make_ranking(scene.campaign, scene.lead)
    return reverse("annotate:own_ledger")


def caps(scene: Scene) -> str:
    make_ranking(scene.campaign, scene.ada)
    set_caps(campaign=scene.campaign, per_day=1, percent=20, by=scene.lead)
    return reverse("annotate:caps", args=[scene.campaign.uuid])


def marked_as_harmful(scene: Scene) -> None:
    words = "People describe *how they were hurt*, in detail."
    limits = {"per_day": 40, "in_a_row": 8}
    set_care(campaign=scene.campaign, skills=[""], words=words, by=scene.lead, **limits)


def care(scene: Scene) -> str:
    """One that was agreed to, and one that was not."""
    marked_as_harmful(scene)
    agree_to_harm(campaign=scene.campaign, version=1, by=scene.lead)
    other = make_campaign(name="Law, autumn", lead=scene.lead)
    add_member(campaign=other, person=scene.lead, role=Role.LEAD, by=None)
    set_care(campaign=other, skills=["crime"], words="Crimes, as courts tell them.", by=scene.lead)
    return reverse("annotate:care")


def campaign_care(scene: Scene) -> str:
    marked_as_harmful(scene)
    return reverse("annotate:campaign_care", args=[scene.campaign.uuid])


def presence(scene: Scene) -> str:
    say_availability(by=scene.lead, hours=20, times="Weekday mornings.")
    say_absence(by=scene.lead, since=today(), until=today(), uuid=uuid4())
    return reverse("commons:presence")


def accesses(scene: Scene) -> str:
    prompt = make_ranking(scene.campaign, scene.ada).prompt
    note_access(
        by=scene.lead,
        taken=Taken.ITEM,
        subject=f"prompt:{prompt.uuid}",
        campaigns=[scene.campaign],
    )
    return reverse("annotate:accesses", args=[scene.campaign.uuid])


def announcements(scene: Scene) -> str:
    said = "The guideline has a **new** example."
    announce(campaign=scene.campaign, text=said, by=scene.lead, uuid=uuid4())
    return reverse("annotate:announcements", args=[scene.campaign.uuid])


def announced(scene: Scene) -> str:
    """A desk with something to read."""
    other = make_member(scene.campaign, Role.LEAD)
    announce(campaign=scene.campaign, text="It has a **new** example.", by=other, uuid=uuid4())
    return reverse("annotate:desk")


def a_test(scene: Scene) -> str:
    """Of a skill, which the lead may look at as whoever takes it."""
    test = make_test(campaign=scene.campaign, skill="law", by=scene.lead)
    gold_of(scene.campaign, purpose=LanePurpose.TEST, qualification=test)
    return reverse("annotate:test", args=[test.uuid])


def revoke_token(scene: Scene) -> str:
    make_token(by=scene.lead, name="Laptop", scopes=[Scope.READ], lifetime=Lifetime.WEEK)
    return reverse("commons:revoke_token", args=[scene.lead.api_tokens.get().uuid])


def a_machine(scene: Scene) -> MachineJudge:
    setup = {"model": "judge-7b", "version": "2", "wording": "Which answer is better?"}
    return add_machine(
        campaign=scene.campaign,
        name="Judge 7B",
        way=MachineWay.PROGRAM,
        share=0.5,
        by=scene.lead,
        setup=setup,
    )


def machines(scene: Scene) -> str:
    """One of each way and state, a reward model that is asked to judge, and a model of a server
    that has, with answers of its own among them."""
    a_machine(scene)
    run = make_run(by=scene.lead)
    model = make_reward_model(scene.campaign, run=run, purpose=Purpose.REWARD)
    request_judging(reward_model=model, campaign=scene.campaign.uuid, by=scene.lead)
    served = ServedJudge("gpu", "org/large")
    request_served_judging(judge=served, campaign=scene.campaign.uuid, by=scene.lead)
    done = {**in_state(RunState.DONE), "done": 40, "total": 40, "silent": 2, "own_answers": 12}
    Judging.objects.filter(server="gpu").update(**done)
    return reverse("annotate:machines", args=[scene.campaign.uuid])


def of_machine(name: str) -> Callable[[Scene], str]:
    return lambda scene: reverse(name, args=[a_machine(scene).uuid])


def let_judge(scene: Scene) -> str:
    make_reward_model(scene.campaign, run=make_run(by=scene.lead), purpose=Purpose.REWARD)
    return reverse("rewards:judge", args=[scene.campaign.uuid])


def cancel_judging(scene: Scene) -> str:
    machines(scene)
    return reverse("rewards:cancel_judging", args=[Judging.objects.get(server="").uuid])


def let_server_judge(scene: Scene) -> str:
    return reverse("rewards:judge_by_server", args=[scene.campaign.uuid])


@pytest.fixture(autouse=True)
def a_named_server(settings: Settings) -> None:
    settings.GENERATORS = {"gpu": "https://gpu.example.org/v1"}


PAGES: dict[str, Callable[[Scene], str]] = {
    "tracks": tracks,
    "track": track,
    "failed-track": failed_track,
    "held-cycle": held_cycle,
    "one-cycle": one_cycle,
    "step": step,
    "new-track": lambda scene: reverse("rewards:new_track"),
    "start-cycle": start_cycle,
    "handbook": lambda scene: reverse("annotate:handbook"),
    "handbook-page": lambda scene: reverse("annotate:handbook_page", args=["cycle"]),
    "retry-cycle": of_cycle("rewards:retry_cycle", RunState.FAILED),
    "skip-step": of_cycle("rewards:skip_step", RunState.FAILED),
    "cancel-cycle": of_cycle("rewards:cancel_cycle", RunState.RUNNING),
    "policy": policy,
    "contests": contests,
    "own-votes": lambda scene: reverse("rewards:own_votes"),
    "promotion": promotion,
    "train": train,
    "retry-run": of_run("rewards:retry_run", RunState.FAILED),
    "retry-benchmark": retry_benchmark,
    "cancel-run": of_run("rewards:cancel_run", RunState.RUNNING),
    "remove-files": removal,
    "revoke-token": revoke_token,
    "pause-cycle": of_cycle("rewards:pause_cycle", RunState.RUNNING),
    "resume-cycle": paused_cycle,
    "answers": answers,
    "pause-member": pause_member,
    "test": a_test,
    "ledger": ledger,
    "settle": settle,
    "statement": statement,
    "own-ledger": own_ledger,
    "own-mail": own_mail,
    "limits": caps,
    "care": care,
    "campaign-care": campaign_care,
    "presence": presence,
    "accesses": accesses,
    "announcements": announcements,
    "announced": announced,
    "machines": machines,
    "machine": of_machine("annotate:machine"),
    "end-machine": of_machine("annotate:end_machine"),
    "let-judge": let_judge,
    "let-server-judge": let_server_judge,
    "cancel-judging": cancel_judging,
    "renew-webhook": of_webhook("annotate:renew_webhook"),
    "remove-webhook": of_webhook("annotate:remove_webhook"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(scene: Scene, open_context: OpenContext, name: str) -> None:
    page = open_context(scene.lead).new_page()
    look_at(page, PAGES[name](scene))
    make_pictures(page, name)

    found = seen_in_windows(page)

    assert found == {how: [] for how in found}


def test_what_servers_are_to_serve_is_for_everybody(
    scene: Scene, open_context: OpenContext, settings: Settings
) -> None:
    """The command of the policy in service, and the warning of files of a former one."""
    settings.GENERATORS = {"gpu": "https://gpu.example.org/v1"}
    track = track_of(scene)
    old = f"runs/{uuid4()}/model"
    Policy.objects.create(track=track, number=1, state=PolicyState.RETIRED, folder=old)
    mix = [
        {"who": "promoted", "server": "gpu"},
        {"who": "server", "server": "gpu", "model": f"/shared/laurel/{old}"},
    ]
    Track.objects.filter(pk=track.pk).update(knobs={"answering": {"mix": mix}})
    page = open_context(scene.lead).new_page()
    look_at(page, reverse("rewards:track", args=[track.uuid]))
    make_pictures(page, "serving")

    found = seen_in_windows(page)

    assert page.get_by_role("region", name="Command").is_visible()
    assert found == {how: [] for how in found}


def test_the_page_that_erases_a_person_is_for_everybody(
    scene: Scene, open_context: OpenContext
) -> None:
    root = User.objects.create_superuser("root")
    page = open_context(root).new_page()
    look_at(page, erase_person(scene))
    make_pictures(page, "erase-person")

    found = seen_in_windows(page)

    assert found == {how: [] for how in found}


def test_a_conversation_is_tried_by_keyboard_and_leaves_nothing(
    scene: Scene, open_context: OpenContext
) -> None:
    CampaignWork.objects.create(campaign=scene.campaign, kind=Kind.TALK, answers=2, turns=2)
    make_prompt(scene.campaign, text="What is a stent?", answers=["A tube.", "A tent.", "c", "d"])
    page = open_context(scene.lead).new_page()
    look_at(page, reverse("annotate:try_talk", args=[scene.campaign.uuid]))
    found = {"begin": seen_in_windows(page)}
    make_pictures(page, "setup-try-talk")

    expect(page.get_by_label("What do you say first?")).to_be_focused()
    page.keyboard.type("What is a shunt?")
    page.keyboard.press("Control+Enter")
    page.locator("form[data-ready]").wait_for()
    expect(page.get_by_text("In a try-out no model is asked.")).to_be_visible()
    found["judge"] = seen_in_windows(page)
    make_pictures(page, "setup-try-talk-judge")
    judge(page)
    expect(page.get_by_role("heading", name="Nothing was kept: this is a try-out")).to_be_visible()
    found["choose"] = seen_in_windows(page)
    make_pictures(page, "setup-try-talk-choose")
    expect(page.get_by_label("What do you say next?")).to_be_focused()
    page.keyboard.type("And a stoma?")
    page.keyboard.press("Control+Enter")
    page.locator("form[data-ready]").wait_for()
    expect(page.locator("#prompt")).to_contain_text("And a stoma?")
    judge(page)

    expect(page.get_by_text("the last that this campaign asks for")).to_be_visible()
    assert found == {stage: {how: [] for how in seen} for stage, seen in found.items()}
    assert kept_in(page) == []
    assert not scene.lead.conversations.exists()


def judge(page: Page) -> None:
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
