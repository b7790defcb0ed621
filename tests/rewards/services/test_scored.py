"""What names an answer: its prompt, its tools and itself, in whatever order fields are sent."""

from rewards.services.scored import ToScore, digest_of_rows

ASKED = [{"role": "user", "content": "Why?"}]
SAID = [{"role": "assistant", "content": "So."}]


def test_an_answer_is_named_by_all_that_a_model_reads() -> None:
    other = [{"role": "assistant", "content": "So!"}]
    names = {
        ToScore(ASKED, [SAID]).digests[0],
        ToScore(ASKED, [other]).digests[0],
        ToScore([*ASKED, *SAID, *ASKED], [SAID]).digests[0],
        ToScore(ASKED, [SAID], [{"type": "function"}]).digests[0],
    }

    assert len(names) == 4


def test_the_order_of_fields_names_nothing() -> None:
    turned = [{"content": "So.", "role": "assistant"}]

    assert ToScore(ASKED, [SAID]).digests == ToScore(ASKED, [turned]).digests


def test_rows_are_named_in_their_order() -> None:
    one, other = ToScore(ASKED, [SAID]), ToScore(ASKED, [ASKED])

    assert digest_of_rows([one, other]) != digest_of_rows([other, one])
    assert digest_of_rows([ToScore(ASKED, [SAID, ASKED])]) != digest_of_rows([one, other])
