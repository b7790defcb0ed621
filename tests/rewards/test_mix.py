"""A mix says who writes, is checked by name, and is drawn with the chances that it gives."""

from collections import Counter

import pytest

from rewards.mix import OddMix, Part, Role, drawn_parts, read_mix, usual_mix

OLD, NEW, OTHER = (
    Part(Role.PREVIOUS, weight=1),
    Part(Role.PROMOTED, weight=3),
    Part(Role.BASE, count=1),
)


def test_a_mix_is_read_as_it_is_written() -> None:
    given = [
        {"who": "promoted", "temperature": 1, "top_p": 0.9, "weight": 2},
        {"who": "candidate", "count": 2, "max_new_tokens": 100},
        {"who": "server", "server": "gpu", "model": "org/large"},
        {"who": "promoted", "server": "gpu"},
    ]

    mix = read_mix(given, servers=["gpu"])

    assert mix == [
        Part(Role.PROMOTED, 1, 0.9, None, 2),
        Part(Role.CANDIDATE, count=2, max_new_tokens=100),
        Part(Role.SERVER, server="gpu", model="org/large"),
        Part(Role.PROMOTED, server="gpu"),
    ]
    assert [each.as_json() for each in mix] == given


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({}, "must be a list of voices"),
        ([], "must be a list of voices"),
        (["promoted"], "voice 1 must be an object"),
        ([{"who": "promoted"}, {"who": "me"}], "voice 2: 'who' must be one of promoted, previous"),
        ([{"temperature": 1}], "voice 1: 'who' must be one of"),
        ([{"who": "base", "heat": 1}], "voice 1: 'heat' is unknown; the names are who, temp"),
        ([{"who": "base", "temperature": 0}], "'temperature' must be a number above 0 and at mo"),
        ([{"who": "base", "temperature": True}], "'temperature' must be a number"),
        ([{"who": "base", "top_p": 1.1}], "'top_p' must be a number above 0 and at most 1"),
        ([{"who": "base", "weight": -1}], "'weight' must be a number"),
        ([{"who": "base", "count": 1.5}], "'count' must be a whole number from 1 to 100"),
        ([{"who": "base", "model": "x"}], '\'model\' goes with "who": "server" alone; a policy is'),
        ([{"who": "promoted", "server": "gpu", "model": "x"}], "a policy is asked for by its id"),
        ([{"who": "candidate", "server": "gpu"}], "'server' goes with who server or promoted al"),
        ([{"who": "promoted", "server": "cpu"}], "no server 'cpu'; GENERATORS .*gpu"),
        ([{"who": "base", "model": 3}], "'model' must be text"),
        ([{"who": "server", "server": "gpu"}], "'model' is missing"),
        ([{"who": "server", "server": "cpu", "model": "m"}], "no server 'cpu'; GENERATORS .*gpu"),
    ],
)
def test_an_odd_mix_is_refused_by_name(given: object, refusal: str) -> None:
    with pytest.raises(OddMix, match=refusal):
        read_mix(given, servers=["gpu"])


def test_counts_come_first_and_weights_share_the_rest() -> None:
    """Of five answers one is the base's; of the other four 3/4 are the promoted policy's."""
    drawn = Counter(drawn_parts([OLD, NEW, OTHER], 5, seed="p"))

    assert drawn == {OTHER: 1, NEW: 3, OLD: 1}


def test_over_many_prompts_each_writes_as_often_as_it_weighs() -> None:
    """One answer a prompt: 1/4 against 3/4; over 2,000 prompts one error is 0.0097."""
    drawn = Counter(drawn_parts([OLD, NEW], 1, seed=number)[0] for number in range(2000))

    assert drawn[OLD] / 2000 == pytest.approx(0.25, abs=0.04)


def test_the_same_prompt_is_drawn_the_same() -> None:
    assert drawn_parts([OLD, NEW], 3, seed="p") == drawn_parts([OLD, NEW], 3, seed="p")


def test_where_counts_are_more_than_is_wanted_they_are_weights() -> None:
    mix = [Part(Role.BASE, count=1), Part(Role.PROMOTED, count=3)]

    drawn = Counter(drawn_parts(mix, 2, seed=number)[0].who for number in range(400))

    assert set(drawn) == {Role.BASE, Role.PROMOTED}


def test_counts_alone_are_drawn_from_again() -> None:
    assert drawn_parts([OTHER], 3, seed="p") == [OTHER] * 3


@pytest.mark.parametrize("seed", range(20))
def test_two_of_two_policies_are_equally_warm_and_two_of_one_are_not(seed: int) -> None:
    both = drawn_parts(usual_mix([Role.PROMOTED, Role.PREVIOUS], [0.7, 1.0]), 2, seed)
    one = drawn_parts(usual_mix([Role.PROMOTED], [0.7, 1.0]), 2, seed)

    assert {each.who for each in both} == {Role.PROMOTED, Role.PREVIOUS}
    assert both[0].temperature == both[1].temperature
    assert {each.temperature for each in one} == {0.7, 1.0}
