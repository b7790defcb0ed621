"""Reward models: trained on a frozen snapshot, then measured on prompts they never saw."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from annotate import gateway
from commons.models import RunState, User
from rewards.enums import Method, Purpose
from rewards.errors import FilesGone, SnapshotNotReady
from rewards.models import EngineRun, Evaluation, RewardModel, Track
from rewards.services.datasets import dataset_to_read
from rewards.services.folders import base_of, model_folder, states_folder
from rewards.services.run import request_run
from rewards.stats.card_gate import card_refusals

HEAD_LENGTH = 1024  # tokens of prompt and answer


@transaction.atomic
def request_reward_model(
    *,
    snapshot: UUID,
    by: User | None,
    track: Track | None = None,
    purpose: Purpose = Purpose.REWARD,
    knobs: Mapping[str, object] | None = None,
    method: Method | None = None,
) -> RewardModel:
    """Ask for a reward model of a frozen ``ranked`` snapshot, learned by this method: by that of
    the ``knobs`` where none is said, and by training all weights where they say none either."""
    frozen = dataset_to_read(snapshot)
    if frozen.state != RunState.DONE:
        raise SnapshotNotReady(str(snapshot), state=str(RunState(frozen.state).label).lower())
    if frozen.kind != gateway.SnapshotKind.RANKED:
        raise SnapshotNotReady(str(snapshot), kind=frozen.kind)
    told = dict(knobs or {})
    method = method or Method(str(told.get("method", Method.FULL)))
    if method == Method.HEAD:
        told.pop("method", None)  # it is the script, and no setting of it
    run = request_run(
        module=method.module,
        config={
            "snapshot": str(frozen.id),
            "base": str(base_of(track)),
            **_usual(method),
            **told,
        },
        by=by,
    )
    run.config["out"] = str(model_folder(run))
    run.save(update_fields=["config"])
    return RewardModel.objects.create(track=track, purpose=purpose, snapshot_id=frozen.pk, run=run)


def _usual(method: Method) -> dict[str, object]:
    """What the engine is told unless somebody says otherwise. A head reads longer texts, which
    cost it little, and its report card reads as much; length and layout are out of its score
    anyway."""
    if method == Method.HEAD:
        return {"cache": str(states_folder()), "max_length": HEAD_LENGTH}
    own = {"method": "lora"} if method == Method.LORA else {}
    return {"drop_covariates": True, **own}  # said, so that the run's page shows it


def refuse_gone(model: RewardModel) -> None:
    """A model whose files were let go measures and scores nothing any more."""
    if model.run.files_gone_at is not None:
        raise FilesGone(str(model), model.run.files_gone_at)


@transaction.atomic
def request_report_card(*, reward_model: RewardModel, by: User | None) -> Evaluation:
    """Ask for the report card of a trained reward model, on held-out prompts; once per model."""
    RewardModel.objects.select_for_update().get(pk=reward_model.pk)
    standing = reward_model.evaluations.first()
    if standing:
        return standing
    refuse_gone(reward_model)
    frozen = dataset_to_read(reward_model.snapshot.uuid)
    config: dict[str, object] = {
        "snapshot": str(frozen.id),
        "model": str(model_folder(reward_model.run)),
    }
    for knob in ("max_length",):
        if knob in reward_model.run.config:
            config[knob] = reward_model.run.config[knob]
    if reward_model.run.config.get("patience"):  # the validation side chose its weights
        config["sides"] = ["test"]
    run = request_run(module="evaluate_reward", config=config, by=by)
    return Evaluation.objects.create(reward_model=reward_model, run=run)


def conclude_report_card(*, evaluation: Evaluation) -> Evaluation:
    """Say in words what the numbers of a finished report card do not allow."""
    Evaluation.objects.filter(pk=evaluation.pk).update(
        refusals=list(card_refusals(evaluation.run.result))
    )
    evaluation.refresh_from_db()
    return evaluation


def request_missing_report_cards() -> None:
    """Every model that stands by itself and has been trained gets its card, whoever died since."""
    without = RewardModel.objects.filter(
        purpose=Purpose.REWARD,
        run__cycle_steps__isnull=True,  # a cycle measures its own
        run__state=RunState.DONE,
        run__files_gone_at=None,
        snapshot__removed_at=None,
        evaluations__isnull=True,
    )
    for model in without.select_related("run", "snapshot"):
        request_report_card(reward_model=model, by=model.run.requested_by)


def follow_up(*, run: EngineRun) -> None:
    """Say what the numbers of a report card do not allow, once its run has ended well."""
    if run.state == RunState.DONE and run.module == "evaluate_reward":
        conclude_report_card(evaluation=run.evaluation)
