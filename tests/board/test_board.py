"""The ranking board as a state machine: each operation, what it makes and what it says."""

from collections.abc import Callable, Iterator

import pytest

from tests.board.engine import engine

Play = Callable[..., tuple[str, str]]

PLAY = """
function play(letters, kept, moves) {
  const items = [...letters].map((letter) => ({ id: letter.toLowerCase(), letter }));
  const board = new boards.Board(items, kept);
  let said = "";
  for (const [name, ...given] of moves) said = board[name](...given) ?? "";
  const { tiers, unrankable, strengths } = board.serialise();
  const step = (at) => strengths[at] ? ` ${strengths[at]}>` : "";
  const order = tiers.map((tier, at) => tier.join("=") + step(at)).join(" ");
  return [order + (unrankable.length ? ` / ${unrankable.join("")}` : ""), said];
}
"""


MEANS = """
function means(letters, kept) {
  const items = [...letters].map((letter) => ({ id: letter.toLowerCase(), letter }));
  return new boards.Board(items, kept).considered;
}
"""


@pytest.fixture(scope="module")
def play() -> Iterator[Play]:
    """Play moves on a fresh board of A, B, C, D: its order then, and what the last move said."""
    with engine(PLAY) as opened:

        def play_on(*moves: list[object], kept: object = None) -> tuple[str, str]:
            order, said = opened.call("play", "ABCD", kept, list(moves))
            return order, said

        yield play_on


def test_a_board_moves_as_it_says(play: Play) -> None:
    first = ["place", "b", 1]  # b a c d
    tied = [first, ["tie", "c"]]  # b a=c d

    assert [
        play(),
        play(first),
        play(["place", "a", 1]),
        play(["place", "a", 9]),
        play(*tied),
        play(*tied, ["tie", "d"]),
        play(["tie", "a"]),
        play(*tied, ["move", "c", -1]),
        play(*tied, ["move", "a", 1]),
        play(*tied, ["move", "d", -1]),
        play(*tied, ["move", "d", 1]),
        play(["toggleUnrankable", "c"]),
        play(["toggleUnrankable", "c"], ["tie", "c"]),
        play(["toggleUnrankable", "c"], ["toggleUnrankable", "c"]),
        play(["toggleUnrankable", "c"], ["place", "c", 1]),
    ] == [
        ("a b c d", ""),
        ("b a c d", "B moved to rank 1"),
        ("a b c d", "A stays at rank 1"),
        ("b c d a", "A moved to rank 4"),
        ("b a=c d", "C moved to rank 2, tied with A"),
        ("b a=c=d", "D moved to rank 2, tied with A and C"),
        ("a b c d", "A has nothing above it to tie with"),
        ("b c a d", "C moved to rank 2"),
        ("b c a d", "A moved to rank 3"),
        ("b d a=c", "D moved to rank 2"),
        ("b a=c d", "D stays at rank 3"),
        ("a b d / c", "C is unrankable"),
        ("a b d / c", "C is unrankable; give it a rank first"),
        ("a b d c", "C moved to rank 4"),
        ("c a b d", "C moved to rank 1"),
    ]


def test_a_drop_lands_where_it_was_aimed(play: Play) -> None:
    assert [
        play(["drop", "d", {"onto": 0}]),
        play(["drop", "d", {"before": 1}]),
        play(["drop", "a", {"before": 4}]),
        play(["drop", "a", {"before": 1}]),
        play(["drop", "b", {"apart": True}]),
    ] == [
        ("a=d b c", "D moved to rank 1, tied with A"),
        ("a d b c", "D moved to rank 2"),
        ("b c d a", "A moved to rank 4"),
        ("a b c d", "A stays at rank 1"),
        ("a c d / b", "B is unrankable"),
    ]


def test_what_was_begun_elsewhere_stands_first_and_is_not_meant_yet(play: Play) -> None:
    """Of an order that places some of the answers the others follow as they are shown."""
    begun = {"tiers": [["d"], ["a", "b"]], "unrankable": [], "strengths": [None]}

    assert [
        play(kept=begun),
        play(["place", "c", 1], kept=begun),
        play(kept={**begun, "tiers": [["d"], ["x"]]}),
        play(kept={**begun, "tiers": [["d"], ["d"]]}),
        play(kept={**begun, "tiers": []}),
    ] == [
        ("d a=b c", ""),
        ("c d a=b", "C moved to rank 1"),
        ("a b c d", ""),
        ("a b c d", ""),
        ("a b c d", ""),
    ]


def test_an_order_is_meant_where_it_is_whole_and_nobody_took_it_back() -> None:
    begun = {"tiers": [["d"], ["a", "b"]], "unrankable": [], "strengths": [None]}
    whole = {"tiers": [["d"], ["a", "b"], ["c"]], "unrankable": [], "strengths": [None, None]}
    kept = [None, begun, whole, whole | {"considered": True}, whole | {"considered": False}]

    with engine(MEANS) as opened:
        found = [opened.call("means", "ABCD", each) for each in kept]

    assert found == [False, False, True, True, False]


def test_a_strength_lasts_while_both_of_its_ranks_stay(play: Play) -> None:
    said = [["setStrength", 0, 3], ["setStrength", 2, 1]]  # a 3> b c 1> d

    assert [
        play(["changeStrength", 0, 1]),
        play(["changeStrength", 0, -1]),
        play(*said),
        play(*said, ["tie", "b"]),
        play(*said, ["place", "d", 3]),
        play(*said, ["changeStrength", 0, 1]),
        play(["setStrength", 3, 1]),
    ] == [
        ("a 1> b c d", "A is slightly better than B"),
        ("a b c d", "A is better than B"),
        ("a 3> b c 1> d", "C is slightly better than D"),
        ("a=b c 1> d", "B moved to rank 1, tied with A"),
        ("a 3> b d c", "D moved to rank 3"),
        ("a 3> b c 1> d", "A is significantly better than B"),
        ("a b c d", "There are no two ranks to compare"),
    ]


def test_a_whole_arrangement_is_one_step_even_the_one_that_stands(play: Play) -> None:
    as_shown = {"tiers": [["a"], ["b"], ["c"], ["d"]], "unrankable": [], "strengths": [None] * 3}
    other = {"tiers": [["d", "a"]], "unrankable": ["b", "c"], "strengths": []}

    assert [
        play(["take", other]),
        play(["take", other], ["undo"]),
        play(["take", as_shown], ["undo"]),
        play(["take", as_shown], ["undo"], ["undo"]),
        play(["take", as_shown], ["take", as_shown], ["undo"], ["undo"]),
    ] == [
        ("d=a / bc", "D = A; unrankable: B and C"),
        ("a b c d", "Undone: A, then B, then C, then D"),
        ("a b c d", "Undone: A, then B, then C, then D"),
        ("a b c d", "Nothing to undo"),
        ("a b c d", "Nothing to undo"),
    ]


def test_undo_and_redo_go_back_and_forth(play: Play) -> None:
    moves = [["place", "b", 1], ["tie", "c"]]

    assert [
        play(["undo"]),
        play(*moves, ["undo"]),
        play(*moves, ["undo"], ["undo"], ["redo"]),
        play(*moves, ["undo"], ["place", "d", 1], ["redo"]),
    ] == [
        ("a b c d", "Nothing to undo"),
        ("b a c d", "Undone: B, then A, then C, then D"),
        ("b a c d", "Done again: B, then A, then C, then D"),
        ("d b a c", "Nothing to do again"),
    ]


def test_a_kept_order_comes_back_only_if_it_is_of_these_answers(play: Play) -> None:
    ours = {"tiers": [["d"], ["a", "b"]], "unrankable": ["c"], "strengths": [2]}
    others = {"tiers": [["x"], ["a", "b"]], "unrankable": ["c"], "strengths": [2]}

    assert play(kept=ours) == ("d 2> a=b / c", "")
    assert play(kept=others) == ("a b c d", "")
