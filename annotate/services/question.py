"""A person asks about an item; a lead answers, and may let everybody read it.

open --answer_question--> answered, with a note to whoever asked, and a precedent if so wished
"""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from annotate.enums import QuestionState
from annotate.errors import AlreadyAnswered, EmptyText, NotAllowed, NotYours
from annotate.models import Assignment, ItemQuestion, Note, Precedent
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.question import ASKABLE, words_about
from annotate.services.person_notice import tell_of_answer
from commons.audit import record
from commons.models import User


def ask_question(*, assignment: Assignment, text: str, by: User, key: UUID) -> ItemQuestion:
    """Ask the leads about an item that one has met; the turn goes on. The same key finds it."""
    if assignment.person_id != by.pk or assignment.state not in ASKABLE:
        raise NotYours
    if not text.strip():
        raise EmptyText(gettext("Write what you want to know."))
    asked = ItemQuestion(
        assignment=assignment, campaign_id=assignment.task.campaign_id, text=text.strip(), key=key
    )
    try:
        with transaction.atomic():
            asked.save(force_insert=True)
    except IntegrityError:
        return ItemQuestion.objects.get(assignment=assignment, key=key)
    return asked


@transaction.atomic
def answer_question(
    *, question: ItemQuestion, answer: str, by: User, precedent: str | None = None
) -> ItemQuestion:
    """Answer once, and tell whoever asked.

    ``precedent`` is the question as everybody may read it, without what only its item says; with
    it the answer stands beside the guideline.
    """
    if not campaigns_led_by(by).filter(pk=question.campaign_id).exists():
        raise NotAllowed(
            gettext("Only leads of the campaign answer what is asked about its items.")
        )
    if not answer.strip():
        raise EmptyText(gettext("Write an answer."))
    if precedent is not None and not precedent.strip():
        raise EmptyText(
            gettext("Write the question as everybody may read it, or make no precedent of it.")
        )
    _close(question, answer.strip(), by)
    note = Note.objects.create(person_id=question.assignment.person_id, question=question)
    if note.person_id != by.pk:
        tell_of_answer(note)
    if precedent is not None:
        _publish(question, precedent.strip())
    verb = "question.answered"
    record(actor=by, verb=verb, subject=question, is_precedent=precedent is not None)
    return question


def _close(question: ItemQuestion, answer: str, by: User) -> None:
    question.state, question.answer = QuestionState.ANSWERED, answer
    question.answered_by, question.answered_at = by, timezone.now()
    still_open = ItemQuestion.objects.filter(pk=question.pk, state=QuestionState.OPEN)
    if not still_open.update(
        state=question.state,
        answer=question.answer,
        answered_by=by,
        answered_at=question.answered_at,
    ):
        raise AlreadyAnswered


def _publish(question: ItemQuestion, asked: str) -> Precedent:
    prompt = question.assignment.task.prompt
    return Precedent.objects.create(
        campaign_id=question.campaign_id,
        question=question,
        asked=asked,
        answer=question.answer,
        skill=prompt.skill,
        language=prompt.language,
        words=words_about(question, asked),
    )
