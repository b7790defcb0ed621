"""Every way by which somebody reads what others wrote, or how others work, leaves a trace.

Each address that can be read, each page of Django's admin and each command either writes it down
or stands below with the reason why it does not. What is new and does neither fails here.
"""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from annotate.enums import Taken
from annotate.models import Access, Prompt
from annotate.views.looked_at import PAGES
from tests.factories import make_campaign, make_member, make_ranking, make_user
from tests.routes import ROOT, routes

LOOKS = {
    *("note_item", "note_items", "note_look", "note_people", "note_person", "note_persons"),
    *("note_card_read", "note_texts"),
}
OF_ITEMS = {"item", "life", "make_gold"}  # named by what they show
FILES = {"note_card", "note_table", "record_download"}
TAKEN_AWAY = {
    "annotate:dataset_file",
    "api:snapshot_file",
    "rewards:leaderboard_csv",
    "rewards:model_card",
    "rewards:report",
}
SILENT = {
    "for everybody, or for every member of a campaign": """
        health commons:login commons:logout commons:language commons:catalogue api:docs api:console
        api:schema annotate:handbook annotate:handbook_page annotate:join annotate:guideline
        annotate:guideline_versions annotate:guideline_version annotate:precedents""",
    "one's own account, work, figures and conversations": """
        commons:profile commons:password commons:tokens commons:revoke_token commons:presence
        commons:own_mail annotate:desk annotate:stored annotate:care annotate:own_ledger
        annotate:test annotate:pause annotate:notes annotate:note annotate:begin_talk annotate:talk
        annotate:talk_progress rewards:own_votes api:assignments api:campaigns api:campaign
        rewards_api:scores""",
    "an item in hand: who met it is kept with the turn, who decides with the review": """
        annotate:demonstrate annotate:rank annotate:told annotate:asking annotate:beside
        api:assignment api:draft api:told annotate:reviews annotate:review annotate:review_draft""",
    "it asks before an act, which is recorded": """
        annotate:pause_member annotate:settle annotate:end_team_part annotate:team_pause
        annotate:team_lift annotate:team_offboard annotate:end_machine annotate:decide_campaign
        annotate:decide_batch annotate:erase_prompt annotate:renew_webhook annotate:remove_webhook
        annotate:remove_dataset annotate:let_go_dataset annotate:discard_dataset
        rewards:retry_run rewards:retry_benchmark rewards:cancel_run rewards:stop_arena
        rewards:retry_arena rewards:start_cycle rewards:retry_cycle rewards:skip_step
        rewards:pause_cycle rewards:resume_cycle rewards:cancel_cycle rewards:decide
        rewards:cancel_judging""",
    "how something is set up, and by whom": """
        annotate:campaigns annotate:new_campaign annotate:campaign_settings annotate:freeze_rules
        annotate:edit_guideline annotate:campaign_care annotate:qualifications annotate:affected
        annotate:upload annotate:upload_progress annotate:batches annotate:notices annotate:freeze
        rewards:train rewards:new_track rewards:candidates rewards:start_arena rewards:judge
        rewards:judge_by_server""",
    "sums and measures that are of no person and quote nothing; their files are noted": """
        annotate:campaign annotate:void_progress annotate:campaign_teams annotate:team_terms
        annotate:teams annotate:machines annotate:machine annotate:datasets annotate:dataset
        annotate:dataset_progress annotate:quality annotate:mix annotate:stopping
        api:progress api:machines api:machine api:teams api:team api:team_part api:snapshots
        api:snapshot rewards_api:arena rewards:reward_models rewards:progress
        rewards:comparison_progress rewards:cycle rewards:arena rewards:leaderboard
        rewards:stations rewards:step rewards:step_progress rewards:contests rewards:judgings
        rewards:judgings_progress rewards:models_of_snapshots rewards:dashboard_panel""",
    "where leads begin, many times a day; each page that it leads to is noted": """
        annotate:dashboard annotate:digest""",
    "who is in a campaign and as what, and who has read what leads said": """
        annotate:people annotate:announcements""",
    "a part of the page that shows it, and kept by the browser": "annotate:picture",
    "ids and a role; the item that they lead to is noted": "annotate:trace",
    "a few lines of a file that leads are about to bring in": "annotate:uploaded",
}

WRITTEN = {
    "snapshot.copied": "export_preferences export_prompts export_ranked export_sft freeze_snapshot",
    "snapshot.pushed": "push_snapshot",
    "campaign.exported": "export_campaign",
    "installation.backed-up": "backup",
}
QUIET = {
    "ids and counts, to whoever reads the database as well": """
        check_work diff_snapshots find_near_duplicates trace verify_snapshot""",
    "nothing leaves; what is done is recorded with it": """
        benchmark_reward_model create_track erase fetch_base_model import_campaign import_prompts
        judge let_go_snapshot load_demo prune rebuild_quality remake_snapshot restore retry_run
        run_cycle score train_reward_model up""",
    "a letter to leads, of what their pages show": "send_digests",
}


def names_in(said: dict[str, str]) -> set[str]:
    return {name for names in said.values() for name in names.split()}


def test_every_address_that_is_read_is_noted_or_silent_for_a_reason() -> None:
    calls = {each.name: each.calls for each in routes() if each.is_read}

    silent = {
        name
        for name, called in calls.items()
        if not called & (FILES if name in TAKEN_AWAY else LOOKS)
    }

    assert len(calls) > 150
    assert silent - names_in(SILENT) == set()  # new: note it, or say why not
    assert names_in(SILENT) - silent == set()  # gone, or noted by now


def test_every_page_that_is_noted_is_called_by_a_name_for_readers() -> None:
    several = LOOKS - {"note_item"}
    named = {
        each.name.partition(":")[2] for each in routes() if each.is_read and each.calls & several
    }

    assert named - OF_ITEMS - set(PAGES) == set()


def test_every_command_leaves_a_trace_of_what_leaves_or_lets_nothing_leave() -> None:
    commands = {
        path.stem
        for app in ("annotate", "commons", "rewards")
        for path in (ROOT / app / "management" / "commands").glob("[!_]*.py")
    }
    code = "".join(
        path.read_text()
        for folder in ("annotate/services", "commons/backing_up")
        for path in (ROOT / folder).rglob("*.py")
    )

    assert commands == names_in(WRITTEN) | names_in(QUIET)
    assert [verb for verb in WRITTEN if f'"{verb}"' not in code] == []


@pytest.fixture
def root(db: None) -> Client:
    client = Client()
    client.force_login(make_user("root", admin=True))
    return client


def test_who_reads_a_table_or_a_row_in_the_admin_is_noted(root: Client) -> None:
    campaign = make_campaign(lead=make_user())
    prompt = make_ranking(campaign, make_member(campaign)).prompt
    table = reverse("admin:annotate_prompt_changelist")
    pages = [table, reverse("admin:annotate_prompt_change", args=[prompt.pk])]
    pages += [reverse("admin:commons_user_changelist"), reverse("admin:index")]

    statuses = [root.get(page).status_code for page in pages]
    Client().get(table)

    assert statuses == [200] * 4
    rows = Access.objects.order_by("pk").values_list("person__username", "taken", "subject")
    assert list(rows) == [("root", Taken.ADMIN, page) for page in pages[:3]]
    assert not Access.objects.exclude(campaign=None).exists()


def test_no_table_of_the_admin_has_another_way_in() -> None:
    """All pass ``LaurelSite.admin_view``: the site is ours, for every table."""
    assert {each.admin_site for each in admin.site._registry.values()} == {admin.site}
    assert Prompt in admin.site._registry
    assert "admin_view" in vars(type(admin.site._wrapped))  # type: ignore[attr-defined]  # lazy
