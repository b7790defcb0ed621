"""Where what is read ends, and where what is written begins, is nothing that a dataset shows."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from annotate.enums import SnapshotKind
from annotate.export import batches
from annotate.export.policy import Policy
from annotate.selectors import snapshot_rows
from annotate.services import snapshot_part
from commons.models import RunState
from tests.annotate.freezing import freeze
from tests.annotate.reviewing import make_ranked_task, make_reviewed_campaign
from tests.annotate.services.test_snapshot import rows_in


@pytest.mark.django_db
@pytest.mark.parametrize("votes", ["every", "majority"])
def test_no_ranking_is_cut_where_a_chunk_a_batch_or_a_block_ends(
    votes: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two prompts of two rankings each: read one by one, turned into rows prompt by prompt, and
    written five rows at a time, where an order of four gives six."""
    settings.ARTIFACTS, settings.PSEUDONYM_KEY = tmp_path, "a key of the test"
    campaign, policy = make_reviewed_campaign(), Policy(votes=votes)
    for orders in (("abcd", "abdc"), ("dcba", "dcba")):
        make_ranked_task(campaign, orders)
    whole = freeze(SnapshotKind.PREFERENCE, campaign, policy)
    monkeypatch.setattr(snapshot_rows, "CHUNK", 1)
    monkeypatch.setattr(snapshot_part, "PROMPTS_PER_BATCH", 1)
    monkeypatch.setattr(batches, "ROWS_PER_BLOCK", 5)

    cut = freeze(SnapshotKind.PREFERENCE, campaign, policy)

    assert (cut.state, cut.error) == (RunState.DONE, "")
    assert rows_in(cut) == rows_in(whole)
    assert len(rows_in(cut)) == {"every": 24, "majority": 11}[votes]  # one pair is even
    assert cut.report == whole.report
