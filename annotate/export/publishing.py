"""The end of the road: shards are there, the cards and the manifest follow, the manifest last."""

from collections.abc import Mapping, Sequence

import orjson
import pyarrow as pa

from annotate.export.card import write_cards
from annotate.export.columns import columns_of
from annotate.export.errors import EmptySnapshot
from annotate.export.manifest import NAME, Manifest, Shard
from annotate.export.policy import Policy
from annotate.export.splits import SIDES
from commons.stores import Staged


def publish(
    staged: Staged,
    *,
    kind: str,
    policy: Policy,
    said: Mapping[str, object],
    members: str,
    shards: Mapping[str, Sequence[Shard]],
) -> Manifest:
    """Make a dataset of its shards, by side; it appears with its manifest or not at all.

    ``said`` is the policy as it is kept; ``members`` the SHA-256 of the list of members. No row
    at all is refused (``EmptySnapshot``).
    """
    in_order = tuple(shard for side in SIDES for shard in shards.get(side, ()))
    if not in_order:
        raise EmptySnapshot(kind)
    manifest = Manifest(
        kind=kind,
        policy=said,
        rows={side: _rows(shards.get(side, ()), policy) for side in SIDES},
        members=members,
        shards=in_order,
        made_with={"pyarrow": pa.__version__, "orjson": orjson.__version__},
    )
    write_cards(staged, manifest, columns_of(kind, policy))
    staged.publish(NAME, orjson.dumps(manifest.as_json(), option=orjson.OPT_INDENT_2))
    return manifest


def _rows(shards: Sequence[Shard], policy: Policy) -> int:
    """Each form has all rows; one of them is counted."""
    return sum(shard.rows for shard in shards) // len(policy.files)
