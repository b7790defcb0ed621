"""Addresses of what the API offers of rewards, below ``api/v1/``."""

from django.urls import path

from rewards.api.arena import ArenaOfTrack
from rewards.api.scoring import Score, Scores

app_name = "rewards_api"

urlpatterns = [
    path("reward-models/<uuid:uuid>/score", Score.as_view(), name="score"),
    path("tracks/<uuid:uuid>/arena", ArenaOfTrack.as_view(), name="arena"),
    path("scores/<uuid:uuid>", Scores.as_view(), name="scores"),
]
