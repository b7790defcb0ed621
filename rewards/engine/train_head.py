"""Fit a reward head on frozen states of the base: minutes on a laptop, seconds after new votes.

    python -m rewards.engine.train_head RUN_DIR

1. read the train side of a ``ranked`` or ``preference`` snapshot, refusing one that has changed
2. read the states of every answer from the first layers of the base; those that were read before
   come from the cache
3. look at the raters: who answers at random counts little (``raters``)
4. choose the penalty by cross-validation over prompts, then fit heads on prompts drawn with
   replacement: their mean is the score, and how far they disagree is its uncertainty
5. write base, heads and manifest

The base is not trained: only some thousand numbers are learned. Covariates (log
characters, markdown density) take part in the fit and are dropped from the score. A run that was
killed begins anew: what costs time, the states, is in the cache by then.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from transformers import AutoConfig, set_seed

from commons.artifacts import atomic_file
from commons.sentences import sentence as _
from commons.sentences import sentences as ngettext
from rewards.engine.config import Knobs
from rewards.engine.data import open_snapshot
from rewards.engine.errors import BadConfig
from rewards.engine.fitting import Fitted, Plan, fit_heads
from rewards.engine.groups import COVARIATES
from rewards.engine.head_folder import save_head
from rewards.engine.head_rows import Rows, read_rows
from rewards.engine.models import descent, finished_before, load_tokenizer
from rewards.engine.pooling import Look
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report
from rewards.engine.raters import Reliability
from rewards.engine.states import Reader

DEPTHS = (0.4, 0.47, 0.53)  # of all layers: 12, 14 and 16 of 30 (docs/log.md)
READING, FITTING = "reading hidden states", "fitting heads"


@dataclass(frozen=True)
class Config(Knobs):
    """``layers`` empty: those at ``depths``, shares of all layers of the base. ``covariates``:
    some of log_characters and markdown_density. ``cache`` empty: a folder of the run's own."""

    snapshot: Path
    base: Path
    out: Path
    cache: Path | None = None
    share: tuple[int, ...] = (0, 1)
    seed: int = 0
    max_length: int = 1024
    layers: tuple[int, ...] = ()
    depths: tuple[float, ...] = DEPTHS
    poolings: tuple[str, ...] = ("evidence",)
    covariates: tuple[str, ...] = COVARIATES
    trusts_all: bool = False
    heads: int = 16
    folds: int = 5


def main(folder: Path) -> None:
    carry_out(folder, Config, train)


def train(config: Config, folder: Path) -> Result:
    if made := finished_before(config.out, config):
        return made
    set_seed(config.seed)
    began = time.monotonic()
    snapshot = open_snapshot(config.snapshot, "ranked", "preference")
    rows = read_rows(
        snapshot, load_tokenizer(config.base), share=config.share, limit=config.max_length
    )
    report(
        0,
        1,
        ngettext("%(count)s ranking is read", "%(count)s rankings are read", rows.counts["groups"]),
    )
    look = Look(config.layers or usual_layers(config.base, config.depths), config.poolings)
    reader = Reader(config.base, look, config.cache or folder / "states")
    states = reader.rows(rows.texts, lambda done, of: report(done, of, READING))
    fitted = fit_heads(
        states,
        rows,
        _plan(config),
        lambda step, of, metrics: report(step, of, FITTING, metrics),
    )
    _write_reliability(folder, rows, fitted.reliability)
    metrics = {
        **rows.counts,
        **fitted.metrics(),
        "covariates": dict(zip(config.covariates, fitted.covariates.tolist(), strict=True)),
        "seconds": time.monotonic() - began,
    }
    manifest = descent(
        config, config.base, kind="reward", metrics=metrics, snapshot=snapshot.digest
    )
    manifest["head"] = {**look.as_json(), "base_digest": reader.digest, **_said(fitted)}
    save_head(
        config.out, weights=fitted.weights, bias=fitted.bias, reader=reader, manifest=manifest
    )
    return metrics


def usual_layers(base: Path, depths: Sequence[float] = DEPTHS) -> tuple[int, ...]:
    """The layers at these shares of the base's depth: three before its middle unless it is said,
    about where frozen states tell most."""
    if not depths or not all(0 < share <= 1 for share in depths):
        raise BadConfig(_("'depths' are shares of the base's layers, each above 0 and at most 1."))
    depth = AutoConfig.from_pretrained(base).num_hidden_layers
    return tuple(sorted({max(1, round(depth * share)) for share in depths}))


def _plan(config: Config) -> Plan:
    unknown = set(config.covariates) - set(COVARIATES)
    if unknown:
        raise BadConfig(
            _(
                "'covariates' are some of %(known)s, not %(unknown)s.",
                known=", ".join(COVARIATES),
                unknown=unknown,
            )
        )
    if config.heads < 1 or config.folds < 2:
        raise BadConfig(_("'heads' must be at least 1 and 'folds' at least 2."))
    return Plan(
        covariates=tuple(COVARIATES.index(name) for name in config.covariates),
        trusts_all=config.trusts_all,
        heads=config.heads,
        folds=config.folds,
        seed=config.seed,
    )


def _said(fitted: Fitted) -> Mapping[str, object]:
    return {"heads": len(fitted.bias), "penalty": fitted.penalty}


def _write_reliability(folder: Path, rows: Rows, found: Reliability | None) -> None:
    """``reliability.json`` beside the result: how sound each rater's votes are, by pseudonym."""
    if found is None:
        return
    said = {
        name: {"reliability": float(found.eta[number]), "votes": float(found.votes[number])}
        for number, name in enumerate(rows.raters)
        if name
    }
    path = folder / "reliability.json"
    path.unlink(missing_ok=True)  # of a start that was killed
    with atomic_file(path) as out:
        out.write(json.dumps(said, ensure_ascii=False, indent=1).encode())


if __name__ == "__main__":
    start(main)
