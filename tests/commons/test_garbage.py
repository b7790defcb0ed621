"""The collector looks less often while anybody asks for it, and as usual afterwards."""

import gc

import pytest

from commons.garbage import OBJECTS, few_collections


def test_it_is_as_before_once_the_last_has_left() -> None:
    usual = gc.get_threshold()
    first, second = few_collections(), few_collections()

    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)  # the first to come leaves first, as threads may
    meanwhile = gc.get_threshold()
    second.__exit__(None, None, None)

    assert meanwhile[0] == OBJECTS
    assert gc.get_threshold() == usual


def test_what_fails_inside_leaves_it_as_it_was() -> None:
    usual = gc.get_threshold()

    with pytest.raises(ZeroDivisionError), few_collections():
        _ = 1 / 0

    assert gc.get_threshold() == usual
