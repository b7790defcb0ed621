"""Which of a policy's own answers are held against each other. No model is needed here."""

from collections.abc import Sequence

from rewards.engine.improving.samples import Sample
from rewards.stats.texts import log_characters


def widest_pair(answers: Sequence[Sample], most_apart: float) -> tuple[Sample, Sample] | None:
    """The better and the worse of the two answers whose scores are the furthest apart, of those
    about equally long: log characters differ by at most ``most_apart``.

    Reward models like length, and what a pair teaches of it the policy learns first (Park et al.
    2024, "Disentangling Length from Quality in Direct Preference Optimization"). None where no two
    answers will do.
    """
    found = [
        (better.score - worse.score, better, worse)
        for better in answers
        for worse in answers
        if better.score > worse.score
        and better.text != worse.text
        and better.is_fit
        and abs(log_characters(better.text) - log_characters(worse.text)) <= most_apart
    ]
    if not found:
        return None
    _, better, worse = max(found, key=lambda each: each[0])
    return better, worse


def best_of(answers: Sequence[Sample], most_longer: float) -> Sample | None:
    """The best answer that is fit to be learned and not longer than the usual one by more than
    ``most_longer`` log characters; None where there is none."""
    lengths = sorted(log_characters(answer.text) for answer in answers)
    if not lengths:
        return None
    usual = lengths[len(lengths) // 2]
    fit = [a for a in answers if a.is_fit and log_characters(a.text) - usual <= most_longer]
    return max(fit, key=lambda answer: answer.score, default=None)
