"""What the servers of a track are to serve after a promotion, and what they should no longer."""

from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from rewards.enums import PolicyState
from rewards.models import Policy, Track
from rewards.services.candidates import candidate_of
from rewards.services.serving import Served, served_for
from rewards.services.voices import choir_for_candidates

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _servers(settings: Settings) -> None:
    settings.GENERATORS = {"gpu": "https://gpu.example.org/v1"}


def promoted(track: Track, number: int) -> Policy:
    track.policies.filter(state=PolicyState.PROMOTED).update(state=PolicyState.RETIRED)
    return Policy.objects.create(
        track=track, number=number, state=PolicyState.PROMOTED, folder=f"runs/{uuid4()}/model"
    )


def answering(track: Track, *mix: dict[str, object]) -> Track:
    track.knobs = {"answering": {"mix": list(mix)}}
    return track


def test_a_track_without_servers_has_nothing_to_serve(track: Track) -> None:
    assert served_for(track) == []
    assert served_for(answering(track, {"who": "promoted"})) == []


def test_a_server_is_to_serve_the_policy_in_service_by_its_id(
    track: Track, settings: Settings
) -> None:
    """And after a promotion the next one: nobody edits the mix."""
    answering(track, {"who": "promoted", "server": "gpu"})
    first = track.policies.get()
    before = served_for(track)
    newer = promoted(track, 1)

    assert before == [Served("gpu", first, str(first.uuid), settings.BASE_MODEL)]
    assert served_for(track) == [
        Served("gpu", newer, str(newer.uuid), f"$ARTIFACTS/{newer.folder}")
    ]


def test_a_folder_is_quoted_as_a_shell_reads_it(track: Track) -> None:
    track.base_model = "/models/my base; v2"
    track.save()
    answering(track, {"who": "promoted", "server": "gpu"})

    (served,) = served_for(track)

    assert served.files == "'/models/my base; v2'"


def test_a_mix_that_names_files_of_a_former_policy_is_told(track: Track) -> None:
    """As long as that one is in service nothing is wrong; nor with what is no policy of ours."""
    old = promoted(track, 1)
    answering(
        track,
        {"who": "server", "server": "gpu", "model": f"/shared/laurel/{old.folder}"},
        {"who": "server", "server": "gpu", "model": "org/large"},
        {"who": "server", "server": "gpu", "model": f"/shared/laurel/runs/{uuid4()}/model"},
    )
    before = served_for(track)
    promoted(track, 2)

    (told,) = served_for(track)
    assert before == []
    assert (told.policy, told.server, told.is_old) == (old, "gpu", True)


def test_the_policy_that_a_server_answers_for_is_asked_for_and_kept_by_its_id(track: Track) -> None:
    """Its files need not be on this machine; its answers are the policy's, and no server's."""
    newer = promoted(track, 1)
    answering(track, {"who": "promoted", "server": "gpu", "temperature": 0.5})

    (voice,) = choir_for_candidates(track).voices(1)

    assert (voice.role, voice.model, voice.source) == (
        "promoted",
        str(newer.uuid),
        f"policy:{newer.uuid}",
    )
    assert (voice.server, voice.url) == ("gpu", "https://gpu.example.org/v1")
    row = {"prompt": str(uuid4()), "messages": [], "source": voice.source}
    kept = candidate_of({**row, "sampling": {"server": "gpu", "model": voice.model}}, 1.0)
    assert kept.sampling["model"] == f"policy:{newer.uuid}"
