"""Who has met a task: parts of statements that both dialects share.

A turn that ended before its person saw anything of the task may be theirs once more: the same row
is opened again, for there is one per person and task.
"""

# Of rows called ``met``; ``models.HAS_MET`` says the same.
HAS_MET = "NOT (met.state = 'expired' AND met.shown_at IS NULL)"

# The NULL breaks the whole statement where another request has used the row meanwhile.
OPEN_AGAIN = """
ON CONFLICT (person_id, task_id) DO UPDATE SET
    state = CASE
        WHEN annotate_assignment.state = 'expired' AND annotate_assignment.shown_at IS NULL
        THEN 'open'
    END,
    lane_id = excluded.lane_id, place = excluded.place, seat = excluded.seat,
    seed = excluded.seed, "order" = excluded."order", take_key = excluded.take_key,
    instructions_id = excluded.instructions_id, taken_at = excluded.taken_at,
    expires_at = excluded.expires_at, closed_at = NULL
"""
