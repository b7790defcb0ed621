"""The end of the road: shards are there, the cards and the manifest follow, the manifest last.

shards -> pictures and guidelines, which the manifest names as well -> cards -> manifest
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import orjson
import pyarrow as pa

from annotate.export.card import write_cards
from annotate.export.errors import EmptySnapshot, OtherFiles
from annotate.export.facts import Facts
from annotate.export.forms import form_of
from annotate.export.manifest import NAME, VERSION, WEIGHED, Manifest, Shard
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
    weights: Mapping[str, float] | None = None,
    was: Manifest | None = None,
) -> Manifest:
    """Make a dataset of its shards, by side; it appears with its manifest or not at all.

    ``said`` is the policy as it is kept; ``members`` the SHA-256 of the list of members. No row
    at all is refused (``EmptySnapshot``). ``images``: prompts of it ask about pictures.
    ``weights``: what each rater weighs, by pseudonym, where they do not all weigh the same.
    ``was``: the manifest of the dataset that is to come out once more; anything else than that
    very one is refused (``OtherFiles``), and does not appear.
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
        weights=weights,
        version=VERSION if weights is None else WEIGHED,
    )
    if was is not None:
        manifest = _the_same(manifest, was)
    write_cards(staged, manifest, form_of(kind, policy, images=images).columns, facts, pictures)
    staged.publish(NAME, orjson.dumps(manifest.as_json(), option=orjson.OPT_INDENT_2))
    return manifest


def _the_same(made: Manifest, was: Manifest) -> Manifest:
    """The manifest as it was: equal bytes are the same dataset, whatever version has made them."""
    now = replace(made, made_with=_as_ordered(was.made_with, made.made_with), version=was.version)
    if now.digest != was.digest:
        before = {shard.path: shard for shard in was.shards}
        odd = [shard.path for shard in now.shards if before.get(shard.path) != shard]
        raise OtherFiles(
            min([*odd, *(before.keys() - {shard.path for shard in now.shards})], default=NAME),
            was_made_with=_versions(was),
            is_made_with=_versions(made),
        )
    return now


def _as_ordered(
    said: Mapping[str, str] | None, like: Mapping[str, str] | None
) -> Mapping[str, str] | None:
    """Names in the order in which they are written: a database that kept them may have another."""
    if said is None:
        return None
    return {name: said[name] for name in (*(like or {}), *said) if name in said}


def _versions(manifest: Manifest) -> str:
    return ", ".join(f"{name} {no}" for name, no in sorted((manifest.made_with or {}).items()))


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
