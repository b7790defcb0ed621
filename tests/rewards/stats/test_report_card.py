"""The whole card, from rankings alone."""

import json

import pytest

from rewards.stats.report_card import Trained, report_card
from rewards.stats.resampling import Resampling
from tests.rewards.stats.making import seen

DRAWN = Resampling(rounds=100)


def test_a_card_is_json_and_tells_what_it_counted():
    held_out = [seen(n, [3, 2, 1], [[0], [1, 2]], rater="r", skill="s") for n in range(4)]

    card = json.loads(json.dumps(report_card(held_out, Trained(), DRAWN), allow_nan=False))

    assert (card["pairs"], card["prompts"], card["rankings"], card["raters"]) == (8, 4, 4, 1)
    assert card["ties"] == 4
    assert card["accuracy"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert card["best_of_k"]["value"] == 1
    assert card["bag_of_words"] is None
    assert card["ceiling"] is None
    assert card["with_covariates"] is None


@pytest.mark.parametrize(
    ("weights", "basis", "words"),
    [
        ((1.0, 1.0), "drawn", "of the votes that chance alone asked for"),
        ((None, None), "all", "of all votes; it is not known which were drawn by chance"),
        ((1.0, 0.0), "not_drawn", "not known: fewer than two prompts"),
    ],
)
def test_a_card_says_of_which_votes_its_ceiling_is(weights, basis, words):
    held_out = [
        seen(n, [1, 0], rater=f"r{at}", ranking_id=f"{n}.{at}", agreement_weight=weight)
        for n in range(2)
        for at, weight in enumerate(weights)
    ]

    card = json.loads(json.dumps(report_card(held_out, Trained(), DRAWN)))

    assert card["ceiling_basis"] == basis
    assert card["ceiling_says"].startswith(words)
    assert (card["ceiling"] is None) == (basis == "not_drawn")


def test_nothing_held_out_says_nothing():
    card = report_card([], Trained(), DRAWN)

    assert (card["pairs"], card["accuracy"], card["best_of_k"], card["worst"]) == (
        0,
        None,
        None,
        [],
    )


def test_what_the_score_drops_is_put_back_to_compare():
    """The score prefers the short answer, wrongly; with the weight of length it would not."""
    held_out = [seen(n, [0, 1], texts=["long " * 20, "short"]) for n in range(3)]

    card = report_card(held_out, Trained(covariates={"log_characters": 1.0}), DRAWN)

    assert card["accuracy"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert card["with_covariates"] == {"value": 1.0, "low": 1.0, "high": 1.0}


def test_at_equal_length_only_pairs_of_like_length_count():
    alike = [seen(n, [1, 0], texts=["aaaaaaaaaa", "bbbbbbbbbb"]) for n in range(3)]
    apart = [seen(n, [0, 1], texts=["a" * 99, "b"]) for n in range(3, 6)]

    found = report_card(alike + apart, Trained(), DRAWN)["equally_long"]

    assert isinstance(found, dict)
    assert (found["pairs"], found["accuracy"]["value"], found["longer"]["value"]) == (3, 1.0, 0.5)
    assert found["advantage"]["value"] == pytest.approx(0.5)
