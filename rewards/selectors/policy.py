"""The policies of a track: the one in service, and whose weights are there."""

import re
from datetime import datetime, timedelta

from commons.models import RunState
from rewards.enums import PolicyState
from rewards.models import EngineRun, Evaluation, Policy, Track

A_YEAR = timedelta(days=361)  # 52 weekly looks, early or late in its week though each may come
RUN_FOLDER = re.compile(r"runs/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")  # in a path


def promoted_policy(track: Track) -> Policy | None:
    """The policy that writes candidates; None before the track's first one is set."""
    return track.policies.filter(state=PolicyState.PROMOTED).first()


def look_of(evaluation: Evaluation) -> int:
    """The place of a comparison among those of its track that were read within a year, from 1.

    Each of them might have promoted its policy, whoever began its cycle, and whatever came of it.
    """
    read = Evaluation.objects.filter(
        policy__track__policies=evaluation.policy,
        run__state=RunState.DONE,
        created_at__gt=evaluation.created_at - A_YEAR,
        created_at__lt=evaluation.created_at,
    )
    return read.count() + 1


def files_gone_at(policy: Policy) -> datetime | None:
    """Since when a policy's weights are let go; None while they are there."""
    found = RUN_FOLDER.search(policy.folder)
    made_by = EngineRun.objects.filter(uuid=found[1]).first() if found else None
    return made_by.files_gone_at if made_by else None
