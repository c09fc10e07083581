"""The directory's pages in the console."""

from contactcenter.directory.admin import (
    audio,
    codes,
    company,
    entry_points,
    numbers,
    people,
    profiles,
    queues,
    skills,
    users,
)

__all__ = ["audio", "codes", "company", "entry_points", "numbers", "people", "profiles", "queues", "skills", "users"]
