"""The policies of a track: the one in service, and whose weights are there."""

import re
from datetime import datetime

from rewards.enums import PolicyState
from rewards.models import EngineRun, Policy, Track

RUN_FOLDER = re.compile(r"runs/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")  # in a path


def promoted_policy(track: Track) -> Policy | None:
    """The policy that writes candidates; None before the track's first one is set."""
    return track.policies.filter(state=PolicyState.PROMOTED).first()


def files_gone_at(policy: Policy) -> datetime | None:
    """Since when a policy's weights are let go; None while they are there."""
    found = RUN_FOLDER.search(policy.folder)
    made_by = EngineRun.objects.filter(uuid=found[1]).first() if found else None
    return made_by.files_gone_at if made_by else None
