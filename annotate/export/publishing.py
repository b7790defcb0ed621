"""The end of the road: shards are there, the cards and the manifest follow, the manifest last.

shards -> pictures and guidelines, which the manifest names as well -> cards -> manifest
"""

import hashlib
from collections.abc import Mapping, Sequence

import orjson
import pyarrow as pa

from annotate.export.card import write_cards
from annotate.export.errors import EmptySnapshot
from annotate.export.facts import Facts
from annotate.export.forms import form_of
from annotate.export.manifest import NAME, Manifest, Shard
from annotate.export.pictures import pictures_of
from annotate.export.policy import Policy
from annotate.export.splits import SIDES
from annotate.export.telling import counted_in, path_of
from commons.stores import Staged

NOTHING = Facts()  # nobody counted


def publish(
    staged: Staged,
    *,
    kind: str,
    policy: Policy,
    said: Mapping[str, object],
    members: str,
    shards: Mapping[str, Sequence[Shard]],
    facts: Facts = NOTHING,
    images: bool = False,
) -> Manifest:
    """Make a dataset of its shards, by side; it appears with its manifest or not at all.

    ``said`` is the policy as it is kept; ``members`` the SHA-256 of the list of members. No row
    at all is refused (``EmptySnapshot``). ``images``: prompts of it ask about pictures.
    """
    in_order = tuple(shard for side in SIDES for shard in shards.get(side, ()))
    if not in_order:
        raise EmptySnapshot(kind)
    rows = {side: _rows(shards.get(side, ()), policy) for side in SIDES}
    pictures = list(pictures_of(rows, facts, counted_in(kind)))
    beside = {picture.path: picture.svg for picture in pictures}
    beside |= {path_of(each): each.text for each in facts.guidelines}
    manifest = Manifest(
        kind=kind,
        policy=said,
        rows=rows,
        members=members,
        shards=(*in_order, *(_written(staged, *each) for each in beside.items())),
        made_with={"pyarrow": pa.__version__, "orjson": orjson.__version__},
    )
    write_cards(staged, manifest, form_of(kind, policy, images=images).columns, facts, pictures)
    staged.publish(NAME, orjson.dumps(manifest.as_json(), option=orjson.OPT_INDENT_2))
    return manifest


def _written(staged: Staged, path: str, text: str) -> Shard:
    """A file that belongs to the card."""
    data = text.encode()
    with staged.writing(path) as out:
        out.write(data)
    return Shard(path, hashlib.sha256(data).hexdigest(), rows=0, bytes=len(data))


def _rows(shards: Sequence[Shard], policy: Policy) -> int:
    """Each kind of file has all rows; those of one are counted."""
    folder = f"{policy.files[0]}/"
    return sum(shard.rows for shard in shards if shard.path.startswith(folder))
