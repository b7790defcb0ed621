"""What goes into and comes out of the queue."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from annotate.enums import AssignmentState, Kind, LanePurpose


class InHand(NamedTuple):
    """A turn that a person holds, or took under the key that they sent."""

    assignment: int
    seat: int
    is_shown: bool
    campaign: int
    kind: Kind
    state: AssignmentState
    has_key: bool
    may_be_shown: bool  # its campaign runs and nothing holds its task; not known by key
    minutes: int  # of a lease of its kind


class Kept(NamedTuple):
    """A turn that a lead has set aside for a person, and the terms of its lease."""

    assignment: int
    campaign: int
    kind: Kind
    minutes: int
    instructions: int | None
    is_acknowledged: bool
    campaign_name: str


class Start(NamedTuple):
    """A lane open to a person, the place behind which to look, and the terms of a lease from it."""

    lane: int
    after: int
    campaign: int
    weight: int
    band: int
    is_theirs: bool  # reserved for them, or for held-out raters as they are one
    minutes: int
    instructions: int | None
    is_acknowledged: bool
    campaign_name: str
    kind: str = ""
    purpose: str = LanePurpose.WORK
    gold_share: float = 0.0  # of what its campaign gives, how much checks a person in silence
    training: int = 0  # items of training that its campaign begins with
    trained: int = 0  # those that the person has done, or has in hand, from this lane
    is_capped: bool = False  # a limit per person or team holds for it; not where it is one's own
    is_rationed: bool = False  # it may harm: a yes may be taken back, and enough may be read


class Plan(NamedTuple):
    """What a person has in hand and where they may look for more, as one statement read it."""

    in_hand: Sequence[InHand]
    kept: Sequence[Kept]
    lanes: Sequence[Start]


class Terms(NamedTuple):
    """What a lease is given under, whichever task it will be for."""

    person: int
    uuid: UUID
    seat: int
    seed: int
    key: UUID | None
    now: datetime


class Turn(NamedTuple):
    """A lease that was given."""

    assignment: int
    uuid: UUID
    task: int
    lane: int
    place: int
    order: list[str]
    instructions: int | None
    expires_at: datetime


Walk = Sequence[Start]
