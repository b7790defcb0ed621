from annotate.importing.oasst import NO_GROUP, prompts_in
from annotate.importing.records import (
    ImportedCandidate,
    ImportedPrompt,
    ImportedRanking,
    Record,
    Refusal,
)
from commons.stats.pairs import pairs_of


def prompter(name: str, *replies: dict[str, object], **more: object) -> dict[str, object]:
    asked = {"message_id": name, "role": "prompter", "text": f"ask {name}", "lang": "de"}
    return {**asked, "replies": list(replies), **more}


def assistant(
    name: str, rank: object, *replies: dict[str, object], **more: object
) -> dict[str, object]:
    said = {"message_id": name, "role": "assistant", "text": f"say {name}", "rank": rank}
    return {**said, "replies": list(replies), **more}


def read(root: dict[str, object]) -> list[Record]:
    return list(prompts_in({"message_tree_id": "t", "prompt": root}, 3))


def tiers(records: list[Record]) -> dict[str, tuple[tuple[str, ...], ...]]:
    return {
        record.key: record.rankings[0].tiers
        for record in records
        if isinstance(record, ImportedPrompt)
    }


def test_ranked_replies_become_candidates_and_one_ranking() -> None:
    root = prompter(
        "p",
        assistant("a", 1),
        assistant("b", 0, synthetic=True, model_name="chip"),
        assistant("c", 1),
    )

    assert read(root) == [
        ImportedPrompt(
            key="p",
            messages=({"role": "user", "content": "ask p"},),
            skill="",
            language="de",
            source="oasst",
            candidates=(
                ImportedCandidate(
                    key="a",
                    messages=({"role": "assistant", "content": "say a"},),
                    source="human",
                    sampling={},
                ),
                ImportedCandidate(
                    key="b",
                    messages=({"role": "assistant", "content": "say b"},),
                    source="chip",
                    sampling={},
                ),
                ImportedCandidate(
                    key="c",
                    messages=({"role": "assistant", "content": "say c"},),
                    source="human",
                    sampling={},
                ),
            ),
            demonstrations=(),
            rankings=(ImportedRanking(rater="oasst", tiers=(("b",), ("a", "c"))),),
            line=3,
        )
    ]


def test_every_ranked_group_of_a_tree_is_a_prompt_with_its_path() -> None:
    deeper = prompter("q", assistant("c", 0), assistant("d", 1))
    root = prompter("p", assistant("a", 0), assistant("b", 1, deeper))

    found = read(root)

    assert tiers(found) == {"p": (("a",), ("b",)), "q": (("c",), ("d",))}
    assert sum(len(pairs_of(order)) for order in tiers(found).values()) == 2
    assert isinstance(found[1], ImportedPrompt)
    assert found[1].messages == (
        {"role": "user", "content": "ask p"},
        {"role": "assistant", "content": "say b"},
        {"role": "user", "content": "ask q"},
    )


def test_one_reply_and_unranked_replies_make_no_group() -> None:
    root = prompter(
        "p", assistant("a", 0, prompter("q", assistant("b", None), assistant("c", None)))
    )

    assert read(root) == [Refusal(3, NO_GROUP)]


def test_an_unranked_reply_is_no_candidate_of_a_ranked_group() -> None:
    root = prompter("p", assistant("a", 0), assistant("b", None), assistant("c", 1))

    assert tiers(read(root)) == {"p": (("a",), ("c",))}


def test_what_was_deleted_or_turned_down_is_left_out_with_all_below_it() -> None:
    below = prompter("q", assistant("x", 0), assistant("y", 1))
    root = prompter(
        "p",
        assistant("a", 0),
        assistant("b", 1, below, deleted=True),
        assistant("c", 2, below, review_result=False),
        assistant("d", 3, review_result=None),
    )

    assert tiers(read(root)) == {"p": (("a",), ("d",))}
    assert read(prompter("p", assistant("a", 0), assistant("b", 1), deleted=True)) == [
        Refusal(3, NO_GROUP)
    ]


def test_a_group_that_cannot_be_kept_is_refused_by_itself() -> None:
    bad = prompter("q", assistant("c", 0, text="nul \0"), assistant("d", 1))
    twins = prompter("r", assistant("e", 0, text="same"), assistant("f", 1, text="same"))
    root = prompter("p", assistant("a", 0, bad), assistant("b", 1, twins))

    prompt, *refusals = read(root)

    assert isinstance(prompt, ImportedPrompt)
    assert prompt.key == "p"
    assert refusals == [
        Refusal(
            3,
            "the replies to message 'q': text of c holds the control character U+0000; remove it.",
        ),
        Refusal(
            3,
            "the replies to message 'r': candidate f repeats candidate e word for word; "
            "leave one of them out.",
        ),
    ]


def test_ranks_and_ids_of_a_wrong_kind_are_named() -> None:
    by_name = read(prompter("p", assistant("a", 0), assistant("b", "first")))
    nameless = read(prompter("p", assistant("a", 0), assistant("b", 1, message_id=None)))

    assert by_name == [
        Refusal(3, "the replies to message 'p': rank must be a whole number, not text.")
    ]
    assert nameless == [
        Refusal(3, "the replies to message 'p': message_id is missing; every message needs one.")
    ]
