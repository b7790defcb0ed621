"""Putting answers in order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from annotate.answering import readable_answers
from annotate.enums import Kind
from annotate.forms.answers import AnswersForm
from annotate.forms.ranking import ranks_of
from annotate.models import Assignment, Ranking
from annotate.questions import Questions, questions_of
from annotate.selectors.assignment import candidates_in_order
from annotate.selectors.submission import BESIDE_ORDER, Body
from annotate.services.closing import SentDraft
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from annotate.views.asking import beside_in_words, raw_texts, shown_questions
from annotate.views.pair import cells
from annotate.views.reading import blind_answers, order_in_words
from annotate.views.work_page import WorkPage


class Ordering(WorkPage[AnswersForm]):
    kind = Kind.RANK
    template = "annotate/rank.html"
    overtaken = _("Another tab saved a different order. Submit again to keep the one here.")

    def form_of(
        self, assignment: Assignment, body: Body, data: QueryDict | None = None
    ) -> AnswersForm:
        said = {} if body.get("considered") is False else ranks_of(body)  # undone to its beginning
        asked = asked_in(assignment)
        return AnswersForm(data=data, initial=said, answers=assignment.order, asked=asked)

    def submit(self, assignment: Assignment, form: AnswersForm, sent: SentDraft) -> None:
        submit_ranking(
            assignment=assignment,
            answer=form.answer(),
            by=self.request.user,
            key=form.cleaned_data["key"],
            sent=sent,
        )

    def revise(self, assignment: Assignment, form: AnswersForm, *, seen: int) -> None:
        now = Ranking.objects.filter(assignment=assignment, current=True).first()
        revise_ranking(
            assignment=assignment,
            answer=with_what_was_not_asked(form, now) if now else form.answer(),
            by=self.request.user,
            key=form.cleaned_data["key"],
            seen=seen,
            effort=form.cleaned_data["effort"],
        )

    def in_words(self, assignment: Assignment, body: Body) -> str:
        form = self.form_of(assignment, body)
        said = body | beside_of(form, body)
        order = order_in_words(assignment.order, body)
        return "\n".join(filter(None, [order, beside_in_words(form.asked, assignment.order, said)]))

    def more(self, assignment: Assignment, form: AnswersForm, body: Body) -> Body:
        work = assignment.task.campaign.works.get(kind=Kind.RANK)
        candidates, said = candidates_in_order(assignment), beside_of(form, body)
        questions = shown_questions(form, said["answers"])
        shown = blind_answers(candidates, form)
        kept = {name: each for name, each in body.items() if name not in BESIDE_ORDER}
        asks = form.asked.asks_anything
        return {
            "answers": [replace(each, questions=questions[each.id]) for each in shown],
            "is_begun": is_begun(body, assignment.order),
            "asked": form.asked,
            "asks": asks,
            "said": said,
            "raw_texts": raw_texts(candidates, form.asked),
            "kept_draft": (kept | said if asks and body else kept) or None,
            "asks_strength": work.strengths,
            "cells": cells(answers=len(form.answers), asks_strength=work.strengths),
        }


def is_begun(body: Mapping[str, Any], shown: Sequence[str]) -> bool:
    """Some answers were placed, elsewhere, and nobody has said yet that the order is meant."""
    tiers = body.get("tiers") or []
    return bool(tiers) and not body.get("considered") and tiers != [[each] for each in shown]


def asked_in(assignment: Assignment) -> Questions:
    """What the instructions that it is done under ask beside the order."""
    under = assignment.instructions
    return questions_of(under.form, Kind.RANK) if under else Questions()


def beside_of(form: AnswersForm, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft says beside the order, of what the page asks."""
    said = readable_answers(body.get("answers"), asked=form.asked, offered=form.answers)
    texts = {name: str(body.get(name) or "") for name in BESIDE_ORDER if name in form.fields}
    return {"answers": said, **texts}


def with_what_was_not_asked(form: AnswersForm, now: Ranking) -> RankingAnswer:
    """A change leaves alone what its page has no field for: a reason that is not asked, and on a
    page without scripts what was marked and the strengths of an order that stays."""
    answer = form.answer()
    same = [list(tier) for tier in answer.tiers] == now.tiers
    return replace(
        answer,
        reason=answer.reason if "reason" in form.fields else now.reason,
        strengths=now.strengths if same and not answer.strengths else answer.strengths,
        answers=with_marks(answer.answers, now) if form.marks_nothing else answer.answers,
    )


def with_marks(answers: Mapping[str, Any], now: Ranking) -> dict[str, Any]:
    """The answers with the spans that are kept."""
    marked = {
        name: {"spans": each["spans"]} for name, each in now.answers.items() if "spans" in each
    }
    names = answers.keys() | marked.keys()
    return {name: {**answers.get(name, {}), **marked.get(name, {})} for name in names}


rank = Ordering.as_view()
