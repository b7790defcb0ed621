"""The model card: words, numbers and pictures from a report."""

import json
from xml.etree import ElementTree

from rewards.stats.model_card import model_card_files
from rewards.stats.report_card import Trained, report_card
from rewards.stats.resampling import Resampling
from tests.rewards.stats.making import seen

DRAWN = Resampling(rounds=100)


def a_card() -> dict[str, object]:
    rankings = [
        seen(n, [3, 2, 1], texts=["a" * 40, f"b|{n}", "c"], skill=f"s<{n % 2}>") for n in range(12)
    ]
    found = report_card(rankings, Trained(), DRAWN)
    return {**found, "model": {"base": "tiny"}, "snapshot": "c0ffee"}


def test_the_card_says_its_verdict_its_numbers_and_whence_it_comes():
    said = model_card_files(a_card())["model_card.md"]

    assert "It is not shown to be better than preferring the longer answer." in said
    assert "| accuracy over all pairs | 1.000 | 1.000 … 1.000 |" in said
    assert "| people, held back one at a time | not defined | – |" in said
    assert "| s<0> | 1.000 | 1.000 … 1.000 | 18 |" in said
    assert "measured on the snapshot `c0ffee`" in said


def test_the_numbers_are_the_report_itself():
    card = a_card()

    assert json.loads(model_card_files(card)["report.json"]) == json.loads(json.dumps(card))


def test_every_picture_is_a_drawing_with_a_title():
    files = model_card_files(a_card())

    for name in ("reliability.svg", "accuracy.svg", "length.svg"):
        drawing = ElementTree.fromstring(files[name])
        assert drawing.find("{http://www.w3.org/2000/svg}title") is not None
        assert files["model_card.md"].count(f"({name})") == 1


def test_an_old_report_that_knows_less_still_has_a_card():
    said = model_card_files({"pairs": 3, "accuracy": None})["model_card.md"]

    assert "Nothing can be said yet" in said
    assert "held back one at a time: not known: fewer than two prompts" in said


def test_the_card_says_of_which_votes_its_ceiling_is():
    """One from before it was said was of all of them."""
    older = {"ceiling": {"people": {"value": 0.8, "low": 0.7, "high": 0.9}}}
    drawn = older | {"ceiling_says": "of the votes that chance alone asked for"}

    said, said_before = (model_card_files(card)["model_card.md"] for card in (drawn, older))

    assert "People, held back one at a time: of the votes that chance alone asked for." in said
    assert "one at a time: of all votes; it is not known which were drawn by chance." in said_before
