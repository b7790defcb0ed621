"""What a person holds and which lanes are open to them, in one statement for both dialects.

The rules of ``selectors.lane.lanes_open_to`` once more, for the hot path; a test holds the two
against each other.
"""

from uuid import UUID

from django.utils import timezone

from annotate.enums import AssignmentState, Kind
from annotate.services.queue.types import InHand, Kept, Plan, Start
from commons.statements import given_moment, given_uuid, rows_of

NEWEST = """(
    SELECT version.id FROM annotate_instructions AS version
    WHERE version.campaign_id = campaign.id ORDER BY version.version DESC LIMIT 1
)"""

# Of a lane: its prompts may harm; and this person has agreed to read what its campaign has of that.
# ``selectors.care`` says the same.
MAY_HARM = """EXISTS (
      SELECT 1 FROM annotate_harmfulskill AS harm
      WHERE harm.campaign_id = lane.campaign_id
        AND harm.skill IN ('', lane.skill, lane.clearance)
  )"""
AGREED = """EXISTS (
      SELECT 1 FROM annotate_careconsent AS agreed
      JOIN annotate_carerules AS care ON care.campaign_id = agreed.campaign_id
      WHERE agreed.person_id = %(person)s AND agreed.campaign_id = lane.campaign_id
        AND agreed.withdrawn_at IS NULL AND agreed.version = care.version
  )"""
MAY_READ = f"(NOT {MAY_HARM} OR {AGREED})"

# Which of the columns are used, and for what, is said below, where they are read.
IN_HAND = f"""
SELECT 'turn', turn.id, turn.seat, CASE WHEN turn.shown_at IS NULL THEN 0 ELSE 1 END,
    task.campaign_id,
    CASE WHEN campaign.state = 'running' AND task.held = '' AND {MAY_READ} THEN 1 ELSE 0 END,
    0, 0, work.lease_minutes, CAST(NULL AS bigint), turn.state, task.kind,
    '', CAST(0 AS double precision), 0, 0, 0, 0
FROM annotate_assignment AS turn
JOIN annotate_task AS task ON task.id = turn.task_id
JOIN annotate_lane AS lane ON lane.id = task.lane_id
JOIN annotate_campaign AS campaign ON campaign.id = task.campaign_id
LEFT JOIN annotate_campaignwork AS work
    ON work.campaign_id = task.campaign_id AND work.kind = task.kind
WHERE turn.person_id = %(person)s AND turn.state = 'open'
"""

SET_ASIDE = f"""
UNION ALL
SELECT 'kept', turn.id, turn.seat,
    CASE WHEN {NEWEST} IS NULL OR EXISTS (
        SELECT 1 FROM annotate_acknowledgement AS accepted
        WHERE accepted.person_id = turn.person_id AND accepted.instructions_id = {NEWEST}
    ) THEN 1 ELSE 0 END,
    campaign.id, 0, 0, 0, work.lease_minutes, {NEWEST}, campaign.name, task.kind, '', 0, 0, 0, 0,
    0
FROM annotate_assignment AS turn
JOIN annotate_task AS task ON task.id = turn.task_id
JOIN annotate_lane AS lane ON lane.id = task.lane_id
JOIN annotate_campaign AS campaign ON campaign.id = task.campaign_id
JOIN annotate_membership AS member
    ON member.campaign_id = campaign.id AND member.person_id = turn.person_id
JOIN annotate_campaignwork AS work
    ON work.campaign_id = task.campaign_id AND work.kind = task.kind
WHERE turn.person_id = %(person)s AND turn.state = 'reserved'
  AND member.active AND NOT member.paused AND campaign.state = 'running' AND task.held = ''
  AND {MAY_READ}
"""

BY_KEY = """
UNION ALL
SELECT 'key', turn.id, turn.seat, 1, task.campaign_id, 0, 0, 0, 0, NULL, turn.state, task.kind,
    '', 0, 0, 0, 0, 0
FROM annotate_assignment AS turn
JOIN annotate_task AS task ON task.id = turn.task_id
WHERE turn.person_id = %(person)s AND turn.take_key = %(key)s
"""

LANES = """
UNION ALL
SELECT 'lane', lane.id,
    COALESCE((
        SELECT turn.place FROM annotate_assignment AS turn
        WHERE turn.person_id = %(person)s AND turn.lane_id = lane.id
        ORDER BY turn.id DESC LIMIT 1
    ), -1),
    CASE WHEN mine.newest IS NULL OR accepted.id IS NOT NULL THEN 1 ELSE 0 END,
    mine.id, mine.weight, lane.band,
    CASE WHEN lane.reserved_for_id IS NOT NULL OR lane.pool <> 'open' THEN 1 ELSE 0 END,
    work.lease_minutes, mine.newest, mine.name, lane.kind,
    lane.purpose, mine.gold_share, mine.training,
    CASE WHEN lane.purpose = 'practice' THEN (
        SELECT COUNT(*) FROM annotate_assignment AS done
        WHERE done.person_id = %(person)s AND done.lane_id = lane.id
          AND done.state IN ('open', 'submitted')
    ) ELSE 0 END,
    CASE WHEN lane.reserved_for_id IS NULL THEN mine.is_capped ELSE 0 END,
    CASE WHEN lane.reserved_for_id IS NULL AND mine.is_rationed = 1 AND {may_harm}
        THEN 1 ELSE 0 END
FROM (
    SELECT campaign.id, campaign.name, campaign.weight, member.pool, {newest} AS newest,
        COALESCE(gold.share, 0) AS gold_share, COALESCE(gold.training_items, 0) AS training,
        CASE WHEN caps.id IS NULL AND part.id IS NULL THEN 0 ELSE 1 END AS is_capped,
        CASE WHEN care.id IS NULL THEN 0 ELSE 1 END AS is_rationed
    FROM annotate_membership AS member
    JOIN annotate_campaign AS campaign ON campaign.id = member.campaign_id
    LEFT JOIN annotate_goldrules AS gold ON gold.campaign_id = campaign.id
    LEFT JOIN annotate_caprules AS caps ON caps.campaign_id = campaign.id
    LEFT JOIN annotate_teampart AS part
        ON part.campaign_id = campaign.id AND part.team_id = member.team_id AND part.stops
            AND part.ended_at IS NULL
    LEFT JOIN annotate_carerules AS care ON care.campaign_id = campaign.id
    WHERE member.person_id = %(person)s AND member.active AND NOT member.paused
      AND campaign.state = 'running'
    LIMIT 10000 -- no limit: it keeps PostgreSQL from asking for the newest version at each use
) AS mine
JOIN annotate_lane AS lane ON lane.campaign_id = mine.id
JOIN annotate_campaignwork AS work ON work.campaign_id = mine.id AND work.kind = lane.kind
LEFT JOIN annotate_acknowledgement AS accepted
    ON accepted.instructions_id = mine.newest AND accepted.person_id = %(person)s
WHERE (lane.reserved_for_id IS NULL OR lane.reserved_for_id = %(person)s)
  AND (lane.pool = 'open' OR lane.pool = mine.pool)
  AND (lane.purpose = '' OR lane.purpose = 'gold' AND mine.gold_share > 0
      OR lane.purpose = 'practice' AND mine.training > 0)
  AND {skill} AND {language} AND {clearance}
  AND {may_read}
"""

HOLDS = """(lane.{facet} = '' OR EXISTS (
      SELECT 1 FROM annotate_competence AS held
      WHERE held.person_id = %(person)s AND held.facet = '{facet}' AND held.value = lane.{facet}
        AND (held.expires_at IS NULL OR held.expires_at > %(now)s)
  ))"""

ALL_LANES = LANES.format(
    newest=NEWEST,
    may_harm=MAY_HARM,
    may_read=MAY_READ,
    **{facet: HOLDS.format(facet=facet) for facet in ("skill", "language", "clearance")},
)


def plan_of(
    *, person: int, campaign: int | None = None, kind: Kind | None = None, key: UUID | None = None
) -> Plan:
    """Read it. ``campaign`` and ``kind`` narrow where to look, not what is in hand; ``key`` finds
    what it took before."""
    statement = IN_HAND + SET_ASIDE + (BY_KEY if key else "") + ALL_LANES
    if campaign is not None:
        statement += "  AND lane.campaign_id = %(campaign)s\n"
    if kind is not None:
        statement += "  AND lane.kind = %(kind)s\n"
    given = {
        "person": person,
        "campaign": campaign,
        "kind": kind,
        "key": given_uuid(key),
        "now": given_moment(timezone.now()),
    }
    rows = rows_of(statement, given)
    return Plan(
        in_hand=[_in_hand(row) for row in rows if row[0] in ("turn", "key")],
        kept=[
            kept
            for kept in (_kept(row) for row in rows if row[0] == "kept")
            if campaign in (None, kept.campaign) and kind in (None, kept.kind)
        ],
        lanes=[_start(row) for row in rows if row[0] == "lane"],
    )


def _in_hand(row: tuple) -> InHand:  # type: ignore[type-arg]  # as the statement has its columns
    what, assignment, seat, is_shown, campaign, may_be_shown, _, _, minutes, _, state, kind, *_ = (
        row
    )
    return InHand(
        assignment,
        seat,
        bool(is_shown),
        campaign,
        Kind(kind),
        AssignmentState(state),
        has_key=what == "key",
        may_be_shown=bool(may_be_shown),
        minutes=minutes or 0,
    )


def _kept(row: tuple) -> Kept:  # type: ignore[type-arg]
    _, assignment, _, accepted, campaign, _, _, _, minutes, newest, name, kind, *_ = row
    return Kept(assignment, campaign, Kind(kind), minutes, newest, bool(accepted), name)


def _start(row: tuple) -> Start:  # type: ignore[type-arg]
    _, lane, after, accepted, campaign, weight, band, theirs, minutes, newest, name, *more = row
    kind, purpose, share, training, trained, is_capped, is_rationed = more
    return Start(
        lane,
        after,
        campaign,
        weight,
        band,
        bool(theirs),
        minutes,
        newest,
        bool(accepted),
        name,
        kind,
        purpose,
        share,
        training,
        trained,
        bool(is_capped),
        bool(is_rationed),
    )
