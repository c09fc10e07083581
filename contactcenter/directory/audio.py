"""Sounds: checked, and stored under the digest of what they hold."""

import hashlib
import io
from typing import Any, BinaryIO

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from contactcenter.directory import rules
from contactcenter.directory.models import AudioFile
from contactcenter.directory.models.audio import stored_as
from contactcenter.directory.services import save_object
from contactcenter.lib.wav import read_wav


@transaction.atomic
def save_audio_file(audio: AudioFile, content: BinaryIO, size: int) -> AudioFile:
    """Store a sound under the name of ``audio``; where there is one of that name already, it gets the new sound.

    Raises ``Invalid`` where the content is no sound that can be used, ``ValidationError`` where the name cannot be.
    """
    content.seek(0)
    info = read_wav(content, audio.name, size)
    if audio.pk is None:
        audio = AudioFile.objects.select_for_update().filter(key=audio.key).first() or audio
    audio.describe(info)
    audio.sha256, audio.size = _digest(content), size
    audio.file = stored_as(audio.sha256)
    rules.validate(audio, {})  # before anything is written that no transaction takes back
    keep_sound(audio.sha256, content)
    return save_object(audio)


def _digest(content: Any) -> str:
    content.seek(0)
    return hashlib.file_digest(content, "sha256").hexdigest()


def keep_sound(sha256: str, content: BinaryIO) -> None:
    """Put a sound into the storage, unless it is there already: nothing is ever overwritten."""
    name = stored_as(sha256)
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    if default_storage.exists(name):
        if default_storage.size(name) == size:
            return
        default_storage.delete(name)  # whoever wrote it was stopped half-way
    written = default_storage.save(name, File(content))
    if written != name:  # somebody else was faster by a moment
        default_storage.delete(written)
