"""Sounds: uploaded as files, described, and played back."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from contactcenter.directory.models import AudioFile
from tests.callers import V1, Caller, assert_documented
from tests.cast import Cast
from tests.directory.api.bodies import World
from tests.directory.api.references import recorded

AUDIO = "/directory/audio-file/"


@pytest.fixture(autouse=True)
def _storage(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(caller: Caller, path: str = AUDIO, method: str = "post", content: Any = None, **fields: Any) -> Any:
    """Send a form as browsers do; ``content`` is a file's bytes."""
    if content is not None:
        fields["file"] = SimpleUploadedFile(fields.pop("file_name", "Hello.wav"), content, "audio/wav")
    response = getattr(caller.client, method)(V1 + path, fields, format="multipart")
    assert_documented(method.upper(), path, response)
    return response


def fields_of(response: Any, status: int = 400) -> set[str]:
    assert response.status_code == status, response.content
    return {error["field"] for error in response.json()["errors"]}


def test_uploading(cast: Cast, caller: Caller) -> None:
    content = recorded(0.5)
    made = upload(caller, content=content)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert shown == {
        "id": shown["id"],
        "name": "Hello.wav",
        "size": len(content),
        "encoding": "PCM",
        "channels": 1,
        "rate": 8000,
        "bits": 16,
        "seconds": 0.5,
        "url": f"http://testserver/api/v1/directory/audio-file/{shown['id']}/sound/",
    }
    assert caller.get(f"{AUDIO}{shown['id']}/").json() == shown
    assert caller.get(AUDIO).json()["results"] == [shown]


def test_name_of_its_own(cast: Cast, caller: Caller) -> None:
    made = upload(caller, content=recorded(), name=" Ahoj světe.WAV ").json()
    assert made["name"] == "Ahoj světe.WAV"
    assert upload(caller, content=recorded(), name="").json()["name"] == "Hello.wav"


def test_listening(cast: Cast, caller: Caller) -> None:
    content = recorded(0.3)
    pk = upload(caller, content=content).json()["id"]
    response = caller.client.get(f"{V1}{AUDIO}{pk}/sound/")
    assert response.getvalue() == content
    assert response["Content-Type"] == "audio/wav"
    assert response["Content-Length"] == str(len(content))
    assert re.search(r'filename="Hello.wav"', response["Content-Disposition"])
    assert response["ETag"] == f'"{AudioFile.objects.get(pk=pk).sha256}"'
    assert caller.get(f"{AUDIO}{pk + 1}/sound/").status_code == 404
    assert Caller(cast.supervisor).get(f"{AUDIO}{pk}/sound/").status_code == 403


def test_a_part_of_a_sound(cast: Cast, caller: Caller) -> None:
    content = recorded(0.3)
    path = f"{AUDIO}{upload(caller, content=content).json()['id']}/sound/"
    part = caller.client.get(V1 + path, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.getvalue()) == (206, content[4:8])
    assert part["Content-Range"] == f"bytes 4-7/{len(content)}"
    beyond = caller.get(path, Range=f"bytes={len(content)}-")
    assert beyond.status_code == 416
    assert beyond.json()["code"] == "range_not_satisfiable"
    assert beyond["Content-Range"] == f"bytes */{len(content)}"


def test_changing(cast: Cast, caller: Caller) -> None:
    made = upload(caller, content=recorded()).json()
    path = f"{AUDIO}{made['id']}/"
    assert caller.patch(path, {"name": "Bye.wav"}).json() == {**made, "name": "Bye.wav"}
    longer = upload(caller, path, "patch", content=recorded(2)).json()
    assert (longer["id"], longer["name"], longer["seconds"]) == (made["id"], "Bye.wav", 2.0)
    both = upload(caller, path, "patch", content=recorded(1), name="Third.wav").json()
    assert (both["name"], both["seconds"]) == ("Third.wav", 1.0)
    assert caller.patch(path, {}).json() == both


def test_taken_names(cast: Cast, caller: Caller) -> None:
    first = upload(caller, content=recorded()).json()
    assert fields_of(upload(caller, content=recorded(1), name="HELLO.wav"), 409) == {"name"}
    assert caller.get(f"{AUDIO}{first['id']}/").json() == first
    second = upload(caller, content=recorded(1), name="Other.wav").json()
    assert fields_of(caller.patch(f"{AUDIO}{second['id']}/", {"name": "hello.WAV"}), 409) == {"name"}
    refused = upload(caller, f"{AUDIO}{second['id']}/", "patch", content=recorded(), name="hello.WAV")
    assert fields_of(refused, 409) == {"name"}
    assert caller.get(f"{AUDIO}{second['id']}/").json() == second


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, "file"),
        ({"content": b""}, "file"),
        ({"content": b"RIFF"}, "file"),
        ({"content": b"ID3 and so on" * 9}, "file"),
        ({"content": recorded()[:30]}, "file"),
        ({"file": "no file"}, "file"),
        ({"content": recorded(), "name": "Hello.mp3"}, "name"),
        ({"content": recorded(), "name": ".wav"}, "name"),
        ({"content": recorded(), "name": "a/b.wav"}, "name"),
        ({"content": recorded(), "name": "x" * 80 + ".wav"}, "name"),
        ({"content": recorded(), "file_name": "Hello.mp3"}, "name"),
        ({"content": recorded(), "nothing": "1"}, "nothing"),
    ],
    ids=str,
)
def test_what_is_no_sound_is_refused(cast: Cast, caller: Caller, fields: dict[str, Any], wrong: str) -> None:
    assert fields_of(upload(caller, **fields)) == {wrong}
    assert not AudioFile.objects.exists()
    assert not any(default_storage.listdir("")), "nothing is left in the storage"


def test_longer_than_a_sound_may_be(cast: Cast, caller: Caller) -> None:
    refused = upload(caller, content=recorded(0.1) + b"\0" * 10 * 1024 * 1024)
    assert fields_of(refused) == {"file"}
    assert "10 MB" in refused.json()["detail"]


def test_json_makes_no_sound(cast: Cast, caller: Caller) -> None:
    assert caller.post(AUDIO, {"name": "Hello.wav"}).status_code == 415


def test_played_ones_stay(world: World, caller: Caller) -> None:
    body = {**world.full_of("queue"), "name": "Played"}
    made = caller.post("/directory/queue/", body).json()
    refused = caller.delete(f"{AUDIO}{made['default_music_in_queue_id']}/")
    assert refused.status_code == 409
    assert "queue “Played”" in refused.json()["detail"]


def test_deleting(cast: Cast, caller: Caller) -> None:
    pk = upload(caller, content=recorded()).json()["id"]
    assert caller.delete(f"{AUDIO}{pk}/").status_code == 204
    assert caller.get(f"{AUDIO}{pk}/sound/").status_code == 404


def test_list_costs_the_same_however_long(cast: Cast, caller: Caller, django_assert_max_num_queries: Any) -> None:
    for number in range(4):
        upload(caller, content=recorded(), name=f"{number}.wav")
    with django_assert_max_num_queries(5):
        assert len(caller.get(f"{AUDIO}?page_size=200").json()["results"]) == 4
    assert [row["name"] for row in caller.get(f"{AUDIO}?name=3.WAV").json()["results"]] == ["3.wav"]
