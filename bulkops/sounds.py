"""Audio files of an operation: a zip of WAV files instead of a CSV."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any, BinaryIO

from bulkops.files.archive import Archive, Member
from bulkops.models import BUNDLE, Operation, OperationRow
from contactcenter.directory.audio import keep_sound
from contactcenter.lib.errors import Invalid
from contactcenter.lib.wav import read_wav

AUDIO = "audio-file"
REFUSED_SOUNDS = f"{AUDIO}.csv"  # their list, in the zip of refused rows; a bundle may bring it back

Sound = tuple[str, str, dict[str, Any] | None]  # its name, why it cannot be used, what was learnt about it


def sounds_in(stream: BinaryIO, name: str) -> Iterator[Sound]:
    """Look into each file of a zip, in the order of their names."""
    with Archive(stream, name) as archive:
        for member in sorted(archive.members, key=lambda one: one.name.casefold()):
            with archive.open(member) as content:
                yield _looked_into(member, name, content)


def _looked_into(member: Member, archive: str, content: Any) -> Sound:
    try:
        info = read_wav(content, member.name, member.size)
    except Invalid as error:
        return member.name, error.message, None
    content.seek(0)
    sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    found = {"zip": archive, "path": member.path, "size": member.size, "sha256": sha256, **asdict(info)}
    return member.name, "", found


def keep_sounds(operation: Operation, rows: list[OperationRow]) -> None:
    """Put the sounds of these rows into the storage of audio files."""
    wanted = {(row.found["zip"], row.found["path"]): row.found["sha256"] for row in rows if row.found}
    with ExitStack() as stack:
        outer: Any = stack.enter_context(operation.file.open("rb"))
        archives = [(operation.file_name, outer)]
        if operation.object_type == BUNDLE:
            bundle = stack.enter_context(Archive(outer, operation.file_name, allow_nested=lambda member: True))
            zips = [member for member in bundle.members if member.name in {name for name, _path in wanted}]
            archives = [(member.name, stack.enter_context(bundle.open(member))) for member in zips]
        for name, stream in archives:
            with Archive(stream, name) as archive:
                for member in archive.members:
                    if (name, member.path) in wanted:
                        with archive.open(member) as content:
                            _keep(wanted[name, member.path], content)


def _keep(sha256: str, content: Any) -> None:
    """Two zips in different folders of a bundle may have the same name, and sounds of the same name in them."""
    if hashlib.file_digest(content, "sha256").hexdigest() == sha256:
        keep_sound(sha256, content)
