"""The reward models a person may see, and the ones that a cycle or a track goes by."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from commons.models import RunState, User
from rewards.enums import Method, Purpose, Stage
from rewards.models import CandidateScore, Cycle, Evaluation, RewardModel, Track
from rewards.selectors.track import tracks_of


def reward_models_of(user: User) -> QuerySet[RewardModel]:
    """The reward models a person may see: of their tracks, and those they asked for themselves."""
    models = RewardModel.objects.select_related("track", "run", "snapshot").order_by("-pk")
    if user.is_superuser:
        return models
    return models.filter(
        Q(track__in=tracks_of(user)) | Q(track__isnull=True, run__requested_by=user)
    )


def comparable_with(model: RewardModel) -> QuerySet[RewardModel]:
    """The other trained models of a model's track or dataset, the newest first.

    A prompt keeps its side for ever, so all of them may be measured on the same held-out prompts.
    """
    akin = Q(snapshot=model.snapshot)
    if model.track is not None:
        akin |= Q(track=model.track)
    others = RewardModel.objects.filter(
        akin, run__state=RunState.DONE, run__files_gone_at=None
    ).exclude(pk=model.pk)
    return others.select_related("track", "run", "snapshot").order_by("-pk")


def judge_of(cycle: Cycle) -> RewardModel | None:
    """The model that decides at a cycle's gate; None before it is asked for."""
    asked = RewardModel.objects.filter(
        run__cycle_steps__cycle=cycle, run__cycle_steps__stage=Stage.APPOINTING
    )
    return asked.select_related("run").order_by("-pk").first()


def card_of(model: RewardModel) -> Evaluation | None:
    """Its report card, once that is written."""
    written = model.evaluations.filter(run__state=RunState.DONE)
    return written.select_related("run").first()


def newest_good_reward_model() -> RewardModel | None:
    """The last trained reward model whose report card refuses nothing; None where there is none."""
    good = RewardModel.objects.filter(
        purpose=Purpose.REWARD,
        run__state=RunState.DONE,
        evaluations__run__state=RunState.DONE,
        evaluations__refusals=[],
    )
    return good.select_related("run").order_by("-pk").first()


def newest_ensemble(track: Track) -> RewardModel | None:
    """The last model of a track that says how far its heads disagree; None where there is none."""
    heads = track.rewards.filter(
        purpose=Purpose.REWARD,
        run__module=Method.HEAD.module,
        run__state=RunState.DONE,
        run__files_gone_at=None,
    )
    return heads.select_related("run").order_by("-pk").first()


def ensemble_of(track: Track) -> list[RewardModel]:
    """Whose disagreement about answers a track goes by; what is found is kept with the first.

    Its newest fast head alone, which has several heads; else the two models that its policy is
    trained with, the reward model and the stopping model, which have learned from other prompts.
    Empty where it has neither. Never the judge: it is to be unread until it judges.
    """
    head = newest_ensemble(track)
    if head is not None:
        return [head]
    there = track.rewards.filter(run__state=RunState.DONE, run__files_gone_at=None)
    newest = (
        there.filter(purpose=purpose).select_related("run").order_by("-pk").first()
        for purpose in (Purpose.REWARD, Purpose.STOPPING)
    )
    two = [model for model in newest if model is not None]
    return two if len(two) == 2 else []


def ensemble_that_scored(track: Track) -> RewardModel | None:
    """The last model with which an ensemble's disagreement about candidates is kept: the one of a
    cycle that goes on is new, and scores them behind it. Its files may be gone, its scores are
    not."""
    scored = CandidateScore.objects.filter(reward_model=OuterRef("pk"), spread__isnull=False)
    rewards = track.rewards.filter(purpose=Purpose.REWARD)
    return rewards.filter(Exists(scored)).order_by("-pk").first()


def newest_reward_model(track: Track, purpose: Purpose = Purpose.REWARD) -> RewardModel | None:
    """The last reward model of a track whose training ended well."""
    done = track.rewards.filter(purpose=purpose, run__state="done").select_related("run")
    return done.order_by("-pk").first()
