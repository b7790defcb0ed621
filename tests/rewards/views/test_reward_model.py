"""Reward models: the list, the live page, the report card, asking, retrying, cancelling."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from commons.models import RunState, WorkerHeartbeat
from commons.runs import SILENCE
from rewards.deaths import words_for
from rewards.enums import Purpose, Stage
from rewards.models import Benchmark, CycleStep, EngineRun, Evaluation, Metric, RewardModel
from rewards.services.folders import run_folder
from rewards.services.reward_model import conclude_report_card
from tests.german import speak_german
from tests.rewards.views.conftest import ANY_LEAD, ONLY_ITS_LEADS, Cast, words
from tests.rewards.views.full_card import full_card
from tests.rewards.views.making import (
    CARD,
    make_card,
    make_comparison,
    make_cycle,
    make_reward_model,
    make_run,
)

LIST = reverse("rewards:reward_models")


def page_of(model: RewardModel, name: str = "reward_model") -> str:
    return reverse(f"rewards:{name}", args=[model.uuid])


def test_the_list_is_for_leads(cast: Cast):
    assert cast.statuses(LIST) == ANY_LEAD
    assert Client().get(LIST).status_code == 302


@pytest.mark.parametrize("name", ["reward_model", "progress"])
def test_a_track_s_model_is_there_for_the_leads_of_the_track(cast: Cast, name: str):
    model = make_reward_model(cast.campaign, track=cast.track, card=CARD)

    assert cast.statuses(page_of(model, name)) == ONLY_ITS_LEADS


def test_a_model_of_no_track_is_its_requester_s_alone(cast: Cast):
    model = make_reward_model(cast.campaign, by=cast.stranger, card=CARD)

    assert cast.statuses(page_of(model)) == {**ONLY_ITS_LEADS, "lead": 404, "stranger": 200}


def test_the_list_shows_accuracy_with_its_interval_beside_the_longer_answer(cast: Cast):
    make_reward_model(cast.campaign, track=cast.track, card=CARD)
    make_reward_model(cast.campaign, by=cast.stranger, card={"accuracy": {"value": 0.999}})

    said = words(cast.client(cast.lead).get(LIST))

    assert "Done 64.0 % 58.0 to 70.0 % 55.0 %" in said
    assert "99.9" not in said


def test_the_list_says_not_defined_and_never_zero(cast: Cast):
    make_reward_model(cast.campaign, track=cast.track, card={"pairs": 0, "accuracy": None})

    said = words(cast.client(cast.lead).get(LIST))

    assert "Done not defined not defined not defined" in said


def test_the_list_takes_as_many_queries_for_three_models_as_for_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    client = cast.client(cast.lead)
    for _ in range(2):
        make_reward_model(cast.campaign, track=cast.track, card=CARD)
        with django_assert_num_queries(10):
            client.get(LIST)
        make_reward_model(cast.campaign, track=cast.track)


def test_an_empty_list_says_what_to_do(cast: Cast):
    assert "No reward model yet" in words(cast.client(cast.lead).get(LIST))


def running_model(cast: Cast, **columns: object) -> RewardModel:
    far: dict[str, object] = {"says": "training", "done": 10, "total": 40}
    run = make_run(state=RunState.RUNNING, columns=far | columns)
    return make_reward_model(cast.campaign, track=cast.track, run=run)


def test_a_running_model_shows_how_far_it_is_and_draws_its_loss(cast: Cast):
    model = running_model(cast)
    for step, loss in ((9, 0.7), (10, 0.65)):
        Metric.objects.create(run=model.run, step=step, values={"loss": loss})

    page = cast.client(cast.lead).get(page_of(model))

    assert "training, 10 of 40" in words(page)
    assert 'hx-trigger="every 2s"' in page.content.decode()
    assert "0.650 at step 10" in words(page)
    assert 'points="0.00,0.00 100.00,100.00"' in page.content.decode()
    assert "9 0.7000 10 0.6500" in words(page)


def test_progress_is_silent_while_nothing_changes(cast: Cast):
    model, client = running_model(cast), cast.client(cast.lead)
    html = client.get(page_of(model)).content.decode()
    asks = html.partition('hx-get="')[2].partition('"')[0]

    same = client.get(asks)
    EngineRun.objects.filter(pk=model.run.pk).update(done=11)
    changed = client.get(asks)

    assert same.status_code == 204
    assert "11 of 40" in words(changed)


def test_progress_loads_the_page_anew_once_all_has_ended(cast: Cast):
    model = make_reward_model(cast.campaign, track=cast.track, card=CARD)

    answer = cast.client(cast.lead).get(page_of(model, "progress"))

    assert answer.headers["HX-Refresh"] == "true"
    assert "every 2s" not in cast.client(cast.lead).get(page_of(model)).content.decode()


def test_a_run_whose_worker_died_is_said_to_be_taken_up_again(cast: Cast):
    model = running_model(cast, heartbeat_at=timezone.now() - SILENCE - timedelta(seconds=1))

    assert "No sign of life since" in words(cast.client(cast.lead).get(page_of(model)))


def test_a_waiting_model_says_when_no_worker_is_there_to_take_it(cast: Cast):
    run = make_run(state=RunState.REQUESTED)
    model, client = (
        make_reward_model(cast.campaign, track=cast.track, run=run),
        cast.client(cast.lead),
    )
    before = words(client.get(page_of(model)))
    now = timezone.now()
    WorkerHeartbeat.objects.create(
        name="train@here", queues="train", host="here", pid=1, started_at=now, seen_at=now
    )

    after = words(client.get(page_of(model)))

    assert "No train worker has said lately that it is alive" in before
    assert "No train worker" not in after


def test_a_model_being_measured_keeps_its_page_alive(cast: Cast):
    model = make_reward_model(cast.campaign, track=cast.track)
    make_card(
        model, make_run("evaluate_reward", state=RunState.RUNNING, columns={"done": 3, "total": 9})
    )

    page = cast.client(cast.lead).get(page_of(model))

    assert "Writing its report card" in words(page)
    assert "3 of 9" in words(page)


def test_the_report_card_tells_every_number(cast: Cast):
    model = make_reward_model(cast.campaign, track=cast.track, card=CARD)

    said = words(cast.client(cast.lead).get(page_of(model)))

    assert "This reward model 64.0 % 58.0 to 70.0 %" in said
    assert "Prefer the longer answer 55.0 % 49.0 to 61.0 %" in said
    assert "+9.0 points Between +2.0 and +16.0" in said
    assert "Slightly better 57.0 % 49.0 to 65.0 % 140" in said
    assert "Pairs 240" in said
    assert "from 60 held-out prompts" in said
    assert "Ties 12" in said
    assert "Nothing speaks against it" in said


def test_the_report_card_says_in_words_what_the_numbers_do_not_allow(cast: Cast):
    model = make_reward_model(cast.campaign, track=cast.track, card={**CARD, "pairs": 20})

    said = words(cast.client(cast.lead).get(page_of(model)))

    assert "the reward model was measured on 20 held-out pairs; 200 are needed" in said


def test_refusals_and_deaths_are_german_on_german_pages(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    speak_german(
        monkeypatch,
        {
            "the reward model was measured on %(count)s held-out pairs; %(needed)s are needed": (
                "an %(count)s Paaren gemessen; nötig sind %(needed)s"
            ),
            "the engine ran out of memory. %(remedy)s": "der Speicher ging aus. %(remedy)s",
            "Stop what else runs on this machine, or take a larger one; then retry: it goes on "
            "from its last checkpoint.": "Weniger verlangen.",
        },
    )
    measured = make_reward_model(cast.campaign, track=cast.track, card={**CARD, "pairs": 20})
    conclude_report_card(evaluation=measured.evaluations.get())
    died = make_run(
        state=RunState.FAILED, columns={"error": words_for(1, "torch.OutOfMemoryError: …")}
    )
    dead = make_reward_model(cast.campaign, track=cast.track, run=died)
    client = cast.client(cast.lead)

    def shown(model: RewardModel) -> str:
        return words(client.get(page_of(model), headers={"accept-language": "de"}))

    assert "an 20 Paaren gemessen; nötig sind 200" in shown(measured)
    assert "der Speicher ging aus. Weniger verlangen." in shown(dead)
    EngineRun.objects.filter(pk=died.pk).update(error="as it was kept")
    Evaluation.objects.filter(reward_model=measured).update(refusals=["kept before"])
    assert "as it was kept" in shown(dead)
    assert "kept before" in shown(measured)


def test_the_report_card_says_why_a_number_is_not_defined(cast: Cast):
    nothing = {"pairs": 0, "prompts": 0, "ties": 3, "accuracy": None, "longer": None}
    model = make_reward_model(cast.campaign, track=cast.track, card=nothing)

    said = words(cast.client(cast.lead).get(page_of(model)))

    assert "This reward model not defined not defined" in said
    assert "Not defined: it takes held-out pairs of at least two prompts." in said
    assert "0.0 %" not in said


def test_the_pairs_it_gets_most_wrong_are_rendered_to_be_read(cast: Cast):
    model = make_reward_model(cast.campaign, track=cast.track, card=CARD)

    html = cast.client(cast.lead).get(page_of(model)).content.decode()

    assert "What is <strong>two</strong> plus two?" in html
    assert "It is <em>four</em>." in html
    assert "wrong by 3.21" in html


def test_the_card_begins_with_a_verdict_that_a_newcomer_understands(cast: Cast):
    model = make_reward_model(cast.campaign, track=cast.track, card=CARD)

    said = words(cast.client(cast.lead).get(page_of(model)))

    assert "It is better than preferring the longer answer." in said
    assert (
        "Of 100 pairs that it never saw, it agrees with people on about 64 (58 to 70). Somebody "
        "who only prefers the longer answer agrees on 55. How good a person is at it is not known"
    ) in said


def test_every_section_of_a_full_card_is_there(cast: Cast):
    result = full_card()
    model = make_reward_model(cast.campaign, track=cast.track, card=result)

    page = cast.client(cast.lead).get(page_of(model))

    said, html = words(page), page.content.decode()
    for title in (
        "Count words",
        "answers of equal length",
        "A person, against the others",
        "had it kept what it drops",
        "Best of K",
        "Kendall",
        "By which answer is the better one",
        "it never heard them",
        "Calibration error (ECE)",
        "Score against length",
        "Texts that win by being themselves",
        "fools the model I am the best answer of all.",
        "the reward model prefers one text whatever was asked: “I am the best answer of all.”",
    ):
        assert title in said, title
    assert html.count("<svg") == html.count("</svg>")
    assert html.count('role="img"') == 2


@pytest.mark.parametrize(
    ("changed", "words_of_it"),
    [
        ({"ceiling_basis": "drawn"}, "Of the votes that chance alone asked for, each weighted"),
        ({"ceiling_basis": "all"}, "Of all votes; it is not known which were drawn by chance."),
        ({"ceiling": None, "ceiling_basis": "not_drawn"}, "and not by chance alone."),
        ({"ceiling": None, "ceiling_basis": "alone"}, "no two items were judged by several"),
    ],
)
def test_the_card_says_of_which_votes_its_ceiling_is_or_why_there_is_none(
    cast: Cast, changed: dict[str, object], words_of_it: str
):
    model = make_reward_model(cast.campaign, track=cast.track, card=full_card(**changed))

    assert words_of_it in words(cast.client(cast.lead).get(page_of(model)))


def test_what_is_only_to_be_kept_in_mind_is_no_reason_against_it(cast: Cast):
    behind = {"advantage": {"value": 0.0, "low": -0.04, "high": 0.04}}
    card = {**CARD, "bag_of_words": behind}
    model = make_reward_model(cast.campaign, track=cast.track, card=card)

    said = words(cast.client(cast.lead).get(page_of(model)))

    assert "Nothing speaks against it" in said
    assert "Keep in mind it is not shown to be better than counting words" in said


def test_another_trained_model_of_the_track_can_be_laid_beside_it(cast: Cast):
    model = make_reward_model(cast.campaign, track=cast.track, card=CARD)
    alone = words(cast.client(cast.lead).get(page_of(model)))
    other = make_reward_model(cast.campaign, track=cast.track)
    make_comparison(model, other)
    hidden = make_reward_model(cast.campaign, by=cast.stranger)

    html = cast.client(cast.lead).get(page_of(model)).content.decode()

    assert "There is no other trained model" in alone
    assert f'<option value="{other.uuid}">' in html
    assert reverse("rewards:reward_comparison", args=[model.uuid, other.uuid]) in html
    assert str(hidden.uuid) not in html


def test_benchmarks_stand_with_their_numbers_and_their_revision(cast: Cast):
    model = make_reward_model(cast.campaign, track=cast.track, card=CARD)
    number = {"value": 0.75, "low": 0.7, "high": 0.8, "items": 9}
    numbers = {"score": number, "Chat": {**number, "low": None, "high": None}}
    run = make_run(
        "run_benchmark",
        result={"headline": "score", "numbers": numbers, "revision": "c0ffee", "prompts": 9},
    )
    Benchmark.objects.create(reward_model=model, name="reward-bench", run=run)
    Benchmark.objects.create(reward_model=model, name="own", run=make_run(state=RunState.REQUESTED))

    said = words(cast.client(cast.lead).get(page_of(model)))

    assert "RewardBench: 75.0 %" in said
    assert "9 prompts; 0 answers were longer" in said
    assert "c0ffee" in said
    assert "Chat 75.0 % not defined" in said
    assert "A folder of your own" not in said


@pytest.mark.parametrize(
    ("stage", "says"),
    [
        (Stage.STOPPING, "Its report card is written together with that of the reward model."),
        (Stage.DECIDING, "No report card was written of it, so how good it is is not known."),
    ],
)
def test_a_judge_without_a_card_says_so(cast: Cast, stage: Stage, says: str):
    judge = make_reward_model(cast.campaign, track=cast.track, purpose=Purpose.JUDGE)
    cycle = make_cycle(cast.track, stage=stage)
    CycleStep.objects.filter(cycle=cycle, stage=Stage.APPOINTING).update(run=judge.run)

    assert says in words(cast.client(cast.lead).get(page_of(judge)))


def test_a_judge_with_a_card_shows_it_like_any_other(cast: Cast):
    judge = make_reward_model(cast.campaign, track=cast.track, card=CARD, purpose=Purpose.JUDGE)

    said = words(cast.client(cast.lead).get(page_of(judge)))

    assert "agrees with people on about 64 (58 to 70)" in said
    assert "report card was written of it" not in said


def test_markup_in_an_answer_stays_text(cast: Cast):
    pair = {"prompt": [], "chosen": "<script>alert(1)</script>", "rejected": "r", "gap": 1.0}
    model = make_reward_model(cast.campaign, track=cast.track, card={**CARD, "worst": [pair]})

    html = cast.client(cast.lead).get(page_of(model)).content.decode()

    assert "<script>alert" not in html


def test_the_page_shows_the_settings_and_the_end_of_the_log(
    cast: Cast, tmp_path: Path, settings: Settings
):
    settings.ARTIFACTS = tmp_path
    run = make_run(columns={"config": {"base": f"{tmp_path}/models/base", "epochs": 1.0}})
    model = make_reward_model(cast.campaign, track=cast.track, run=run)
    run_folder(run).mkdir(parents=True)
    (run_folder(run) / "engine.log").write_text("".join(f"line {n}.\n" for n in range(60)))

    said = words(cast.client(cast.lead).get(page_of(model)))

    assert "base models/base epochs 1.0" in said
    assert "line 20. line 21." in said
    assert "line 19." not in said


def nothing_at(card: dict[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    """The same card again and again, each time without one of its numbers with an interval, or of
    its parts that have some."""
    for name, whole in card.items():
        if not isinstance(whole, dict) or name == "model":
            continue
        yield name, {**card, name: None}
        for part in [part for part in whole if isinstance(whole[part], dict)]:
            yield f"{name}.{part}", {**card, name: {**whole, part: None}}


def test_whatever_is_not_defined_is_said_to_be_so_and_the_page_is_there(cast: Cast):
    model = make_reward_model(cast.campaign, track=cast.track, card=full_card())
    run, client = model.evaluations.get().run, cast.client(cast.lead)
    broken = {}
    for name, card in nothing_at(full_card()):
        EngineRun.objects.filter(pk=run.pk).update(result=card)
        try:
            client.get(page_of(model))
        except Exception as why:  # noqa: BLE001  # all of them are to be named
            broken[name] = repr(why)

    assert broken == {}


def test_a_model_without_a_temperature_says_when_there_is_none(cast: Cast):
    card = full_card()
    assert isinstance(card["calibration"], dict)
    card["calibration"]["scaled"] = None
    model = make_reward_model(cast.campaign, track=cast.track, card=card)

    said = words(cast.client(cast.lead).get(page_of(model)))

    assert "No temperature is defined: it is right on every pair, or no better than a coin." in said
    assert "not defined not defined" in said
