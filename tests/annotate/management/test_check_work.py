import pytest
from django.core.management import CommandError, call_command

from annotate.models import Task
from tests.factories import make_assignment, make_campaign, make_member

pytestmark = pytest.mark.django_db


def test_books_that_add_up_are_said_to(capsys):
    campaign = make_campaign()
    make_assignment(campaign, make_member(campaign))

    call_command("check_work")

    assert capsys.readouterr().out == "every turn is accounted for\n"


def test_what_is_off_is_named_and_the_exit_is_1(capsys):
    campaign = make_campaign()
    task = make_assignment(campaign, make_member(campaign)).task
    Task.objects.filter(pk=task.pk).update(wanted=5)

    with pytest.raises(CommandError, match="^1 do not add up.") as refused:
        call_command("check_work")

    assert refused.value.returncode == 1
    assert capsys.readouterr().out == f"task {task.uuid} wants 5: 1 in hand, 0 counted, 0 free\n"
