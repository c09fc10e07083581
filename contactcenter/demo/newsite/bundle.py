"""The new site as a zip of files that can be imported together."""

import csv
import io
from collections.abc import Sequence
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from contactcenter.demo.newsite import numbers, people, places, routing, skills
from contactcenter.demo.newsite.mistakes import CUT, TEXT
from contactcenter.demo.newsite.planting import Planted, file_name, plant
from contactcenter.demo.newsite.words import Row
from contactcenter.demo.sounds import wav
from contactcenter.directory.catalog import OBJECT_TYPES
from contactcenter.directory.models import AudioFile

_WRITTEN = (1980, 1, 1, 0, 0, 0)  # the same file each time


def tables() -> dict[str, list[Row]]:
    """Return the rows of each object type, in the order in which they build on one another."""
    rows = {
        "multimedia-profile": places.multimedia_profiles,
        "site": places.sites,
        "work-type": places.work_types,
        "auxiliary-code": places.auxiliary_codes,
        "skill-definition": skills.skill_definitions,
        "skill-profile": skills.skill_profiles,
        "team": places.teams,
        "audio-file": routing.audio_files,
        "queue": routing.queues,
        "outdial-queue": routing.outdial_queues,
        "entry-point": routing.entry_points,
        "outdial-entry-point": routing.outdial_entry_points,
        "entry-point-mapping": routing.entry_point_mappings,
        "address-book": numbers.address_books,
        "outdial-ani": numbers.outdial_anis,
        "desktop-profile": people.desktop_profiles,
        "user-profile": people.user_profiles,
        "user": people.users,
    }
    return {one.slug: rows[one.slug]() for one in OBJECT_TYPES}


def write_bundle(stream: BinaryIO, errors: int = 0) -> list[Planted]:
    """Write the zip, with that many mistakes in it, and tell where they are."""
    found = tables()
    planted = plant(found, errors)
    with ZipFile(stream, "w") as bundle:
        for one in OBJECT_TYPES:
            rows = found[one.slug]
            content = _sounds(rows) if one.slug == "audio-file" else _csv(one.titles, rows)
            bundle.writestr(_member(file_name(one.slug)), content)
    return planted


def _member(name: str) -> ZipInfo:
    info = ZipInfo(name, _WRITTEN)
    info.compress_type = ZIP_DEFLATED
    return info


def _csv(titles: Sequence[str], rows: Sequence[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, titles, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _sounds(rows: Sequence[Row]) -> bytes:
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:
        for row in rows:
            archive.writestr(_member(row["Name"]), _sound(row[routing.SOUND]))
    return stream.getvalue()


def _sound(which: str) -> bytes:
    """Return a sound that begins a little higher than the one before, or what only looks like a sound."""
    if which == TEXT:
        return b"To be recorded."
    place = int(which) if which != CUT else 1
    kinds = list(AudioFile.Encoding)
    hertz = 220 * 2 ** (place / 12)
    sound = wav([(hertz, 0.2), (hertz * 1.25, 0.2), (hertz * 1.5, 0.4)], kinds[place % len(kinds)])
    return sound[: len(sound) // 2] if which == CUT else sound
