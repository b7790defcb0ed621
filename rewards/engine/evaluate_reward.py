"""Write the report card of a reward model on rankings that it has never seen.

    python -m rewards.engine.evaluate_reward RUN_DIR

1. read the held-out sides of a ``ranked`` snapshot, refusing one that has changed
2. score every placed answer
3. count: accuracy over all pairs, best of K, slices, calibration, slopes, baselines, the human
   ceiling (``rewards.stats.report_card``); intervals resample prompts, as pairs of one prompt
   depend on each other
4. put each text that wins wherever it stands under prompts where it does not belong
5. write ``model_card.md`` with its pictures and ``report.json`` beside the result

Ties of people are left out of the accuracy and counted apart; a tie of the model is half right.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import cast

from commons.sentences import sentence as _
from rewards.engine.config import Knobs
from rewards.engine.data import Snapshot, open_snapshot
from rewards.engine.errors import BadInput
from rewards.engine.judging import scored, unscored
from rewards.engine.models import read_manifest
from rewards.engine.probing import probed
from rewards.engine.process import Result, carry_out, start
from rewards.engine.scorer import Scorer
from rewards.engine.shares import in_share
from rewards.stats.model_card import model_card_files
from rewards.stats.report_card import Trained, report_card
from rewards.stats.resampling import Resampling
from rewards.stats.seen import Seen

TRAIN_READ = 20_000  # rankings of the train side that are looked at: what it repeats is in any


@dataclass(frozen=True)
class Config(Knobs):
    snapshot: Path
    model: Path
    sides: tuple[str, ...] = ("validation", "test")
    seed: int = 0
    rounds: int = 2000
    max_length: int = 512


def main(folder: Path) -> None:
    carry_out(folder, Config, evaluate)


def evaluate(config: Config, folder: Path) -> Result:
    snapshot = open_snapshot(config.snapshot, "ranked")
    rankings = [(side, one) for side in config.sides for one in snapshot.rankings(side)]
    if not rankings:
        raise BadInput(
            _(
                "%(snapshot)s holds no ranking on %(known)s; collect more.",
                snapshot=config.snapshot,
                known=" or ".join(config.sides),
            )
        )
    manifest = read_manifest(config.model)
    scorer = Scorer(config.model, config.max_length)
    held_out = scored(rankings, scorer)
    trained = _trained(snapshot, manifest)
    resampling = Resampling(config.seed, config.rounds)
    card = report_card(held_out, trained, resampling)
    found = {
        **card,
        "repeated": probed(cast(list[Card], card["repeated"]), held_out, scorer, resampling),
        "seen_prompts": _seen_in(trained.rankings, held_out),
        "model": _descent(manifest),
        "snapshot": snapshot.digest,
    }
    _write_card(folder, found)
    return found


Card = dict[str, object]


def _trained(snapshot: Snapshot, manifest: Mapping[str, object]) -> Trained:
    """What the model learned from, as far as this snapshot and its manifest tell."""
    config = cast(Mapping[str, object], manifest.get("config") or {})
    part, parts = cast(Sequence[int], config.get("share") or (0, 1))
    mine = (one for one in snapshot.rankings("train") if in_share(one.prompt_id, part, parts))
    rankings = [unscored(one) for one in islice(mine, TRAIN_READ)]
    metrics = cast(Mapping[str, object], manifest.get("metrics") or {})
    return Trained(
        rankings=rankings,
        raters={seen.rater for seen in rankings if seen.rater},
        covariates=cast(Mapping[str, float], metrics.get("covariates") or {}),
    )


def _seen_in(trained: Sequence[Seen], held_out: Sequence[Seen]) -> int:
    """How many held-out prompts stand on the train side too, by id or word for word."""
    ids = {seen.prompt_id for seen in trained}
    texts = {json.dumps(seen.prompt) for seen in trained}
    return len(
        {s.prompt_id for s in held_out if s.prompt_id in ids or json.dumps(s.prompt) in texts}
    )


def _descent(manifest: Mapping[str, object]) -> Card:
    """Where the model comes from, for its card."""
    return {name: manifest.get(name) for name in ("base", "snapshot", "code_version")}


def _write_card(folder: Path, card: Card) -> None:
    for name, text in model_card_files(card).items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    start(main)
