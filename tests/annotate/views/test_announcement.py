"""A lead tells people something; it stands on their desks until they have read it."""

from uuid import uuid4

from django.urls import reverse

from annotate.enums import Pool, Role
from annotate.models import Announcement, AnnouncementReader, Membership
from annotate.services.announcement import announce
from annotate.services.member import change_member
from commons.models import User
from tests.annotate.views.conftest import Cast
from tests.factories import make_member


def page_of(cast: Cast) -> str:
    return reverse("annotate:announcements", args=[cast.campaign.uuid])


def desk_of(cast: Cast, person: User) -> str:
    return cast.client(person).get(reverse("annotate:desk")).content.decode()


def saying(text: str, *to: Membership) -> dict[str, object]:
    return {"uuid": str(uuid4()), "text": text, "to": [each.pk for each in to]}


def told(text: str) -> set[str]:
    rows = AnnouncementReader.objects.filter(announcement__text=text)
    return set(rows.values_list("person__username", flat=True))


def test_everybody_in_the_team_is_told_once_and_its_author_and_strangers_are_not(
    cast: Cast,
) -> None:
    make_member(cast.campaign, name="other")
    gone = make_member(cast.campaign, name="gone")
    Membership.objects.filter(person=gone).update(active=False)
    client, said = cast.client(cast.lead), saying("A *new* guideline.")

    client.post(page_of(cast), said)
    again = client.post(page_of(cast), said)
    make_member(cast.campaign, name="later")

    assert told("A *new* guideline.") == {"member", "other"}
    assert again.status_code == 422
    assert Announcement.objects.count() == 1
    assert "A <em>new</em> guideline." in desk_of(cast, cast.member)
    assert "guideline." not in desk_of(cast, cast.lead) + desk_of(cast, cast.stranger)


def test_only_those_who_are_named_are_told(cast: Cast) -> None:
    make_member(cast.campaign, name="other")
    theirs = Membership.objects.get(campaign=cast.campaign, person=cast.member)
    elsewhere = Membership.objects.get(person=cast.stranger)

    cast.client(cast.lead).post(page_of(cast), saying("For you.", theirs))
    odd = cast.client(cast.lead).post(page_of(cast), saying("For them.", elsewhere))

    assert told("For you.") == {"member"}
    assert odd.status_code == 422
    assert told("For them.") == set()


def test_it_leaves_the_desk_when_it_is_read_and_the_lead_sees_by_whom(cast: Cast) -> None:
    make_member(cast.campaign, name="other")
    made = announce(campaign=cast.campaign, text="Hello.", by=cast.lead, uuid=uuid4())
    read = reverse("annotate:read_announcement", args=[made.uuid])
    before = desk_of(cast, cast.member)

    cast.client(cast.member).post(read)
    first = AnnouncementReader.objects.get(person=cast.member).read_at
    cast.client(cast.member).post(read)
    page = cast.client(cast.lead).get(page_of(cast)).content.decode()

    assert "Hello." in before
    assert "Hello." not in desk_of(cast, cast.member)
    assert AnnouncementReader.objects.get(person=cast.member).read_at == first
    assert "Read by 1 of 2" in page


def test_whoever_leaves_the_team_is_told_no_more(cast: Cast) -> None:
    announce(campaign=cast.campaign, text="Hello.", by=cast.lead, uuid=uuid4())
    theirs = Membership.objects.get(campaign=cast.campaign, person=cast.member)
    change_member(
        membership=theirs,
        role=Role(theirs.role),
        pool=Pool(theirs.pool),
        active=False,
        by=cast.lead,
    )

    assert "Hello." not in desk_of(cast, cast.member)


def test_announcements_are_made_by_leads_and_read_by_those_who_are_told(cast: Cast) -> None:
    made = announce(campaign=cast.campaign, text="Hello.", by=cast.lead, uuid=uuid4())
    read = reverse("annotate:read_announcement", args=[made.uuid])

    statuses = [
        cast.client(each).get(page_of(cast)).status_code for each in (cast.member, cast.stranger)
    ]
    posted = cast.client(cast.member).post(page_of(cast), saying("No.")).status_code

    assert [*statuses, posted] == [404, 404, 404]
    assert cast.client(cast.stranger).post(read).status_code == 404


def test_nobody_to_tell_is_said(cast: Cast) -> None:
    Membership.objects.filter(person=cast.member).update(active=False)

    answer = cast.client(cast.lead).post(page_of(cast), saying("Hello?"))

    assert answer.status_code == 422
    assert "nobody to tell" in answer.content.decode()


def test_a_script_in_it_does_not_run(cast: Cast) -> None:
    said = "<script>alert(1)</script> [x](javascript:alert(1))"
    announce(campaign=cast.campaign, text=said, by=cast.lead, uuid=uuid4())

    page = desk_of(cast, cast.member)

    assert "<script>alert" not in page
    assert 'href="javascript' not in page
