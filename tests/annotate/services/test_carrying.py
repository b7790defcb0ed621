"""Nothing of a campaign is forgotten, and what is derived is derived as the work does it."""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils.translation import override

from annotate.enums import CountsAs, SkipReason
from annotate.models import Candidate, Demonstration, Ranking, Tally
from annotate.services.carrying import tables
from annotate.services.carrying.naming import Names
from annotate.services.carrying.recounting import recount_campaign
from annotate.services.carrying.tables import DERIVED, LEFT_OUT, TABLES, columns_of
from annotate.services.demonstration import DemonstrationAnswer, revise_demonstration
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from annotate.services.turn import skip_assignment
from commons.models import User
from config.settings.env import BASE_DIR
from tests.annotate.asking import called, make_asking_item
from tests.annotate.carrying import tallied
from tests.annotate.reviewing import write_as
from tests.factories import make_assignment, make_campaign, make_member, make_ranking

DECIDED: list[type[Model]] = [*{each.model for each in TABLES}, *DERIVED, *LEFT_OUT]
MODELS = [
    model
    for app in ("annotate", "commons")
    for model in apps.get_app_config(app).get_models(include_auto_created=False)
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_of_every_model_it_is_decided_whether_it_travels(model):
    """A new one fails here: say in ``tables`` what becomes of it, and in docs/carrying.md."""
    assert DECIDED.count(model) == 1
    assert model.__name__ in (tables.__doc__ or "")
    assert f"`{model.__name__}`" in (BASE_DIR / "docs" / "carrying.md").read_text()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_a_table_leaves_out_is_there_to_be_left_out(table):
    columns = {each.name for each in table.model._meta.concrete_fields}

    assert columns >= set(table.left_out)
    assert {each.name for each in columns_of(table)} >= set(table.naming)


@pytest.mark.django_db
def test_a_recount_is_what_the_work_has_counted():
    """A ranking with an ideal answer, changed twice; a surplus one; an answer, changed; a skip."""
    turn, person = make_asking_item()
    campaign = turn.task.campaign
    best = called(turn, "One.")
    second, *rest = [name for name in turn.task.offered if name != best]
    first = RankingAnswer(tiers=[[best], [second, *rest]], ideal="One, and why.")
    submit_ranking(assignment=turn, answer=first, by=person)
    strict = RankingAnswer(tiers=[[best], [second], *([each] for each in rest)])
    revise_ranking(assignment=turn, answer=strict, by=person)
    last = RankingAnswer(tiers=[[best], [second], rest], ideal="One, and how.")
    revise_ranking(assignment=turn, answer=last, by=person)
    written = write_as(campaign, "First thought.", person)
    assert written.assignment is not None
    revise_demonstration(
        assignment=written.assignment, answer=DemonstrationAnswer("Second thought."), by=person
    )
    skipped = make_assignment(campaign, person)
    skip_assignment(assignment=skipped, reason=SkipReason.NOT_MY_FIELD, by=person)
    counted = tallied()
    Tally.objects.all().delete()

    recount_campaign(campaign)

    today = datetime.now(UTC).date()
    assert tallied() == counted == [(today, 2, 1, 5, 1, 0, 3, 1, 0)]


@pytest.mark.django_db
def test_surplus_is_recounted_as_surplus():
    campaign = make_campaign()
    kept = make_ranking(campaign, make_member(campaign))
    Tally.objects.all().delete()
    Ranking.objects.filter(pk=kept.pk).update(counts_as=CountsAs.SURPLUS)

    recount_campaign(campaign)

    [(_, *counts)] = tallied()
    assert counts == [0, 0, 0, 0, 1, 0, 0, 0]


def test_ids_are_found_anew_wherever_json_names_them():
    names = Names("campaign")
    names.rename(Demonstration, [("x", "y")])
    names.rename(Candidate, [("a", "A"), ("b", "b")])

    said = names.in_words([[["a"], ["b", "x"]], {"a": {"flags": ["a"]}}, [], None])

    assert said == [[["A"], ["b", "x"]], {"A": {"flags": ["A"]}}, [], None]
    assert dict(names.counts) == {"demonstration": 1, "candidate": 1}
    names.close()


def test_rows_that_are_renamed_are_told_in_english_whoever_reads():
    with override("de"):
        names = Names("a-campaign")
        names.rename(User, [("there", "here")])

    assert dict(names.counts) == {"user": 1}
