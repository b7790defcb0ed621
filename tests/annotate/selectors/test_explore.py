"""Every filter of Explore, and a list that goes on exactly where a page ended."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest

from annotate.enums import Agreement, Kind, Origin, RaterKind, Role
from annotate.models import (
    Campaign,
    CampaignPrompt,
    Demonstration,
    Prompt,
    Ranking,
    Rater,
    Snapshot,
    SnapshotMember,
)
from annotate.selectors import explore, sought
from annotate.selectors.explore import (
    found_demonstrations,
    found_prompts,
    found_rankings,
    newest_is_findable,
    offered_in,
    rater_named,
    raters_called,
)
from annotate.selectors.newest_first import Found
from annotate.selectors.sought import Wish
from annotate.services.campaign import Work, publish_instructions
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.words import keep_words
from tests.annotate.reviewing import rank_as, tiers_of, write_as
from tests.factories import (
    make_campaign,
    make_member,
    make_prompt,
    make_task,
    make_user,
    take_and_show,
)

MAY = datetime(2026, 5, 4, tzinfo=UTC)  # a Monday


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_campaign(name="Medicine")


@pytest.fixture
def wish(campaign: Campaign) -> Wish:
    return Wish(campaign)


def machine(name: str) -> Rater:
    return Rater.objects.get_or_create(kind=RaterKind.MACHINE, name=name)[0]


def ranked(
    campaign: Campaign,
    prompt: Prompt,
    *best: str,
    by: str = "one",
    at: datetime = MAY,
    flags: dict[str, bool] | None = None,
    counts_as: str = "work",
    tiers: list[list[str]] | None = None,
) -> Ranking:
    """An order whose first tier holds these, or of these ``tiers``; ``flags`` are said of a
    candidate."""
    uuid = uuid4()
    with patch("django.utils.timezone.now", return_value=at):
        return Ranking.objects.create(
            uuid=uuid,
            root=uuid,
            campaign=campaign,
            prompt=prompt,
            rater=machine(by),
            origin=Origin.IMPORTED,
            counts_as=counts_as,
            tiers=tiers or [list(best), ["z"]],
            answers={"z": {"flags": flags}} if flags else {},
        )


def written(
    campaign: Campaign, prompt: Prompt, text: str, *, by: str = "one", counts_as: str = "work"
) -> Demonstration:
    uuid = uuid4()
    return Demonstration.objects.create(
        uuid=uuid,
        root=uuid,
        campaign=campaign,
        prompt=prompt,
        rater=machine(by),
        origin=Origin.IMPORTED,
        counts_as=counts_as,
        messages=[{"role": "assistant", "content": text}],
    )


def questions(found: Found) -> list[str]:
    return [row.prompt.question for row in found.rows]


def test_prompts_are_found_by_words_skill_and_language(campaign: Campaign, wish: Wish):
    make_prompt(campaign, text="Is aspirin safe?", skill="medicine")
    make_prompt(campaign, text="Is it legal?", skill="law")
    Prompt.objects.filter(skill="law").update(language="de")
    make_prompt(make_campaign(), text="Is aspirin legal?", skill="law")
    keep_words()

    assert questions(found_prompts(wish)) == ["Is it legal?", "Is aspirin safe?"]
    assert questions(found_prompts(replace(wish, text="aspirin"))) == ["Is aspirin safe?"]
    assert questions(found_prompts(replace(wish, skill="law"))) == ["Is it legal?"]
    assert questions(found_prompts(replace(wish, language="de"))) == ["Is it legal?"]
    assert questions(found_prompts(replace(wish, text="aspirin", skill="law"))) == []


def test_prompts_are_found_by_the_week_in_which_they_entered(campaign: Campaign, wish: Wish):
    for text, at in {"before": MAY - timedelta(seconds=1), "within": MAY}.items():
        prompt = make_prompt(campaign, text=text)
        CampaignPrompt.objects.filter(prompt=prompt).update(added_at=at)

    week = (MAY, MAY + timedelta(days=7))

    assert questions(found_prompts(replace(wish, week=week))) == ["within"]


def test_rankings_are_found_by_agreement_on_the_best(campaign: Campaign, wish: Wish):
    prompts = {name: make_prompt(campaign, text=name) for name in ("single", "same", "tied", "not")}
    ranked(campaign, prompts["single"], "a")
    ranked(campaign, prompts["same"], "a")
    ranked(campaign, prompts["same"], "a", by="two")
    ranked(campaign, prompts["tied"], "a", "b")
    ranked(campaign, prompts["tied"], "b", by="two")
    ranked(campaign, prompts["not"], "a", "b")
    ranked(campaign, prompts["not"], "c", by="two")
    ranked(make_campaign(), prompts["single"], "b", by="two")

    def asked(agreement: Agreement) -> list[str]:
        return sorted(questions(found_rankings(replace(wish, agreement=agreement))))

    def prompts_asked(agreement: Agreement, rater: str = "") -> list[str]:
        raters = raters_called(campaign, rater) if rater else None
        return sorted(questions(found_prompts(replace(wish, agreement=agreement, raters=raters))))

    assert asked(Agreement.SINGLE) == ["single"]
    assert set(asked(Agreement.SHARED)) == {"same", "tied", "not"}
    assert asked(Agreement.AGREEING) == ["same", "same", "tied", "tied"]
    assert asked(Agreement.APART) == ["not", "not"]
    assert prompts_asked(Agreement.SINGLE) == ["single"]
    assert prompts_asked(Agreement.AGREEING) == ["same", "tied"]
    assert prompts_asked(Agreement.APART) == ["not"]
    assert prompts_asked(Agreement.APART, rater="two") == ["not"]
    assert prompts_asked(Agreement.SINGLE, rater="two") == []


def test_nobody_agrees_or_disagrees_with_what_is_no_work(campaign: Campaign, wish: Wish):
    checks, late = make_prompt(campaign, text="checks"), make_prompt(campaign, text="late")
    ranked(campaign, checks, "a")
    for number, counts_as in enumerate(("gold", "practice", "surplus")):
        prompt = late if counts_as == "surplus" else checks
        ranked(campaign, prompt, "b", by=f"person {number}", counts_as=counts_as)
    ranked(campaign, late, "a")
    leads = replace(wish, leads=True)

    def asked(agreement: Agreement) -> list[tuple[str, str]]:
        rows = found_rankings(replace(leads, agreement=agreement)).rows
        return sorted((row.prompt.question, row.counts_as) for row in rows)

    assert asked(Agreement.SINGLE) == [("checks", "work"), ("late", "work")]
    assert asked(Agreement.APART) == [("late", "surplus")]


def test_what_checks_people_is_found_by_leads_alone(campaign: Campaign, wish: Wish):
    checks, work = make_prompt(campaign, text="checks"), make_prompt(campaign, text="work")
    for number, counts_as in enumerate(("gold", "practice")):
        said = {"harmful": True}
        ranked(campaign, checks, "a", by=f"person {number}", counts_as=counts_as, flags=said)
    ranked(campaign, work, "a", flags={"harmful": True})
    leads, flagged = replace(wish, leads=True), replace(wish, flag="harmful")

    assert questions(found_rankings(wish)) == ["work"]
    assert sorted(questions(found_rankings(leads))) == ["checks", "checks", "work"]
    assert questions(found_prompts(flagged)) == ["work"]
    assert questions(found_prompts(replace(flagged, leads=True))) == ["work", "checks"]


def test_what_was_written_of_a_check_is_found_by_leads_alone(campaign: Campaign, wish: Wish):
    """Who edits the best answer of a check writes one."""
    checks = make_prompt(campaign, text="checks")
    ideal = written(campaign, checks, "Whole.", by="alpha", counts_as="gold")
    written(campaign, make_prompt(campaign, text="work"), "Whole.", by="alpha")
    leads = replace(wish, leads=True)

    assert questions(found_demonstrations(wish)) == ["work"]
    assert questions(found_demonstrations(leads)) == ["work", "checks"]
    by = [ideal.rater_id]
    assert questions(found_prompts(replace(wish, raters=by))) == ["work"]
    assert questions(found_prompts(replace(leads, raters=by))) == ["work", "checks"]


def test_rankings_are_found_by_a_flag_that_says_yes(campaign: Campaign, wish: Wish):
    for name, flags in {
        "yes": {"harmful": True},
        "no": {"harmful": False},
        "other": {"wrong": True},
        "none": None,
    }.items():
        ranked(campaign, make_prompt(campaign, text=name), "a", flags=flags)

    assert questions(found_rankings(replace(wish, flag="harmful"))) == ["yes"]


def test_rankings_are_found_by_rater_and_week(campaign: Campaign, wish: Wish):
    prompt = make_prompt(campaign)
    mine = ranked(campaign, prompt, "a", by="alpha")
    ranked(campaign, prompt, "a", by="beta")
    late = ranked(campaign, prompt, "b", by="alpha", at=MAY + timedelta(days=7))
    alpha = replace(wish, raters=raters_called(campaign, "ALP"))
    week = (MAY, MAY + timedelta(days=7))

    assert found_rankings(alpha).rows == [late, mine]
    assert found_rankings(replace(alpha, week=week)).rows == [mine]
    assert found_rankings(replace(wish, raters=raters_called(campaign, "nobody"))).rows == []


def test_rankings_and_answers_are_found_by_snapshot(campaign: Campaign, wish: Wish):
    prompt = make_prompt(campaign)
    inside = ranked(campaign, prompt, "a")
    ranked(campaign, prompt, "a", by="two")
    answer = written(campaign, prompt, "Mine.")
    snapshot = Snapshot.objects.create(kind="ranked")
    member = {"snapshot": snapshot, "side": "train"}
    SnapshotMember.objects.create(position=0, ranking=inside, **member)
    SnapshotMember.objects.create(position=1, demonstration=answer, **member)
    Snapshot.objects.filter(pk=snapshot.pk).update(requested_at=answer.created_at)
    snapshot.refresh_from_db()

    assert found_rankings(replace(wish, snapshot=snapshot)).rows == [inside]
    assert found_demonstrations(replace(wish, snapshot=snapshot)).rows == [answer]


def test_prompts_are_found_by_the_snapshot_that_has_them_or_what_was_said_of_them(
    campaign: Campaign, wish: Wish
):
    names = ("ranked", "written", "alone", "outside")
    prompts = {name: make_prompt(campaign, text=name) for name in names}
    inside = ranked(campaign, prompts["ranked"], "a")
    ranked(campaign, prompts["outside"], "a")
    answer = written(campaign, prompts["written"], "Mine.")
    snapshot = Snapshot.objects.create(kind="ranked")
    member = {"snapshot": snapshot, "side": "train"}
    SnapshotMember.objects.create(position=0, ranking=inside, **member)
    SnapshotMember.objects.create(position=1, demonstration=answer, **member)
    SnapshotMember.objects.create(position=2, prompt=prompts["alone"], **member)

    found = questions(found_prompts(replace(wish, snapshot=snapshot)))

    assert sorted(found) == ["alone", "ranked", "written"]


def test_what_was_replaced_is_not_found(campaign: Campaign, wish: Wish):
    old = ranked(campaign, make_prompt(campaign), "a")
    Ranking.objects.filter(pk=old.pk).update(current=False)

    assert found_rankings(wish).rows == []


def test_a_list_goes_on_exactly_where_its_page_ended(
    campaign: Campaign, wish: Wish, monkeypatch: pytest.MonkeyPatch
):
    """Five of the same moment, two a page: none twice, none left out."""
    monkeypatch.setattr(explore, "PAGE", 2)
    made = [ranked(campaign, make_prompt(campaign), "a") for _ in range(5)]

    first = found_rankings(wish)
    second = found_rankings(wish, first.after)
    third = found_rankings(wish, second.after)

    assert [*first.rows, *second.rows, *third.rows] == made[::-1]
    assert third.after is None


def test_a_rare_thing_is_looked_for_a_stretch_at_a_time(
    campaign: Campaign, wish: Wish, monkeypatch: pytest.MonkeyPatch
):
    """One of six is apart; two rows are looked at for each page, so the third page has it."""
    monkeypatch.setattr(explore, "LOOKED_AT", 2)
    prompts = [make_prompt(campaign) for _ in range(5)]
    apart = ranked(campaign, prompts[0], "a")
    against = ranked(campaign, prompts[0], "b", by="two", at=MAY - timedelta(days=1))
    for prompt in prompts[1:]:
        ranked(campaign, prompt, "a", at=MAY + timedelta(days=1))
    asked = replace(wish, agreement=Agreement.APART)

    first = found_rankings(asked)
    second = found_rankings(asked, first.after)
    third = found_rankings(asked, second.after)

    assert (first.rows, second.rows) == ([], [])
    assert second.looked_to == MAY + timedelta(days=1)
    assert third.rows == [apart, against]
    assert (third.after, third.looked_to) == (None, None)


def test_frequent_words_are_looked_for_as_rare_ones_are(
    campaign: Campaign, wish: Wish, monkeypatch: pytest.MonkeyPatch
):
    make_prompt(campaign, text="Is aspirin safe?", skill="medicine")
    make_prompt(campaign, text="Is aspirin legal?", skill="law")
    make_prompt(campaign, text="Is it safe?", skill="medicine")
    keep_words()
    asked = replace(wish, text="aspirin", skill="medicine")
    rare = questions(found_prompts(asked))

    monkeypatch.setattr(sought, "FEW", 0)

    assert questions(found_prompts(asked)) == rare == ["Is aspirin safe?"]


@pytest.mark.parametrize("few", [sought.FEW, 0])
def test_items_are_found_by_the_words_of_their_answers(
    campaign: Campaign, wish: Wish, monkeypatch: pytest.MonkeyPatch, few: int
):
    """Of a candidate, and of what people wrote in this campaign and have not replaced."""
    monkeypatch.setattr(sought, "FEW", few)
    offered = make_prompt(campaign, text="Offered?", answers=["Take a stent.", "No."])
    texts = {"Written?": "A stent, then.", "Replaced?": "A stent before.", "Elsewhere?": "A stent."}
    for question, text in texts.items():
        there = make_campaign() if question == "Elsewhere?" else campaign
        prompt = make_prompt(campaign, text=question)
        said = written(there, prompt, text)
        Demonstration.objects.filter(pk=said.pk).update(current=question != "Replaced?")
    ranked(campaign, offered, "a")
    keep_words()

    def asked(skill: str = "") -> list[str]:
        return questions(found_prompts(replace(wish, text="stent", skill=skill)))

    assert asked() == ["Written?", "Offered?"]
    assert asked(skill="law") == []
    assert questions(found_rankings(replace(wish, text="stent"))) == ["Offered?"]
    assert questions(found_demonstrations(replace(wish, text="stent"))) == ["Written?"]


@pytest.mark.parametrize("few", [sought.FEW, 0])
def test_prompts_are_found_by_who_judged_them_and_what_they_flagged(
    campaign: Campaign, wish: Wish, monkeypatch: pytest.MonkeyPatch, few: int
):
    monkeypatch.setattr(sought, "FEW", few)
    first, second, third = (make_prompt(campaign, text=text) for text in ("One?", "Two?", "Three?"))
    alpha = ranked(campaign, first, "a", by="alpha", flags={"harmful": False}).rater
    beta = ranked(campaign, first, "a", by="beta", flags={"harmful": True}).rater
    ranked(campaign, second, "a", by="beta")
    written(campaign, third, "Mine.", by="alpha")
    ranked(make_campaign(), second, "a", by="alpha", flags={"harmful": True})

    def asked(**by: object) -> list[str]:
        return questions(found_prompts(replace(wish, **by)))  # type: ignore[arg-type]

    assert asked(raters=[alpha.pk]) == ["Three?", "One?"]
    assert asked(raters=[beta.pk]) == ["Two?", "One?"]
    assert asked(flag="harmful") == ["One?"]
    assert asked(flag="harmful", raters=[beta.pk]) == ["One?"]
    assert asked(flag="harmful", raters=[alpha.pk]) == []
    assert asked(raters=[]) == []


def test_only_people_and_sources_of_the_campaign_are_named(campaign: Campaign):
    ada = make_member(campaign, Role.ANNOTATOR, name="ada")
    rater, _ = Rater.objects.get_or_create(kind=RaterKind.PERSON, user=ada)
    stranger = make_user("adam")
    Rater.objects.get_or_create(kind=RaterKind.PERSON, user=stranger)
    machine("adamant")
    here = ranked(campaign, make_prompt(campaign), "a", by="adapter").rater

    assert raters_called(campaign, "ada") == sorted([rater.pk, here.pk])


def test_what_may_be_asked_is_what_the_campaign_has(campaign: Campaign):
    make_prompt(campaign, skill="law", answers=["a", "b", "c", "d"])
    for label in ("Harm", "Could do harm"):
        form: dict[str, object] = {"rank": {"flags": [{"name": "harmful", "label": label}]}}
        publish_instructions(campaign=campaign, guideline="Be kind.", form=form, by=None)

    offered = offered_in(campaign, make_user())

    assert (offered.skills, offered.languages) == (["law"], ["en"])
    assert offered.flags == [("harmful", "Could do harm")]
    assert offered.snapshots == []


def test_whether_the_newest_prompt_is_findable_yet(campaign: Campaign):
    assert newest_is_findable(campaign)
    make_prompt(campaign)
    assert not newest_is_findable(campaign)
    keep_words()
    assert newest_is_findable(campaign)


def test_one_rater_is_named_exactly_where_another_name_holds_theirs(campaign: Campaign):
    ann, joanna, stranger = (
        Rater.objects.get_or_create(kind=RaterKind.PERSON, user=user)[0]
        for user in (*(make_member(campaign, name=each) for each in ("ann", "joanna")), make_user())
    )
    source = ranked(campaign, make_prompt(campaign), "a", by="annals").rater

    assert raters_called(campaign, "ann") == sorted([ann.pk, joanna.pk, source.pk])
    assert rater_named(campaign, str(ann.uuid)) == ann
    assert rater_named(campaign, str(source.uuid)) == source
    assert rater_named(campaign, str(stranger.uuid)) is None
    assert rater_named(campaign, "ann") is None


@pytest.mark.parametrize("few", [sought.FEW, 0])
def test_prompts_without_a_skill_are_found(
    campaign: Campaign, wish: Wish, monkeypatch: pytest.MonkeyPatch, few: int
):
    monkeypatch.setattr(sought, "FEW", few)
    make_prompt(campaign, text="Plain?")
    make_prompt(campaign, text="Legal?", skill="law")

    assert questions(found_prompts(replace(wish, skill=sought.WITHOUT))) == ["Plain?"]
    assert questions(found_prompts(wish)) == ["Legal?", "Plain?"]


@pytest.mark.parametrize(
    ("tiers", "other", "differs"),
    [
        ([["a"], ["b"], ["c"]], [["a"], ["b"], ["c"]], False),
        ([["a"], ["b"], ["c"]], [["a"], ["c"], ["b"]], True),  # the best is the same
        ([["a"], ["b", "c"]], [["a"], ["b"], ["c"]], True),  # a tie against a preference is half
        ([["b", "a"]], [["a", "b"]], False),
        ([["a"], ["b"]], [["b"], ["c"]], False),  # only one answer was placed by both
    ],
)
def test_rankings_are_found_where_two_answers_are_ordered_otherwise(
    campaign: Campaign,
    wish: Wish,
    tiers: list[list[str]],
    other: list[list[str]],
    differs: bool,
):
    prompt = make_prompt(campaign)
    for by, order in {"one": tiers, "two": other}.items():
        ranked(campaign, prompt, by=by, tiers=order)

    found = found_rankings(replace(wish, agreement=Agreement.ORDERED)).rows

    assert len(found) == (2 if differs else 0)


def test_rankings_are_found_beside_those_of_one_rater(db: None):
    campaign = make_campaign(works=[Work(Kind.RANK, answers=4, wanted=3)])
    shared = make_task(campaign)
    people = [make_member(campaign) for _ in range(3)]
    mine, theirs, _third = (
        rank_as(shared, order, by=by)
        for order, by in zip(("abcd", "abcd", "dcba"), people, strict=True)
    )
    rank_as(make_task(campaign), "abcd", by=people[0])
    asked = Wish(campaign, raters=[mine.rater_id], beside=[theirs.rater_id])

    assert found_rankings(asked).rows == [mine]
    assert found_rankings(replace(asked, agreement=Agreement.AGREEING)).rows == [mine]
    assert found_rankings(replace(asked, agreement=Agreement.APART)).rows == []  # but for a third


def test_rankings_are_found_by_what_they_count_as(campaign: Campaign, wish: Wish):
    task = make_task(campaign)
    counted = rank_as(task, "abcd")
    tied = rank_as(make_task(campaign), "a=bcd")
    turn = take_and_show(make_member(campaign), make_task(campaign).campaign, kind=Kind.RANK)
    strong = submit_ranking(
        assignment=turn,
        answer=RankingAnswer(tiers=tiers_of(turn.task, "abcd"), strengths=[3, 1, None]),
        by=turn.person,
    )
    prompt = make_prompt(campaign)
    imported = ranked(campaign, prompt, "a")
    surplus = ranked(campaign, prompt, "a", by="two", counts_as="surplus")

    def asked(sort: str) -> list[Ranking]:
        return sorted(found_rankings(replace(wish, sort=sort)).rows, key=lambda each: each.pk)

    assert asked("counted") == asked("answers-4") == [counted, tied, strong]
    assert asked("tied") == [tied]
    assert asked("strength-3") == asked("strength-1") == [strong]
    assert asked("strength-2") == asked("answers-3") == []
    assert asked("surplus") == [surplus]
    assert asked("imported") == [imported, surplus]


def test_written_answers_are_found_by_what_they_count_as(campaign: Campaign, wish: Wish):
    imported = written(campaign, make_prompt(campaign), "Theirs.")
    mine = write_as(campaign, "Mine.")

    assert found_demonstrations(replace(wish, sort="counted")).rows == [mine]
    assert found_demonstrations(replace(wish, sort="imported")).rows == [imported]
    assert found_demonstrations(replace(wish, sort="surplus")).rows == []


def test_prompts_are_found_that_wait(campaign: Campaign, wish: Wish):
    done = rank_as(make_task(campaign), "abcd")
    waits = make_task(campaign)

    found = [row.prompt for row in found_prompts(replace(wish, sort="waits-rank")).rows]

    assert found == [waits.prompt]
    assert done.prompt != waits.prompt
    assert found_prompts(replace(wish, sort="waits-talk")).rows == []
