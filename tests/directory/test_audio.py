"""Sounds: what is learnt about them, where they lie, and that one name is one sound."""

import io
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from contactcenter.directory.audio import keep_sound, save_audio_file
from contactcenter.directory.models import AudioFile
from contactcenter.directory.models.audio import stored_as
from contactcenter.lib.errors import Invalid


@pytest.fixture(autouse=True)
def _storage(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def recorded(seconds: float = 0.5, *, level: int = 0) -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(level.to_bytes(2, "little") * int(8000 * seconds))
    return stream.getvalue()


def save(name: str, content: bytes) -> AudioFile:
    return save_audio_file(AudioFile(name=name), io.BytesIO(content), len(content))


def files(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("*") if path.is_file()]


def test_what_is_learnt_about_a_sound() -> None:
    content = recorded()
    stored = AudioFile.objects.get(pk=save("Hello.wav", content).pk)
    assert (stored.encoding, stored.channels, stored.rate, stored.bits) == ("PCM", 1, 8000, 16)
    assert (stored.seconds, stored.size) == (0.5, len(content))
    assert stored.file.name == stored_as(stored.sha256)
    with stored.file.open() as file:
        assert file.read() == content


def test_same_name_replaces_the_sound(tmp_path: Path) -> None:
    first = save("Hello.wav", recorded())
    second = save(" HELLO.wav ", recorded(1))
    assert second.pk == first.pk
    stored = AudioFile.objects.get()
    assert (stored.name, stored.seconds) == ("Hello.wav", 1.0)
    assert len(files(tmp_path)) == 2, "what others may still play stays"


def test_sound_of_an_object_is_replaced(tmp_path: Path) -> None:
    audio = save("Hello.wav", recorded())
    content = recorded(2)
    audio.name = "Good day.wav"
    save_audio_file(audio, io.BytesIO(content), len(content))
    assert AudioFile.objects.values_list("name", "seconds").get() == ("Good day.wav", 2.0)


def test_equal_sounds_lie_in_one_file(tmp_path: Path) -> None:
    one, other = save("One.wav", recorded()), save("Other.wav", recorded())
    assert one.file == other.file
    [path] = files(tmp_path)
    before = path.stat().st_mtime_ns
    save("Third.wav", recorded())
    assert path.stat().st_mtime_ns == before


def test_sound_that_was_written_half_is_written_again(tmp_path: Path) -> None:
    audio, content = save("Hello.wav", recorded()), recorded()
    [path] = files(tmp_path)
    path.write_bytes(content[:100])
    keep_sound(audio.sha256, io.BytesIO(content))
    assert path.read_bytes() == content


def test_many_at_once(tmp_path: Path) -> None:
    content = recorded(5)
    audio = save("Hello.wav", content)
    Path(audio.file.path).unlink()
    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            pool.submit(keep_sound, audio.sha256, io.BytesIO(content))
    assert [path.read_bytes() for path in files(tmp_path)] == [content]


@pytest.mark.parametrize("name", ["Hello", "Hello.mp3", ".wav", "  .wav", "a/b.wav", "../a.wav", "", "x" * 77 + ".wav"])
def test_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        save(name, recorded())
    assert list(refused.value.error_dict) == ["name"]
    assert not files(tmp_path), "nothing is stored for a name that cannot be used"


@pytest.mark.parametrize("name", ["x" * 76 + ".wav", "Čekání 2.WAV", "a.b_c-d.wav"])
def test_more_names(name: str) -> None:
    assert save(name, recorded()).name == name


@pytest.mark.parametrize("content", [b"", b"RIFF", b"ID3\x04" + b"\0" * 100, recorded()[:60]])
def test_what_is_no_sound(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Invalid, match=r"Hello\.wav"):
        save("Hello.wav", content)
    assert not AudioFile.objects.exists()
    assert not files(tmp_path)


def test_reading_begins_at_the_start() -> None:
    stream: Any = io.BytesIO(recorded())
    stream.seek(100)
    save_audio_file(AudioFile(name="Hello.wav"), stream, len(recorded()))
    again = save_audio_file(AudioFile(name="Again.wav"), stream, len(recorded()))
    assert again.seconds == 0.5
