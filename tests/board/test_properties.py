"""Whatever is done to a board, in whatever order: it stands as the model says and loses nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.board import model
from tests.board.engine import engine
from tests.board.model import Model, Order

LETTERS = "abcde"
PLAY = """
function play(letters, moves) {
  const items = [...letters].map((letter) => ({ id: letter, letter: letter.toUpperCase() }));
  const board = new boards.Board(items);
  return moves.map(([name, ...given]) => {
    const says = board[name](...given);
    return { ...board.serialise(), says, canUndo: board.canUndo, canRedo: board.canRedo };
  });
}
"""

Move = tuple[Any, ...]  # the name of a method of the board, and what it is given
Played = Callable[[list[Move]], list[dict[str, Any]]]
HOW: dict[str, Callable[..., Order]] = {
    "place": model.place,
    "tie": model.tie,
    "toggleUnrankable": model.toggle,
    "move": model.move,
    "setStrength": model.say,
    "changeStrength": model.change,
}

one = st.sampled_from(LETTERS)
above = st.integers(0, len(LETTERS) - 1)
moves = st.one_of(
    st.tuples(st.just("place"), one, st.integers(1, len(LETTERS) + 1)),
    st.tuples(st.just("tie"), one),
    st.tuples(st.just("toggleUnrankable"), one),
    st.tuples(st.just("move"), one, st.sampled_from([-1, 1])),
    st.tuples(st.just("setStrength"), above, st.sampled_from([None, 1, 2, 3])),
    st.tuples(st.just("changeStrength"), above, st.sampled_from([-1, 1])),
    st.tuples(st.just("drop"), one, st.sampled_from(["onto", "before", "apart"]), above),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
)


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    """Play moves on a fresh board: how it stands after each, and what may be undone or redone."""
    with engine(PLAY) as opened:
        yield lambda said: opened.call("play", LETTERS, said)


def do(board: Model, move: Move) -> Move:
    """Let the model do a move; say it as the board takes it: a drop is aimed at a tier that is."""
    name, *given_ = move
    if name in ("undo", "redo"):
        board.travel(-1 if name == "undo" else 1)
    elif name != "drop":
        board.act(HOW[name], *given_)
    else:
        one, aim, tier = given_
        at = min(tier, len(board.now.tiers) - 1)
        if aim == "apart" or at < 0:
            board.act(model.set_apart, one)
            return ("drop", one, {"apart": True})
        board.act(model.drop_onto if aim == "onto" else model.drop_before, one, at)
        return ("drop", one, {aim: at})
    return move


@given(st.lists(moves, max_size=40))
def test_a_board_stands_as_the_model_says_after_every_move(
    played: Played, wanted: list[Move]
) -> None:
    board, said, expected = Model(LETTERS), [], []

    for move in wanted:
        said.append(do(board, move))
        ends = {"canUndo": board.at > 0, "canRedo": board.at < len(board.orders) - 1}
        expected.append(board.now.as_json() | ends)

    found = played(said)
    assert all(each.pop("says") for each in found)
    assert found == expected


@given(st.lists(moves, max_size=40))
def test_nothing_is_lost_and_all_can_be_undone(played: Played, wanted: list[Move]) -> None:
    board = Model(LETTERS)
    said = [do(board, move) for move in wanted if move[0] not in ("undo", "redo")]

    found = played([*said, *[("undo",)] * len(said), *[("redo",)] * len(said)])

    for each in found:
        placed = [letter for tier in each["tiers"] for letter in tier] + each["unrankable"]
        assert sorted(placed) == list(LETTERS)
        assert all(each["tiers"])
        assert len(each["strengths"]) == max(len(each["tiers"]) - 1, 0)
    if said:
        assert found[2 * len(said) - 1]["tiers"] == [[letter] for letter in LETTERS]
        assert found[-1]["tiers"] == found[len(said) - 1]["tiers"]
        assert found[-1]["strengths"] == found[len(said) - 1]["strengths"]
