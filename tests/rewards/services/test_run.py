"""What a running child says is kept: one point a step."""

import pytest

from rewards.models import Metric
from rewards.runner import Progress
from rewards.services.run import Heart, request_run, silent


@pytest.mark.django_db
def test_a_step_told_in_two_lines_is_one_point() -> None:
    """As it learns, and as it is validated; a later step holds nothing of the one before."""
    heart = Heart(request_run(module="train_reward", config={}), None, silent)

    heart.beat(Progress(1, 2, "training", {"loss": 0.7}))
    heart.beat(Progress(1, 2, "training", {"validation_loss": 0.6}))
    heart.beat(Progress(1, 2, "training"))
    heart.beat(Progress(2, 2, "training", {"loss": 0.5}))

    assert list(Metric.objects.order_by("step").values_list("step", "values")) == [
        (1, {"loss": 0.7, "validation_loss": 0.6}),
        (2, {"loss": 0.5}),
    ]
