"""Two versions of a guideline are told apart by their words."""

from annotate.guideline_diff import MOST_LINES, MOST_WORDS, Piece, Sort, changes_between

SAME, REMOVED, ADDED = Sort.SAME, Sort.REMOVED, Sort.ADDED


def test_a_word_that_changed_is_told_with_the_lines_around_it() -> None:
    before = "# Rules\n\nOne.\nBe very kind.\nTwo.\nThree."

    assert changes_between(before, before.replace("very kind", "always kind")) == [
        [
            Piece(SAME, "One.\nBe "),
            Piece(REMOVED, "very"),
            Piece(ADDED, "always"),
            Piece(SAME, " kind.\nTwo."),
        ]
    ]


def test_changes_far_from_one_another_are_passages_of_their_own() -> None:
    lines = [f"line {number}" for number in range(20)]

    found = changes_between("\n".join(lines), "\n".join(["new", *lines, "last"]))

    assert found == [
        [Piece(ADDED, "new"), Piece(SAME, "\nline 0")],
        [Piece(SAME, "line 19\n"), Piece(ADDED, "last")],
    ]


def test_a_line_that_went_is_removed() -> None:
    assert changes_between("a\nb\nc", "a\nc") == [
        [Piece(SAME, "a\n"), Piece(REMOVED, "b"), Piece(SAME, "\nc")]
    ]


def test_the_same_text_has_no_changes() -> None:
    assert changes_between("a\nb", "a\nb") == []


def test_a_first_version_is_added_as_a_whole() -> None:
    assert changes_between("", "Be kind.") == [[Piece(ADDED, "Be kind.")]]


def test_passages_that_are_too_long_are_replaced_as_a_whole() -> None:
    before, after = ("x " * MOST_WORDS).strip(), ("y " * MOST_WORDS).strip()

    assert changes_between(before, after) == [[Piece(REMOVED, before), Piece(ADDED, after)]]


def test_a_text_of_very_many_lines_is_replaced_as_a_whole() -> None:
    before = "\n".join(map(str, range(MOST_LINES + 1)))
    after = f"{before}\nmore"

    assert changes_between(before, before) == []
    assert changes_between(before, after) == [
        [Piece(Sort.REMOVED, before), Piece(Sort.ADDED, after)]
    ]
