"""Addresses of annotate's pages and of its API."""

from django.urls import include, path

from annotate.views import assignment, campaign, dashboard, demonstration, desk, ranking, snapshot

app_name = "annotate"

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("work/take/", assignment.take, name="take"),
    path("work/preview/", demonstration.preview, name="preview"),
    path("work/<uuid:uuid>/write/", demonstration.write, name="demonstrate"),
    path("work/<uuid:uuid>/rank/", ranking.rank, name="rank"),
    path("work/<uuid:uuid>/skip/", assignment.skip, name="skip"),
    path("work/<uuid:uuid>/release/", assignment.release, name="release"),
    path("campaigns/", campaign.campaigns, name="campaigns"),
    path("campaigns/<uuid:uuid>/", campaign.campaign, name="campaign"),
    path("campaigns/<uuid:uuid>/guideline/", campaign.guideline, name="guideline"),
    path("campaigns/<uuid:uuid>/state/", campaign.change_state, name="campaign_state"),
    path("datasets/", snapshot.datasets, name="datasets"),
    path("datasets/new/", snapshot.freeze, name="freeze"),
    path("datasets/<uuid:uuid>/", snapshot.dataset, name="dataset"),
    path("datasets/<uuid:uuid>/progress/", snapshot.dataset_progress, name="dataset_progress"),
    path("datasets/<uuid:uuid>/stop/", snapshot.stop_dataset, name="stop_dataset"),
    path("datasets/<uuid:uuid>/retry/", snapshot.retry_dataset, name="retry_dataset"),
    path("datasets/<uuid:uuid>/files/<path:path>", snapshot.dataset_file, name="dataset_file"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("api/", include("annotate.api.urls")),
]
