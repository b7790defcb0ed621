"""Every hostile text where leads look and decide, and where people read of themselves.

What a file would bring, checks and training, announcements, a try-out, what is stored about one, a
row of a dataset; what policies said, the pairs that a reward model gets most wrong, the arena.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import orjson
import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind, LanePurpose
from annotate.models import Announcement, Campaign, Gold, Ranking, Snapshot, Task
from annotate.services.announcement import announce
from annotate.services.campaign import Work
from annotate.services.gold import set_gold_rules
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.task import open_tasks
from annotate.services.upload import receive_upload
from commons.models import RunState
from rewards.models import Arena, EngineRun, Track
from rewards.services.track import create_track
from tests.annotate.golden import gold_of
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.harm import (
    NAME,
    PATIENCE,
    OpenReader,
    all_of,
    assert_drawn_as_text,
    bundles,
    in_four,
    in_groups,
    look,
    readers,
    staged,
    storable,
)
from tests.browser.test_pages import dataset
from tests.browser.test_rank import open_board
from tests.factories import make_campaign, make_candidate, make_prompt
from tests.hostile import SHORT
from tests.rewards.views.making import (
    BESIDE,
    CARD,
    COMPARISON,
    make_arena,
    make_comparison,
    make_contest,
    make_policy,
    make_reward_model,
    make_run,
)

pytestmark = pytest.mark.browser

LABEL = "<img src=x onerror=alert(1)>"
TEXTS = [text for text in map(storable, SHORT.values()) if text.strip()]
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # rows with one are refused
SAMPLES, SAMPLE = 5, 2_000  # prompts of a file that its page shows, and characters of each
REFUSED = 100  # rows of a file that its page names
STORED = 20  # judgements on the page of what is stored: 200 texts


@pytest.fixture(autouse=True)
def _artifacts_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.ARTIFACTS = tmp_path


@pytest.fixture
def open_reader(open_context: OpenContext, watch: Watch, live_server: LiveServer) -> OpenReader:
    return readers(open_context, watch, live_server.url)


@pytest.fixture
def harm(scene: Scene) -> Scene:
    campaign = make_campaign(lead=scene.lead, name=NAME)
    return staged(campaign, scene, list(SHORT.values()), in_four())


def test_nothing_hostile_does_anything_in_what_a_file_would_bring(
    harm: Scene, open_reader: OpenReader
) -> None:
    page = open_reader(harm.lead)

    for rows in files():
        made = receive_upload(
            campaign=harm.campaign,
            name=f"{LABEL}.jsonl",
            chunks=[orjson.dumps(row) + b"\n" for row in rows],
            by=harm.lead,
        )
        prompts = sum(len(row) == 1 for row in rows)
        look(page, reverse("annotate:uploaded", args=[made.uuid]), prompts)
        expect(page.locator(".refused li")).to_have_count(len(rows) - prompts)
    assert len(TEXTS) >= 150


def files() -> Iterator[list[dict[str, object]]]:
    """Each text is in a prompt that is shown, and names a field that is refused."""
    shown_and_refused: Iterator[tuple[Sequence[str], Sequence[str]]] = zip_longest(
        in_groups([CONTROL.sub("\ufffd", text) for text in bundles(SAMPLE)], SAMPLES),
        in_groups(TEXTS, REFUSED),
        fillvalue=[],
    )
    for prompts, fields in shown_and_refused:
        shown: list[dict[str, object]] = [{"prompt": text} for text in prompts]
        yield shown + [{"prompt": "a", each: 1} for each in fields]


def test_nothing_hostile_does_anything_where_policies_are_compared(
    harm: Scene, open_reader: OpenReader
) -> None:
    """What they said, pair by pair; the pairs that models get most wrong; names and reasons."""
    page = open_reader(harm.lead)
    track = create_track(name=NAME, campaigns=[harm.campaign.uuid], by=harm.lead)
    said = COMPARISON | {"samples": [sample(text) for text in TEXTS]}
    policy = make_policy(track, comparison=said)
    pairs = [pair(text) for text in bundles(SAMPLE)]
    model = make_reward_model(harm.campaign, track=track, card=CARD | {"worst": pairs})
    other = make_reward_model(harm.campaign, track=track)
    beside = make_run("compare_rewards", result=BESIDE | {"gained": pairs, "lost": pairs})
    make_comparison(model, other, beside)

    look(page, reverse("rewards:answers", args=[policy.uuid]), 3 * len(TEXTS))
    look(page, reverse("rewards:reward_model", args=[model.uuid]), 3 * len(pairs))
    compared = reverse("rewards:reward_comparison", args=[model.uuid, other.uuid])
    look(page, compared, 6 * len(pairs))
    look(page, reverse("rewards:policy", args=[policy.uuid]), 0)
    look(page, reverse("rewards:track", args=[track.uuid]), 0)


def sample(text: str) -> dict[str, object]:
    """What the new policy said; a hundred and more of them are on one page."""
    prompt = [{"role": "user", "content": LABEL}]
    scores = {"policy_score": 1.5, "against_score": -0.5}
    return {"prompt": prompt, "policy": text, "against": LABEL, **scores}


def pair(text: str) -> dict[str, object]:
    prompt = [{"role": "user", "content": text}]
    return {"prompt": prompt, "chosen": text, "rejected": text, "gap": 1.5, "their_gap": -0.5}


def test_nothing_hostile_does_anything_in_an_arena(scene: Scene, open_reader: OpenReader) -> None:
    """Where people vote, and on the pages that tell what came of it."""
    campaign = make_campaign(lead=scene.lead, name=NAME, works=[Work(Kind.RANK, answers=2)])
    voting = staged(campaign, scene, ["Which?"], [all_of("links", "markup"), all_of("")])
    track = create_track(name=NAME, campaigns=[campaign.uuid], by=scene.lead)
    stopped_with(make_arena(track, campaign), track, all_of(""))

    votes = open_reader(voting.ada)
    turn = voting.hand(Kind.RANK)
    open_board(votes, turn)
    assert_drawn_as_text(votes, 3)
    votes.keyboard.press("2")
    votes.keyboard.press("Control+Enter")
    votes.locator("html[data-awake]").wait_for(state="attached")
    expect(votes).not_to_have_url(re.compile(str(turn.uuid)))
    assert Ranking.objects.filter(assignment=turn).exists()

    page = open_reader(scene.lead)
    named_by_themselves(scene, campaign)
    for name in ("arena", "leaderboard", "start_arena", "stop_arena"):
        look(page, reverse(f"rewards:{name}", args=[track.uuid]), 0)
    expect(page.locator("main")).to_contain_text(NAME)


def stopped_with(arena: Arena, track: Track, why: str) -> None:
    """It could draw nothing lately, and the engine failed: both say so in these words."""
    Arena.objects.filter(pk=arena.pk).update(refusal=why)
    contest = make_contest(arena, track.policies.get(), make_policy(track))
    run = make_run("generate", state=RunState.FAILED)
    EngineRun.objects.filter(pk=run.pk).update(error=why)
    type(contest).objects.filter(pk=contest.pk).update(run=run)


def named_by_themselves(scene: Scene, campaign: Campaign) -> None:
    """Models of other servers, which call themselves whatever they like, have met."""
    first = make_prompt(campaign, text="First?")
    for text in TEXTS[:2]:
        candidate = make_candidate(first, text)
        type(candidate).objects.filter(pk=candidate.pk).update(source=f"server:{text[:80]}")
    open_tasks(campaign=campaign)
    turn = Scene(campaign, scene.lead, scene.ada).hand(Kind.RANK)
    submit_ranking(assignment=turn, answer=in_order(turn.task), by=scene.ada)


def in_order(task: Task) -> RankingAnswer:
    return RankingAnswer(tiers=[[each] for each in task.offered])


def test_nothing_hostile_does_anything_in_a_row_of_a_dataset(
    harm: Scene, open_reader: OpenReader, watch: Watch
) -> None:
    """What is looked up comes back in its field, whatever it is."""
    page = open_reader(harm.lead)
    turn = harm.hand(Kind.RANK)
    submit_ranking(assignment=turn, answer=in_order(turn.task), by=harm.ada)
    dataset(harm)
    address = reverse("annotate:trace", args=[Snapshot.objects.get().uuid])

    row = Ranking.objects.filter(assignment=turn).get()
    look(page, f"{address}?{urlencode({'id': str(row.uuid)})}", 0)
    expect(page.get_by_text(NAME)).to_be_visible()
    for text in in_four():
        with watch.expecting("422"):
            look(page, f"{address}?{urlencode({'id': text})}", 0)
        assert "alert(1)" in page.get_by_label("Id of a row").input_value()


def test_nothing_hostile_does_anything_in_checks_and_training(
    harm: Scene, open_reader: OpenReader
) -> None:
    """All texts are in an item that trains; every third is the question of one that checks."""
    page = open_reader(harm.lead)
    task = Task.objects.get(campaign=harm.campaign, kind=Kind.RANK)
    look(page, reverse("annotate:make_gold", args=[task.uuid]), len(TEXTS))
    set_gold_rules(campaign=harm.campaign, by=harm.lead, training_items=1)
    why = all_of("")
    trains = gold_of(harm.campaign, purpose=LanePurpose.PRACTICE, task=task, explanation=why)
    look(page, reverse("annotate:item", args=[trains.task.uuid]), 1)

    turn = harm.hand(Kind.RANK)
    submit_ranking(assignment=turn, answer=in_order(turn.task), by=harm.ada)
    adas = open_reader(harm.ada)
    look(adas, reverse("annotate:told", args=[turn.uuid]), len(TEXTS))
    look(adas, reverse("annotate:desk"), 0)

    for text in TEXTS[::3]:
        asked_of = make_prompt(harm.campaign, text=text, answers=["a", "b", "c", "d"])
        gold_of(harm.campaign, task=asked_of.tasks.get(kind=Kind.RANK), by=harm.lead)
    golds = reverse("annotate:golds", args=[harm.campaign.uuid])
    for number in range(1, 1 + -(-Gold.objects.count() // 50)):
        look(page, f"{golds}?page={number}", 0)
        expect(page.locator("main th[scope=row] > a").first).to_be_visible()


def test_nothing_hostile_does_anything_in_what_a_lead_announces(
    harm: Scene, open_reader: OpenReader
) -> None:
    for text in bundles(5_000):
        announce(campaign=harm.campaign, text=text, by=harm.lead, uuid=uuid4())
    said = Announcement.objects.count()

    look(open_reader(harm.ada), reverse("annotate:desk"), said)
    look(open_reader(harm.lead), reverse("annotate:announcements", args=[harm.campaign.uuid]), said)


def test_nothing_hostile_does_anything_in_what_is_stored_about_one(
    scene: Scene, open_reader: OpenReader
) -> None:
    """Nine answers and a question for each ranking: as many as the page tells of."""
    campaign = make_campaign(lead=scene.lead, name=NAME, works=[Work(Kind.RANK, answers=9)])
    ranking = Scene(campaign, scene.lead, scene.ada)
    staged(campaign, scene, ["Which?"], ["a"])
    judged = [several for several in in_groups(TEXTS, 10) if len(several) == 10][:STORED]
    for question, *answers in judged:
        make_prompt(campaign, text=question, answers=answers)
        turn = ranking.hand(Kind.RANK)
        submit_ranking(assignment=turn, answer=in_order(turn.task), by=scene.ada)
    page = open_reader(scene.ada)

    look(page, reverse("annotate:stored"), 0)

    expect(page.locator("main ol > li")).to_have_count(9 * len(judged))


def test_nothing_hostile_does_anything_where_a_lead_tries_it_out(
    harm: Scene, open_reader: OpenReader
) -> None:
    page = open_reader(harm.lead)
    rank, write = (
        reverse("annotate:try_out", args=[harm.campaign.uuid, kind])
        for kind in (Kind.RANK, Kind.DEMONSTRATE)
    )

    page.goto(rank)
    page.locator("form[data-ready]").wait_for()
    assert_drawn_as_text(page, len(TEXTS) + 4)
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    expect(page.locator("pre")).to_contain_text("tiers")
    assert_drawn_as_text(page, 0)

    page.goto(write)
    page.locator("form[data-ready]").wait_for()
    page.get_by_label("Your answer").fill(all_of(""), timeout=PATIENCE)
    expect(page.locator("#preview")).to_contain_text("alert(1)")
    expect(page.locator("#preview .htmx-added")).to_have_count(0)
    assert_drawn_as_text(page, len(TEXTS) + 1)
    page.keyboard.press("Control+Enter")
    expect(page.locator("pre")).to_contain_text("alert(1)")
    assert_drawn_as_text(page, 0)
