"""Rows say with which chance they were drawn where that is asked for, and nowhere else."""

from dataclasses import replace

import pytest

from annotate.export.batches import rows_of
from annotate.export.columns import columns_of
from annotate.export.policy import Policy, policy_from
from annotate.export.preferences import preference_rows
from annotate.export.rows import (
    RankingText,
    batches_of_rankings,
    ranked_row,
    sft_row,
    unpaired_rows,
)
from tests.annotate.export.judgements import demonstration, pairs_in, ranking

SAID = Policy(chances=True)


def drawn() -> RankingText:
    """Of a prompt that was asked with 0.25; of b nothing is known, the ideal one was not drawn."""
    found = ranking([["a"], ["b"]], ideal="more")
    return replace(found, asked_with=0.25, shown_with={"a": 0.5})


def test_a_ranking_has_its_chances_along_its_answers() -> None:
    row = ranked_row(drawn(), SAID)

    assert (row["asked_with"], row["shown_with"]) == (0.25, [0.5, None, None, None])


@pytest.mark.parametrize("count", [None, 0.0, 4.0])
def test_a_whole_ranking_says_what_it_counts_in_agreement_and_nothing_else_does(
    count: float | None,
) -> None:
    counted = replace(drawn(), agreement_weight=count)

    assert ranked_row(counted, SAID)["agreement_weight"] == count
    assert "agreement_weight" not in ranked_row(counted)
    for kind in ("preference", "unpaired"):
        rows = rows_of(batches_of_rankings(kind)([[counted]], SAID))
        assert not any("agreement_weight" in row for row in rows)


def test_a_pair_has_those_of_both_answers_and_an_ideal_one_none() -> None:
    found = list(preference_rows([drawn()], SAID))

    said = [(row["chosen_shown_with"], row["rejected_shown_with"]) for row in found]
    assert said == [(None, 0.5), (None, None), (0.5, None)]
    assert {row["asked_with"] for row in found} == {0.25}


def test_a_single_answer_has_its_own_and_a_written_one_that_of_its_prompt() -> None:
    plain = replace(drawn(), ideal=None)
    single = [(row["label"], row["shown_with"]) for row in unpaired_rows([plain], SAID)]
    written = sft_row(replace(demonstration(1), asked_with=0.5), SAID)

    assert single == [(True, 0.5), (False, None)]
    assert written["asked_with"] == 0.5


@pytest.mark.parametrize("policy", [Policy(), SAID, replace(SAID, weights="reliability")])
@pytest.mark.parametrize("kind", ["preference", "ranked", "unpaired"])
def test_rows_have_the_columns_that_are_told_of_in_their_order(kind: str, policy: Policy) -> None:
    rows = rows_of(batches_of_rankings(kind)([[drawn()]], policy))

    names = [column.name for column in columns_of(kind, policy)]
    assert {tuple(row) for row in rows} == {tuple(names)}
    assert any("shown_with" in name for name in names) == policy.chances


def test_a_policy_without_chances_is_kept_as_before_there_were_any() -> None:
    """Equal datasets keep equal bytes, and files that were let go come out as they were."""
    assert "chances" not in Policy().as_json()
    assert policy_from(SAID.as_json()) == SAID
    assert pairs_in(preference_rows([drawn()], Policy()), "strength") != []
