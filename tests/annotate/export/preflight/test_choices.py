from annotate.export.preflight.estimates import Share
from commons.stats.wilson import wilson
from tests.annotate.export.preflight.judged import ranked, report_on, written


def test_position_is_counted_in_the_order_that_was_shown():
    """Shown as c, a, b. Of a>b, a>c, b>c the earlier one won only a>b; c, shown first, lost both
    of its pairs."""
    item = ranked("a", "b", "c", pairs=[(0, 1), (0, 2), (1, 2)], shown=[2, 0, 1])

    found = report_on(item).choices

    assert found.earlier == Share(1 / 3, None, None, 0.95, 3, 1)
    assert found.first == Share(0, None, None, 0.95, 2, 1)


def test_a_pair_that_was_not_shown_is_unknown_and_no_miss():
    """An ideal answer is in no order; another judgement has none at all."""
    ideal = ranked("ideal", "a", "b", pairs=[(0, 1), (0, 2), (1, 2)], shown=[1, 2])
    imported = ranked("a", "b", shown=None)

    found = report_on(ideal, imported).choices

    assert (found.pairs, found.order_unknown) == (4, 3)
    assert found.earlier == Share(1, None, None, 0.95, 1, 1)


def test_the_longer_answer_is_counted_where_lengths_differ():
    """aa beats b, b beats cc, dd beats aa: of two pairs of unequal length one."""
    item = ranked("aa", "b", "cc", "dd", pairs=[(0, 1), (1, 2), (3, 0)])

    found = report_on(item).choices

    assert found.equally_long == 1
    assert found.longer == Share(1 / 2, None, None, 0.95, 2, 1)


def test_judgements_of_one_prompt_are_one_group():
    """Two prompts, one with two raters: 3 of 3 pairs hit, in two groups."""
    items = [
        ranked("aa", "b", prompt_id="p1"),
        ranked("aa", "b", prompt_id="p1", rater="r-2"),
        ranked("aa", "b", prompt_id="p2"),
    ]

    assert report_on(*items).choices.longer == Share(1, *wilson(1, 2), 0.95, 3, 2)


def test_without_pairs_nothing_is_chosen():
    assert report_on(written("a"), kind="sft").choices is None
    assert report_on(ranked("a", "b", pairs=())).choices.longer is None
