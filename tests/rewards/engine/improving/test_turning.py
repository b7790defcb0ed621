"""Where the stopping model turns, training stops."""

from rewards.engine.improving.turning import Seen, best_of, has_turned


def looks(*values: float) -> list[Seen]:
    return [Seen(2 * number, value) for number, value in enumerate(values)]


def test_the_best_look_is_the_first_of_the_highest() -> None:
    assert best_of(looks(0.0, 0.7, 0.3, 0.7)) == Seen(2, 0.7)


def test_it_has_turned_once_patience_is_used_up() -> None:
    assert not has_turned(looks(0.0, 0.7, 0.6), patience=2)
    assert has_turned(looks(0.0, 0.7, 0.6, 0.5), patience=2)
    assert not has_turned(looks(0.0, 0.7, 0.6, 0.8), patience=2)


def test_a_policy_that_never_gets_better_has_turned_at_once() -> None:
    assert has_turned(looks(0.0, -0.1, -0.2), patience=2)


def test_with_no_more_looks_than_patience_nothing_is_said() -> None:
    assert not has_turned(looks(1.0, 0.0), patience=2)
    assert not has_turned([], patience=1)
