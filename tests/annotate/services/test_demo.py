"""The demo is loaded once, and its people can start at once."""

import pytest
from django.contrib.auth import authenticate

from annotate.enums import Kind
from annotate.models import Campaign, Instructions
from annotate.services.assignment import take_assignment
from annotate.services.campaign import acknowledge_instructions
from annotate.services.demo import load_demo
from commons.models import User


@pytest.mark.django_db
def test_the_demo_has_three_people_who_can_log_in_and_rank_at_once() -> None:
    logins = load_demo()

    assert [login.role for login in logins] == ["lead", "annotator", "reviewer"]
    for login in logins:
        assert authenticate(username=login.username, password=login.password) is not None
    annotator = User.objects.get(username="annotator")
    acknowledge_instructions(instructions=Instructions.objects.get(), by=annotator)
    assert len(take_assignment(by=annotator, kind=Kind.RANK).order) == 4


@pytest.mark.django_db
def test_a_second_load_makes_nothing_twice_and_shows_no_password() -> None:
    load_demo()

    assert load_demo() == []
    assert Campaign.objects.count() == 1
