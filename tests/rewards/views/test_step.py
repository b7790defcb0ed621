"""A step's page: its log, what it was told, what it left; live while it runs."""

import pytest
from django.urls import reverse

from commons.models import RunState
from rewards.enums import Stage
from rewards.models import Cycle, CycleStep, EngineRun
from rewards.services.folders import run_folder
from tests.rewards.views.conftest import ONLY_ITS_LEADS, Cast, words
from tests.rewards.views.making import make_cycle, make_run


def page_of(cycle: Cycle, stage: str = Stage.TEACHING, name: str = "step") -> str:
    return reverse(f"rewards:{name}", args=[cycle.track.uuid, cycle.number, stage])


def with_run(cycle: Cycle, state: RunState) -> EngineRun:
    """The engine run of the cycle's newest step, whose log has begun."""
    run = make_run("train_sft", state=state, columns={"config": {"learning_rate": 2e-05}})
    CycleStep.objects.filter(cycle=cycle, stage=Stage.TEACHING).update(run=run)
    run_folder(run).mkdir(parents=True)
    (run_folder(run) / "engine.log").write_text("step 40 of 120\n")
    return run


def test_a_step_is_there_for_the_leads_of_its_track(cast: Cast) -> None:
    cycle = make_cycle(cast.track, stage=Stage.TEACHING, step=RunState.RUNNING)

    assert cast.statuses(page_of(cycle)) == ONLY_ITS_LEADS
    assert cast.statuses(page_of(cycle, name="step_progress")) == ONLY_ITS_LEADS
    assert cast.client(cast.lead).get(page_of(cycle, Stage.DECIDING)).status_code == 404
    assert cast.client(cast.lead).get(page_of(cycle, "dancing")).status_code == 404


def test_a_failed_step_tells_its_error_its_log_its_settings_and_its_files(cast: Cast) -> None:
    cycle = make_cycle(cast.track, stage=Stage.TEACHING, step=RunState.FAILED)
    run = with_run(cycle, RunState.FAILED)
    CycleStep.objects.filter(run=run).update(error="The disk is full.")
    (run_folder(run) / "checkpoint").mkdir()
    (run_folder(run) / "checkpoint" / "weights").write_bytes(b"0" * 2048)

    said = words(cast.client(cast.lead).get(page_of(cycle)))

    assert "The disk is full. Retry" in said
    assert "step 40 of 120" in said
    assert "learning_rate 2e-05" in said
    assert "checkpoint/ 2.0 KB" in said


def test_a_running_step_shows_what_its_engine_logs_as_it_comes(cast: Cast) -> None:
    cycle = make_cycle(cast.track, stage=Stage.TEACHING, step=RunState.RUNNING)
    run, lead = with_run(cycle, RunState.RUNNING), cast.client(cast.lead)
    page = lead.get(page_of(cycle)).content.decode()
    asks = page.partition('hx-get="')[2].partition('"')[0]

    assert lead.get(asks).status_code == 204
    with (run_folder(run) / "engine.log").open("a") as log:
        log.write("step 41 of 120\n")
    assert b"step 41 of 120" in lead.get(asks).content

    CycleStep.objects.filter(run=run).update(state=RunState.REQUESTED)
    assert lead.get(asks).headers["HX-Refresh"] == "true"


@pytest.mark.parametrize(("deaths", "times"), [(0, ""), (1, "once"), (2, "2 times")])
def test_a_step_says_how_often_its_engine_was_killed(cast: Cast, deaths: int, times: str) -> None:
    cycle = make_cycle(cast.track, stage=Stage.TEACHING, step=RunState.RUNNING)
    run = with_run(cycle, RunState.RUNNING)
    EngineRun.objects.filter(pk=run.pk).update(deaths=deaths)

    said = words(cast.client(cast.lead).get(page_of(cycle)))

    assert ("Its engine was killed" in said) == (deaths > 0)
    assert f"Its engine was killed {times}" in said or not deaths


def test_a_step_without_an_engine_says_so(cast: Cast) -> None:
    cycle = make_cycle(cast.track, stage=Stage.TEACHING, step=RunState.RUNNING)

    said = words(cast.client(cast.lead).get(page_of(cycle, Stage.FREEZING)))

    assert "This step needs no engine" in said


def test_the_line_of_stations_leads_to_each_step_that_was_begun(cast: Cast) -> None:
    cycle = make_cycle(cast.track, stage=Stage.TEACHING, step=RunState.RUNNING)
    page = reverse("rewards:one_cycle", args=[cycle.track.uuid, cycle.number])

    html = cast.client(cast.lead).get(page).content.decode()

    assert page_of(cycle, Stage.FREEZING) in html
    assert page_of(cycle, Stage.TEACHING) in html
    assert page_of(cycle, Stage.REWARDING) not in html
