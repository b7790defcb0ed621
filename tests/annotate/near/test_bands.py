"""Keys are the same on every machine and day, and near prompts share one as the S-curve says."""

import random

import pytest

from annotate.near.bands import BANDS, VERSION, chance_to_meet, keys_of

EGG = "How long do I have to boil an egg?"
GOLDEN = (
    125_401_064_745_856_322,
    94_457_151_580_118_852,
    110_008_210_497_521_624,
    104_080_240_535_293_857,
    87_984_493_639_835_851,
    79_516_410_360_993_329,
    107_903_695_302_396_947,
    94_567_176_643_341_192,
    76_608_042_473_338_309,
)
SHORT = (132_082_030_326_486_777,)


def test_keys_are_those_that_are_stored():
    """Whoever must change these raises VERSION, and the table is made anew."""
    golden, short = keys_of([EGG, "Why?"])

    assert VERSION == 1
    assert golden == GOLDEN
    assert short == SHORT


def test_form_and_company_change_nothing():
    said = keys_of(["Why?", "HOW long do I have\nto boil – an egg", "日本語の本を読みたい", EGG])

    assert said[1] == said[3] == keys_of([EGG])[0]
    assert [len(keys) for keys in said] == [1, 1 + BANDS, 1 + BANDS, 1 + BANDS]


def test_nothing_asked_gives_no_keys():
    assert keys_of([]) == []


def test_half_a_surrogate_pair_has_a_key():
    assert len(keys_of(["\ud800"])[0]) == 1


def test_the_curve_by_hand():
    """With one band of one place it is s; with two of two places 1 - (1 - 1/4)^2 = 7/16."""
    assert chance_to_meet(0.3, bands=1, places=1) == pytest.approx(0.3)
    assert chance_to_meet(0.5, bands=2, places=2) == 7 / 16
    assert chance_to_meet(0.8) == pytest.approx(1 - (1 - 0.4096) ** 8)


@pytest.mark.parametrize(("common", "own"), [(80, 10), (90, 5), (60, 30), (30, 60)])
def test_pairs_of_known_likeness_meet_as_often_as_the_curve_says(common: int, own: int):
    """Texts of 91 + own words that share their first ``common`` + 1: the index is
    common / (common + 2 own). Of 400 pairs three standard deviations are at most 0.075."""
    chance, pairs = random.Random(7), 400
    texts = []
    for _ in range(pairs):
        words = [str(chance.getrandbits(40)) for _ in range(common + 1 + 2 * own)]
        texts.append(" ".join(words[: common + 1 + own]))
        texts.append(" ".join(words[: common + 1] + words[common + 1 + own :]))

    keys = keys_of(texts)
    met = sum(
        bool(set(one[1:]) & set(other[1:]))
        for one, other in zip(keys[::2], keys[1::2], strict=True)
    )

    expected = chance_to_meet(common / (common + 2 * own))
    assert met / pairs == pytest.approx(expected, abs=0.075)
