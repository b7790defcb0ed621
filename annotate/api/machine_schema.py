"""What the description says of the operations on machines that judge."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema

from annotate.api import machine_serializers as shapes
from annotate.api.schema import answer
from commons.openapi import LIST_PARAMETERS, example, problems

ITEM = "5b3c2f7e-7c39-4f1e-9a55-0d4a3b1c2d3e"
ONE, OTHER = "0d6f8f0a-3f0e-4d3c-9b1e-2f8f3f1c7a11", "7a1c5c53-8a8e-4b55-9a40-6a1c0f9e2b22"

machines = extend_schema(
    operation_id="listMachines",
    tags=["Machines"],
    summary="The machines that judge in a campaign",
    description="For its leads. A machine judges beside people: it takes no turn of theirs and is "
    "in no number of theirs.",
    parameters=LIST_PARAMETERS,
    responses={200: answer(shapes.MachinesSerializer, "A page.")},
)

add = extend_schema(
    operation_id="addMachine",
    tags=["Machines"],
    summary="Set up a machine of your own",
    description="What it is never changes: another model or wording is another machine, so that "
    "every judgement says what it was made with.",
    request=shapes.NewMachineSerializer,
    responses={
        201: answer(shapes.MachineSerializer, "It may judge from now on."),
        **problems(
            {
                403: "`not-allowed`: only leads set up a machine.",
                409: "`machine-name-taken`: the campaign has one of that name.",
            }
        ),
    },
    examples=[
        example(
            "A quarter of all rankings",
            {"name": "Judge 7B", "share": 0.25, "made_of": {"model": "judge-7b", "wording": "v3"}},
            request=True,
        )
    ],
)

machine = extend_schema(
    operation_id="getMachine",
    tags=["Machines"],
    summary="One machine, and how far it is",
    responses={200: answer(shapes.MachineSerializer, "As it is now.")},
)

change = extend_schema(
    operation_id="changeMachine",
    tags=["Machines"],
    summary="Change a machine’s share, stop it, start it again",
    description="A larger share holds the smaller one. What was judged stays.",
    request=shapes.ShareSerializer,
    responses={
        200: answer(shapes.MachineSerializer, "It holds from now on."),
        **problems({409: "`machine-ended`: a lead has ended it for good; set up another."}),
    },
    examples=[example("All of them", {"share": 1.0}, request=True)],
)

items = extend_schema(
    operation_id="listItemsOfMachine",
    tags=["Machines"],
    summary="What a machine is to judge",
    description="Items of its share of which it has said nothing. A page may hold few or none and "
    "still have an `after`: go on until that is null. Nothing says who wrote an answer.",
    parameters=[
        OpenApiParameter(
            "after", OpenApiTypes.UUID, description="What the page before gave as `after`."
        )
    ],
    responses={200: answer(shapes.MachineItemsSerializer, "A page of items.")},
)

judge = extend_schema(
    operation_id="handInForMachine",
    tags=["Machines"],
    summary="Hand in what a machine said of an item",
    description="Ask it in both `orders` of the item and give the tiers of each: where they "
    "contradict each other, a tie is kept, and how often that happens is shown. The same sent "
    "again finds what was kept.",
    request=shapes.SaidSerializer,
    responses={
        201: answer(shapes.MachineVerdictSerializer, "Kept, now or before."),
        **problems(
            {
                409: "`judged-already`: it has said something else of this item. "
                "`item-not-for-machine`: not in its share, or not to be judged now. "
                "`machine-stopped`: start it again. `machine-ended`: set up another. "
                "`key-reused`: the key served another act.",
                422: "`incomplete-ranking`, `strange-ranking`: each order places each answer once. "
                "`odd-verdict-of-machine`: judged and silent at once. "
                "`not-its-program`: our own workers ask this machine.",
            }
        ),
    },
    examples=[
        example(
            "The second order says the opposite: a tie",
            {"item": ITEM, "orders": [[[ONE], [OTHER]], [[OTHER], [ONE]]]},
            request=True,
        ),
        example("It could not be read", {"item": ITEM, "silence": "unreadable"}, request=True),
    ],
)
