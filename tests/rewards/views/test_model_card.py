"""The report card to take away."""

import io
import json
import zipfile

from django.urls import reverse

from commons.models import RunState
from tests.rewards.views.conftest import ONLY_ITS_LEADS, Cast
from tests.rewards.views.full_card import full_card
from tests.rewards.views.making import CARD, make_card, make_reward_model, make_run


def test_the_card_and_its_numbers_are_for_the_leads_of_the_track(cast: Cast):
    model = make_reward_model(cast.campaign, track=cast.track, card=CARD)

    for name in ("model_card", "report"):
        assert cast.statuses(reverse(f"rewards:{name}", args=[model.uuid])) == ONLY_ITS_LEADS


def test_the_archive_holds_the_card_its_pictures_and_its_numbers(cast: Cast):
    result = full_card()
    model = make_reward_model(cast.campaign, track=cast.track, card=result)

    answer = cast.client(cast.lead).get(reverse("rewards:model_card", args=[model.uuid]))

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert set(files) == {
        "model_card.md", "report.json", "reliability.svg", "accuracy.svg", "length.svg"
    }  # fmt: skip
    assert json.loads(files["report.json"]) == result
    assert "Texts that win by being themselves" in files["model_card.md"]


def test_the_numbers_are_the_engine_s_own(cast: Cast):
    model = make_reward_model(cast.campaign, track=cast.track, card=CARD)

    answer = cast.client(cast.lead).get(reverse("rewards:report", args=[model.uuid]))

    assert answer.json() == CARD


def test_a_model_that_is_not_measured_yet_has_nothing_to_take_away(cast: Cast):
    model = make_reward_model(cast.campaign, track=cast.track)
    client = cast.client(cast.lead)

    before = client.get(reverse("rewards:model_card", args=[model.uuid])).status_code
    make_card(model, make_run("evaluate_reward", state=RunState.RUNNING))

    assert before == 404
    assert client.get(reverse("rewards:report", args=[model.uuid])).status_code == 404
