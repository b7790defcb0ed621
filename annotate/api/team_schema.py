"""What the description says of the operations on teams."""

from drf_spectacular.utils import extend_schema

from annotate.api import team_serializers as shapes
from annotate.api.schema import answer
from commons.openapi import LIST_PARAMETERS, example, problems

SEEN = (
    "A lead of a team sees its people where it works; a lead of a campaign, the people of that "
    "campaign in whichever team; nobody else sees anybody by a team."
)

teams = extend_schema(
    operation_id="listTeams",
    tags=["Teams"],
    summary="The teams that you see",
    description=SEEN,
    parameters=LIST_PARAMETERS,
    responses={200: answer(shapes.TeamsSerializer, "A page.")},
)

team = extend_schema(
    operation_id="getTeam",
    tags=["Teams"],
    summary="One team, and how far it is",
    description="In the campaigns in which you see it.",
    responses={200: answer(shapes.TeamSerializer, "The team.")},
)

people = extend_schema(
    operation_id="listPeopleOfTeam",
    tags=["Teams"],
    summary="The people of a team, in numbers",
    description=SEEN,
    responses={200: answer(shapes.PeopleSerializer, "Each person in each campaign.")},
)

part = extend_schema(
    operation_id="getTeamPart",
    tags=["Teams"],
    summary="How far a team is in a campaign",
    responses={200: answer(shapes.PartSerializer, "As it is now.")},
)

quota = extend_schema(
    operation_id="setQuota",
    tags=["Teams"],
    summary="Ask a team for so much",
    description="For leads of the campaign. Where it `stops`, whoever asks for an item beyond it "
    "is refused with `quota-reached`; what is in hand may be handed in.",
    request=shapes.QuotaSerializer,
    responses={
        200: answer(shapes.PartSerializer, "It holds from now on."),
        **problems(
            {403: "`not-allowed`: only leads of the campaign set what a team is asked for."}
        ),
    },
    examples=[
        example("A hundred a week, and no more", {"per_week": 100, "stops": True}, request=True)
    ],
)
