"""Addresses of annotate's pages and of its API."""

from django.urls import include, path

from annotate.views import (
    assignment,
    batch,
    campaign,
    campaign_setup,
    dashboard,
    demonstration,
    desk,
    hold,
    invitation,
    lease,
    member,
    ranking,
    review,
    snapshot,
)

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
    path("campaigns/new/", campaign_setup.new_campaign, name="new_campaign"),
    path("campaigns/<uuid:uuid>/", campaign.campaign, name="campaign"),
    path(
        "campaigns/<uuid:uuid>/settings/",
        campaign_setup.campaign_settings,
        name="campaign_settings",
    ),
    path("campaigns/<uuid:uuid>/people/", member.people, name="people"),
    path("campaigns/<uuid:uuid>/people/<uuid:person>/", member.member, name="member"),
    path("invitations/<uuid:uuid>/revoke/", member.revoke, name="revoke_invitation"),
    path("join/<str:token>/", invitation.join, name="join"),
    path("campaigns/<uuid:uuid>/guideline/", campaign.guideline, name="guideline"),
    path("campaigns/<uuid:uuid>/leases/", lease.leases, name="leases"),
    path("campaigns/<uuid:uuid>/batches/", batch.batches, name="batches"),
    path(
        "campaigns/<uuid:uuid>/acts/<slug:act>/", campaign.decide_campaign, name="decide_campaign"
    ),
    path("batches/<uuid:uuid>/acts/<slug:act>/", batch.decide_batch, name="decide_batch"),
    path("items/<uuid:uuid>/", lease.item, name="item"),
    path("turns/<uuid:uuid>/take-back/", lease.take_back, name="take_back"),
    path("turns/<uuid:uuid>/extend/", lease.extend, name="extend"),
    path("reports/", hold.reports, name="reports"),
    path("reports/<uuid:uuid>/", hold.decide_report, name="decide_report"),
    path("review/", review.reviews, name="reviews"),
    path("review/next/", review.next_review, name="next_review"),
    path("review/<uuid:uuid>/", review.review, name="review"),
    path("review/<uuid:uuid>/leave/", review.leave_review, name="leave_review"),
    path("datasets/", snapshot.datasets, name="datasets"),
    path("datasets/new/", snapshot.freeze, name="freeze"),
    path("datasets/<uuid:uuid>/", snapshot.dataset, name="dataset"),
    path("datasets/<uuid:uuid>/progress/", snapshot.dataset_progress, name="dataset_progress"),
    path("datasets/<uuid:uuid>/stop/", snapshot.stop_dataset, name="stop_dataset"),
    path("datasets/<uuid:uuid>/retry/", snapshot.retry_dataset, name="retry_dataset"),
    path("datasets/<uuid:uuid>/files/<path:path>", snapshot.dataset_file, name="dataset_file"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("api/v1/", include("annotate.api.urls")),
]
