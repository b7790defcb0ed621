"""What happened to an item, moment by moment, in words; and what people and answers are called."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count, groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotate.enums import AssignmentState
from annotate.models import (
    Assignment,
    Demonstration,
    MachineJudge,
    MachineVerdict,
    Ranking,
    Rater,
    Task,
)
from annotate.selectors.hold import note_of
from annotate.selectors.life import Life
from commons.models import AuditEvent, User

ACTS = {
    "batch.imported": gettext_lazy("Its batch was imported"),
    "batch.withdrawn": gettext_lazy("Its batch was withdrawn"),
    "batch.restored": gettext_lazy("Its batch was restored"),
    "task.released": gettext_lazy("Returned to the queue"),
    "task.withdrawn": gettext_lazy("Withdrawn"),
    "prompt.erased": gettext_lazy("Erased"),
    "turn.taken-back": gettext_lazy("A turn was taken back"),
    "turn.extended": gettext_lazy("A turn was given more time"),
    "turn.reserved": gettext_lazy("A turn was set aside"),
}


@dataclass(frozen=True)
class Moment:
    at: datetime
    what: str
    who: str = ""
    note: str = ""


class Names:
    """People by name where the reader leads, else by number, as they first appear on this page.

    Answers are lettered in the order in which they came, on every page alike.
    """

    def __init__(self, life: Life) -> None:
        self._life, self._numbers, self._next = life, dict[str, int](), count(1)
        self._machines: dict[int, int] = {}
        named = [(each, letter(at)) for at, each in enumerate(life.candidates)]
        self._answers = {str(each.uuid): said for each, said in named}
        self._candidates = {each.pk: said for each, said in named}
        self._campaigns = {task.pk: task.campaign_id for task in life.tasks}

    def of_answer(self, uuid: str) -> str:
        return self._answers.get(uuid, "?")

    def of_candidate(self, pk: int) -> str:
        return self._candidates.get(pk, "?")

    def of_rater(self, rater: Rater, campaign: int) -> str:
        key = f"user {rater.user_id}" if rater.user_id else f"rater {rater.pk}"
        return str(rater) if campaign in self._life.led else self._numbered(key)

    def of_machine(self, judge: MachineJudge) -> str:
        if judge.campaign_id in self._life.led:
            return judge.name
        number = self._machines.setdefault(judge.pk, len(self._machines) + 1)
        return _("Machine %(number)d") % {"number": number}

    def of_person(self, person: User, campaign: int) -> str:
        if campaign in self._life.led:
            return person.display_name
        return self._numbered(f"user {person.pk}")

    def of_turn(self, turn: Assignment) -> str:
        return self.of_person(turn.person, self._campaigns[turn.task_id])

    def of_actor(self, act: AuditEvent) -> str:
        return act.actor.display_name if act.actor and self._life.leads_all else ""

    def _numbered(self, key: str) -> str:
        if key not in self._numbers:
            self._numbers[key] = next(self._next)
        return _("Rater %(number)d") % {"number": self._numbers[key]}


def letter(at: int) -> str:
    return chr(ord("A") + at) if at < 26 else str(at + 1)


def moments_of(life: Life, names: Names) -> list[Moment]:
    """In the order in which it happened."""
    found = [
        *_arrivals(life),
        *_answers(life, names),
        *(_asked(task, life) for task in life.tasks),
        *(each for turn in _told_turns(life) for each in _turns(turn, names)),
        *(_judged(kept, _("Ranked"), names) for kept in life.rankings),
        *(_by_machine(each, names) for each in life.verdicts),
        *(_judged(kept, _("Written"), names) for kept in life.demonstrations),
        *(_act(act, names) for act in life.acts),
        *_frozen(life),
    ]
    return sorted(found, key=lambda each: each.at)


def _arrivals(life: Life) -> Iterator[Moment]:
    for placed in life.placements:
        where = {"campaign": placed.campaign.name}
        by = placed.batch.name if placed.batch and life.leads_all else ""
        yield Moment(placed.added_at, _("Entered “%(campaign)s”") % where, note=by)


def _answers(life: Life, names: Names) -> Iterator[Moment]:
    """Those that came in one second came in one import, perhaps of one model."""
    if not life.leads_all:
        return
    together = groupby(life.candidates, key=lambda each: each.created_at.replace(microsecond=0))
    for _second, came in together:
        found = list(came)
        said = ", ".join(names.of_answer(str(each.uuid)) for each in found)
        yield Moment(found[0].created_at, _("Candidates came: %(names)s") % {"names": said})


def _asked(task: Task, life: Life) -> Moment:
    """How many are wanted says that an item checks people: nobody, any more."""
    if task.campaign_id not in life.led:
        number = _("round %(round)s") % {"round": task.round}
        return Moment(task.created_at, f"{_('Asked')}: {task.get_kind_display()}, {number}")
    said = _("Asked: %(kind)s, round %(round)d, %(wanted)d wanted")
    words = {"kind": task.get_kind_display(), "wanted": task.wanted, "round": task.round}
    return Moment(task.created_at, said % words)


def _told_turns(life: Life) -> Iterator[Assignment]:
    """Who is kept away wrote one of the answers: for whoever may know sources."""
    for turn in life.turns:
        if life.leads_all or turn.state != AssignmentState.EXCLUDED:
            yield turn


def _turns(turn: Assignment, names: Names) -> Iterator[Moment]:
    who = names.of_turn(turn)
    if turn.state == AssignmentState.EXCLUDED:
        yield Moment(turn.taken_at, _("Kept away from it, having written an answer"), who)
        return
    is_reserved = turn.state == AssignmentState.RESERVED
    yield Moment(turn.taken_at, _("Set aside") if is_reserved else _("Taken"), who)
    if turn.shown_at:
        yield Moment(turn.shown_at, _("Seen"), who)
    if turn.closed_at and turn.state != AssignmentState.SUBMITTED:  # the judgement says that
        reason = turn.get_skip_reason_display() if turn.skip_reason else ""
        said = f"{turn.get_state_display()}: {reason}" if reason else turn.get_state_display()
        yield Moment(turn.closed_at, said, who, turn.skip_note)


def _judged(kept: Ranking | Demonstration, said: str, names: Names) -> Moment:
    if kept.revision > 1:
        said = _("Changed, revision %(number)d") % {"number": kept.revision}
    return Moment(kept.created_at, said, names.of_rater(kept.rater, kept.campaign_id))


def _by_machine(verdict: MachineVerdict, names: Names) -> Moment:
    said = _("A machine did not judge it") if verdict.silence else _("A machine ranked it")
    why = verdict.get_silence_display() if verdict.silence else ""
    return Moment(verdict.created_at, said, names.of_machine(verdict.judge), why)


def _act(act: AuditEvent, names: Names) -> Moment:
    said = str(ACTS.get(act.verb, act.verb))
    return Moment(act.at, said, names.of_actor(act), note_of(act))


def _frozen(life: Life) -> Iterator[Moment]:
    seen = {member.snapshot_id: member.snapshot for member in life.members}
    for snapshot in seen.values():
        at = snapshot.finished_at or snapshot.requested_at
        yield Moment(at, _("Frozen into %(name)s") % {"name": str(snapshot)})
