"""Audio files in the console: uploaded, replaced, listened to."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from contactcenter.directory.models import AudioFile
from tests.cast import Cast
from tests.console.support import Console, administrator_with, errors_of, text_of
from tests.directory.examples import recorded, save

ADD = "directory/audiofile/add/"


@pytest.fixture(autouse=True)
def _storage(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def audio(cast: Cast) -> AudioFile:
    made: AudioFile = save(cast, "audio-file")
    return made


def upload(name: str = "Hello.wav", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, recorded() if content is None else content)


# --- Uploading ---------------------------------------------------------------------------------------------------


def test_file_gives_the_name_where_none_is_given(admin: Console) -> None:
    assert admin.post(ADD, content=upload("Čekání 1.wav")).status_code == 302
    assert AudioFile.objects.get().name == "Čekání 1.wav"
    assert admin.post(ADD, name="Other.wav", content=upload()).status_code == 302
    assert AudioFile.objects.filter(name="Other.wav").exists()


@pytest.mark.parametrize(
    ("values", "field", "error"),
    [
        ({}, "content", "This field is required."),
        ({"content": upload(content=b"")}, "content", "The submitted file is empty."),
        ({"content": upload("a.mp3", b"ID3" + b"\0" * 90), "name": "a.wav"}, "content", "“a.mp3” is an MP3 sound"),
        ({"content": upload(content=recorded()[:100])}, "content", "“Hello.wav” is damaged:"),
        ({"content": upload("Hello.txt")}, "name", "The name of an audio file ends in .wav."),
        ({"content": upload("a!.wav")}, "name", "“!” cannot be used here:"),
        ({"content": upload(), "name": "Hello"}, "name", "The name of an audio file ends in .wav."),
        ({"content": upload(), "name": "EXAMPLE.wav"}, "name", "“EXAMPLE.wav” is already taken (audio file)"),
    ],
)
def test_what_cannot_be_used(admin: Console, audio: AudioFile, values: dict[str, Any], field: str, error: str) -> None:
    wrong = errors_of(admin.post(ADD, **values))
    assert list(wrong) == [field]
    assert wrong[field][0].startswith(error)
    assert AudioFile.objects.count() == 1


def test_sound_is_replaced_and_the_name_stays(admin: Console, audio: AudioFile) -> None:
    path = f"directory/audiofile/{audio.pk}/change/"
    admin.post(path, name="Example.wav", content=upload(content=recorded(2)))
    assert AudioFile.objects.get().seconds == 2
    admin.post(path, name="Renamed.wav")
    assert AudioFile.objects.values_list("name", "seconds").get() == ("Renamed.wav", 2)


def test_list_shows_what_is_known_and_a_player(admin: Console, audio: AudioFile) -> None:
    page = admin.get("directory/audiofile/")
    assert "PCM, 16 bits, 8000 Hz, mono" in text_of(page)
    assert f'src="/console/directory/audiofile/{audio.pk}/sound/?v={audio.sha256[:12]}"' in page.content.decode()
    detail = admin.get(f"directory/audiofile/{audio.pk}/change/").content.decode()
    assert "<audio controls" in detail


# --- Listening ---------------------------------------------------------------------------------------------------


def sound(admin: Console, audio: AudioFile, **headers: str) -> Any:
    response = admin.client.get(f"/console/directory/audiofile/{audio.pk}/sound/", headers=headers)
    response.body = response.getvalue() if response.streaming else response.content  # which closes the file
    return response


def test_whole_sound(admin: Console, audio: AudioFile) -> None:
    response = sound(admin, audio)
    assert response.status_code == 200
    assert response.body == recorded()
    assert response["Content-Type"] == "audio/wav"
    assert response["Content-Length"] == str(len(recorded()))
    assert response["Accept-Ranges"] == "bytes"
    assert "attachment" not in response.get("Content-Disposition", "")
    assert response["X-Content-Type-Options"] == "nosniff"


SIZE = len(recorded())


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-", 0, SIZE),
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        (f"bytes=5-{SIZE * 2}", 5, SIZE),
        ("bytes=-4", SIZE - 4, SIZE),
        (f"bytes=-{SIZE * 2}", 0, SIZE),
    ],
)
def test_parts(admin: Console, audio: AudioFile, asked: str, start: int, end: int) -> None:
    response = sound(admin, audio, range=asked)
    assert response.status_code == 206
    assert response.body == recorded()[start:end]
    assert response["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert response["Content-Length"] == str(end - start)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", "bytes=-0"])
def test_parts_that_are_not_there(admin: Console, audio: AudioFile, asked: str) -> None:
    response = sound(admin, audio, range=asked)
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{SIZE}"
    assert response.body == b""


@pytest.mark.parametrize(
    "asked", ["bytes=5-1", "bytes=-", "bytes=0-1,4-5", "lines=1-2", "bytes=x", f"bytes={'9' * 30}-"]
)
def test_what_is_no_part_gives_the_whole(admin: Console, audio: AudioFile, asked: str) -> None:
    response = sound(admin, audio, range=asked)
    assert response.status_code == 200
    assert len(response.body) == SIZE


def test_part_of_another_sound_is_not_given(admin: Console, audio: AudioFile) -> None:
    etag = f'"{hashlib.sha256(recorded()).hexdigest()}"'
    assert sound(admin, audio).headers["ETag"] == etag
    assert sound(admin, audio, range="bytes=1-2", **{"if-range": etag}).status_code == 206
    assert sound(admin, audio, range="bytes=1-2", **{"if-range": '"other"'}).status_code == 200


def test_headers_alone(admin: Console, audio: AudioFile) -> None:
    response = admin.client.head(f"/console/directory/audiofile/{audio.pk}/sound/")
    for close in response._resource_closers:  # as the server does
        close()
    assert response["Content-Length"] == str(SIZE)


def test_who_may_listen(audio: AudioFile, cast: Cast, supervisor: Console) -> None:
    assert sound(Console(administrator_with("VIEW")), audio).status_code == 200
    assert sound(Console(administrator_with("NONE")), audio).status_code == 403
    assert sound(supervisor, audio).status_code == 403
    assert "/console/login/" in sound(Console(None), audio).url


def test_sounds_that_are_not_there(admin: Console, audio: AudioFile) -> None:
    assert admin.get("directory/audiofile/999/sound/").status_code == 404
    Path(audio.file.path).unlink()
    assert sound(admin, audio).status_code == 404
