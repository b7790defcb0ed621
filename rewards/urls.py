"""Addresses of the pages of rewards."""

from django.urls import path

from rewards.views import (
    answers,
    candidates,
    cycle,
    dashboard,
    leaderboard,
    lineage,
    model_card,
    pausing,
    policy,
    reward_comparison,
    reward_model,
    track,
    training,
)

app_name = "rewards"

urlpatterns = [
    path("reward-models/", reward_model.reward_models, name="reward_models"),
    path("reward-models/new/", training.train, name="train"),
    path("reward-models/<uuid:uuid>/", reward_model.reward_model, name="reward_model"),
    path("reward-models/<uuid:uuid>/progress/", reward_model.progress, name="progress"),
    path("reward-models/<uuid:uuid>/measure/", training.measure, name="measure"),
    path("reward-models/<uuid:uuid>/model-card.zip", model_card.model_card, name="model_card"),
    path("reward-models/<uuid:uuid>/report.json", model_card.report, name="report"),
    path("reward-models/<uuid:uuid>/compare/", reward_comparison.compare, name="compare_rewards"),
    path(
        "reward-models/<uuid:uuid>/beside/<uuid:against>/",
        reward_comparison.comparison,
        name="reward_comparison",
    ),
    path(
        "reward-models/<uuid:uuid>/beside/<uuid:against>/progress/",
        reward_comparison.progress,
        name="comparison_progress",
    ),
    path("reward-models/<uuid:uuid>/retry/", training.retry, name="retry_run"),
    path("reward-models/<uuid:uuid>/cancel/", training.cancel, name="cancel_run"),
    path("cycle/", track.tracks, name="cycle"),
    path("cycle/new-track/", track.new_track, name="new_track"),
    path("cycle/<uuid:uuid>/", cycle.newest, name="track"),
    path("cycle/<uuid:uuid>/candidates/", candidates.candidates, name="candidates"),
    path("cycle/<uuid:uuid>/leaderboard/", leaderboard.leaderboard, name="leaderboard"),
    path("cycle/<uuid:uuid>/leaderboard.csv", leaderboard.leaderboard_csv, name="leaderboard_csv"),
    path("cycle/<uuid:uuid>/start/", cycle.start, name="start_cycle"),
    path("cycle/<uuid:uuid>/<int:number>/", cycle.one, name="one_cycle"),
    path("cycle/<uuid:uuid>/<int:number>/stations/", cycle.stations, name="stations"),
    path("cycle/<uuid:uuid>/<int:number>/retry/", cycle.retry, name="retry_cycle"),
    path("cycle/<uuid:uuid>/<int:number>/skip/", cycle.skip, name="skip_step"),
    path("cycle/<uuid:uuid>/<int:number>/pause/", pausing.pause, name="pause_cycle"),
    path("cycle/<uuid:uuid>/<int:number>/resume/", pausing.resume, name="resume_cycle"),
    path("cycle/<uuid:uuid>/<int:number>/cancel/", cycle.cancel, name="cancel_cycle"),
    path("policies/<uuid:uuid>/", policy.policy, name="policy"),
    path("policies/<uuid:uuid>/answers/", answers.answers, name="answers"),
    path("policies/<uuid:uuid>/<str:act>/", policy.decide, name="decide"),
    path("items/models/", lineage.models_of_snapshots, name="models_of_snapshots"),
    path("dashboard-panel/", dashboard.dashboard_panel, name="dashboard_panel"),
]
