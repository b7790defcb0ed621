import gc
from weakref import ref

from annotate.export.shared import Shared
from annotate.export.texts import Said


def test_a_text_is_turned_once_and_an_equal_one_anew() -> None:
    turned = Shared[Said, list[str]](lambda said: [str(len(said))])
    one, other = Said([{}]), Said([{}])

    assert turned(one) is turned(one)
    assert turned(one) == turned(other)
    assert turned(one) is not turned(other)


def test_a_text_is_held_as_long_as_what_was_made_of_it() -> None:
    """Another text could come to lie where it lay, and would be taken for it."""
    turned = Shared[Said, int](len)
    held = ref(text := Said())

    turned(text)
    del text
    gc.collect()

    assert held() is not None


def test_what_was_made_of_many_texts_is_let_go() -> None:
    turned = Shared[Said, int](len)
    held = ref(first := Said())
    turned(first)
    del first

    for _ in range(300):
        turned(Said())
    gc.collect()

    assert held() is None
