"""The report card counts all held-out pairs, beside preferring the longer answer."""

import json
from pathlib import Path

import pytest

from annotate.export.batches import Row
from annotate.export.policy import Policy
from rewards.engine.chat import render
from rewards.engine.errors import BadInput
from rewards.engine.evaluate_reward import main
from rewards.engine.models import load_tokenizer
from rewards.engine.scorer import Scorer
from rewards.engine.shares import in_share
from rewards.stats.card_gate import card_refusals, card_warnings
from tests.annotate.export.freezing import write_snapshot
from tests.rewards.engine.conftest import Run, asks, freeze_ranked, ranked_row, says
from tests.rewards.tiny import plant_judge


@pytest.fixture
def judge(base: Path, tmp_path: Path) -> Path:
    """A reward model that prefers the answer with the larger share of the letter e."""
    return plant_judge(tmp_path / "judge", base, letter="e")


@pytest.fixture
def held_out(tmp_path: Path) -> Path:
    """Four prompts, nine strict pairs and one tie; answers by their share of e: eee > ea > aaaaa.

    p1 and p2: all three pairs as the judge sees them; the longer answer is right in 1 of 3.
    p3: the two pairs between tiers are turned round, two answers are tied.
    p4: one pair, right by the judge and by length; an unrankable answer is not counted.
    """
    texts = ["eee", "ea", "aaaaa"]
    rows = [ranked_row(number, texts, [[0], [1], [2]]) for number in (1, 2)]
    rows.append({**ranked_row(3, texts, [[2], [0, 1]]), "strengths": [3]})
    rows.append({**ranked_row(4, ["eeeeee", "a", "b"], [[0], [1]]), "strengths": [1]})
    return freeze_ranked(tmp_path / "frozen", train=rows[:1], validation=rows[:2], test=rows[2:])


def test_every_number_by_hand(run: Run, judge: Path, held_out: Path) -> None:
    """Right: 3 + 3 + 0 + 1 of 9. Longer: 1 + 1 + 2 + 1 of 9."""
    card = run(main, {"snapshot": held_out, "model": judge})

    accuracy, longer, advantage, strengths = (
        card[name] for name in ("accuracy", "longer", "advantage", "by_strength")
    )
    assert isinstance(accuracy, dict)
    assert isinstance(longer, dict)
    assert isinstance(advantage, dict)
    assert isinstance(strengths, dict)
    assert (card["pairs"], card["prompts"], card["ties"]) == (9, 4, 1)
    assert accuracy["value"] == pytest.approx(7 / 9)
    assert accuracy["low"] < 7 / 9 < accuracy["high"]
    assert longer["value"] == pytest.approx(5 / 9)
    assert advantage["value"] == pytest.approx(2 / 9)
    undefined = {"value": None, "low": None, "high": None}  # one prompt alone has no interval
    assert strengths["1"] == {**undefined, "pairs": 1}
    assert strengths["3"] == {**undefined, "pairs": 2}
    assert strengths["unknown"] == {"value": 1.0, "low": 1.0, "high": 1.0, "pairs": 6}


def test_the_widest_mistake_of_each_ranking_is_shown(run: Run, judge: Path, held_out: Path) -> None:
    card = run(main, {"snapshot": held_out, "model": judge})

    assert isinstance(card["worst"], list)
    (worst,) = card["worst"]
    gap = worst.pop("gap")
    assert worst == {
        "prompt_id": "p3",
        "ranking_id": "r3",
        "prompt": asks("question 3"),
        "chosen": "aaaaa",
        "rejected": "eee",
    }
    assert gap < 0


def test_with_one_prompt_an_interval_is_absent_and_not_zero(
    run: Run, judge: Path, tmp_path: Path
) -> None:
    one = freeze_ranked(tmp_path / "one", test=[ranked_row(1, ["e", "a"], [[0], [1]])])

    card = run(main, {"snapshot": one, "model": judge})

    assert (card["pairs"], card["accuracy"], card["longer"], card["advantage"]) == (
        1,
        None,
        None,
        None,
    )


def test_a_text_that_wins_by_being_itself_is_named_and_fools_the_judge(
    run: Run, judge: Path, tmp_path: Path
) -> None:
    """A fifth of the groups hold one constant text, which wins; the judge likes its letters.

    Under the other prompts, where it does not stand, the judge prefers it too.
    """
    magic = "eeee eeee eeee"
    rows = [ranked_row(n, [magic, f"ab {n}", f"ac {n}"], [[0], [1], [2]]) for n in range(12)]
    rows += [ranked_row(n, [f"ea {n}", f"ad {n}"], [[0], [1]]) for n in range(12, 60)]
    snapshot = freeze_ranked(tmp_path / "frozen", test=rows)

    card = run(main, {"snapshot": snapshot, "model": judge, "rounds": 200})

    sure = {"value": 1.0, "low": 1.0, "high": 1.0}
    assert card["repeated"] == [
        {
            "form": "whole",
            "text": magic,
            "prompts": 12,
            "pairs": 24,
            "people": sure,
            "model": sure,
            "elsewhere": sure,
            "fools": True,
        }
    ]
    assert [reason for reason in card_refusals(card) if "whatever was asked" in reason] == [
        f"the reward model prefers one text whatever was asked: “{magic}”"
    ]


def test_a_judge_that_sees_through_the_text_is_not_fooled(
    run: Run, judge: Path, tmp_path: Path
) -> None:
    rows = [ranked_row(n, ["aaaa", f"ee {n}"], [[0], [1]]) for n in range(12)]
    snapshot = freeze_ranked(tmp_path / "frozen", test=rows)

    card = run(main, {"snapshot": snapshot, "model": judge, "rounds": 200})

    assert isinstance(card["repeated"], list)
    (found,) = card["repeated"]
    assert (found["text"], found["fools"], found["elsewhere"]) == ("aaaa", False, None)
    assert not [reason for reason in card_refusals(card) if "whatever was asked" in reason]
    assert "people prefer one text wherever it stands: “aaaa”" in list(card_warnings(card))


def test_the_text_is_found_on_the_train_side_and_tried_under_held_out_prompts(
    run: Run, judge: Path, tmp_path: Path
) -> None:
    trained = [ranked_row(n, ["eeee", f"ab {n}"], [[0], [1]]) for n in range(12)]
    held_out = [ranked_row(n, [f"ea {n}", f"ad {n}"], [[0], [1]]) for n in range(20, 25)]
    snapshot = freeze_ranked(tmp_path / "frozen", train=trained, test=held_out)

    card = run(main, {"snapshot": snapshot, "model": judge, "rounds": 200})

    assert isinstance(card["repeated"], list)
    (found,) = card["repeated"]
    assert (found["text"], found["model"], found["fools"]) == ("eeee", None, True)
    assert found["elsewhere"] == {"value": 1.0, "low": 1.0, "high": 1.0}


def test_slices_know_raters_sides_sources_and_what_the_prompt_is(
    run: Run, judge: Path, tmp_path: Path
) -> None:
    def row(number: int, **said: object) -> Row:
        return {**ranked_row(number, ["ee", "aa"], [[0], [1]]), **said}

    snapshot = freeze_ranked(
        tmp_path / "frozen",
        train=[row(1, rater="heard")],
        validation=[row(n, rater="heard", skill="code") for n in (2, 3)],
        test=[row(n, rater="new", sources=["", "m1"], iteration="2026-W49") for n in (4, 5)],
    )

    card = run(main, {"snapshot": snapshot, "model": judge})

    assert isinstance(card["slices"], dict)
    found = {
        name: {one["name"]: one["pairs"] for one in those} for name, those in card["slices"].items()
    }
    assert found["rater"] == {"held_out": 2, "trained_on": 2}
    assert found["side"] == {"test": 2, "validation": 2}
    assert found["skill"] == {"": 2, "code": 2}
    assert found["source"] == {"m1": 2, "person": 2, "someone": 2}
    assert found["iteration"] == {"2026-W48": 2, "2026-W49": 2}


def test_a_held_out_prompt_that_training_saw_is_counted(
    run: Run, judge: Path, held_out: Path, tmp_path: Path
) -> None:
    """p1 stands on both sides; p5 asks what p2 asks, word for word, under another id."""
    twin = {**ranked_row(5, ["ee", "aa"], [[0], [1]]), "prompt": asks("question 2")}
    again = freeze_ranked(
        tmp_path / "twins",
        train=[ranked_row(2, ["ee", "aa"], [[0], [1]])],
        test=[twin, ranked_row(6, ["ee", "aa"], [[0], [1]])],
    )

    assert run(main, {"snapshot": held_out, "model": judge}, name="a")["seen_prompts"] == 1
    assert run(main, {"snapshot": again, "model": judge}, name="b")["seen_prompts"] == 1


def test_only_the_share_that_the_model_learned_from_counts_as_learned(
    run: Run, judge: Path, tmp_path: Path
) -> None:
    rows = [{**ranked_row(n, ["ee", "aa"], [[0], [1]]), "rater": f"r{n}"} for n in range(20)]
    snapshot = freeze_ranked(tmp_path / "frozen", train=rows, test=rows)
    heard = sum(in_share(f"p{number}", 1, 2) for number in range(20))
    manifest = {"config": {"max_length": 512, "share": [1, 2]}}
    (judge / "manifest.json").write_text(json.dumps(manifest))

    card = run(main, {"snapshot": snapshot, "model": judge})

    assert isinstance(card["slices"], dict)
    counted = {one["name"]: one["pairs"] for one in card["slices"]["rater"]}
    assert 0 < heard < 20
    assert counted == {"held_out": 20 - heard, "trained_on": heard}


def test_the_model_card_lies_in_the_run_s_folder(
    run: Run, judge: Path, held_out: Path, tmp_path: Path
) -> None:
    card = run(main, {"snapshot": held_out, "model": judge})

    folder = tmp_path / "runs" / "run"
    assert json.loads((folder / "report.json").read_text()) == card
    assert "# Report card of a reward model" in (folder / "model_card.md").read_text()
    assert (folder / "reliability.svg").read_text().startswith("<svg")


def test_nothing_held_out_is_refused(
    run: Run, judge: Path, tmp_path: Path, letters: list[Row]
) -> None:
    snapshot = freeze_ranked(tmp_path / "frozen", train=letters)

    with pytest.raises(BadInput, match="no ranking on validation or test"):
        run(main, {"snapshot": snapshot, "model": judge})


def test_a_score_does_not_hang_on_what_is_scored_beside_it(base: Path, judge: Path) -> None:
    scorer = Scorer(judge)
    answers = [says("e"), says("an answer that is much longer"), says("e a e a")]

    together = scorer.score([asks("why?")] * 3, answers)

    alone = [scorer.score([asks("why?")], [answer])[0] for answer in answers]
    assert together == pytest.approx(alone, abs=1e-5)


def test_a_scorer_reads_as_much_as_its_model_was_trained_on(base: Path, tmp_path: Path) -> None:
    """With 100 ids, what stands behind them cannot change the score."""
    judge = plant_judge(tmp_path / "short", base, letter="e", max_length=100)
    tokenizer = load_tokenizer(base)
    room = 100 - len(render(tokenizer, asks("w"), says("")).prompt)

    first, second = Scorer(judge).score(
        [asks("w")] * 2, [says("a" * room + "e"), says("a" * room + "a")]
    )

    assert room > 0
    assert first == second


def test_a_folder_without_a_reward_model_is_refused(base: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no model; make or fetch one first"):
        Scorer(tmp_path)
    with pytest.raises(BadInput, match="does not say its max_length"):
        Scorer(base)


@pytest.mark.parametrize(
    ("weights", "votes"),
    [
        (None, {"ceiling_basis": "all", "people": 0.0}),  # a dataset from before it was said
        ((1.0, 1.0, 0.0), {"ceiling_basis": "drawn", "people": 0.5}),
    ],
)
def test_the_ceiling_is_of_what_chance_doubled_as_the_dataset_says(
    run: Run,
    judge: Path,
    tmp_path: Path,
    weights: tuple[float, ...] | None,
    votes: dict[str, object],
) -> None:
    """On two prompts two people disagree, and a third was asked, who agrees with the first: taken
    with that one the second alone is held back, and wrong. Where the dataset says what chance
    doubled, both are, and wrong; on two more prompts two people agree: four votes of eight."""
    placed = {"first": [[0], [1]], "second": [[1], [0]], "third": [[0], [1]]}
    rows = [
        {
            **ranked_row(number, ["eee", "aaa"], tiers),
            "rater": rater,
            "ranking_id": f"{number} {rater}",
            **_counting(weights, at),
        }
        for number in (1, 2)
        for at, (rater, tiers) in enumerate(placed.items())
    ]
    rows += [
        {
            **ranked_row(number, ["eee", "aaa"], [[0], [1]]),
            "rater": rater,
            "ranking_id": f"{number} {rater}",
            **_counting(weights, 0),
        }
        for number in (3, 4)
        for rater in (["first", "second"] if weights else ["first"])
    ]
    folder = tmp_path / "frozen"
    policy = Policy(chances=weights is not None)
    write_snapshot(folder, kind="ranked", rows={"test": rows}, policy=policy)

    card = run(main, {"snapshot": folder, "model": judge})

    assert isinstance(card["ceiling"], dict)
    found = {"ceiling_basis": card["ceiling_basis"], "people": card["ceiling"]["people"]["value"]}
    assert found == votes


def _counting(weights: tuple[float, ...] | None, at: int) -> Row:
    if weights is None:
        return {}
    return {"asked_with": None, "shown_with": [None, None], "agreement_weight": weights[at]}
