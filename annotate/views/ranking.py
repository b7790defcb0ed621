"""Putting answers in order."""

from dataclasses import replace

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from annotate.enums import Kind
from annotate.forms import RankingForm, ranks_of
from annotate.models import Assignment, Ranking
from annotate.selectors.assignment import candidates_in_order
from annotate.selectors.submission import BESIDE_ORDER, Body
from annotate.services.closing import SentDraft
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from annotate.views.pair import cells
from annotate.views.reading import blind_answers, order_in_words
from annotate.views.work_page import WorkPage


class Ordering(WorkPage[RankingForm]):
    kind = Kind.RANK
    template = "annotate/rank.html"
    overtaken = _("Another tab saved a different order. Submit again to keep the one here.")

    def form_of(
        self, assignment: Assignment, body: Body, data: QueryDict | None = None
    ) -> RankingForm:
        said = {} if body.get("considered") is False else ranks_of(body)  # undone to its beginning
        return RankingForm(data=data, initial=said, answers=assignment.order)

    def submit(self, assignment: Assignment, form: RankingForm, sent: SentDraft) -> None:
        submit_ranking(
            assignment=assignment,
            answer=form.answer(),
            by=self.request.user,
            key=form.cleaned_data["key"],
            sent=sent,
        )

    def revise(self, assignment: Assignment, form: RankingForm, *, seen: int) -> None:
        now = Ranking.objects.filter(assignment=assignment, current=True).first()
        revise_ranking(
            assignment=assignment,
            answer=with_what_was_not_asked(form.answer(), now) if now else form.answer(),
            by=self.request.user,
            key=form.cleaned_data["key"],
            seen=seen,
        )

    def in_words(self, assignment: Assignment, body: Body) -> str:
        return order_in_words(assignment.order, body)

    def more(self, assignment: Assignment, form: RankingForm, body: Body) -> Body:
        work = assignment.task.campaign.works.get(kind=Kind.RANK)
        return {
            "answers": blind_answers(candidates_in_order(assignment), form),
            "kept_draft": {n: said for n, said in body.items() if n not in BESIDE_ORDER} or None,
            "asks_strength": work.strengths,
            "cells": cells(answers=len(form.answers), asks_strength=work.strengths),
        }


def with_what_was_not_asked(answer: RankingAnswer, now: Ranking) -> RankingAnswer:
    """A change leaves alone what its page has no field for: what is not asked beside the order, and
    on a page without scripts the strengths of an order that stays."""
    same = [list(tier) for tier in answer.tiers] == now.tiers
    strengths = now.strengths if same and not answer.strengths else answer.strengths
    return replace(answer, reason=answer.reason or now.reason, strengths=strengths)


rank = Ordering.as_view()
